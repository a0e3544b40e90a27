# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a recipe to a crate: read, learn, map, judge, describe. A run that was killed goes on where it stopped."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.read import Crate, open_crate, up_to_date
from terracite.crate.write import CrateBuilder, refuse_others
from terracite.errors import Problem
from terracite.landcover import learning, products, reuse
from terracite.landcover import outcome as outcomes
from terracite.landcover.checks import Prepared, prepare
from terracite.landcover.describe import describe
from terracite.landcover.engine import Share, finished, map_blocks
from terracite.landcover.engine.hashes import Hashes
from terracite.landcover.engine.keys import BlockKeys, block_keys, learn_key
from terracite.landcover.features import FeaturePlan, plan
from terracite.landcover.layers import Layer
from terracite.landcover.mapping import extras_of, regional
from terracite.landcover.outcome import Outcome
from terracite.landcover.predict import Choice, Mapper
from terracite.landcover.progress import Listener, Silent, remaining
from terracite.landcover.recipe import EnginePart
from terracite.landcover.reference import files_of
from terracite.landcover.reuse import Finished
from terracite.landcover.specialise import files_of_start
from terracite.landcover.uncertainty import files as doubt_files
from terracite.landcover.uncertainty import wording as doubts
from terracite.landcover.work import Work, folder_of
from terracite.raster.grid import Block

