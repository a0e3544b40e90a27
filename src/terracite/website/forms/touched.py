# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which fields of a posted form somebody touched, told from what the page showed.

A page carries, in one hidden input ``seen``, a short print of each field as it showed it and the edit it was shown
at: ``{"title.fr": "7:0a1b2c3d4e"}``. A field whose inputs come back with another print was touched; one that comes
back as it was is left alone, whatever it has become in the meantime.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from terracite.website.forms.posted import Form, Row, counted

#: field of the record -> its inputs, where they are named otherwise
INPUTS = {
    "lineage.sources": ("sources",),
    "resolutions": ("resolution",),
    "reference_systems": ("reference_system",),
    "dates": ("created",),
    "keywords": ("keywords", "new_keyword"),
}
_PRINT = 10
_NOT_SHOWN = {"was"}


def inputs_of(name: str) -> tuple[str, ...]:
    """The names, or beginnings of names, of the inputs of one field of the record."""
    return INPUTS.get(name, (name,))


def is_of(input_name: str, name: str) -> bool:
    """Whether an input is one of those of a field."""
    return any(input_name == own or input_name.startswith(f"{own}.") for own in inputs_of(name))


def field_of(input_name: str, names: Iterable[str]) -> str | None:
    """Which of these fields an input (or a place in the record, "extents.0.box.west") belongs to."""
    found = [name for name in names if is_of(input_name, name) or input_name.startswith(f"{name}.")]
    return max(found, key=len, default=None)


def print_of(form: Form, name: str) -> str:
    """A short print of what the inputs of one field hold; "" when the form has none of them."""
    values = {key: value for key, value in form.values.items() if is_of(key, name)}
    ticked = {key: sorted(filter(None, boxes)) for key, boxes in form.ticked.items() if is_of(key, name)}
    rows = {key: [_shown(row) for row in found] for key, found in form.rows.items() if is_of(key, name)}
    if not (values or ticked or rows):
        return ""
    text = json.dumps([values, ticked, rows], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_PRINT]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed: for each field its print, and the edit it was shown at."""

    prints: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form, names: Iterable[str], edit: int) -> Seen:
        """Everything shown as the database has it now."""
        prints = {name: print_of(form, name) for name in names}
        return cls(prints, dict.fromkeys(prints, edit))

    @classmethod
    def read(cls, text: str) -> Seen:
        """From the hidden input; nothing when it is not one of ours."""
        try:
            content = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(content, dict):
            return cls()
        pairs = {name: str(value).partition(":") for name, value in content.items()}
        edits = {
            name: edit for name, (number, _, told) in pairs.items() if told and (edit := counted(number)) is not None
        }
        return cls({name: pairs[name][2] for name in edits}, edits)

    def written(self) -> str:
        """For the hidden input."""
        pairs = {name: f"{edit}:{self.prints[name]}" for name, edit in self.edits.items()}
        return json.dumps(pairs, separators=(",", ":"))

    def changed(self, name: str, form: Form) -> bool:
        """Whether the inputs of a field hold something else than the page showed; yes when that is not known."""
        now = print_of(form, name)
        return not now or self.prints.get(name) != now

    def after(self, form: Form, names: Iterable[str], edit: int) -> Seen:
        """The same once these fields are saved as ``form`` holds them."""
        new = Seen.of(form, names, edit)
        return Seen({**self.prints, **new.prints}, {**self.edits, **new.edits})


def put_in_place(posted: Form, now: Form) -> None:
    """Point each row at the item it shows, however the list moved since the page was made (``was``)."""
    for prefix, rows in posted.rows.items():
        _place(rows, now.rows.get(prefix, []))


def with_parts(form: Form, other: Form, names: Iterable[str]) -> Form:
    """``form`` with the inputs of these fields, and their mistakes, as ``other`` has them."""
    kept = list(names)
    form.values |= {key: value for key, value in other.values.items() if _is_of_any(key, kept)}
    form.ticked |= {key: value for key, value in other.ticked.items() if _is_of_any(key, kept)}
    form.rows |= {key: value for key, value in other.rows.items() if _is_of_any(key, kept)}
    form.problems = dict(other.problems)
    return form


def _is_of_any(key: str, names: Iterable[str]) -> bool:
    return any(is_of(key, name) for name in names)


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _NOT_SHOWN and value}


def _place(rows: Sequence[Row], items: Sequence[Row]) -> None:
    """Each row gets the free item it has most in common with; its old place when it has nothing in common with any."""
    free = set(range(len(items)))
    scores = sorted(
        ((_alike(row, item), row.get("was") == str(place), -number, place) for number, row in enumerate(rows)
         for place, item in enumerate(items)), reverse=True,
    )  # fmt: skip
    placed: dict[int, int] = {}
    for alike, is_old, minus, place in scores:
        if place in free and -minus not in placed and (alike or is_old):
            placed[-minus] = place
            free.discard(place)
    for number, row in enumerate(rows):
        row["was"] = str(placed[number]) if number in placed else ""


def _alike(row: Row, item: Row) -> int:
    return sum(value == item.get(name) for name, value in _shown(row).items())
