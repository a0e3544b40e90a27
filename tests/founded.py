# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a composed text says more than the facts: every number and every name in it must be found in them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from terracite.raster.inspect import Facts
from terracite.record.model import Record

_TABLE = Path(__file__).resolve().parents[1] / "src/terracite/repository/composing/data/words.toml"
_SHOWN = 12, 6, 4, 20, 3  #: items after which a list is cut, so that the others are counted


def unfounded(text: str, language: str, record: Record, known: Mapping[str, Facts]) -> list[str]:
    """The words and numbers of a text that nothing states; none for a true one."""
    content = record.model_dump(mode="json", exclude={"title", "abstract", "lineage", "origins", "uuid"})
    said = json.dumps([content, {path: facts.to_dict() for path, facts in known.items()}], ensure_ascii=False)
    own = tomllib.loads(_TABLE.read_text(encoding="utf-8"))[language]
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", f"{said} {json.dumps(own, ensure_ascii=False)}")}
    words |= {part.casefold() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", said)}
    words |= {"km", "er"}  # kilometres; the first of a month in French
    strange = [word for word in re.findall(r"[^\W\d_]{2,}", text) if word.casefold() not in words]
    numbers = set(_numbers(content, said, known))
    return strange + [number for number in _written(text, language) if not _is_known(number, numbers, said)]


def _written(text: str, language: str) -> Iterator[str]:
    pattern = r"\d{1,3}(?:\u202f\d{3})+|\d+(?:,\d+)?" if language == "fr" else r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
    for found in re.findall(pattern, text):
        yield found.replace("\u202f", "").replace(",", ".") if language == "fr" else found.replace(",", "")


def _is_known(number: str, numbers: set[float], said: str) -> bool:
    if re.search(rf"(?<!\d){re.escape(number)}(?!\d)", said):
        return True
    half = 0.5 * 10 ** -len(number.partition(".")[2]) + 1e-9
    return any(abs(float(number) - value) <= half for value in numbers)


def _numbers(content: dict[str, Any], said: str, known: Mapping[str, Facts]) -> Iterator[float]:
    """Those of the facts, as metres and kilometres, days and years; sums of rows; how many there are of each thing."""
    for number in re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", said):
        yield float(number)
        yield float(number) / 1000
    yield sum(facts.rows or 0 for facts in known.values())
    names = {item.name for facts in known.values() for item in facts.variables}
    told = {item.name for facts in known.values() for item in facts.variables if item.unit or item.standard_name}
    for count in (len(names), len(told), len(content["classes"]), len(known)):
        yield count
        yield from (count - shown for shown in _SHOWN)
