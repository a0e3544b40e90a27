# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which field changed last, when and by whom: what tells two editors that they wrote in the same place. Pure.

The column ``field_edits`` of a version (and of a deposit) holds, by the dotted name of a field, the value of the
counter ``edit`` when it last changed, who changed it and when: ``{"title.fr": {"edit": 7, "by": 3, "at": "..."}}``.
A list (creators, extents...) is one field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from terracite.errors import MoveError

Noted = Mapping[str, Mapping[str, Any]]
#: the edit that a page was made from: one counter for all its fields, or one for each; None: no question asked
Expected = int | Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that somebody else changed in the meantime, with both values as the record holds them."""

    field: str
    mine: object
    theirs: object
    edit: int  #: the edit that ``theirs`` came with
    by: int | None  #: key of the person who made it; None: the repository itself
    at: dt.datetime | None  #: when, UTC


class EditConflictError(MoveError):
    """Some fields were not saved because somebody else changed them; ``saved`` has all the others."""

    def __init__(self, conflicts: tuple[Conflict, ...], saved: Any) -> None:
        self.conflicts = conflicts
        self.saved = saved
        names = ", ".join(conflict.field for conflict in conflicts)
        super().__init__(
            f"These fields changed since you opened the page, and were not saved: {names}.",
            hint="Compare both values, then send yours again with the new edit number, or keep theirs.",
        )


def differing(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of the fields whose values differ; a list differs as a whole."""
    for name in {**before, **after}:
        one, other = before.get(name), after.get(name)
        if one == other:
            continue
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from differing(one, other, f"{prefix}{name}.")
        else:
            yield prefix + name


def noted(known: Noted, names: Iterator[str], edit: int, by: int | None, at: dt.datetime) -> dict[str, Any]:
    """``known`` with these fields changed by that edit."""
    told = {"edit": edit, "by": by, "at": at.isoformat(timespec="seconds")}
    return {**known, **dict.fromkeys(names, told)}


def last_edit(known: Noted, name: str) -> tuple[int, int | None, dt.datetime | None]:
    """The newest edit of a field, of a part of it or of the field it is part of: number, person, moment."""
    found = [value for field, value in known.items() if _overlap(field, name)]
    if not found:
        return 0, None, None
    last = max(found, key=lambda value: value["edit"])
    return last["edit"], last["by"], dt.datetime.fromisoformat(last["at"])


def newest(known: Noted) -> Mapping[str, Any]:
    """The newest note of all, or one that says nothing."""
    return max(known.values(), key=lambda value: value["edit"], default={"edit": 0, "by": None, "at": ""})


def last_of_all(known: Noted) -> tuple[int | None, dt.datetime | None]:
    """Who changed anything last, and when."""
    found = newest(known)
    return found["by"], dt.datetime.fromisoformat(found["at"]) if found["at"] else None


def expected_of(expected: Expected, name: str) -> int | None:
    """The edit that the value of this field was based on; None when nobody said."""
    return expected.get(name) if isinstance(expected, Mapping) else expected


def _overlap(field: str, name: str) -> bool:
    return field == name or field.startswith(f"{name}.") or name.startswith(f"{field}.")
