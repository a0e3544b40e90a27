# SPDX-License-Identifier: AGPL-3.0-or-later
"""The recipe: one TOML file that says what a map is made from.

`load` reports every mistake at once, with the nearest right word, before any pixel is read. Paths in a recipe are
relative to the recipe's own folder. What files hold is checked in `terracite.landcover.checks`.
"""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terracite.errors import Problem, RecipeError
from terracite.record.model import Discipline, Text

PRODUCT_CRATES = "terracite-series"  #: the time-series crates that `terracite timeseries run` makes


class Part(BaseModel):
    """One table of a recipe; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


PartT = TypeVar("PartT", bound=Part)


class ImageSource(Part):
    """``[[images]]``: where the series of some indices are."""

    folder: Path  #: an image tree, or a folder of time-series crates
    product: str = "auto"  #: type of the tree, "terracite-series", or "auto"
    indices: tuple[str, ...] = ()  #: () = every index that is there
    tile: str = ""  #: needed when the folder holds several
    mask: str = "auto"  #: cloud mask to use, or "none"


class PeriodPart(Part):
    """``[period]``: which dates are used, and the regular dates that the gaps are filled on."""

    start: dt.date | None = None  #: None = the first image
    end: dt.date | None = None  #: None = the last image
    step_days: Annotated[int, Field(ge=0, le=366)] = 10  #: 0 = the images' own dates

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ValueError("start comes after end")
        return self


class ReferencePart(Part):
    """``[reference]``: what is known on the ground, to train with."""

    file: Path
    kind: Literal["features", "series"] = "features"  #: polygons or points on the images; or labelled series
    layer: str = ""  #: of a file with several layers
    class_column: str = "class"
    group_column: str = ""  #: what is never split between training and test; "" = each feature
    id_column: str = "sample_id"  #: series: one value per sample
    date_column: str = "date"  #: series
    x_column: str = "longitude"  #: series
    y_column: str = "latitude"  #: series


class ClassPart(Part):
    """One class of the map. ``reference``: how the reference calls it; "" = its code, or its name."""

    code: Annotated[int, Field(ge=1, le=255)]
    fr: str = ""
    en: str = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = ""
    parent: int | None = None
    reference: str = ""

    @property
    def label(self) -> Text:
        return Text(fr=self.fr or self.en, en=self.en or self.fr)


class NomenclaturePart(Part):
    """``[nomenclature]``: the classes, listed here or in a CSV file with columns code, fr, en, colour, reference."""

    id: str = ""
    file: Path | None = None
    classes: tuple[ClassPart, ...] = ()


class SamplesPart(Part):
    """``[samples]``: how many cells to train with."""

    per_class: Annotated[int, Field(ge=2)] = 1000
    seed: int = 1


class ClassifierPart(Part):
    """``[classifier]``"""

    name: Literal["random_forest", "extra_trees"] = "random_forest"
    trees: Annotated[int, Field(ge=1, le=2000)] = 100
    depth: Annotated[int, Field(ge=1, le=60)] = 25
    min_leaf: Annotated[int, Field(ge=1)] = 5
    seed: int = 1


class SamplePart(Part):
    """``[validation.sample]``: a probability sample of points, independent of the training data."""

    file: Path
    layer: str = ""
    class_column: str = "class"
    design: Literal["strata", "map", "random"] = "strata"  #: strata known before; this map's classes; none
    stratum_column: str = "stratum"
    strata_file: Path | None = None  #: CSV: stratum, area_ha; needed for design "strata"
    interpreted_by: str = ""


class ValidationPart(Part):
    """``[validation]``"""

    scores: tuple[Literal["polygon", "block", "random"], ...] = ()  #: () = what suits the reference
    runs: Annotated[int, Field(ge=1, le=50)] = 5
    train_share: Annotated[float, Field(gt=0, lt=1)] = 0.7  #: of the polygons of each class
    block_degrees: Annotated[float, Field(gt=0, le=90)] = 0.5
    sample: SamplePart | None = None


class CreatorPart(Part):
    """``[[record.creators]]``"""

    family_name: str = ""
    given_name: str = ""
    orcid: str = ""
    organisation: str = ""
    affiliation: str = ""
    ror: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.family_name or self.organisation):
            raise ValueError("a creator needs a family_name or an organisation")
        return self


class RecordPart(Part):
    """``[record]``: what the record says and no program can know."""

    title: Text = Text()
    abstract: Text = Text()
    purpose: Text = Text()
    place: Text = Text()  #: "La Réunion", "Western Bahia": for the title
    creators: tuple[CreatorPart, ...] = ()
    licence: str = "CC-BY-4.0"
    disciplines: tuple[Discipline, ...] = (Discipline.CONTINENTAL_SURFACES,)
    keywords: tuple[str, ...] = ()
    notice: Text = Text()  #: said at the head of abstract and report, such as "simulated data"
    references: tuple[str, ...] = ()  #: DOIs or addresses of what the map rests on


class OutputPart(Part):
    """``[output]``"""

    name: str = ""  #: of the crate; "" = the recipe file's name
    block: Annotated[int, Field(ge=64, le=4096)] = 512  #: side of the blocks, in cells


_SECTIONS: dict[str, type[Part]] = {
    "period": PeriodPart,
    "reference": ReferencePart,
    "nomenclature": NomenclaturePart,
    "samples": SamplesPart,
    "classifier": ClassifierPart,
    "validation": ValidationPart,
    "record": RecordPart,
    "output": OutputPart,
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe whose spelling is right. Every path in it is absolute."""

    path: Path
    text: str  #: as written, kept in the crate
    images: tuple[ImageSource, ...]
    reference: ReferencePart
    period: PeriodPart = field(default_factory=PeriodPart)
    nomenclature: NomenclaturePart = field(default_factory=NomenclaturePart)
    samples: SamplesPart = field(default_factory=SamplesPart)
    classifier: ClassifierPart = field(default_factory=ClassifierPart)
    validation: ValidationPart = field(default_factory=ValidationPart)
    record: RecordPart = field(default_factory=RecordPart)
    output: OutputPart = field(default_factory=OutputPart)

    @property
    def name(self) -> str:
        """The name of the crate that it makes."""
        return self.output.name or self.path.stem

    @property
    def scores(self) -> tuple[str, ...]:
        """The model scores wanted: by polygon for features, random and by spatial block for labelled series."""
        default = ("polygon",) if self.reference.kind == "features" else ("random", "block")
        return self.validation.scores or default


