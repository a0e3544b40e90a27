# SPDX-License-Identifier: AGPL-3.0-or-later
"""Areas of each unit of ``[areas]``: what the sample says of it with its interval, or what the map counts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import paragraph, section, table
from terracite.landcover.report.words import Words
from terracite.landcover.wording import number

if TYPE_CHECKING:  # tables of areas read finished maps
    from terracite.landcover.area_tables import AreaTable, Place

_ROWS = 30  #: units that a person reads; then the largest ones
_CLASSES = 8  #: columns that fit


def units(found: Outcome, language: str, say: Words) -> str:
    """A row for the whole map and each unit, with how each was estimated; nothing without ``[areas]``."""
    areas = found.areas
    if areas is None or not areas.units:
        return ""
    largest = sorted(areas.units, key=lambda place: -place.area_ha)[:_ROWS]
    shown = areas.units if len(areas.units) <= _ROWS else tuple(largest)
    classes = _classes(areas)
    columns = [say["unit"], say["unit_area"].format(unit=_unit(areas))]
    columns += [areas.classes[position].label.best(language) for position in classes]
    columns += [say["unit_method"]] * areas.sampled
    rows = [_row(areas, place, classes, language, say) for place in (areas.whole, *shown)]
    parts = [_lead(areas, language, say), table(columns, rows, say["units"])]
    parts += [paragraph(text, ' class="soft"') for text in _rest(areas, len(shown), len(classes), say)]
    return section(say["units"], "".join(parts))


def _lead(areas: AreaTable, language: str, say: Words) -> str:
    """How the table is to be read."""
    if areas.refusal and areas.whole.estimate:
        reason = areas.whole.estimate.reason
        return paragraph(f"{reason.fr if language == 'fr' else reason.en} {say['units_mapped']}", ' class="notice"')
    if not areas.sampled:
        return paragraph(say["units_mapped"])
    refused = sum(place.method == "refused" for place in areas.units)
    assisted = sum(place.method == "model-assisted" for place in areas.units)
    texts = [say["units_estimated"]]
    texts += [say["units_assisted"]] * bool(assisted) + [say["units_refused"]] * bool(refused)
    return paragraph(" ".join(texts))


def _rest(areas: AreaTable, rows: int, classes: int, say: Words) -> list[str]:
    """Where to find what the table leaves out."""
    found = []
    if rows < len(areas.units):
        found.append(say["units_largest"].format(shown=rows, count=len(areas.units)))
    if classes < len(areas.classes):
        found.append(say["units_classes"].format(shown=classes, count=len(areas.classes)))
    return [*found, say["units_files"]]


def _classes(areas: AreaTable) -> list[int]:
    """Positions of the classes that have a column: all, or the largest ones of the map, in the order of the table."""
    order = np.argsort(-areas.whole.mapped_ha, kind="stable")[:_CLASSES]
    return sorted(order.tolist())


def _row(areas: AreaTable, place: Place, classes: list[int], language: str, say: Words) -> list[str]:
    name = escape(place.name) if place.name else f"<b>{escape(say['whole_map'])}</b>"
    cells = [name, number(areas.in_unit(place.area_ha), language)]
    cells += [_cell(areas, place, position, language, say) for position in classes]
    return [*cells, escape(_method(areas, place, language, say))] if areas.sampled else cells


def _cell(areas: AreaTable, place: Place, position: int, language: str, say: Words) -> str:
    """The estimate over its interval; what the map counts, slanted, where the sample says nothing."""
    value, low, high = areas.interval(place, position)
    if np.isnan(value):
        mapped = number(areas.in_unit(place.mapped_ha[position]), language)
        return f"<i>{mapped}</i>" if areas.sampled else mapped
    between = say["between"].format(low=number(low, language), high=number(high, language))
    return f"<b>{number(value, language)}</b><br><small>{escape(between)}</small>"


def _method(areas: AreaTable, place: Place, language: str, say: Words) -> str:
    """ "with the help of the map (17 points)"."""
    known = place.estimate
    if known is None or areas.refusal:
        return say["method_mapped"]
    if known.method == "refused":
        reason = known.reason.fr if language == "fr" else known.reason.en
        return say["method_refused"].format(missing=known.missing) if known.missing else reason
    key = "method_direct" if known.method == "direct" else "method_assisted"
    return say[key].format(points=known.points)


def _unit(areas: AreaTable) -> str:
    return "km²" if areas.unit == "km2" else "ha"
