# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a map, units and a sample to the table of areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, Severity
from terracite.landcover.area_tables.table import AreaTable, Place
from terracite.landcover.classmap import ClassMap, named
from terracite.landcover.estimation import SampleError, UnitEstimate
from terracite.landcover.judging import PlacedSample, accuracy_of, estimates_by_unit, place_sample
from terracite.landcover.recipe import SamplePart
from terracite.landcover.recipe.french import told
from terracite.landcover.zonal import UnitAreas, Units, areas_by_unit, find_units
from terracite.record.model import Language, MapClass, Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a table of areas is made from, beside the map."""

    units: Path | None = None
    name_column: str = ""
    sample: SamplePart | None = None
    strata: Path | None = None  #: shapes of the sample's strata, where these are neither classes nor units
    strata_column: str = ""
    unit: str = "ha"

    def files(self) -> tuple[Path, ...]:
        """Every file that is read."""
        sample = (self.sample.file, self.sample.strata_file) if self.sample else ()
        return tuple(dict.fromkeys(path for path in (self.units, *sample, self.strata) if path))


def area_table(found: ClassMap, asked: Asked, *, insist: bool = True) -> AreaTable:
    """The areas of a map: of every class, in all and in each unit.

    Without ``insist``, a sample that bears no estimate is no mistake: every estimate is refused, and ``refusal`` says
    why. Raises `ProblemsError` with every mistake of units, strata and sample, `SampleError` (which is one) where the
    points are too few for their design; `RasterError` where cells have no area.
    """
    problems: list[Problem] = []
    units = find_units(asked.units, asked.name_column, found.grid, problems) if asked.units else None
    where = ("strata", "strata column")
    strata = find_units(asked.strata, asked.strata_column, found.grid, problems, where=where) if asked.strata else None
    lacking: list[Problem] = []
    sample = _sample(found, asked.sample, problems if insist else lacking)
    if any(one.severity is Severity.ERROR for one in problems):
        raise ProblemsError("The areas cannot be counted.", problems)
    areas = areas_by_unit(found, units or _nothing(found), strata)
    strange = [Problem("map", f"has the code {code}, which its nomenclature does not know.", severity=Severity.WARNING)
               for code in areas.unknown]  # fmt: skip
    classes = _classes(found, areas, sample)
    if not classes:
        nothing = Problem("map", f"'{found.name}' maps nothing.", "Give a raster of codes from 1 to 255.")
        raise ProblemsError("The areas cannot be counted.", [nothing])
    notes = (*problems, *(sample.notes if sample else ()), *strange)
    table = replace(_mapped(areas, classes, asked.unit, notes), drawn=units)
    try:
        return _refused(table, lacking) if sample is None else _estimated(table, sample, areas, units, strata)
    except SampleError as error:
        if insist:
            raise
        return _refused(table, error.problems)


def _refused(table: AreaTable, problems: Sequence[Problem]) -> AreaTable:
    """The table as mapped, each estimate of which is refused for the sake of the sample; the table itself where
    nothing is wrong with it.
    """
    wrong = tuple(one for one in problems if one.severity is Severity.ERROR)
    if not wrong:
        return table
    texts: dict[Language, str] = {way: " ".join(told(str(one), way) for one in wrong) for way in ("fr", "en")}
    reason = Text(
        fr=f"L'échantillon ne permet aucune estimation : {texts['fr']}",
        en=f"The sample supports no estimate: {texts['en']}",
    )
    nothing = UnitEstimate(0, "refused", None, None, 0, reason)
    units = tuple(replace(place, estimate=nothing) for place in table.units)
    return replace(table, whole=replace(table.whole, estimate=nothing), units=units, refusal=wrong)


def _nothing(found: ClassMap) -> Units:
    none = np.empty(0, dtype=object)
    return Units((), none, none, found.grid.crs, found.grid, found.path, "")


def _sample(found: ClassMap, part: SamplePart | None, problems: list[Problem]) -> PlacedSample | None:
    if part is None:
        return None
    try:
        return place_sample(found, part)
    except ProblemsError as error:
        problems.extend(error.problems)
        return None


def _classes(found: ClassMap, areas: UnitAreas, sample: PlacedSample | None) -> tuple[MapClass, ...]:
    """The classes of the table: those of the sample's nomenclature, which is the map's, and what else is mapped."""
    known = {one.code: one for one in found.nomenclature.classes}
    codes = dict.fromkeys((*(sample.nomenclature.codes if sample else ()), *areas.codes))
    return tuple(named(code, known, rank) for rank, code in enumerate(codes))


def _mapped(areas: UnitAreas, classes: tuple[MapClass, ...], unit: str, notes: tuple[Problem, ...]) -> AreaTable:
    places = {code: position for position, code in enumerate(areas.codes)}
    order = [places.get(one.code, len(areas.codes)) for one in classes]
    own = np.pad(areas.areas_ha, ((0, 0), (0, 1)))[:, order]
    whole = np.append(areas.map_ha, 0.0)[order]
    units = tuple(
        Place(name, own[number], float(areas.unmapped_ha[number]), float(areas.share_on_map[number]), None)
        for number, name in enumerate(areas.names)
    )
    return AreaTable(classes, Place("", whole, areas.map_unmapped_ha, 1.0, None), units, unit, areas.stretch, notes)


def _estimated(
    table: AreaTable, sample: PlacedSample, areas: UnitAreas, units: Units | None, strata: Units | None
) -> AreaTable:
    """The table with what the sample says of the map and of each unit. Raises `SampleError`."""
    if units is None:
        return replace(table, whole=replace(table.whole, estimate=_of_all(sample)))
    mapped = np.array([place.mapped_ha[: sample.classes] for place in table.units]).reshape(-1, sample.classes)
    unmapped = np.array([place.unmapped_ha for place in table.units])
    pieces = _pieces(table, sample, areas, strata)
    found = estimates_by_unit(sample, units.of(*sample.xy.T), mapped, unmapped, by_stratum_ha=pieces)
    places = tuple(replace(place, estimate=one) for place, one in zip(table.units, found, strict=True))
    return replace(table, whole=replace(table.whole, estimate=_of_all(sample)), units=places)


def _of_all(sample: PlacedSample) -> UnitEstimate:
    """The whole of what the sample stands for, by the estimator of its design."""
    if sample.stratum_areas_ha is None:
        nowhere = np.zeros(len(sample.mapped), np.int64)
        return estimates_by_unit(sample, nowhere, np.zeros((1, sample.classes)), np.zeros(1))[0]
    found = accuracy_of(sample)
    return UnitEstimate(len(sample.mapped), "direct", found.overall, found.areas, 0, Text())


def _pieces(table: AreaTable, sample: PlacedSample, areas: UnitAreas, strata: Units | None) -> Floats | None:
    """(units, strata, classes and not mapped) in hectares; None where nothing tells the strata of a unit."""
    names = {name: position for position, name in enumerate(sample.stratum_names)}
    if sample.design != "strata" or (strata is None and not all(place.name in names for place in table.units)):
        return None
    classes = sample.classes
    found = np.zeros((len(table.units), len(names), classes + 1))
    if strata is None or areas.by_stratum is None:  # the units are the strata
        for number, place in enumerate(table.units):
            found[number, names[place.name]] = np.append(place.mapped_ha[:classes], place.unmapped_ha)
        return found
    order = [list(areas.codes).index(one.code) for one in table.classes[:classes] if one.code in areas.codes]
    shown = [rank for rank, one in enumerate(table.classes[:classes]) if one.code in areas.codes]
    for number, name in enumerate(strata.names):
        if name in names:
            found[:, names[name], shown] = areas.by_stratum[:, number, order]
            found[:, names[name], classes] = areas.by_stratum[:, number, -1]
    return found
