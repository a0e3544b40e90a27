# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judgements as tables (CSV) and as JSON, for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from terracite.crate.disk import write_atomically
from terracite.errors import ConfigError
from terracite.landcover.classes import Nomenclature
from terracite.landcover.estimation import Estimate
from terracite.landcover.judging.compared import Changed, Compared
from terracite.landcover.judging.judged import Judged
from terracite.landcover.products.files import safe

NAMES = ("accuracy.csv", "matrix.csv", "areas.csv", "units.csv", "comparison.csv", "change.csv", "transitions.csv",
         "judgement.json")  # fmt: skip
Tables = dict[str, list[list[object]]]
_ENDS = ("", "_error", "_low", "_high")


def write(folder: Path, facts: Mapping[str, Any], tables: Tables) -> None:
    """Write ``judgement.json`` and the tables to a folder of its own; files of another judgement are replaced.

    Raises `ConfigError` where the folder holds files that are no judgement.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"'{folder}' is a file.", hint="Give the folder to make.")
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in NAMES) if folder.is_dir() else []
    if foreign:
        hint = "Give a new folder, or one with an earlier judgement only."
        raise ConfigError(f"'{folder}' holds other files: {', '.join(foreign[:3])}.", hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        write_atomically(folder / name, text.getvalue().encode())
    content = json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    write_atomically(folder / "judgement.json", content.encode())
    for name in NAMES:
        if name not in tables and name != "judgement.json":
            (folder / name).unlink(missing_ok=True)


def tables_of(found: Judged) -> Tables:
    """accuracy.csv, matrix.csv, areas.csv and, with units, units.csv; the matrix alone where nothing was estimated."""
    known = found.placed.nomenclature
    if found.accuracy is None:
        counts = np.zeros((len(known) + 1, len(known)), np.int64)
        np.add.at(counts, (found.placed.mapped, found.placed.reference), 1)
        return {"matrix.csv": [["map_code", "reference_code", "points"], *_pairs(counts, known)]}
    judged, mapped = found.accuracy, found.placed.mapped_ha
    classes = _classes(known)
    accuracy: list[list[object]] = [["code", "fr", "en", "figure", *_columns("share"), "published_half_width"]]
    accuracy.append(["", "", "", "overall", *_cells(judged.overall, 6), _rounded(judged.overall.half_width, 6)])
    areas: list[list[object]] = [["code", "fr", "en", "mapped_ha", *_columns("estimated_ha")]]
    for position, one in enumerate(classes):
        for name in ("users", "producers"):
            own = getattr(judged, name).part(position)
            accuracy.append([*one, name, *_cells(own, 6), _rounded(own.half_width, 6)])
        area = "" if mapped is None else round(float(mapped[position]), 4)
        areas.append([*one, area, *_cells(judged.areas.part(position), 4)])
    shares = [[*row, round(float(judged.matrix[at]), 8)] for row, at in _indexed(judged.counts, known)]
    found_tables: Tables = {
        "accuracy.csv": accuracy,
        "matrix.csv": [["map_code", "reference_code", "points", "area_share"], *shares],
        "areas.csv": areas,
    }
    if found.units:
        found_tables["units.csv"] = list(_unit_rows(found))
    return found_tables


def facts_of(found: Judged) -> dict[str, Any]:
    """The same as JSON."""
    placed, judged = found.placed, found.accuracy
    facts: dict[str, Any] = {
        "design": placed.design, "points": placed.used, "outside_map": placed.outside,
        "without_class": placed.unmapped, "notes": [str(note) for note in found.notes],
    }  # fmt: skip
    if judged is None:
        score = None if found.agreement is None else round(found.agreement.overall, 6)
        return facts | {"model_score_not_accuracy": score}
    classes = []
    for position, one in enumerate(placed.nomenclature.classes):
        mapped = None if placed.mapped_ha is None else round(float(placed.mapped_ha[position]), 4)
        classes.append({
            "code": one.code, "fr": one.label.fr, "en": one.label.en, "mapped_ha": mapped,
            "estimated_ha": _fact(judged.areas.part(position), 4),
            "users": _fact(judged.users.part(position)), "producers": _fact(judged.producers.part(position)),
        })  # fmt: skip
    units = [
        {
            "name": one.name, "points": one.estimate.points, "method": one.estimate.method,
            "missing": one.estimate.missing, "reason": one.estimate.reason.en,
            "overall": None if one.estimate.overall is None else _fact(one.estimate.overall),
        }
        for one in found.units
    ]  # fmt: skip
    facts |= {"method": judged.method, "overall": _fact(judged.overall), "total_ha": round(judged.total_area, 4)}
    return facts | {"classes": classes, "units": units}


def tables_of_two(found: Compared) -> Tables:
    """comparison.csv: both maps and their differences."""
    both = found.found
    rows: list[list[object]] = [["code", "fr", "en", "figure", "first", "second", *_columns("difference")]]
    whole = [both.first.overall.value, both.second.overall.value]
    rows.append(["", "", "", "overall", *(_rounded(value, 6) for value in whole), *_cells(both.overall, 6)])
    for position, one in enumerate(_classes(found.placed.nomenclature)):
        for name in ("users", "producers"):
            first, second, gap = (getattr(side, name).part(position) for side in (both.first, both.second, both))
            values = (_rounded(side.value, 6) for side in (first, second))
            rows.append([*one, name, *values, *_cells(gap, 6)])
    return {"comparison.csv": rows}


def facts_of_two(found: Compared, names: tuple[str, str]) -> dict[str, Any]:
    """The same as JSON."""
    both = found.found
    return {
        "first": {"map": names[0], "overall": _fact(both.first.overall)},
        "second": {"map": names[1], "overall": _fact(both.second.overall)},
        "difference": _fact(both.overall),
        "classes": [
            {"code": one.code, "users": _fact(both.users.part(position)),
             "producers": _fact(both.producers.part(position))}
            for position, one in enumerate(found.placed.nomenclature.classes)
        ],
        "notes": [str(note) for note in found.notes],
    }  # fmt: skip


def tables_of_change(found: Changed) -> Tables:
    """change.csv (per class) and transitions.csv."""
    one, known = found.found, found.nomenclature
    kinds = {
        "before_ha": one.before,
        "after_ha": one.after,
        "net_ha": one.net,
        "gain_ha": one.gain,
        "loss_ha": one.loss,
    }
    head = ["code", "fr", "en", *(name for kind in kinds for name in _columns(kind))]
    rows: list[list[object]] = [head]
    for position, labels in enumerate(_classes(known)):
        rows.append([*labels, *(cell for kind in kinds.values() for cell in _cells(kind.part(position), 4))])
    moves: list[list[object]] = [["from_code", "to_code", "points", "mapped_ha", *_columns("estimated_ha")]]
    for row, at in _indexed(one.counts, known, every=True):
        mapped = "" if found.mapped_ha is None else round(float(found.mapped_ha[at]), 4)
        moves.append([*row, mapped, *_cells(one.transitions.part(at), 4)])
    return {"change.csv": rows, "transitions.csv": moves}


def facts_of_change(found: Changed) -> dict[str, Any]:
    """The same as JSON."""
    one = found.found
    names = ("before", "after", "net", "gain", "loss")
    return {
        "points": found.points, "total_ha": round(one.total_area, 4), "changed_ha": _fact(one.changed, 4),
        "classes": [
            {"code": item.code} | {name: _fact(getattr(one, name).part(position), 4) for name in names}
            for position, item in enumerate(found.nomenclature.classes)
        ],
        "transitions": [
            {"from": row[0], "to": row[1], "points": row[2], "area_ha": _fact(one.transitions.part(at), 4)}
            for row, at in _indexed(one.counts, found.nomenclature)
        ],
    }  # fmt: skip


def _unit_rows(found: Judged) -> Iterator[list[object]]:
    yield [
        "unit", "points", "method", "points_missing", *_columns("overall"), "code", "mapped_ha",
        *_columns("estimated_ha"), "reason_fr", "reason_en",
    ]  # fmt: skip
    for one in found.units:
        own = one.estimate
        overall = [""] * 4 if own.overall is None else _cells(own.overall, 6)
        for position, code in enumerate(found.placed.nomenclature.codes):
            area = [""] * 4 if own.areas is None else _cells(own.areas.part(position), 4)
            yield [
                safe(one.name), own.points, own.method, own.missing, *overall, code,
                round(float(one.mapped_ha[position]), 4), *area, own.reason.fr, own.reason.en,
            ]  # fmt: skip


def _classes(known: Nomenclature) -> list[list[object]]:
    return [[one.code, safe(one.label.fr), safe(one.label.en)] for one in known.classes]


def _indexed(
    counts: np.ndarray[Any, Any], known: Nomenclature, *, every: bool = False
) -> Iterator[tuple[list[object], tuple[int, int]]]:
    """Code, code and points of each pair that was met, and where it stands; ``every``: of all pairs."""
    codes = [*known.codes, 0]
    for row, column in np.ndindex(*counts.shape):
        if every or counts[row, column]:
            yield [codes[row], codes[column], int(counts[row, column])], (row, column)


def _pairs(counts: np.ndarray[Any, Any], known: Nomenclature) -> list[list[object]]:
    return [row for row, _ in _indexed(counts, known)]


def _columns(name: str) -> list[object]:
    return [f"{name}{end}" for end in _ENDS]


def _cells(one: Estimate, digits: int) -> list[object]:
    return [_rounded(value, digits) for value in (one.value, one.error, one.low, one.high)]


def _fact(one: Estimate, digits: int = 6) -> dict[str, float | None]:
    values: Sequence[object] = (one.value, one.error, one.low, one.high, one.half_width)
    rounded = (float(np.asarray(value)) for value in values)
    names = ("value", "standard_error", "low", "high", "published_half_width")
    return {
        name: round(value, digits) if np.isfinite(value) else None for name, value in zip(names, rounded, strict=True)
    }


def _rounded(value: object, digits: int) -> object:
    number = float(np.asarray(value))
    return round(number, digits) if np.isfinite(number) else ""
