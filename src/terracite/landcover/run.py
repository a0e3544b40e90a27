# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a recipe to a crate: read, learn, map, judge, describe. A run that was killed goes on where it stopped."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from terracite.crate.provenance import Input, Provenance, hash_file, software_versions
from terracite.crate.read import Crate, open_crate, up_to_date
from terracite.crate.write import CrateBuilder
from terracite.errors import Problem
from terracite.landcover import learning, products
from terracite.landcover import outcome as outcomes
from terracite.landcover.checks import Prepared, prepare
from terracite.landcover.describe import describe
from terracite.landcover.engine import finished, map_blocks
from terracite.landcover.features import FeaturePlan, plan
from terracite.landcover.layers import Layer
from terracite.landcover.mapping import extras_of, regional
from terracite.landcover.outcome import Outcome
from terracite.landcover.predict import Choice, Mapper
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.reference import files_of
from terracite.landcover.specialise import files_of_start
from terracite.landcover.work import Work

RECIPE = "recipe.toml"  #: the recipe's name inside the crate


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made. ``outcome`` is None when nothing had changed and nothing was done."""

    crate: Crate
    changed: bool
    outcome: Outcome | None


def run(recipe: Path, output: Path, listener: Listener | None = None, command: Sequence[str] = ()) -> RunResult:
    """Make the map of ``recipe`` as a crate in the folder ``output``.

    Raises `RecipeError` with every mistake before any pixel is read. Run again on the same inputs it does nothing;
    after a kill it goes on with the blocks that are missing, and the result is the same to the byte.
    """
    hear = listener or Silent()
    prepared = prepare(recipe)
    _introduce(prepared, recipe, hear)
    layers, skipped = _used(prepared, hear)
    wanted = plan(layers, prepared.recipe.period, prepared.recipe.features)
    inputs = _inputs(prepared, layers, wanted, hear)
    key = _key(prepared, inputs)
    output = Path(output).absolute()
    provenance = _provenance(command, inputs, key, dt.datetime.now(dt.UTC))
    if up_to_date(output, provenance):
        hear.step(f"'{output.name}' is up to date: nothing to do")
        return RunResult(open_crate(output), changed=False, outcome=None)
    with Work.open(output, key) as work:
        _learn(work, prepared, layers, wanted, hear)
        _map(work, prepared, layers, wanted, hear)
        found = _judge(work, prepared, layers, skipped, wanted)
        crate, changed = _write(output, work, found, _provenance(command, inputs, key, work.started))
        work.clear()
    hear.step(f"{crate.folder.name}: map, confidence, report and record")
    return RunResult(crate, changed, found)


def plan_only(recipe: Path, listener: Listener | None = None) -> dict[str, object]:
    """What a run would do, without reading a pixel: the facts that ``--dry-run`` and ``check`` print."""
    prepared = prepare(recipe)
    layers = [layer.during(prepared.recipe.period) for layer in prepared.layers]
    wanted = plan(layers, prepared.recipe.period, prepared.recipe.features)
    grid, size = prepared.grid, prepared.recipe.output.block
    _introduce(prepared, recipe, listener or Silent())
    return {
        "name": prepared.recipe.name,
        "grid": {"crs": grid.crs_label(), "rows": grid.height, "columns": grid.width, "cell_size_m": grid.cell_size_m},
        "images": {layer.index: int(layer.days.size) for layer in layers},
        "features": len(wanted.names),
        "classes": [{"code": item.code, **item.label.model_dump()} for item in prepared.nomenclature.classes],
        "reference": {"kind": prepared.recipe.reference.kind, "features": len(prepared.labels)},
        "blocks": len(list(grid.blocks(size))),
        "probability_sample": len(prepared.sample_labels) if prepared.sample else 0,
    }


def _introduce(prepared: Prepared, recipe: Path, hear: Listener) -> None:
    hear.step(f"recipe '{recipe.name}': {_summary(prepared)}")
    for note in prepared.notes:
        hear.warn(str(note))


def _summary(prepared: Prepared) -> str:
    grid, classes = prepared.grid, len(prepared.nomenclature)
    return f"{classes} classes, {grid.width} x {grid.height} cells, {len(prepared.labels)} reference items"


def _used(prepared: Prepared, hear: Listener) -> tuple[tuple[Layer, ...], tuple[Problem, ...]]:
    """The layers within the period, without the images that cannot be read; those are named."""
    layers, skipped = [], []
    for layer in prepared.layers:
        good, problems = layer.during(prepared.recipe.period).checked()
        layers.append(good)
        skipped += problems
    for problem in skipped:
        hear.warn(f"left out: {problem}")
    dates = ", ".join(layer.index if layer.still else f"{layer.index} {layer.days.size} dates" for layer in layers)
    hear.step(f"images: {dates}" + (f"; {len(skipped)} left out" if skipped else ""))
    return tuple(layers), tuple(skipped)


def _inputs(prepared: Prepared, layers: Iterable[Layer], wanted: FeaturePlan, hear: Listener) -> tuple[Input, ...]:
    """Every file that the map depends on, hashed once even where two layers share it (a cloud mask)."""
    origins = {origin.path: origin for layer in layers for origin in layer.origins}
    recipe, found = prepared.recipe, []
    with hear.progress("hashing inputs") as progress:
        for done, origin in enumerate(origins.values(), start=1):
            found.append(Input(origin.identifier, origin.name, *hash_file(origin.path)))
            progress(done, len(origins))
    sample, strata, priors = recipe.validation.sample, recipe.strata, recipe.priors
    tables = (
        recipe.reference.file, recipe.nomenclature.file, sample and sample.file, sample and sample.strata_file,
        strata and strata.file, priors and priors.map, priors and priors.confusion,
        recipe.area.file, *(source.dates for source in recipe.images),
    )  # fmt: skip
    start = recipe.model and recipe.model.start
    every = [*(file for path in tables if path for file in files_of(path)), *wanted.files]
    every += files_of_start(start) if start else ()
    found += [Input(path.name, path.name, *hash_file(path)) for path in every]
    return tuple(found)


def _key(prepared: Prepared, inputs: Iterable[Input]) -> str:
    content = [prepared.recipe.text, *(json.dumps(asdict(item), sort_keys=True) for item in inputs)]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def _learn(work: Work, prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan, hear: Listener) -> None:
    """Train and score the model, unless an earlier run already did."""
    if work.has_model():
        hear.step("model: trained by the run before")
        return
    learnt = learning.learn(prepared, layers, wanted, work.folder, hear)
    work.keep_model(learnt.model, learnt.card, learnt.scores)


def _mapper(work: Work, prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan) -> Mapper:
    trained, card, _ = work.model()
    output, codes = prepared.recipe.output, tuple(prepared.nomenclature.codes)
    models = regional.load(prepared, trained, card, work.folder)
    choice = Choice(output.smooth, extras_of(output, prepared.nomenclature), prepared.priors, models)
    return Mapper(tuple(layers), wanted, prepared.grid, trained, codes, choice)


def _map(work: Work, prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan, hear: Listener) -> None:
    size = prepared.recipe.output.block
    mapper = _mapper(work, prepared, layers, wanted)
    with hear.progress("mapping blocks") as progress:
        made = map_blocks(work, mapper, size, progress, prepared.recipe.engine, warn=hear.warn)
    total = len(list(prepared.grid.blocks(size)))
    hear.step(
        f"map: {total} block{'s' if total > 1 else ''}"
        + (f", {total - made} of them from the run before" if made < total else "")
    )


def _judge(
    work: Work, prepared: Prepared, layers: tuple[Layer, ...], skipped: tuple[Problem, ...], wanted: FeaturePlan
) -> Outcome:
    _, card, scores = work.model()
    facts = outcomes.count(finished(work, prepared.grid, prepared.recipe.output.block), prepared)
    judgement = outcomes.judge(prepared, facts)
    return Outcome(prepared, layers, skipped, wanted, card, scores, facts, judgement, work.started.date())


def _write(output: Path, work: Work, found: Outcome, provenance: Provenance) -> tuple[Crate, bool]:
    with CrateBuilder(output) as crate:
        for item in products.write(crate.staging, work, found, RECIPE):
            crate.add(item.path, item.role, item.media_type, item.format, item.description)
        record = describe(found, provenance)
        finished_crate = crate.finish(record, provenance)
        return finished_crate, crate.changed


def _provenance(command: Sequence[str], inputs: tuple[Input, ...], key: str, started: dt.datetime) -> Provenance:
    return Provenance(
        command=tuple(command) or ("terracite", "landcover", "run"),
        software=software_versions("numpy", "scikit-learn", "numba", "rasterio"),
        started=started,
        ended=dt.datetime.now(dt.UTC),
        inputs=inputs,
        parameters={"key": key},
        recipe=RECIPE,
    )
