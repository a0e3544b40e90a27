# SPDX-License-Identifier: AGPL-3.0-or-later
"""From one nomenclature to a coarser one: which class becomes which."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover.classes import PALETTE, Nomenclature
from terracite.landcover.classmap import ClassMap
from terracite.record.model import MapClass, Text

COLUMNS = ("from_code", "to_code", "fr", "en", "colour")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FOLDER = files("terracite.landcover.scales") / "data"


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Which class becomes which; every class becomes one."""

    id: str  #: of the nomenclature that it leads to
    table: Mapping[int, int]  #: code -> code
    classes: tuple[MapClass, ...]  #: that it leads to, by code
    file: Path | None = None

    def codes(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Codes of the map as codes of the other nomenclature; 0 stays 0."""
        table = np.zeros(256, np.uint8)
        table[list(self.table)] = list(self.table.values())
        return np.asarray(table[values], np.uint8)

    def positions(self, known: Sequence[MapClass]) -> NDArray[np.int64]:
        """The position that each class of ``known`` has among `classes`; after them, that of "not mapped"."""
        rank = {one.code: position for position, one in enumerate(self.classes)}
        return np.array([*(rank[self.table[one.code]] for one in known), len(self.classes)], np.int64)


def shipped() -> list[str]:
    """The names of the tables that come with Terracite."""
    return sorted(one.name.removesuffix(".csv") for one in _FOLDER.iterdir() if one.name.endswith(".csv"))


def read_crosswalk(given: str) -> Crosswalk:
    """The table of a CSV file with the columns `COLUMNS`, or one that is shipped (`shipped`).

    Raises `ProblemsError` with every mistake; a class that is given two others is one: a map cannot tell them apart.
    """
    path = Path(given)
    if given in shipped():
        return _read((_FOLDER / f"{given}.csv").read_text(encoding="utf-8"), given, None)
    if not path.is_file():
        cure = f"Give a CSV file, or one of: {', '.join(shipped())}."
        raise _refused(given, [Problem("crosswalk", f"there is no table '{given}'.", cure)])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path.name, [Problem("crosswalk", "is not written in UTF-8.", "Save it as UTF-8.")]) from error
    return _read(text, path.stem, path)


def of_parents(found: ClassMap) -> Crosswalk:
    """The parents of a map's classes, as its nomenclature or the recipe in its crate has them.

    A class without parent stays itself. Raises `ProblemsError` where no class has one.
    """
    parents = dict(zip(found.nomenclature.codes, found.nomenclature.parents, strict=True)) | _in_recipe(found)
    if not any(parents.values()):
        cure = f"Give --nomenclature with a column parent, or --crosswalk FILE; shipped: {', '.join(shipped())}."
        raise _refused(found.name, [Problem("classes", "have no parents.", cure)])
    known = {one.code: one for one in found.nomenclature.classes}
    table = {code: parent or code for code, parent in parents.items() if code in known}
    table = {code: parent for code, parent in table.items() if code not in set(table.values()) or parent == code}
    classes = []
    for rank, code in enumerate(sorted(set(table.values()))):
        label = Text(fr=str(code), en=str(code))
        classes.append(known.get(code) or MapClass(code=code, label=label, colour=PALETTE[rank % len(PALETTE)]))
    name = f"{found.nomenclature.id}-parents" if found.nomenclature.id else ""
    return Crosswalk(name, table, tuple(one.model_copy(update={"area_ha": None}) for one in classes))


def _in_recipe(found: ClassMap) -> dict[int, int | None]:
    """The parents that the recipe in the crate lists."""
    path = found.crate.folder / "recipe.toml" if found.crate else None
    if path is None or not path.is_file():
        return {}
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("nomenclature", {}).get("classes", ())
    return {one["code"]: one["parent"] for one in listed if one.get("parent")}


def check(table: Crosswalk, known: Nomenclature, used: Iterable[int]) -> None:
    """Raise `ProblemsError` for classes of the map that the table does not name."""
    labels = {one.code: one.label.best("en") for one in known.classes}
    codes = sorted({*known.codes, *used} - set(table.table))
    cure = "Add a line for it: from_code,to_code,fr,en,colour."
    problems = [Problem(f"class {code}", f"({labels.get(code, code)}) has no line.", cure) for code in codes]
    if problems:
        raise _refused(table.id, problems)


def _read(text: str, name: str, path: Path | None) -> Crosswalk:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    problems = [
        Problem("crosswalk", f"has no column '{column}'.", f"Give the columns {', '.join(COLUMNS)}.")
        for column in COLUMNS[:2]
        if column not in (reader.fieldnames or ())
    ]
    if problems:
        raise _refused(name, problems)
    table: dict[int, int] = {}
    classes: dict[int, dict[str, str]] = {}
    for line, row in enumerate(reader, start=2):
        codes = _codes(row, line, problems)
        if codes is None:
            continue
        if table.setdefault(codes[0], codes[1]) != codes[1]:
            what = f"gives the class {codes[0]} to {table[codes[0]]} and to {codes[1]}."
            cure = "Give it one: the map does not tell which of its cells are which."
            problems.append(Problem(f"line {line}", what, cure))
        _name(classes.setdefault(codes[1], {}), row, line, problems)
    if not table and not problems:
        problems.append(Problem("crosswalk", "has no line.", "Give one line a class."))
    if problems:
        raise _refused(name, problems)
    made = [_class(code, classes[code], rank) for rank, code in enumerate(sorted(classes))]
    return Crosswalk(name, dict(sorted(table.items())), tuple(made), path)


def _codes(row: Mapping[str, str | None], line: int, problems: list[Problem]) -> tuple[int, int] | None:
    found = []
    for column in COLUMNS[:2]:
        word = (row.get(column) or "").strip()
        if not (word.isdigit() and 1 <= int(word) <= 255):
            what = f"'{word}' in column {column} is no code from 1 to 255."
            problems.append(Problem(f"line {line}", what, "Correct it."))
        else:
            found.append(int(word))
    return (found[0], found[1]) if len(found) == 2 else None


def _name(known: dict[str, str], row: Mapping[str, str | None], line: int, problems: list[Problem]) -> None:
    """Take in what a line says of the class it leads to; lines of one class may not contradict each other."""
    for column in COLUMNS[2:]:
        word = (row.get(column) or "").strip()
        word = word.lower() if column == "colour" else word
        if column == "colour" and word and not _COLOUR.fullmatch(word):
            problems.append(Problem(f"line {line}", f"'{word}' is no colour.", "Write it like '#ff8000'."))
        elif word and known.setdefault(column, word) != word:
            what = f"calls the {column} of one class '{word}' that was '{known[column]}'."
            problems.append(Problem(f"line {line}", what, "Say the same in all lines of a class, or in one only."))


def _class(code: int, said: Mapping[str, str], rank: int) -> MapClass:
    fr, en = said.get("fr", ""), said.get("en", "")
    label = Text(fr=fr or en or str(code), en=en or fr or str(code))
    return MapClass(code=code, label=label, colour=said.get("colour") or PALETTE[rank % len(PALETTE)])


def _refused(name: str, problems: list[Problem]) -> ProblemsError:
    return ProblemsError(f"The classes of '{name}' cannot be brought into another nomenclature.", problems)
