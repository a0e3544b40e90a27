# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything a recipe names, opened and checked before any pixel is read; every mistake is told at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ArchiveError, Problem, RasterError, Severity
from terracite.landcover import features, images, reference, specialise, suspicions
from terracite.landcover import strata as regions
from terracite.landcover.area import Area, area_of
from terracite.landcover.classes import Nomenclature, from_parts, from_values, parts_of, spelt, with_labels
from terracite.landcover.layers import Layer
from terracite.landcover.mapping.prior_files import read_priors
from terracite.landcover.mapping.priors import Priors
from terracite.landcover.recipe import (
    AreaPart,
    AreasPart,
    ClassifierPart,
    Draft,
    FeaturesPart,
    ModelPart,
    NomenclaturePart,
    OutputPart,
    PeriodPart,
    PriorsPart,
    Recipe,
    RecordPart,
    ReferencePart,
    SamplesPart,
    StrataPart,
    ValidationPart,
    nearest,
    read,
)
from terracite.landcover.reference import Features, LabelledSeries, PointSample
from terracite.landcover.samples import caps_of
from terracite.landcover.strata import Strata
from terracite.landcover.tiles import grids_of
from terracite.landcover.uncertainty import checking
from terracite.raster.grid import Grid
from terracite.record.vocabularies import spdx_identifiers


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe that can be run: what it names is there, open and understood."""

    recipe: Recipe
    layers: tuple[Layer, ...]
    grid: Grid
    known: Features | LabelledSeries
    labels: NDArray[np.int64]  #: position of the class of each feature or series
    nomenclature: Nomenclature
    sample: PointSample | None
    sample_labels: NDArray[np.int64]  #: position of the class of each point of the sample
    strata: Strata | None = None
    priors: Priors | None = None
    units: int = 0  #: of ``[areas]`` that touch the map
    notes: tuple[Problem, ...] = ()  #: warnings: it can be run, and something looks wrong


_NONE = np.empty(0, np.int64)


def prepare(path: Path, base: Path | None = None) -> Prepared:
    """The recipe in ``path`` with all it names. Raises `RecipeError` with every mistake, spelling or content.

    ``base``: the folder that its paths are relative to, when it is not its own.
    """
    draft = read(path, base)
    layers, first = _layers(draft)
    layers = _featured(draft, _with_map(draft, layers))
    known = _known(draft, [layer.index for layer in layers])
    nomenclature = _nomenclature(draft, known)
    labels = _labels(draft, known, nomenclature)
    sample, sample_labels = _sample(draft, nomenclature)
    area = _area(draft, layers, first)
    strata = _strata(draft, known)
    priors = _priors(draft, nomenclature)
    units = _check_units(draft, area)
    _suspect(draft, layers, area.grid if area else None, known)
    if sample and area:
        part, where = draft.sections["validation"].sample, "validation.sample.file"
        placed = suspicions.of_place(sample.frame, area.grid, where, part.file.name, "area" in draft.sections)
        draft.problems += [one for one in placed if one.severity is Severity.ERROR]  # some outside: the report says so
    if isinstance(nomenclature, Nomenclature):
        _suspect_classes(draft, known, labels, nomenclature)
        caps_of(draft.sections.get("samples", SamplesPart()), nomenclature, draft.problems)
    _check_model(draft, layers, nomenclature)
    _check_record(draft)
    recipe = draft.recipe()
    if known is None or nomenclature is None or area is None:
        raise AssertionError("a recipe without problems has images and a reference")
    found = Prepared(
        recipe,
        tuple(area.cut(layer) for layer in layers),
        area.grid,
        known,
        labels,
        nomenclature,
        sample,
        sample_labels,
        strata,
    )
    return replace(found, priors=priors, units=units, notes=draft.located())


def _layers(draft: Draft) -> tuple[list[Layer], list[Layer]]:
    """Every layer, and those of the first images."""
    found: list[Layer] = []
    first: list[Layer] = []
    for number, source in enumerate(draft.images, start=1):
        where = f"images {number}" if len(draft.images) > 1 else "images"
        for layer in images.find(source, where, draft.problems):
            if any(layer.index == other.index for other in found):
                what = f"the index '{layer.index}' is given twice."
                cure = 'Name it once, or tell two sensors apart: prefix = "L8".'
                draft.problems.append(Problem(f"{where}.indices", what, cure))
            found.append(layer)
        first = first or list(found)
    _check_period(draft, found)
    return found, first


def _with_map(draft: Draft, layers: list[Layer]) -> list[Layer]:
    """The layers, with those of the map of ``[model]``."""
    part: ModelPart | None = draft.sections.get("model")
    if part is None or part.map is None:
        return layers
    if draft.sections.get("reference") is not None and draft.sections["reference"].kind == "series":
        what = "labelled series have no map under them."
        draft.problems.append(Problem("model.map", what, "Give polygons or points."))
    return [*layers, *specialise.class_layers(part.map, "model.map", draft.problems)]


def _check_model(draft: Draft, layers: list[Layer], nomenclature: Nomenclature | None) -> None:
    """Whether the model to start from suits, and levels of classes have parents."""
    part: ModelPart | None = draft.sections.get("model")
    period, features_part = draft.sections.get("period", PeriodPart()), draft.sections.get("features")
    if part is not None and layers:
        specialise.check(part, layers, period, features_part, nomenclature, draft.problems)
    classifier = draft.sections.get("classifier", ClassifierPart())
    if classifier.hierarchical and nomenclature is not None and not any(nomenclature.parents):
        cure = "Give each class of the nomenclature the code of its parent: parent = 110."
        draft.problems.append(Problem("classifier.hierarchical", "needs classes that have parents.", cure))


def _featured(draft: Draft, layers: list[Layer]) -> list[Layer]:
    """The layers that features are made of."""
    part: FeaturesPart | None = draft.sections.get("features")
    if part is None or not layers:
        return layers
    layers = features.extended(layers, part, draft.problems)
    features.check(layers, draft.sections.get("period", PeriodPart()), part, draft.problems)
    if part.objects is not None and getattr(draft.sections.get("reference"), "kind", "") == "series":
        what = "labelled series have no image around them."
        draft.problems.append(Problem("features.objects", what, "Give polygons or points."))
    return features.needed(layers, part)


def _check_period(draft: Draft, layers: list[Layer]) -> None:
    period = draft.sections.get("period", PeriodPart())
    for layer in layers:
        dates = layer.days
        if dates.size and layer.during(period).days.size == 0:
            first, last = (np.datetime64("0001-01-01") + np.timedelta64(int(day) - 1, "D") for day in dates[[0, -1]])
            what = f"holds no image of {layer.index}; there are images from {first} to {last}."
            draft.problems.append(Problem("period", what, "Change start or end."))


def _area(draft: Draft, layers: list[Layer], first: list[Layer]) -> Area | None:
    """What is mapped; None when the place of a layer cannot be told, or the area is mistaken."""
    lost = []
    for layer in layers:
        try:
            grids_of(layer)
        except (ArchiveError, RasterError) as error:
            lost.append(_no_grid(layer, error))
    draft.problems += lost
    if lost or not first:
        return None
    part: AreaPart = draft.sections.get("area", AreaPart())
    return area_of(part, first, draft.problems)


def _no_grid(layer: Layer, error: ArchiveError | RasterError) -> Problem:
    """Why images lie nowhere: what the first of them says is clearer than that none can be used."""
    for origin in layer.origins[:1]:
        try:
            Grid.of(origin.path)
        except RasterError as told:
            return Problem("images.folder", f"{error.message} {told.message}", told.hint)
    return Problem("images.folder", error.message, error.hint)


def _priors(draft: Draft, nomenclature: Nomenclature | None) -> Priors | None:
    part: PriorsPart | None = draft.sections.get("priors")
    if part is None or not isinstance(nomenclature, Nomenclature):
        return None
    return read_priors(part, nomenclature, draft.problems)


def _strata(draft: Draft, known: Features | LabelledSeries | None) -> Strata | None:
    part: StrataPart | None = draft.sections.get("strata")
    if part is None:
        return None
    if isinstance(known, LabelledSeries):
        what = "labelled series are not counted by region."
        draft.problems.append(Problem("strata", what, "Leave [strata] out, or give polygons or points."))
        return None
    found = regions.read_strata(part, draft.problems)
    if found is not None and known is not None:
        draft.problems += regions.suspicions(found, known)
    return found


def _suspect(draft: Draft, layers: list[Layer], grid: Grid | None, known: Features | LabelledSeries | None) -> None:
    period = draft.sections.get("period", PeriodPart())
    draft.problems += suspicions.of_layers([layer.during(period) for layer in layers])
    if grid:
        draft.problems += suspicions.of_grids(layers, grid)
    if grid and isinstance(known, Features):
        name = draft.sections["reference"].file.name
        area = "area" in draft.sections
        draft.problems += suspicions.of_place(known.frame, grid, "reference.file", name, area)


def _suspect_classes(
    draft: Draft, known: Features | LabelledSeries | None, labels: NDArray[np.int64], nomenclature: Nomenclature
) -> None:
    if known is None or len(labels) != len(known.classes):
        return
    groups = known.groups if isinstance(known, Features) else np.arange(len(labels))
    kind = known.kind if isinstance(known, Features) else "series"
    draft.problems += suspicions.of_classes(labels, groups, nomenclature, kind)
    output = draft.sections.get("output", OutputPart())
    draft.problems += checking.problems(output, labels, np.asarray(groups), nomenclature, kind)


def _known(draft: Draft, indices: list[str]) -> Features | LabelledSeries | None:
    part: ReferencePart | None = draft.sections.get("reference")
    validation: ValidationPart = draft.sections.get("validation", ValidationPart())
    if part is None:
        return None
    if part.kind == "series":
        if "polygon" in validation.scores:
            what = "labelled series have no polygons."
            draft.problems.append(Problem("validation.scores", what, 'Use "block" or "random".'))
        return reference.read_series(part, indices, "reference", draft.problems)
    return reference.read_features(part, "reference", draft.problems)


def _nomenclature(draft: Draft, known: Features | LabelledSeries | None) -> Nomenclature | None:
    section: NomenclaturePart = draft.sections.get("nomenclature", NomenclaturePart())
    before = len(draft.problems)
    parts = parts_of(section, draft.problems)
    if parts:
        return from_parts(section.id, parts)
    if known is None or len(draft.problems) > before:
        return None
    return from_values(known.classes)


def _labels(
    draft: Draft, known: Features | LabelledSeries | None, nomenclature: Nomenclature | None
) -> NDArray[np.int64]:
    if known is None or nomenclature is None:
        return _NONE
    path = draft.sections["reference"].file
    draft.problems += reference.unknown_classes(known.classes, nomenclature.names, spelt, "reference", path)
    positions = [nomenclature.position(value) for value in known.classes]
    if len({position for position in positions if position is not None}) < 2:
        what = f"'{path.name}' has fewer than two classes of the nomenclature."
        draft.problems.append(Problem("reference.class_column", what, "Check the column."))
    return np.array([-1 if position is None else position for position in positions], np.int64)


def _sample(draft: Draft, nomenclature: Nomenclature | None) -> tuple[PointSample | None, NDArray[np.int64]]:
    validation: ValidationPart = draft.sections.get("validation", ValidationPart())
    part, where = validation.sample, "validation.sample"
    if part is None:
        return None, _NONE
    sample = reference.read_sample(part, where, draft.problems)
    known: ReferencePart | None = draft.sections.get("reference")
    if known is not None and known.file == part.file:
        what = "is the file that the map is trained with."
        draft.problems.append(Problem(f"{where}.file", what, "A probability sample has to be independent of it."))
    if sample is None or nomenclature is None:
        return None, _NONE
    nomenclature = with_labels(nomenclature)
    draft.problems += reference.unknown_classes(sample.classes, nomenclature.names, spelt, where, part.file)
    return sample, np.array([nomenclature.position(value) or 0 for value in sample.classes], np.int64)


def _check_units(draft: Draft, area: Area | None) -> int:
    """Whether the units and strata of ``[areas]`` can be used; how many units touch the map."""
    from terracite.landcover.zonal.units import find_units  # imports finished maps, which import this

    part: AreasPart | None = draft.sections.get("areas")
    if part is None:
        return 0
    grid = area.grid if area else None
    units = find_units(part.units, part.name, grid, draft.problems, where=("areas.units", "areas.name"))
    if part.strata is not None:
        find_units(part.strata, part.strata_name, grid, draft.problems, where=("areas.strata", "areas.strata_name"))
    return len(units) if units else 0


def _check_record(draft: Draft) -> None:
    licence = draft.sections.get("record", RecordPart()).licence
    if licence not in spdx_identifiers():
        cure = nearest(licence, sorted(spdx_identifiers()))
        cure = cure if cure.startswith("Did") else 'Use an SPDX identifier, such as "CC-BY-4.0".'
        draft.problems.append(Problem("record.licence", f"'{licence}' is not in the SPDX list.", cure))
