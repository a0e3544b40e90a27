# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the variables are: quantities, flags that are classes, grid mappings that are reference systems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from terracite.record.cf.attributes import Attributes
from terracite.record.cf.variables import CLASSES
from terracite.record.model import MapClass, ReferenceSystem, Text, Variable
from terracite.record.reading import JsonNode

_AXES = frozenset(
    {"latitude", "longitude", "time", "projection_x_coordinate", "projection_y_coordinate", "forecast_reference_time"}
)
_AXIS_NAMES = frozenset({"lat", "lon", "latitude", "longitude", "time", "x", "y", "crs", "spatial_ref"})
_GREY = "#808080"
#: attributes that say how values are stored, not what they are
_STORAGE = (
    "_FillValue",
    "missing_value",
    "scale_factor",
    "add_offset",
    "_Unsigned",
    "grid_mapping",
    "coordinates",
    "_ChunkSizes",
    "coverage_content_type",
)


def variables(named: dict[str, JsonNode]) -> tuple[Variable, ...]:
    """The quantities: neither axes, nor bounds, nor grid mappings, nor the flags that `classes` reads alone."""
    pointed_at = set(_pointed_at(named.values()))
    found = []
    for name, node in named.items():
        own = Attributes(node)
        if name in pointed_at or _is_support(name, own) or _is_only_flags(name, own):
            node.skip()
            continue
        own.skip(*_STORAGE)
        found.append(_variable(name, own))
    return tuple(found)


def _pointed_at(nodes: object) -> Iterator[str]:
    for node in nodes if isinstance(nodes, list) else list(nodes):  # type: ignore[call-overload]
        for attribute in ("bounds", "climatology", "grid_mapping"):
            yield from re.split(r"[\s:]+", str(node.value.get(attribute, "")))


def _is_support(name: str, own: Attributes) -> bool:
    said = own.first("standard_name")
    if own.has("grid_mapping_name", "crs_wkt", "axis") or (said and said.value in _AXES):
        return True
    return name.casefold() in _AXIS_NAMES or name.casefold().endswith(("_bnds", "_bounds"))


def _is_only_flags(name: str, own: Attributes) -> bool:
    return name == CLASSES and own.has("flag_values") and not own.has("units", "standard_name", "long_name")


def _variable(name: str, own: Attributes) -> Variable:
    return Variable(
        name=name,
        label=own.translated("long_name", "description"),
        standard_name=own.text("standard_name"),
        unit=own.text("units"),
        method=own.translated("comment"),
    )


def classes(named: dict[str, JsonNode]) -> tuple[MapClass, ...]:
    """The flags of the only variable that has some; flags beside other variables are of quality, and stay there."""
    flagged = [own for node in named.values() if (own := Attributes(node)).has("flag_values", "flag_meanings")]
    if len(flagged) != 1:
        return ()
    own = flagged[0]
    codes, meanings = own.values("flag_values"), own.text("flag_meanings").split()
    french = own.text("flag_meanings_fr").split()
    colours = own.text("flag_colors").casefold().split()
    if len(codes) != len(meanings):
        return ()
    return tuple(
        MapClass(
            code=int(code),
            label=Text(en=_label(meanings[at], code), fr=_label(french[at] if at < len(french) else "", code)),
            colour=_colour(colours[at] if at < len(colours) else ""),
        )
        for at, code in enumerate(codes)
        if isinstance(code, int | float) and code == int(code)
    )


def _label(word: str, code: object) -> str:
    return "" if word == f"class_{code}" else word.replace("_", " ").strip()


def _colour(text: str) -> str:
    return text if re.fullmatch("#[0-9a-f]{6}", text) else _GREY


def reference_systems(named: dict[str, JsonNode], own: Attributes) -> tuple[ReferenceSystem, ...]:
    """From grid mappings (``crs_wkt``, GDAL's ``spatial_ref``, ``epsg_code``), each once."""
    found: dict[str, ReferenceSystem] = {}
    for node in named.values():
        mapping = Attributes(node)
        wkt = mapping.text("crs_wkt", "spatial_ref")
        code = _epsg(mapping.text("epsg_code")) or _code_in(wkt)
        name = _name_in(wkt)
        if wkt or code:
            found.setdefault(code or wkt, ReferenceSystem(code=code, name=name, wkt="" if code else wkt))
    if not found and (code := _epsg(own.text("coordinate_system"))):
        found[code] = ReferenceSystem(code=code)
    return tuple(found.values())


def _epsg(text: str) -> str:
    parts = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", text.strip(), re.IGNORECASE)
    return f"EPSG:{parts[1]}" if parts else ""


def _code_in(wkt: str) -> str:
    """The code of the whole system, which comes last: AUTHORITY["EPSG","32622"] or ID["EPSG",32622]."""
    parts = re.search(r"""(?:AUTHORITY|ID)\["EPSG",\s*"?(\d{4,6})"?\]\s*\]\s*$""", wkt)
    return f"EPSG:{parts[1]}" if parts else ""


def _name_in(wkt: str) -> str:
    parts = re.match(r'\s*\w+\["([^"]*)"', wkt)
    return parts[1] if parts else ""
