# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of `technical` read back; what two languages tell in the same place is one thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from terracite.record.datacite.technical import HEADINGS
from terracite.record.model import (
    Language,
    MapClass,
    Quality,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
    Variable,
)
from terracite.record.reading import values

_HEADING_OF = {text: key for key, both in HEADINGS.items() for _, text in both.items()}
_HEADING = re.compile(rf"({'|'.join(map(re.escape, _HEADING_OF))})(?: \((.+)\))? ?:$")
_NUMBER = r"[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?"
_END = rf"(?:{_NUMBER}|\.\.)"
_BOUNDS = rf"(?:95 % interval|intervalle à 95 %) ?: {_END} (?:to|à) {_END}"
_MEASURE = rf"{_NUMBER}(?: [^(;:]+?)?(?: \({_BOUNDS}\))?"
_DETAILS = r"(?: ?; note ?: (?P<note>.+?))?(?: ?; (?:report|rapport) ?: (?P<report>.+))?"
_PARTS = re.compile(rf"(?P<value>{_NUMBER})(?: (?P<unit>[^(;:]+?))?(?: \(.+?: (?P<low>\S+) (?:to|à) (?P<high>\S+)\))?")
_LINES = {
    "variables": re.compile(
        r"- (?P<name>.+?)(?: \[(?P<unit>[^\]]*)\])?(?: \((?P<standard_name>[a-z]\w*)\))?"
        r"(?: ?: (?P<label>.+?))?(?: ?; (?:method|méthode) ?: (?P<method>.+))?"
    ),
    "classes": re.compile(
        rf"- (?P<code>-?\d+)(?: = (?P<label>.+?))?(?: \((?P<colour>#[0-9a-f]{{6}})\))?(?:, (?P<area>{_NUMBER}) ha)?"
    ),
    "systems": re.compile(r"- (?:(?P<code>[A-Za-z]+:\S+?)(?: \((?P<name>.+)\))?|(?P<only_name>.+))"),
    "resolutions": re.compile(rf"- (?:(?P<distance>{_NUMBER}) m)?(?:, )?(?:1:(?P<scale>\d+))?"),
    "representation": re.compile(r"- (?P<value>\w+)"),
    "time_resolution": re.compile(r"- (?P<value>P\w+)"),
    "quality": re.compile(
        rf"(?P<number>\d+)\. (?:(?P<bare>{_MEASURE})|(?P<name>.+?) ?: (?P<told>{_MEASURE})){_DETAILS}"
    ),
}

Row = dict[str, str]


@dataclass(slots=True)
class Technical:
    """Rows by heading and place in the list, each with its words by language."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    nomenclature: str = ""

    def take(self, text: str, language: Language) -> list[str] | None:
        """Reads a description; gives the lines it does not understand, or None when it has no known heading."""
        first, *others = text.splitlines() or [""]
        if not _HEADING.fullmatch(first):
            return None
        unread, key = [], ""
        for line in (first, *others):
            if found := _HEADING.fullmatch(line):
                key = _HEADING_OF[found[1]]
                self._open(key, found[2] or "")
            elif not self._line(key, line, language):
                unread.append(line)
        return unread

    def _open(self, key: str, detail: str) -> None:
        self.nomenclature = detail if key == "classes" and detail else self.nomenclature
        self.rows.setdefault(key, {})

    def _line(self, key: str, line: str, language: Language) -> bool:
        pattern = _LINES.get(key)
        found = pattern.fullmatch(line) if pattern else None
        if found is None:
            return False
        row = {name: text for name, text in found.groupdict().items() if text}
        if measure := _PARTS.fullmatch(row.pop("bare", "") or row.pop("told", "")):
            row |= {name: text for name, text in measure.groupdict().items() if text}
        words = {f"{name}.{language}": row.pop(name) for name in ("label", "method", "note") if name in row}
        if key == "quality" and "name" in row:
            words[f"name.{language}"] = row.pop("name")
        rows = self.rows[key]
        place = row.get("number") or _first_without(rows, language)
        rows[place] = rows.get(place, {}) | row | words | {f"told.{language}": "yes"}
        return True

    def values(self) -> dict[str, Any]:
        """The fields of the record; raises ValueError or pydantic's error for what the model refuses."""
        rows = {key: [found[place] for place in sorted(found, key=int)] for key, found in self.rows.items()}
        single = {key: rows[key][0]["value"] for key in ("representation", "time_resolution") if rows.get(key)}
        return {
            "variables": tuple(map(_variable, rows.get("variables", ()))),
            "classes": tuple(map(_map_class, rows.get("classes", ()))),
            "nomenclature": self.nomenclature,
            "reference_systems": tuple(map(_system, rows.get("systems", ()))),
            "resolutions": tuple(map(_resolution, rows.get("resolutions", ()))),
            "representation": _representation(single.get("representation", "")),
            "time_resolution": single.get("time_resolution", ""),
            "quality": tuple(map(_quality, rows.get("quality", ()))),
        }


def _first_without(rows: dict[str, Row], language: Language) -> str:
    """The place of the first row that is not yet told in that language."""
    return next((place for place, row in rows.items() if f"told.{language}" not in row), str(len(rows) + 1))


def _text(row: Row, name: str) -> Text:
    return Text(fr=row.get(f"{name}.fr", ""), en=row.get(f"{name}.en", ""))


def _float(row: Row, name: str) -> float | None:
    return values.number(row[name]) if row.get(name, "..") != ".." else None


def _variable(row: Row) -> Variable:
    return Variable(
        name=row["name"],
        label=_text(row, "label"),
        standard_name=row.get("standard_name", ""),
        unit=row.get("unit", ""),
        method=_text(row, "method"),
    )


def _map_class(row: Row) -> MapClass:
    colour = {"colour": row["colour"]} if "colour" in row else {}
    return MapClass(code=int(row["code"]), label=_text(row, "label"), area_ha=_float(row, "area"), **colour)


def _system(row: Row) -> ReferenceSystem:
    return ReferenceSystem(code=row.get("code", ""), name=row.get("name", row.get("only_name", "")))


def _resolution(row: Row) -> Resolution:
    return Resolution(distance_m=_float(row, "distance"), scale=int(row["scale"]) if "scale" in row else None)


def _representation(text: str) -> Representation | None:
    return next((item for item in Representation if item.value == text), None)


def _quality(row: Row) -> Quality:
    value = _float(row, "value")
    return Quality(
        name=_text(row, "name"),
        value=0.0 if value is None else value,
        unit=row.get("unit", "1"),
        low=_float(row, "low"),
        high=_float(row, "high"),
        note=_text(row, "note"),
        report=row.get("report", ""),
    )
