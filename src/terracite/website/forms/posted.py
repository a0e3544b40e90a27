# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page of the deposit sends, field by field, and the mistakes found in it.

Inputs are named as the record names its fields ("title.fr", "creators.0.orcid"), so that a mistake found anywhere
finds its way to the input. A row also carries ``was``: its place in the record before, so that what the form does
not show is kept.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

Row = dict[str, str]
LONGEST_LIST = 500


@dataclass(slots=True)
class Form:
    """The values of the inputs of one step: single ones, rows of repeated ones, ticked boxes; and their mistakes."""

    values: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    ticked: dict[str, list[str]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def problem(self, name: str, message: str) -> None:
        """Note a mistake in one input."""
        self.problems.setdefault(name, []).append(message)

    def number(self, name: str, text: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A number typed with a point or a comma; None when empty or wrong, which is noted."""
        plain = (
            text.strip().replace(",", ".").replace("−", "-").replace("\N{NARROW NO-BREAK SPACE}", "").replace(" ", "")
        )
        if not plain:
            return None
        try:
            value = float(plain)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            limits = _(" from %(low)g to %(high)g") % {"low": low, "high": high} if math.isfinite(low + high) else ""
            self.problem(name, _("Write a number%(limits)s.") % {"limits": limits})
            return None
        return value

    def whole(self, name: str, text: str) -> int | None:
        """A whole number; None when empty or wrong, which is noted."""
        if not text.strip():
            return None
        if not re.fullmatch(r"-?\d{1,9}", text.strip()):
            self.problem(name, _("Write a whole number."))
            return None
        return int(text)

    def day(self, name: str, text: str) -> dt.date | None:
        """A day as 2023-07-14; None when empty or wrong, which is noted."""
        if not text.strip():
            return None
        try:
            return dt.date.fromisoformat(text.strip())
        except ValueError:
            self.problem(name, _("Write a date such as 2023-07-14."))
            return None


def flat(form: Form) -> dict[str, list[str]]:
    """What a browser sends of a form that nobody touched."""
    data = {name: [value] for name, value in form.values.items()}
    data |= {name: list(values) for name, values in form.ticked.items()}
    for prefix, rows in form.rows.items():
        for number, row in enumerate(rows):
            data |= {f"{prefix}.{number}.{name}": [str(value)] for name, value in row.items()}
    return data


def read(
    data: Mapping[str, Sequence[str]], singles: Iterable[str], lists: Mapping[str, Iterable[str]], boxes: Iterable[str]
) -> Form:
    """The form out of what was posted; rows in which nothing is typed are dropped."""
    form = Form()
    form.values = {name: _last(data, name) for name in singles}
    form.ticked = {name: list(data.get(name, ())) for name in boxes}
    form.rows = {prefix: _rows(data, prefix, tuple(names)) for prefix, names in lists.items()}
    return form


def _rows(data: Mapping[str, Sequence[str]], prefix: str, names: tuple[str, ...]) -> list[Row]:
    pattern = re.compile(rf"{re.escape(prefix)}\.(\d{{1,4}})\.")
    numbers = sorted({int(found.group(1)) for name in data if (found := pattern.match(name))})
    rows = []
    for number in numbers[:LONGEST_LIST]:
        row = {name: _last(data, f"{prefix}.{number}.{name}") for name in (*names, "was")}
        if any(row[name] for name in names if name not in _NEVER_EMPTY):
            rows.append(row)
    return rows


_NEVER_EMPTY = {"relation", "role", "colour"}  # chosen from a list: they say nothing about a row being used


def _last(data: Mapping[str, Sequence[str]], name: str) -> str:
    values = data.get(name, ())
    return values[-1].replace("\r\n", "\n").strip() if values else ""


def kept(items: Sequence[object], row: Row) -> dict[str, object]:
    """What the record held for this row before, as plain values; empty for a new row."""
    was = counted(row.get("was", ""))
    if was is not None and was < len(items):
        found: dict[str, object] = items[was].model_dump(mode="json")  # type: ignore[attr-defined]
        return found
    return {}


def counted(text: str) -> int | None:
    """A number that a page of ours wrote into its form; None for anything else, however long."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def identifier(text: str) -> UUID | None:
    """The uuid that ``text`` is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
