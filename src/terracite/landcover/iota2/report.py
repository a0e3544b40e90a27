# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of each setting of an iota2 configuration, for a person to read and for a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from terracite.landcover.iota2.syntax import Remark
from terracite.record.model import Language, Text


class Fate(StrEnum):
    """What became of a setting."""

    CARRIED = "carried"  #: the recipe says the same
    NEAR = "near"  #: the recipe says nearly the same
    LEFT = "left"  #: the map will differ by it
    UNNEEDED = "unneeded"  #: the map does not depend on it, or it was switched off
    UNKNOWN = "unknown"  #: iota2 has no such setting either, as far as is known


@dataclass(frozen=True, slots=True)
class Item:
    """One setting: where it was, and what became of it."""

    line: int  #: 0 = the configuration does not say it, and iota2's own default was meant
    name: str  #: "chain.listTile", as written
    value: str
    fate: Fate
    to: str = ""  #: "period.step_days"
    why: Text = field(default_factory=Text)


_HEADS = {
    Fate.LEFT: Text(
        fr="Non repris : la carte en différera",
        en="Not carried over: the map will differ by it",
    ),
    Fate.NEAR: Text(fr="Repris à peu près", en="Carried over approximately"),
    Fate.CARRIED: Text(fr="Repris", en="Carried over"),
    Fate.UNKNOWN: Text(fr="Inconnu d'iota2", en="Not known to iota2"),
    Fate.UNNEEDED: Text(fr="Sans objet ici", en="Not needed here"),
}
_REMARKS = {
    "odd": Text(fr="« {} » ne veut rien dire ici ; passé", en="'{}' means nothing here; passed over"),
    "no_value": Text(fr="« {} » n'a pas de valeur ; passé", en="'{}' has no value; passed over"),
    "twice": Text(fr="« {} » est donné deux fois ; le dernier compte", en="'{}' is given twice; the last one counts"),
    "unclosed": Text(fr="guillemet jamais refermé : {}", en="a quote that is never closed: {}"),
    "not_closed": Text(fr="il manque « {} » à la fin", en="'{}' is missing at the end"),
    "code": Text(fr="expression non exécutée : {}", en="expression that was not run: {}"),
    "reference": Text(fr="« {} » ne renvoie à rien", en="'{}' refers to nothing"),
    "deep": Text(fr="trop d'accolades imbriquées ; la suite n'est pas lue", en="too many braces; the rest is not read"),
}


def as_text(items: Sequence[Item], remarks: Sequence[Remark], language: Language) -> str:
    """The report for a terminal: what changes the map first."""
    lines: list[str] = []
    for fate, head in _HEADS.items():
        found = [item for item in items if item.fate is fate]
        said = _by_reason if fate is Fate.UNNEEDED else _each
        if found:
            lines += [f"{head.best(language)} ({len(found)})", *said(found, language), ""]
    if remarks:
        lines += [Text(fr="Lecture", en="Reading").best(language), *(_remark(item, language) for item in remarks), ""]
    return "\n".join(lines).rstrip()


def as_json(items: Sequence[Item], remarks: Sequence[Remark]) -> dict[str, Any]:
    """The report as JSON's own types."""
    return {
        "settings": [
            {
                "line": item.line or None, "name": item.name, "value": item.value, "fate": str(item.fate),
                "to": item.to or None, "why": item.why.model_dump(),
            }
            for item in items
        ],
        "counts": {str(fate): sum(item.fate is fate for item in items) for fate in Fate},
        "remarks": [{"line": item.line, "en": _said(item, "en"), "fr": _said(item, "fr")} for item in remarks],
    }  # fmt: skip


def _each(items: Sequence[Item], language: Language) -> list[str]:
    return [_line(item, language) for item in items]


def _by_reason(items: Sequence[Item], language: Language) -> list[str]:
    """One line a reason: nobody has to act on these."""
    names: dict[str, list[str]] = {}
    for item in items:
        names.setdefault(item.why.best(language), []).append(item.name.rpartition(".")[2])
    return [f"  {why}: {', '.join(found)}" for why, found in names.items()]


def _line(item: Item, language: Language) -> str:
    place = f"{Text(fr='ligne', en='line').best(language)} {item.line}, " if item.line else ""
    to = f" -> {item.to}" if item.to else ""
    why = f": {item.why.best(language)}" if item.why else ""
    return f"  {place}{item.name} = {item.value}{to}{why}"


def _remark(item: Remark, language: Language) -> str:
    return f"  {Text(fr='ligne', en='line').best(language)} {item.line}: {_said(item, language)}"


def _said(item: Remark, language: Language) -> str:
    return _REMARKS[item.what].best(language).format(item.text)
