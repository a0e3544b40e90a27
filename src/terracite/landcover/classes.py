# SPDX-License-Identifier: AGPL-3.0-or-later
"""The classes of a map: their codes, names and colours, and how a reference file calls them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from terracite.errors import Problem
from terracite.landcover.recipe import ClassPart, NomenclaturePart, nearest
from terracite.landcover.reference import CSV_CURE
from terracite.record.model import MapClass, Text

NOT_MAPPED = 0  #: the value of a cell without any clear date

#: colours of classes that were given none; told apart by people who confuse red and green (after Okabe and Ito 2008)
PALETTE = (
    "#0072b2", "#d55e00", "#e0c000", "#009e73", "#cc79a7", "#56b4e9", "#8c510a", "#999999",
    "#1b3c73", "#f4a582", "#b2df8a", "#7b3294", "#00a6a6", "#a6761d", "#e7298a", "#4d4d4d",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """The classes of a map, in order; a class's *position* is its rank here, its *code* is the value of a cell."""

    id: str
    classes: tuple[MapClass, ...]
    names: Mapping[str, int]  #: how a reference may call a class -> its position
    parents: tuple[int | None, ...] = ()  #: code of the parent of each class

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def codes(self) -> tuple[int, ...]:
        return tuple(item.code for item in self.classes)

    @property
    def colours(self) -> dict[int, str]:
        """Colour "#rrggbb" by code."""
        return {item.code: item.colour for item in self.classes}

    def position(self, value: object) -> int | None:
        """The position of the class that a reference calls ``value``; None when there is none."""
        return self.names.get(spelt(value))

    def labels(self, language: str) -> list[str]:
        return [item.label.best(language) for item in self.classes]


def spelt(value: object) -> str:
    """A class as files have it, in one spelling: 3, 3.0, "3" and " 3 " are the same; so are "Forest" and "forest"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text.removesuffix(".0").casefold() if text.removesuffix(".0").isdigit() else text.casefold()


def from_parts(name: str, parts: Sequence[ClassPart]) -> Nomenclature:
    """The nomenclature of a recipe; classes without a colour get one."""
    classes, names = [], {}
    for position, part in enumerate(parts):
        colour = part.colour.lower() or PALETTE[position % len(PALETTE)]
        label = part.label or Text(fr=str(part.code), en=str(part.code))
        classes.append(MapClass(code=part.code, label=label, colour=colour))
        called = [part.reference] if part.reference else [str(part.code), part.fr, part.en]
        names.update({spelt(word): position for word in called if word})
    return Nomenclature(name, tuple(classes), names, tuple(part.parent for part in parts))


def from_classes(name: str, classes: Sequence[MapClass]) -> Nomenclature:
    """The nomenclature of classes that a record lists; they are called by their codes and names."""
    names = {}
    for position, item in enumerate(classes):
        names.update({spelt(word): position for word in (str(item.code), item.label.fr, item.label.en) if word})
    return Nomenclature(name, tuple(classes), names, (None,) * len(classes))


def with_labels(known: Nomenclature) -> Nomenclature:
    """The same classes, called by their French and English names too: so do people who interpret points.

    A name that is a number, or that means another class already, is not added.
    """
    labels = {
        spelt(word): position
        for position, item in enumerate(known.classes)
        for word in (item.label.fr, item.label.en)
        if word and not spelt(word).isdigit()
    }
    return replace(known, names={**labels, **known.names})


def parents_of(codes: NDArray[np.uint8], classes: Nomenclature) -> NDArray[np.uint8]:
    """The map of parents that a map of classes implies, of the same shape; a class without parent stays itself."""
    table = np.arange(256, dtype=np.uint8)
    for item, parent in zip(classes.classes, classes.parents, strict=True):
        table[item.code] = item.code if parent is None else parent
    return np.asarray(table[codes], np.uint8)


def from_values(values: Iterable[object]) -> Nomenclature:
    """The nomenclature that a reference itself implies: whole numbers 1 to 255 stay codes, names are numbered."""
    words = sorted({str(value).strip().removesuffix(".0") for value in values})
    if all(word.isdigit() and 1 <= int(word) <= 255 for word in words):
        return from_parts("", [ClassPart(code=int(word), reference=word) for word in sorted(words, key=int)])
    parts = [ClassPart(code=code, fr=word, en=word, reference=word) for code, word in enumerate(words[:255], 1)]
    return from_parts("", parts)


def parts_of(section: NomenclaturePart, problems: list[Problem]) -> tuple[ClassPart, ...]:
    """The classes that a recipe lists, or that its CSV file does; mistakes are added to ``problems``."""
    if section.file and section.classes:
        problems.append(Problem("nomenclature", "lists classes and names a file.", "Keep one of the two."))
    parts = section.classes or (read_csv(section.file, problems) if section.file else ())
    codes = [part.code for part in parts]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    where = "nomenclature"
    problems += [Problem(where, f"gives the code {code} to several classes.", "Use each code once.") for code in twice]
    return parts


def read_csv(path: Path, problems: list[Problem]) -> tuple[ClassPart, ...]:
    """Classes from a CSV file with the columns ``code``, ``fr``, ``en``, ``colour`` and, if wanted, ``reference``."""
    if not path.is_file():
        problems.append(Problem("nomenclature.file", f"there is no file '{path}'.", "Check the path."))
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem("nomenclature.file", f"'{path.name}' is not written in UTF-8.", CSV_CURE))
        return ()
    return _parts_of_csv(text, path, problems)


def _parts_of_csv(text: str, path: Path, problems: list[Problem]) -> tuple[ClassPart, ...]:
    with io.StringIO(text, newline="") as file:
        reader = csv.DictReader(file)
        wanted, columns = tuple(ClassPart.model_fields), reader.fieldnames or ()
        for column in columns:
            if column not in wanted:
                what = f"'{path.name}' has an unknown column '{column}'."
                problems.append(Problem("nomenclature.file", what, nearest(column, wanted)))
        if "code" not in columns:
            problems.append(Problem("nomenclature.file", f"'{path.name}' has no column 'code'.", "Add it."))
            return ()
        rows = [{key: value for key, value in row.items() if key in wanted and value} for row in reader]
    parts = []
    for line, row in enumerate(rows, start=2):
        try:
            parts.append(ClassPart.model_validate(row))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                place = f"line {line} of '{path.name}', column {item['loc'][0]}"
                what = f"{place}: {item['msg']} (it is {item['input']!r})."
                problems.append(Problem("nomenclature.file", what, "Correct it."))
    return tuple(parts)
