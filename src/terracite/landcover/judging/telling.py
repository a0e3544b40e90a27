# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judgements as tables of text that a person reads, in English or French."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np

from terracite.landcover.estimation import Estimate
from terracite.landcover.judging.compared import Changed, Compared
from terracite.landcover.judging.judged import Judged, JudgedUnit
from terracite.landcover.wording import number
from terracite.record.model import Language

Rows = list[list[str]]


@cache
def words(language: str) -> dict[str, str]:
    """The words of one language."""
    text = resources.files("terracite.landcover.judging").joinpath("data", "words.toml").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = tomllib.loads(text)
    return table[language]


def told(found: Judged, language: Language) -> str:
    """Accuracies, areas and units, or that the points are no sample."""
    say, placed = words(language), found.placed
    if found.accuracy is None:
        share = found.agreement.overall if found.agreement else np.nan
        score = say["agreement"].format(value=number(100 * share, language), count=placed.mapped.size)
        return f"{say['none']}\n{score}"
    judged = found.accuracy
    design = say[judged.method.replace(" ", "_")]
    parts = [
        _overall(say["overall"], judged.overall, language),
        say["points"].format(count=placed.used, design=design),
        "",
        _table(
            [
                say[key]
                for key in ("class", "mapped", "estimated", "interval", "users", "interval", "producers", "interval")
            ],
            _class_rows(found, language),
        ),
        "",
        say["how"],
        say["areas"],
    ]
    if found.units:
        parts += ["", *_units(found.units, language)]
    return "\n".join(parts)


def told_of_two(found: Compared, names: tuple[str, str], language: Language) -> str:
    """Two maps and their differences."""
    say, both = words(language), found.found
    whole = both.overall
    values = {
        "first": names[0], "second": names[1],
        "a": _percent(both.first.overall.value, language), "b": _percent(both.second.overall.value, language),
        "value": _signed(whole.value, language), "low": _signed(whole.low, language),
        "high": _signed(whole.high, language),
    }  # fmt: skip
    verdict = "surely" if whole.low > 0 else "surely_not" if whole.high < 0 else "undecided"
    rows = []
    for position, label in enumerate(found.placed.nomenclature.labels(language)):
        row = [label]
        for first, second, gap in (
            (both.first.users, both.second.users, both.users),
            (both.first.producers, both.second.producers, both.producers),
        ):
            shares = (_percent(one.value[position], language) for one in (first, second))
            span = f"{_signed(gap.low[position], language)} … {_signed(gap.high[position], language)}"
            row += [*shares, _signed(gap.value[position], language), span if np.isfinite(gap.value[position]) else "–"]
        rows.append(row)
    columns = [say["class"]]
    for kind in ("users", "producers"):
        columns += [f"{say[kind]} 1", "2", "2 - 1", say["interval"]]
    return "\n".join([say["compared"].format(**values), say[verdict], "", _table(columns, rows)])


def told_of_change(found: Changed, language: Language) -> str:
    """Net and gross change per class, and every transition seen."""
    say, change = words(language), found.found
    whole = change.changed
    head = say["changed"].format(
        value=_ha(whole.value, language), low=_ha(whole.low, language), high=_ha(whole.high, language),
        total=_ha(change.total_area, language), count=found.points,
    )  # fmt: skip
    labels = found.nomenclature.labels(language)
    rows = [
        [label, *(cell for one in (change.before, change.after, change.net, change.gain, change.loss)
                  for cell in _area(one.part(position), language))]
        for position, label in enumerate(labels)
    ]  # fmt: skip
    columns = [say["class"]]
    for key in ("before", "after", "net", "gain", "loss"):
        columns += [say[key], say["interval"]]
    moves = [
        [f"{labels[old]} → {labels[new]}", *_area(change.transitions.part((old, new)), language)]
        for old, new in zip(*np.nonzero(change.counts), strict=True)
        if old != new
    ]
    parts = [head, "", _table(columns, rows)]
    if moves:
        parts += ["", _table([say["from_to"], say["transition"], say["interval"]], moves)]
    return "\n".join(parts)


def _class_rows(found: Judged, language: Language) -> Rows:
    judged, mapped = found.accuracy, found.placed.mapped_ha
    if judged is None:
        return []
    areas, rows = judged.areas, []
    for position, label in enumerate(found.placed.nomenclature.labels(language)):
        row = [label, "–" if mapped is None else _ha(mapped[position], language)]
        row += _area(areas.part(position), language)
        for one in (judged.users, judged.producers):
            row += [_percent(one.value[position], language), _span(one.part(position), language)]
        rows.append(row)
    return rows


def _units(units: Sequence[JudgedUnit], language: Language) -> list[str]:
    say = words(language)
    rows = []
    for one in units:
        found = one.estimate
        cells = ["–", "–"]
        if found.overall is not None:
            cells = [_percent(found.overall.value, language), _span(found.overall, language)]
        rows.append([one.name, str(found.points), say[found.method], *cells, str(found.missing or "")])
    columns = [say[key] for key in ("unit", "unit_points", "method")]
    head = [*columns, say["overall"].split(":")[0].strip(), say["interval"], say["missing"]]
    methods = {one.estimate.method for one in units}
    notes = [say[key] for method, key in (("model-assisted", "model_note"), ("refused", "refused_note"))
             if method in methods]  # fmt: skip
    return [_table(head, rows), *notes]


def _overall(sentence: str, one: Estimate, language: Language) -> str:
    low, high, half = (_percent(value, language) for value in (one.low, one.high, one.half_width))
    return sentence.format(value=_percent(one.value, language), low=low, high=high, half=half)


def _area(one: Estimate, language: Language) -> list[str]:
    return [_ha(one.value, language), f"{_ha(one.low, language)} … {_ha(one.high, language)}"]


def _span(one: Estimate, language: Language) -> str:
    if not np.isfinite(one.value):
        return "–"
    return f"{_percent(one.low, language)} … {_percent(one.high, language)}"


def _percent(value: object, language: Language) -> str:
    return number(100 * float(np.asarray(value)), language)


def _signed(value: object, language: Language) -> str:
    share = 100 * float(np.asarray(value))
    return ("+" if share > 0 else "") + number(share, language)


def _ha(value: object, language: Language) -> str:
    area = float(np.asarray(value))
    return number(area, language, 0 if abs(area) >= 1_000 else 1)


def _table(columns: Sequence[str], rows: Rows) -> str:
    """Columns side by side: the first one on the left, numbers on the right."""
    lines = [list(columns), *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        padded = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
        first = cells[0] + padded[0]
        return "  ".join([first, *(space + cell for space, cell in zip(padded[1:], cells[1:], strict=True))]).rstrip()

    return "\n".join([line(columns), "  ".join("-" * width for width in widths), *(line(row) for row in rows)])


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(letter) else 1 for letter in text)
