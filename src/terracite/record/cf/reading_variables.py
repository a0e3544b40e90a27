# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the variables are: quantities, flags that are classes, grid mappings that are reference systems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from terracite.record.cf import lists
from terracite.record.cf.attributes import Attributes
from terracite.record.cf.variables import CLASSES, CLASSES_LABEL, SYSTEM, is_axis
from terracite.record.model import MapClass, ReferenceSystem, Text, Variable
from terracite.record.reading import JsonNode, Notes

_SYSTEM = re.compile(rf"{SYSTEM}(_\d+)?")
_GREY = "#808080"
_INTEGER = Text(fr="une liste d’entiers, avec autant de mots", en="a list of integers with as many words")
#: attributes that say how values are stored, not what they are
_STORAGE = (
    "_FillValue",
    "missing_value",
    "nodata",
    "scale_factor",
    "add_offset",
    "valid_min",
    "valid_max",
    "valid_range",
    "actual_range",
    "_Unsigned",
    "grid_mapping",
    "bounds",
    "climatology",
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


def _pointed_at(nodes: Iterable[JsonNode]) -> Iterator[str]:
    for node in nodes:
        for attribute in ("bounds", "climatology", "grid_mapping"):
            yield from re.split(r"[\s:]+", str(node.value.get(attribute, "")))


def _is_support(name: str, own: Attributes) -> bool:
    if own.has("original_name"):  # ours, whose name CF would not take
        return False
    said = own.first("standard_name")
    told = own.has("grid_mapping_name", "crs_wkt", "epsg_code", "axis")
    return told or is_axis(name, str(said.value) if said else "")


def _is_only_flags(name: str, own: Attributes) -> bool:
    """Whether a variable is there for the classes alone, as `terracite.record.cf.variables` writes it."""
    is_ours = re.fullmatch(rf"{CLASSES}(_\d+)?", name)
    label = own.first("long_name")
    return bool(is_ours and own.has("flag_values") and label and label.value == CLASSES_LABEL.en)


def _variable(name: str, own: Attributes) -> Variable:
    name = own.text("original_name") or name
    label = own.translated("long_name", "description")
    if label.en == name and not own.has("long_name_en"):
        label = label.model_copy(update={"en": ""})
    return Variable(
        name=name,
        label=label,
        standard_name=own.text("standard_name", "proposed_standard_name"),
        unit=own.text("units", "original_units"),
        method=own.translated("comment"),
    )


def classes(named: dict[str, JsonNode], notes: Notes) -> tuple[MapClass, ...]:
    """The flags of the only variable that has some; flags beside other variables are of quality, and stay there."""
    flagged = [own for node in named.values() if (own := Attributes(node)).has("flag_values")]
    if len(flagged) != 1:
        return ()
    own = flagged[0]
    codes = [_integer(code) for code in own.values("flag_values")]
    meanings = own.text("flag_meanings").split()
    if len(codes) != len(meanings) or None in codes:
        notes.say(f"{own.node.where}.flag_values", "unreadable", own.values("flag_values"), expected=_INTEGER)
        return ()
    colours = [*own.text("flag_colors").casefold().split(), *[""] * len(codes)]
    rows = zip(codes, _labels(own, meanings, codes), colours, strict=False)
    return tuple(
        MapClass(code=code, label=label, colour=_colour(colour)) for code, label, colour in rows if code is not None
    )


def _integer(code: object) -> int | None:
    try:
        value = float(str(code))
        return int(value) if value == int(value) else None
    except (ValueError, OverflowError):
        return None


def _labels(own: Attributes, meanings: list[str], codes: list[int | None]) -> list[Text]:
    """The labels as they are, else the words of the flags in the languages there are."""
    said = _exactly(lists.split(own.text("flag_labels")), codes)
    if said:
        fr, en = (_exactly(lists.split(own.text(f"flag_labels_{code}")), codes) for code in ("fr", "en"))
        return lists.gathered(said, fr, en)
    french = own.text("flag_meanings_fr").split()
    words = [[_label(word, code) for word, code in zip(row, codes, strict=False)] for row in (meanings, french)]
    return lists.gathered(words[0], words[1], words[0])


def _exactly(labels: list[str], codes: list[int | None]) -> list[str]:
    """As many labels as codes: empty ones at the end are written without their semicolons."""
    return [*labels, *[""] * len(codes)][: len(codes)] if labels and len(labels) <= len(codes) else []


def _label(word: str, code: object) -> str:
    return "" if word == f"class_{code}" else word.replace("_", " ").strip()


def _colour(text: str) -> str:
    return text if re.fullmatch("#[0-9a-f]{6}", text) else _GREY


def reference_systems(named: dict[str, JsonNode], own: Attributes) -> tuple[ReferenceSystem, ...]:
    """From grid mappings (``crs_wkt``, GDAL's ``spatial_ref``, ``epsg_code``) and our `SYSTEM`, each once."""
    found: dict[tuple[str, str, str], ReferenceSystem] = {}
    for name, node in named.items():
        system = _system(name, Attributes(node))
        if system:
            found.setdefault((system.code, system.name if not system.code else "", system.wkt), system)
    if not found and (code := _epsg(own.text("coordinate_system"))):
        return (ReferenceSystem(code=code),)
    return tuple(found.values())


def _system(name: str, mapping: Attributes) -> ReferenceSystem | None:
    wkt = mapping.text("crs_wkt", "spatial_ref")
    said = mapping.text("epsg_code")
    code = _epsg(said) or said or _code_in(wkt)
    named = _name_in(wkt) or (mapping.text("long_name") if _SYSTEM.fullmatch(name) else "")
    if not (wkt or code or (named and not mapping.has("grid_mapping_name"))):
        return None
    return ReferenceSystem(code=code, name=named, wkt="" if code else wkt)


def _epsg(text: str) -> str:
    parts = re.fullmatch(r"(?:EPSG:)?(\d{4,6})(?:\.0)?", text.strip(), re.IGNORECASE)
    return f"EPSG:{parts[1]}" if parts else ""


def _code_in(wkt: str) -> str:
    """The code of the whole system, which comes last: AUTHORITY["EPSG","32622"] or ID["EPSG",32622]."""
    parts = re.search(r"""(?:AUTHORITY|ID)\["EPSG",\s*"?(\d{4,6})"?\]\s*\]\s*$""", wkt[-200:])
    return f"EPSG:{parts[1]}" if parts else ""


def _name_in(wkt: str) -> str:
    parts = re.match(r'\s*\w+\["([^"]*)"', wkt)
    return parts[1] if parts else ""
