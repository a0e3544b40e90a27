# SPDX-License-Identifier: AGPL-3.0-or-later
"""Classes and their names from what lies beside a raster: QML and SLD styles, GDAL's attribute tables, ESRI's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from terracite.raster.inspect import ClassFact, Facts
from terracite.raster.inspect_kinds import Kind

_MOST_BYTES = 16 * 2**20
_MOST_CLASSES = 500
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_CODES = ("value", "code", "classvalue", "gridcode", "id")
_LABELS = ("class_name", "classname", "class", "label", "name", "legend", "libelle", "nom", "category", "categorie")

Row = tuple[str, str, str]  #: code, label, colour, as texts


def facts(path: Path, kind: Kind) -> Facts:
    """The classes that a style or an attribute table names."""
    return Facts(kind.format, kind.media_type, classes=classes_in(path))


def classes_in(path: Path) -> tuple[ClassFact, ...]:
    """The classes, in their order; none where the labels are but numbers (a ramp of colours)."""
    with path.open("rb") as stream:
        root = parsed(stream.read(_MOST_BYTES))
    rows = [*_palette(root), *_colour_map(root), *_attribute_table(root)]
    return _classes(rows)


def parsed(content: bytes) -> Any:
    """The root of an XML document, read without entities, network or a tree of unbounded depth."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False)
    return etree.fromstring(content, parser)


def _palette(root: Any) -> Iterator[Row]:
    """QGIS: a palette, else the items of a ramp."""
    for name in ("paletteEntry", "item"):
        found = [item for item in root.iter(name) if item.get("value") is not None and item.get("color")]
        if found:
            yield from ((item.get("value"), item.get("label", ""), item.get("color")) for item in found)
            return


def _colour_map(root: Any) -> Iterator[Row]:
    """OGC SLD: ColorMapEntry, whatever its namespace."""
    for item in root.iter("{*}ColorMapEntry"):
        yield item.get("quantity", ""), item.get("label", ""), item.get("color", "")


def _attribute_table(root: Any) -> Iterator[Row]:
    """GDAL's table: columns by their use (0 any, 2 name, 5 value, 6-8 red, green, blue) or by their names."""
    for table in root.iter("GDALRasterAttributeTable"):
        fields = [(item.findtext("Name", "").lower(), item.findtext("Usage", "0")) for item in table.iter("FieldDefn")]
        code, label = _column(fields, "5", _CODES), _column(fields, "2", _LABELS)
        rgb = [_column(fields, usage, (name,)) for usage, name in (("6", "red"), ("7", "green"), ("8", "blue"))]
        if code is None or label is None:
            continue
        for row in table.iter("Row"):
            cells = [cell.text or "" for cell in row.iter("F")]
            if len(cells) == len(fields):
                yield cells[code], cells[label], _hex(cells, rgb)


def _column(fields: list[tuple[str, str]], usage: str, names: tuple[str, ...]) -> int | None:
    by_use = next((at for at, field in enumerate(fields) if field[1] == usage), None)
    return by_use if by_use is not None else next((at for at, field in enumerate(fields) if field[0] in names), None)


def _hex(cells: list[str], rgb: list[int | None]) -> str:
    try:
        parts = [int(float(cells[at])) for at in rgb if at is not None]
    except ValueError:
        return ""
    return "#{:02x}{:02x}{:02x}".format(*parts) if len(parts) == 3 and all(0 <= part < 256 for part in parts) else ""


def _classes(rows: Iterable[Row]) -> tuple[ClassFact, ...]:
    found: dict[int, ClassFact] = {}
    for value, label, colour in rows:
        code = _whole(value)
        if code is None:
            return ()
        plain = _COLOUR.match(colour)
        found.setdefault(code, ClassFact(code, label.strip()[:200], plain[0].lower() if plain else ""))
        if len(found) > _MOST_CLASSES:
            return ()
    named = [item for item in found.values() if item.label and _decimal(item.label) is None]
    return tuple(found.values()) if len(named) * 2 > len(found) else ()


def _whole(text: str) -> int | None:
    value = _decimal(text)
    return int(value) if value is not None and value == int(value) else None


def _decimal(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None
