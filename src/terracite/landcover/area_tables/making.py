# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a map, units and a sample to the table of areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError, Severity
from terracite.landcover.area_tables.table import AreaTable, Place
from terracite.landcover.classmap import ClassMap, named
from terracite.landcover.estimation import UnitEstimate, by_unit
from terracite.landcover.judging import PlacedSample, place_sample
from terracite.landcover.recipe import SamplePart
from terracite.landcover.zonal import UnitAreas, Units, areas_by_unit, find_units
from terracite.record.model import MapClass, Text

Floats = NDArray[np.float64]

_NO_SHAPES = Text(
    fr="On ne sait pas combien de chaque strate de l'échantillon se trouve dans l'unité : donnez la forme des strates.",
    en="It is not known how much of each stratum of the sample lies in the unit: give the shapes of the strata.",
)
_BY_CHOICE = Text(
    fr="L'échantillon n'est pas tiré au hasard : aucune surface ne peut en être estimée.",
    en="The sample was not drawn by chance: no area can be estimated from it.",
)


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


def area_table(found: ClassMap, asked: Asked) -> AreaTable:
    """The areas of a map: of every class, in all and in each unit.

    Raises `ProblemsError` with every mistake of units, strata and sample; `RasterError` where cells have no area.
    """
    problems: list[Problem] = []
    units = find_units(asked.units, asked.name_column, found.grid, problems) if asked.units else None
    where = ("strata", "strata column")
    strata = find_units(asked.strata, asked.strata_column, found.grid, problems, where=where) if asked.strata else None
    sample = _sample(found, asked.sample, problems)
    if any(one.severity is Severity.ERROR for one in problems):
        raise ProblemsError("The areas cannot be counted.", problems)
    areas = areas_by_unit(found, units or _nothing(found), strata)
    strange = [Problem("map", f"has the code {code}, which its nomenclature does not know.", severity=Severity.WARNING)
               for code in areas.unknown]  # fmt: skip
    classes = _classes(found, areas, sample)
    notes = (*problems, *(sample.notes if sample else ()), *strange)
    table = replace(_mapped(areas, classes, asked.unit, notes), drawn=units)
    return table if sample is None else _estimated(table, sample, areas, units, strata)


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
    """The table with what the sample says of the map and of each unit."""
    whole = _estimates(sample, np.zeros(len(sample.mapped), np.int64), _whole(table, sample))
    pieces = _pieces(table, sample, areas, strata)
    at = units.of(*sample.xy.T) if units else np.empty(0, np.int64)
    inside = np.bincount(at[at >= 0], minlength=len(table.units)) if units else at
    if sample.stratum_areas_ha is None or pieces is None:
        reason = _BY_CHOICE if sample.stratum_areas_ha is None else _NO_SHAPES
        found = tuple(UnitEstimate(int(count), "refused", None, None, 0, reason) for count in inside)
    else:
        found = _estimates(sample, at, pieces) if units else ()
    places = tuple(replace(place, estimate=one) for place, one in zip(table.units, found, strict=True))
    return replace(table, whole=replace(table.whole, estimate=whole[0]), units=places)


def _estimates(sample: PlacedSample, at: NDArray[np.int64], pieces: Floats) -> tuple[UnitEstimate, ...]:
    if sample.stratum_areas_ha is None:
        return (UnitEstimate(len(sample.mapped), "refused", None, None, 0, _BY_CHOICE),)
    return by_unit(
        sample.mapped, sample.reference, sample.strata, sample.stratum_areas_ha, at, pieces, sample.classes,
        clusters=sample.clusters, inclusion=sample.inclusion,
    )  # fmt: skip


def _whole(table: AreaTable, sample: PlacedSample) -> Floats:
    """(1, strata, classes [+ not mapped]) of the whole map, as one unit."""
    classes, mapped = sample.classes, table.whole.mapped_ha[: sample.classes]
    if sample.design == "map":
        return np.diag(mapped)[None]
    held = np.append(mapped, table.whole.unmapped_ha)
    if sample.stratum_areas_ha is None or sample.design != "strata":
        return held[None, None]
    return np.asarray(sample.stratum_areas_ha[None, :, None] * (held / held.sum()).reshape(1, 1, classes + 1))


def _pieces(table: AreaTable, sample: PlacedSample, areas: UnitAreas, strata: Units | None) -> Floats | None:
    """(units, strata, classes [+ not mapped]) in hectares; None where nothing tells the strata of a unit."""
    count, classes = len(table.units), sample.classes
    held = np.zeros((count, classes + 1))
    for number, place in enumerate(table.units):
        held[number] = np.append(place.mapped_ha[:classes], place.unmapped_ha)
    if sample.design == "map":
        return held[:, :classes, None] * np.eye(classes)
    if sample.design != "strata":
        return held[:, None]
    names = {name: position for position, name in enumerate(sample.stratum_names)}
    found = np.zeros((count, len(names), classes + 1))
    if strata is not None and areas.by_stratum is not None:
        order = [list(areas.codes).index(one.code) for one in table.classes[:classes] if one.code in areas.codes]
        shown = [rank for rank, one in enumerate(table.classes[:classes]) if one.code in areas.codes]
        for number, name in enumerate(strata.names):
            if name in names:
                found[:, names[name], shown] = areas.by_stratum[:, number, order]
                found[:, names[name], classes] = areas.by_stratum[:, number, -1]
        return found
    if not all(place.name in names for place in table.units):
        return None
    for number, place in enumerate(table.units):
        found[number, names[place.name]] = held[number]
    return found