@dataclass(slots=True)
class Draft:
    """What could be read of a recipe, mistakes and all, so that the files it names are checked in the same go."""

    path: Path
    text: str
    images: list[ImageSource] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def recipe(self) -> Recipe:
        """The recipe; raises `RecipeError` listing every problem when there is one."""
        if self.problems:
            count = len(self.problems)
            raise RecipeError(
                f"The recipe '{self.path.name}' has {count} mistake{'s' if count > 1 else ''}.", self.problems
            )
        return Recipe(self.path, self.text, tuple(self.images), **self.sections)


def load(path: Path) -> Recipe:
    """The recipe in ``path``. Raises `RecipeError` with every mistake of spelling, type and range."""
    return read(path).recipe()


def read(path: Path) -> Draft:
    """The recipe in ``path`` with its problems listed instead of raised; not being TOML at all is raised."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise RecipeError(f"There is no recipe '{path}'.", (), hint="Check the path.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"'{path}' is not valid TOML: {error}.", (), hint="Correct that line.") from error
    draft = Draft(path.absolute(), text)
    _unknown_sections(table, draft)
    _read_images(table.get("images"), draft)
    for name, model in _SECTIONS.items():
        _read_section(name, model, table, draft)
    return draft


def _unknown_sections(table: Mapping[str, Any], draft: Draft) -> None:
    known = ("images", *_SECTIONS)
    for name in table:
        if name not in known:
            draft.problems.append(Problem(f"[{name}]", "is not part of a recipe.", nearest(name, known)))


def _read_images(entries: Any, draft: Draft) -> None:
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
    if (part := _parsed(name, model, table[name], draft)) is not None:
        draft.sections[name] = part


def _parsed(where: str, model: type[PartT], content: Any, draft: Draft) -> PartT | None:
    """The table as a value, paths made absolute; its mistakes are noted, and what is right is kept."""
    try:
        return _absolute(model.model_validate(content), draft.path.parent)
    except ValidationError as error:
        found = error.errors(include_url=False)
    for item in found:
        draft.problems.append(_problem(where, model, item))
    try:
        kept = _without(content, [item["loc"] for item in found])
        return _absolute(model.model_validate(kept), draft.path.parent)
    except (ValidationError, TypeError, AttributeError, KeyError, IndexError):
        return None


def _without(content: Any, locations: list[tuple[int | str, ...]]) -> Any:
    """The table without its mistaken values, so that their defaults stand in while the rest is checked."""
    kept = copy.deepcopy(content)
    for location in locations:
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
            changes[name] = folder / value
        elif isinstance(value, Part):
            changes[name] = _absolute(value, folder)
    return part.model_copy(update=changes)


def _problem(where: str, model: type[Part], error: Any) -> Problem:
    location = [str(step) for step in error["loc"]]
    place = ".".join([where, *location])
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return Problem(place, "is not a key of this table.", nearest(location[-1], _keys(model, error["loc"])))
    if kind == "missing":
        return Problem(place, "is missing.", f"Add {location[-1]} = ...")
    if kind in {"literal_error", "enum"}:
        choices = [choice.strip("' ") for choice in error["ctx"]["expected"].replace(" or ", ",").split(",")]
        return Problem(place, f"cannot be {given!r}.", nearest(str(given), choices))
    message = error["msg"].removeprefix("Value error, ").partition(", unable to parse")[0]
    shown = "" if isinstance(given, dict) else f" (it is {given!r})"
    return Problem(place, f"{message[0].lower()}{message[1:]}{shown}.", "Correct its value.")


def _keys(model: type[Part], location: tuple[int | str, ...]) -> list[str]:
    """The keys that are allowed where ``location`` points to."""
    fields: Any = model.model_fields
    for step in location[:-1]:
        if isinstance(step, str):
            fields = _fields_of(fields[step].annotation)
    return list(fields)


def _fields_of(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_fields
    for argument in typing.get_args(annotation):
        if found := _fields_of(argument):
            return found
    return {}


def nearest(word: str, choices: Any) -> str:
    """ "Did you mean 'x'?", or the list of what there is."""
    options = [str(choice) for choice in choices]
    lowered = {option.lower(): option for option in reversed(options)}
    near = get_close_matches(word.lower(), lowered, n=1)
    return f"Did you mean '{lowered[near[0]]}'?" if near else f"Choose among: {', '.join(options)}."