RECIPE = "recipe.toml"  #: the recipe's name inside the crate
SOFTWARE = ("numpy", "scikit-learn", "numba", "rasterio")


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made. ``outcome`` is None when nothing had changed and nothing was done."""

    crate: Crate
    changed: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class _Begun:
    """A run whose recipe is sound and whose inputs are hashed."""

    prepared: Prepared
    layers: tuple[Layer, ...]  #: with the images that can be read
    skipped: tuple[Problem, ...]
    wanted: FeaturePlan
    inputs: tuple[Input, ...]
    hashes: Hashes
    output: Path
    how: EnginePart

    @property
    def key(self) -> str:
        """Changes with the recipe or any input."""
        content = [self.prepared.recipe.text, *(json.dumps(asdict(item), sort_keys=True) for item in self.inputs)]
        return hashlib.sha256("\n".join(content).encode()).hexdigest()

    @property
    def blocks(self) -> list[Block]:
        return list(self.prepared.grid.blocks(self.prepared.recipe.output.block))


def run(
    recipe: Path,
    output: Path,
    listener: Listener | None = None,
    command: Sequence[str] = (),
    *,
    how: EnginePart | None = None,
    base: Path | None = None,
    moment: dt.datetime | None = None,
) -> RunResult:
    """Make the map of ``recipe`` as a crate in the folder ``output``.

    ``how``: who maps the blocks, when it is not as the recipe says; ``base``: the folder that the paths of the recipe
    are relative to, when it is not its own; ``moment``: when the map is said to be made, when it is not now (UTC).

    Raises `RecipeError` with every mistake before any pixel is read. Run again on the same inputs it does nothing;
    after a kill it goes on with the blocks that are missing, and the result is the same to the byte.
    """
    hear = listener or Silent()
    begun = begin(recipe, output, hear, how, base)
    old = Finished.at(begun.output)
    if old and up_to_date(begun.output, _provenance(command, begun, old.steps, dt.datetime.now(dt.UTC))):
        hear.step(f"'{begun.output.name}' is up to date: nothing to do")
        return RunResult(open_crate(begun.output), changed=False, outcome=None)
    with Work.open(begun.output, begun.key, moment) as work:
        begun.hashes.keep(work.folder)
        _learn(work, begun, old, hear)
        keys = _map(work, begun, old, hear)
        found = _judge(work, begun)
        for note in doubts.warnings(found.facts):
            hear.warn(str(note))
        crate, changed, found = _write(command, work, begun, found, keys)
        for note in products.warnings(found):
            hear.warn(str(note))
        work.clear()
    hear.step(f"{crate.folder.name}: map, confidence, report and record")
    return RunResult(crate, changed, found)


def run_share(
    recipe: Path, output: Path, share: Share, listener: Listener | None = None, *, how: EnginePart | None = None
) -> None:
    """Do a part of a run that several jobs do together: train for share 0, else map every so many blocks.

    They see one disk; `run` then maps what is missing and writes the crate.
    """
    hear = listener or Silent()
    begun = begin(recipe, output, hear, how)
    if share.number == 0:
        with Work.open(begun.output, begun.key) as work:
            begun.hashes.keep(work.folder)
            _learn(work, begun, Finished.at(begun.output), hear)
        return
    with Work.join(begun.output, begun.key, str(share).replace("/", "-")) as work:
        _map(work, begun, None, hear, share)


def begin(
    recipe: Path, output: Path, hear: Listener, how: EnginePart | None = None, base: Path | None = None
) -> _Begun:
    """Read and check everything that the recipe names, and hash it."""
    refuse_others(output)
    prepared = prepare(recipe, base)
    _introduce(prepared, recipe, hear)
    layers, skipped = _used(prepared, hear)
    wanted = plan(layers, prepared.recipe.period, prepared.recipe.features)
    output = Path(output).absolute()
    hashes = Hashes.of_work(folder_of(output))
    inputs = _inputs(prepared, layers, wanted, hashes, hear)
    return _Begun(prepared, layers, skipped, wanted, inputs, hashes, output, how or prepared.recipe.engine)


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
        "units": prepared.units,
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


def _inputs(
    prepared: Prepared, layers: Iterable[Layer], wanted: FeaturePlan, hashes: Hashes, hear: Listener
) -> tuple[Input, ...]:
    """Every file that the map depends on, hashed once even where two layers share it (a cloud mask)."""
    origins = {origin.path: origin for layer in layers for origin in layer.origins}
    recipe, found = prepared.recipe, []
    with hear.progress("hashing inputs") as progress:
        for done, origin in enumerate(origins.values(), start=1):
            found.append(Input(origin.identifier, origin.name, *hashes.of(origin.path)))
            progress(done, len(origins))
    sample, strata, priors, areas = recipe.validation.sample, recipe.strata, recipe.priors, recipe.areas
    tables = (
        recipe.reference.file, recipe.nomenclature.file, sample and sample.file, sample and sample.strata_file,
        strata and strata.file, priors and priors.map, priors and priors.confusion, areas and areas.units,
        areas and areas.strata, recipe.area.file, *(source.dates for source in recipe.images),
    )  # fmt: skip
    start = recipe.model and recipe.model.start
    every = [*(file for path in tables if path for file in files_of(path)), *wanted.files]
    every += files_of_start(start) if start else ()
    found += [Input(path.name, path.name, *hashes.of(path)) for path in every]
    return tuple(found)


def _learn(work: Work, begun: _Begun, old: Finished | None, hear: Listener) -> None:
    """Train and score the model, unless an earlier run already did."""
    prepared, key = begun.prepared, learn_key(begun.prepared.recipe, begun.inputs)
    if work.has_model(key):
        hear.step("model: trained by the run before")
        return
    work.forget_model()
    if old and old.give_model(work, key, prepared.nomenclature.codes):
        hear.step(f"model: that of '{begun.output.name}'")
        return
    learnt = learning.learn(prepared, begun.layers, begun.wanted, work.folder, hear)
    work.keep_model(learnt.model, learnt.card, learnt.scores, key)


def _mapper(work: Work, prepared: Prepared, layers: Sequence[Layer], wanted: FeaturePlan) -> Mapper:
    trained, card, _ = work.model()
    output, codes = prepared.recipe.output, tuple(prepared.nomenclature.codes)
    models = regional.load(prepared, trained, card, work.folder)
    doubt = doubt_files.load(work.folder, card, unlike=output.dissimilarity)
    choice = Choice(output.smooth, extras_of(output, prepared.nomenclature), prepared.priors, models, doubt)
    return Mapper(tuple(layers), wanted, prepared.grid, trained, codes, choice)


def _map(work: Work, begun: _Begun, old: Finished | None, hear: Listener, share: Share | None = None) -> BlockKeys:
    """Map the blocks that neither an earlier run nor the finished crate has; returns what each depended on."""
    prepared = begun.prepared
    mapper = _mapper(work, prepared, begun.layers, begun.wanted)
    keys = block_keys(mapper, prepared.recipe, begun.layers, begun.inputs)
    taken = old.give_blocks(work, keys, begun.blocks) if old else 0
    with hear.progress("mapping blocks") as progress:
        told = remaining(progress, hear)
        size = prepared.recipe.output.block
        made = map_blocks(work, mapper, size, told, begun.how, keys.of, share, hear.warn)
    total = len((share or Share()).cut(begun.blocks))
    parts = {f"of '{begun.output.name}'": taken, "from the run before": total - made - taken}
    kept = "".join(f", {count} of them {where}" for where, count in parts.items() if count)
    hear.step(f"map: {total} block{'s' if total > 1 else ''}{kept}")
    return keys


def _judge(work: Work, begun: _Begun) -> Outcome:
    prepared = begun.prepared
    _, card, scores = work.model()
    facts = outcomes.count(finished(work, prepared.grid, prepared.recipe.output.block), prepared)
    judgement = outcomes.judge(prepared, facts)
    return Outcome(
        prepared, begun.layers, begun.skipped, begun.wanted, card, scores, facts, judgement, work.started.date()
    )


def _write(
    command: Sequence[str], work: Work, begun: _Begun, found: Outcome, keys: BlockKeys
) -> tuple[Crate, bool, Outcome]:
    with CrateBuilder(begun.output) as crate:
        items, found = products.write(crate.staging, work, found, RECIPE)
        for item in items:
            crate.add(item.path, item.role, item.media_type, item.format, item.description)
        learn = learn_key(begun.prepared.recipe, begun.inputs)
        steps = reuse.steps(work, crate.staging, learn, keys, work.block(begun.blocks[0]))
        provenance = _provenance(command, begun, steps, work.started)
        finished_crate = crate.finish(describe(found, provenance), provenance)
        return finished_crate, crate.changed, found


def _provenance(command: Sequence[str], begun: _Begun, steps: Mapping[str, object], started: dt.datetime) -> Provenance:
    return Provenance(
        command=tuple(command) or ("terracite", "landcover", "run"),
        software=software_versions(*SOFTWARE),
        started=started,
        ended=dt.datetime.now(dt.UTC),
        inputs=begun.inputs,
        parameters={"key": begun.key, "steps": dict(steps)},
        recipe=RECIPE,
    )
