# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong in a table of a recipe, in words: which key, which value, and what to write instead."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from terracite.errors import Problem
from terracite.landcover.recipe.parts import Part

#: what pydantic calls a mistake -> what is wrong and the cure; its context fills the braces
_SAID = {
    "int_parsing": ("is {given}, which is not a whole number.", "Write a number without quotes."),
    "int_type": ("is {given}, which is not a whole number.", "Write a number without quotes."),
    "int_from_float": ("is {given}, which is not a whole number.", "Leave the decimals out."),
    "float_parsing": ("is {given}, which is not a number.", "Write a number without quotes, decimals with a point."),
    "float_type": ("is {given}, which is not a number.", "Write a number without quotes, decimals with a point."),
    "string_type": ("is {given}, which is not a text.", "Put it between quotes."),
    "path_type": ("is {given}, which is not a path.", "Put the path between quotes."),
    "greater_than": ("is {given}.", "It has to be above {gt}."),
    "greater_than_equal": ("is {given}.", "It has to be at least {ge}."),
    "less_than": ("is {given}.", "It has to be below {lt}."),
    "less_than_equal": ("is {given}.", "It has to be at most {le}."),
    "tuple_type": ("is {given}, which is not a list.", "Put it between brackets: [...]."),
    "list_type": ("is {given}, which is not a list.", "Put it between brackets: [...]."),
    "model_type": ("is {given}, which is not a table.", "Write it as a table, with keys of its own."),
    "dict_type": ("is {given}, which is not a table.", "Write it as a table, with keys of its own."),
    "date_from_datetime_parsing": ("is {given}, which is not a date.", "Write dates as 2023-07-31, without quotes."),
    "date_parsing": ("is {given}, which is not a date.", "Write dates as 2023-07-31, without quotes."),
    "date_type": ("is {given}, which is not a date.", "Write dates as 2023-07-31, without quotes."),
    "date_from_datetime_inexact": ("is {given}, which has a time.", "Write dates as 2023-07-31, without quotes."),
    "string_pattern_mismatch": ("is {given}.", 'Write a colour as "#2f7d4f".'),
}


def problem(where: str, model: type[Part], error: Any) -> Problem:
    """One mistake that pydantic found in the table ``where``."""
    location = [str(step) for step in error["loc"]]
    place = ".".join([where, *location])
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return Problem(place, "is not a key of this table.", nearest(location[-1], _keys(model, error["loc"])))
    if kind == "missing":
        return Problem(place, "is missing.", f"Add {location[-1]} = ...")
    if kind in {"literal_error", "enum"}:
        choices = [choice.strip("' ") for choice in error["ctx"]["expected"].replace(" or ", ",").split(",")]
        return Problem(place, f"cannot be {_shown(given)}.", nearest(str(given), choices))
    if kind in _SAID:
        what, cure = (words.format(given=_shown(given), **error.get("ctx", {})) for words in _SAID[kind])
        return Problem(place, what, cure)
    message = error["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(given, dict) else f" (it is {_shown(given)})"
    return Problem(place, f"{message[0].lower()}{message[1:]}{shown}.", "Correct its value.")


def nearest(word: str, choices: Iterable[object]) -> str:
    """ "Did you mean 'x'?", or the list of what there is."""
    options = [str(choice) for choice in choices]
    lowered = {option.lower(): option for option in reversed(options)}
    near = get_close_matches(word.lower(), lowered, n=1)
    return f"Did you mean '{lowered[near[0]]}'?" if near else f"Choose among: {', '.join(options)}."


def _shown(given: object) -> str:
    """A value as a recipe has it, cut where it is long."""
    text = f"'{given}'" if isinstance(given, str) else str(given).lower() if isinstance(given, bool) else str(given)
    return text if len(text) <= 60 else f"{text[:57]}..."


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
