# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a recipe: as much of it as can be understood, and every mistake of spelling, type and range."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from terracite.errors import Problem, RecipeError, Severity
from terracite.landcover.recipe.mistakes import nearest, problem
from terracite.landcover.recipe.parts import (
    SECTIONS,
    AreaPart,
    AreasPart,
    ClassifierPart,
    EnginePart,
    FeaturesPart,
    ImageSource,
    ModelPart,
    NomenclaturePart,
    OutputPart,
    Part,
    PeriodPart,
    PriorsPart,
    RecordPart,
    ReferencePart,
    SamplesPart,
    StrataPart,
    ValidationPart,
)
from terracite.landcover.recipe.places import line_of, places

PartT = TypeVar("PartT", bound=Part)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe whose spelling is right. Every path in it is absolute."""

    path: Path
    text: str  #: as written, kept in the crate
    images: tuple[ImageSource, ...]
    reference: ReferencePart
    area: AreaPart = field(default_factory=AreaPart)
    period: PeriodPart = field(default_factory=PeriodPart)
    features: FeaturesPart | None = None
    strata: StrataPart | None = None
    nomenclature: NomenclaturePart = field(default_factory=NomenclaturePart)
    samples: SamplesPart = field(default_factory=SamplesPart)
    classifier: ClassifierPart = field(default_factory=ClassifierPart)
    model: ModelPart | None = None
    priors: PriorsPart | None = None
    validation: ValidationPart = field(default_factory=ValidationPart)
    areas: AreasPart | None = None
    record: RecordPart = field(default_factory=RecordPart)
    output: OutputPart = field(default_factory=OutputPart)
    engine: EnginePart = field(default_factory=EnginePart)

    @property
    def name(self) -> str:
        """The name of the crate that it makes."""
        return self.output.name or self.path.stem

    @property
    def scores(self) -> tuple[str, ...]:
        """The model scores wanted: near the samples (by polygon; random for labelled series), and by spatial block."""
        default = ("polygon", "block") if self.reference.kind == "features" else ("random", "block")
        return self.validation.scores or default

    def runs_of(self, scheme: str) -> int:
        """How many runs a score has. The one by block has three at most unless the recipe asks for it by name."""
        runs = self.validation.runs
        return min(runs, 3) if scheme == "block" and not self.validation.scores else runs


@dataclass(slots=True)
class Draft:
    """What could be read of a recipe, mistakes and all, so that the files it names are checked in the same go."""

    path: Path
    text: str
    folder: Path  #: that its paths are relative to
    images: list[ImageSource] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def recipe(self) -> Recipe:
        """The recipe; raises `RecipeError` listing every problem, warnings too, when one of them is an error."""
        found = self.located()
        count = sum(item.severity is Severity.ERROR for item in found)
        if count:
            raise RecipeError(f"The recipe '{self.path.name}' has {count} mistake{'s' if count > 1 else ''}.", found)
        return Recipe(self.path, self.text, tuple(self.images), **self.sections)

    def located(self) -> tuple[Problem, ...]:
        """The problems in the order of their lines, each with its line where the recipe has one."""
        known = places(self.text)
        lines = [line_of(item.where, known) for item in self.problems]
        ordered = sorted(range(len(lines)), key=lambda number: lines[number] or len(self.text) + 1)
        return tuple(
            replace(item, where=f"{item.where} (line {line})") if line else item
            for line, item in ((lines[number], self.problems[number]) for number in ordered)
        )


def load(path: Path) -> Recipe:
    """The recipe in ``path``. Raises `RecipeError` with every mistake of spelling, type and range."""
    return read(path).recipe()


def read(path: Path, base: Path | None = None) -> Draft:
    """The recipe in ``path`` with its problems listed instead of raised; not being TOML at all is raised.

    ``base``: the folder that its paths are relative to, when it is not its own.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise RecipeError(f"There is no recipe '{path}'.", (), hint="Check the path.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"'{path}' is not valid TOML: {error}.", (), hint="Correct that line.") from error
    draft = Draft(path.absolute(), text, folder=base.absolute() if base else path.absolute().parent)
    _unknown_sections(table, draft)
    _read_images(table.get("images"), draft)
    for name, model in SECTIONS.items():
        _read_section(name, model, table, draft)
    return draft


def _unknown_sections(table: Mapping[str, Any], draft: Draft) -> None:
    known = ("images", *SECTIONS)
    for name in table:
        if name not in known:
            draft.problems.append(Problem(f"[{name}]", "is not part of a recipe.", nearest(name, known)))


def _read_images(entries: Any, draft: Draft) -> None:
    if isinstance(entries, dict):
        draft.problems.append(Problem("[images]", "should be a list.", "Write [[images]], with two brackets."))
        entries = [entries]
    if not isinstance(entries, list) or not entries:
        cure = 'Add [[images]] with folder = "..." and indices = ["NDVI"].'
        draft.problems.append(Problem("[[images]]", "is missing: a map needs images.", cure))
        return
    for number, entry in enumerate(entries, start=1):
        where = f"images {number}" if len(entries) > 1 else "images"
        if (part := _parsed(where, ImageSource, entry, draft)) is not None:
            draft.images.append(part)


def _read_section(name: str, model: type[Part], table: Mapping[str, Any], draft: Draft) -> None:
    if name not in table and name != "reference":
        return
    if name not in table:
        cure = 'Add [reference] with file = "..." and class_column = "...".'
        draft.problems.append(Problem("[reference]", "is missing: a map is learnt from reference data.", cure))
        return
    if isinstance(table[name], list):
        draft.problems.append(Problem(f"[[{name}]]", "should be a table.", f"Write [{name}], once."))
        return
    if (part := _parsed(name, model, table[name], draft)) is not None:
        draft.sections[name] = part


def _parsed(where: str, model: type[PartT], content: Any, draft: Draft) -> PartT | None:
    """The table as a value, paths made absolute; its mistakes are noted, and what is right is kept."""
    try:
        return _absolute(model.model_validate(content), draft.folder)
    except ValidationError as error:
        found = error.errors(include_url=False)
    draft.problems += [problem(where, model, item) for item in found]
    try:
        kept = _without(content, [item["loc"] for item in found])
        return _absolute(model.model_validate(kept), draft.folder)
    except (ValidationError, TypeError, AttributeError, KeyError, IndexError):
        return None


def _without(content: Any, locations: list[tuple[int | str, ...]]) -> Any:
    """The table without its mistaken values, so that their defaults stand in while the rest is checked."""
    kept = copy.deepcopy(content)
    for location in locations:
        if len(location) > 1 and isinstance(location[-1], int):  # of a list: the others must not move up
            location = location[:-1]
        place = kept
        for step in location[:-1]:
            place = place[step]
        if isinstance(place, dict):
            place.pop(location[-1], None)
    return kept


def _absolute(part: PartT, folder: Path) -> PartT:
    changes: dict[str, Any] = {}
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Path):
            changes[name] = folder / value.expanduser()
        elif isinstance(value, Part):
            changes[name] = _absolute(value, folder)
        elif name == "product" and str(value).lower().endswith(".toml"):  # a station's own tree of images
            changes[name] = str(folder / Path(value).expanduser())
    return part.model_copy(update=changes)
