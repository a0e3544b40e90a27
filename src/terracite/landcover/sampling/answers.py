# SPDX-License-Identifier: AGPL-3.0-or-later
"""The points of a sample and the answers of interpreters, as files have them; every mistake is told at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terracite.errors import Problem, ProblemsError
from terracite.landcover.classes import Nomenclature, from_classes, from_parts, read_csv, spelt
from terracite.landcover.recipe import nearest
from terracite.landcover.sampling.files import DESIGN
from terracite.record.model import MapClass, Text

ID, CLASS, SURE = "id", "class", "confidence"
COLUMNS = ("sample", ID, "class_code", CLASS, SURE, "note", "interpreter", "answered_at")
_CURE = "Export it again from the page."


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a sample, and its design where it lies beside them."""

    path: Path
    frame: Any  #: GeoDataFrame with a column ``id``
    ids: tuple[str, ...]
    design: Mapping[str, Any]  #: {} = not there
    classes: Nomenclature

    @property
    def sample(self) -> str:
        """The name of the sample."""
        return str(self.design.get("sample", ""))

    @property
    def area_of(self) -> dict[str, float]:
        """Hectares of each stratum; {} where the design does not tell."""
        return {one["stratum"]: float(one["area_ha"]) for one in self.design.get("strata", ())}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person says of one point."""

    id: str
    code: int | None  #: None = could not be told
    sure: bool
    note: str
    interpreter: str


def read_points(path: Path, nomenclature: Path | None = None) -> Points:
    """The points of ``sample design``, or any points with a column ``id``. Raises `ProblemsError`."""
    import geopandas
    import pyogrio.errors

    problems: list[Problem] = []
    try:
        frame = geopandas.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        problem = Problem(path.name, f"cannot be read: {error}.", "Give the points.gpkg of a sample.")
        raise ProblemsError("These points cannot be used.", [problem]) from error
    design = path.with_name(DESIGN)
    facts = json.loads(design.read_text(encoding="utf-8")) if design.is_file() else {}
    problems += _wrong_points(frame, path)
    classes = _classes(facts, nomenclature, problems)
    if problems:
        raise ProblemsError("These points cannot be used.", problems)
    return Points(path, frame, tuple(_plain(value) for value in frame[ID]), facts, classes)


def _wrong_points(frame: Any, path: Path) -> Iterator[Problem]:
    if ID not in frame.columns:
        yield Problem(path.name, "has no column 'id'.", "Give each point a number.")
    elif frame[ID].duplicated().any() or frame[ID].isna().any():
        yield Problem(path.name, "has points without an id, or with the id of another.", "Give each one of its own.")
    if getattr(frame, "crs", None) is None or set(frame.geom_type) != {"Point"}:
        yield Problem(path.name, "holds something else than points in a known reference system.", "Give points.")


def _classes(facts: Mapping[str, Any], nomenclature: Path | None, problems: list[Problem]) -> Nomenclature:
    if nomenclature:
        return from_parts("", sorted(read_csv(nomenclature, problems), key=lambda part: part.code))
    if not facts:
        cure = "Give them: --nomenclature classes.csv (code, fr, en, colour)."
        problems.append(Problem(DESIGN, "is not beside the points: the classes are not known.", cure))
    return from_classes("", [
        MapClass(code=one["code"], label=Text(fr=one["fr"], en=one["en"]), colour=one["colour"] or "#888888")
        for one in facts.get("nomenclature", ())
    ])  # fmt: skip


def read_answers(paths: Sequence[Path], points: Points) -> dict[str, dict[str, Answer]]:
    """The answers by interpreter and point. Raises `ProblemsError` with all unknown points and classes, duplicates."""
    problems: list[Problem] = []
    found: dict[str, dict[str, Answer]] = {}
    came: dict[str, Path] = {}
    for path in paths:
        for line, row in _rows(path, problems):
            where = f"{path.name}, line {line}"
            answer = _answer(row, where, path, points, problems)
            if answer is None:
                continue
            own = found.setdefault(answer.interpreter, {})
            if answer.id in own:
                what = f"'{answer.interpreter}' answers point {answer.id} a second time."
                problems.append(Problem(where, what, f"Keep one of the two (see {came[answer.interpreter].name})."))
            came.setdefault(answer.interpreter, path)
            own[answer.id] = answer
    if not found and not problems:
        problems.append(Problem(", ".join(path.name for path in paths), "hold no answer.", _CURE))
    if problems:
        raise ProblemsError("These answers cannot be used.", problems)
    return found


def _rows(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(path.name, "is not there, or not written in UTF-8.", _CURE))
        return
    first = text.split("\n", 1)[0]  # a spreadsheet in French writes semicolons
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    columns = reader.fieldnames or ()
    missing = [name for name in (ID, CLASS) if name not in columns]
    problems += [Problem(path.name, f"has no column '{name}'.", nearest(name, columns)) for name in missing]
    if missing:
        return
    for line, row in enumerate(reader, 2):
        yield line, {key: str(value or "").strip() for key, value in row.items() if key}


def _answer(row: Mapping[str, str], where: str, path: Path, points: Points, problems: list[Problem]) -> Answer | None:
    sample, name = row.get("sample", ""), _plain(row[ID])
    before = len(problems)
    if sample and points.sample and sample != points.sample:
        what = f"is an answer to another sample, {sample}."
        problems.append(Problem(where, what, f"These points are of {points.sample}: give the answers to these."))
        return None
    if name not in points.ids:
        problems.append(Problem(where, f"there is no point '{name}'.", nearest(name, points.ids)))
    given = row.get("class_code") or row[CLASS]
    position = points.classes.position(given.removeprefix("'"))
    if given and position is None:
        known = [spelt(word) for word in points.classes.names]
        problems.append(Problem(where, f"there is no class '{given}'.", nearest(given, known)))
    if len(problems) > before:
        return None
    code = points.classes.codes[position] if given and position is not None else None
    sure = row.get(SURE, "").casefold() not in {"unsure", "0", "no", "non"}
    return Answer(name, code, sure, row.get("note", ""), row.get("interpreter") or path.stem)


def _plain(value: object) -> str:
    return str(value).strip().removesuffix(".0")


def read_ids(path: Path) -> tuple[str, ...]:
    """The column ``id`` of a CSV file. Raises `ProblemsError`."""
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if ID not in (reader.fieldnames or ()):
            problems.append(Problem(path.name, "has no column 'id'.", nearest(ID, reader.fieldnames or ())))
            raise ProblemsError("These points cannot be found.", problems)
        return tuple(dict.fromkeys(_plain(row[ID]) for row in reader))


def last_word(answers: Mapping[str, Mapping[str, Answer]]) -> dict[str, Answer]:
    """The answers of one file that decides. Raises `ProblemsError` where it is not of one person."""
    if len(answers) > 1:
        names = ", ".join(sorted(answers))
        problem = Problem("--last-word", f"holds the answers of several people: {names}.", "Give those of one.")
        raise ProblemsError("These answers cannot decide.", [problem])
    return dict(next(iter(answers.values())))
