# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saving what somebody touched in a form, field by field: the good values are kept whatever the others are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terracite.errors import DepositError
from terracite.record.model import Record
from terracite.repository.edits import Conflict, EditConflictError, Noted, last_edit
from terracite.website import messages_of
from terracite.website.forms.posted import Form, counted
from terracite.website.forms.sheets import Data, Sheet
from terracite.website.forms.touched import Seen, field_of, put_in_place

Keep = Callable[[Mapping[str, object], Mapping[str, int]], Any]


@dataclass(slots=True)
class Saved:
    """What became of a posted form. ``result`` is what the repository gave back, None when nothing was sent to it."""

    form: Form  #: as it was posted, with its mistakes
    seen: Seen  #: what the page had shown
    touched: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  #: fields saved now
    wrong: tuple[str, ...] = ()  #: fields whose values cannot be used
    conflicts: tuple[Conflict, ...] = ()
    gone: tuple[str, ...] = ()  #: composed texts that no longer go with what was saved, and were taken away
    elsewhere: tuple[str, ...] = ()  #: fields not touched here that others changed since
    result: Any = None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The touched fields that are not saved."""
        return tuple(name for name in self.touched if name not in self.kept)


def save(sheet: Sheet, data: Data, record: Record, known: Noted, keep: Keep) -> Saved:
    """Save the fields that were touched. ``keep(changes, expected edits)`` does it; its `MoveError` goes through.

    ``keep=title.fr:7`` among ``data`` puts one's own value over the one of edit 7; ``take=title.fr`` leaves the
    other one.
    """
    form, now = sheet.from_post(data), sheet.shown(record)
    seen, page_edit = Seen.read(_last(data, "seen")), counted(_last(data, "edit"))
    before = Form(dict(form.values), {}, {name: list(boxes) for name, boxes in form.ticked.items()}, {})
    before.rows = {name: [dict(row) for row in rows] for name, rows in form.rows.items()}
    put_in_place(form, now)
    values = sheet.changes(form, record)
    taken, forced = set(data.get("take", ())), _forced(data.get("keep", ()))
    touched = [name for name in values if name not in taken and (name in forced or seen.changed(name, before))]
    wrong = _wrong(form, touched)
    saved = Saved(form=before, seen=seen, touched=tuple(touched))
    saved.elsewhere = tuple(_elsewhere(values, touched, seen, known))
    changes = {name: values[name] for name in touched if name not in wrong}
    expected = dict.fromkeys(values, page_edit) if page_edit is not None else {}
    _keep(saved, changes, {**expected, **seen.edits, **forced}, keep, form, wrong)
    saved.wrong = tuple(sorted(wrong))
    before.problems = form.problems
    return saved


def _keep(
    saved: Saved, changes: dict[str, object], expected: Mapping[str, int], keep: Keep, form: Form, wrong: set[str]
) -> None:
    """Hand the changes over; again without those that the repository cannot use."""
    for _attempt in range(len(changes) + 1):
        try:
            saved.result = keep(changes, expected)
        except EditConflictError as error:
            saved.result, saved.conflicts = error.saved, error.conflicts
        except DepositError as error:
            messages_of.into_form(form, error)
            refused = {name for problem in error.problems if (name := field_of(problem.where, changes))}
            wrong |= refused or set(changes)
            changes = {name: value for name, value in changes.items() if name not in wrong}
            continue
        break
    in_conflict = {conflict.field for conflict in saved.conflicts}
    saved.kept = tuple(name for name in changes if name not in in_conflict)


def _wrong(form: Form, touched: Sequence[str]) -> set[str]:
    """The touched fields with a mistake; those of other fields are not of this page's making."""
    owners = {name: field_of(name, touched) for name in form.problems}
    form.problems = {name: told for name, told in form.problems.items() if owners[name]}
    return {owner for owner in owners.values() if owner}


def _elsewhere(names: Mapping[str, object], touched: Sequence[str], seen: Seen, known: Noted) -> list[str]:
    return [
        name for name in names
        if name not in touched and name in seen.edits and last_edit(known, name)[0] > seen.edits[name]
    ]  # fmt: skip


def _forced(wanted: Sequence[str]) -> dict[str, int]:
    pairs = [one.rpartition(":") for one in wanted]
    return {name: edit for name, _colon, number in pairs if (edit := counted(number)) is not None}


def _last(data: Data, name: str) -> str:
    return (data.get(name) or [""])[-1]
