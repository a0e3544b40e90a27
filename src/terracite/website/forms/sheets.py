# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms that save themselves: the steps of a draft, and what a deposit says for all its datasets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from terracite.record.model import Discipline, Record
from terracite.repository import common
from terracite.website.forms import context, describe
from terracite.website.forms.posted import Form, flat

Data = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a form is filled from a record, read from what was posted, and turned into changes of the record."""

    from_record: Callable[[Record], Form]
    from_post: Callable[[Data], Form]
    changes: Callable[[Form, Record], dict[str, object]]

    def shown(self, record: Record) -> Form:
        """The form as a page made now would send it back untouched."""
        return self.from_post(flat(self.from_record(record)))

    def names(self, record: Record) -> list[str]:
        """The fields of the record that the form holds."""
        return list(self.changes(self.shown(record), record))


def _deposit_from_record(record: Record) -> Form:
    disciplines = [item.value for item in record.disciplines]
    return Form(values={"language": record.language}, ticked={"disciplines": disciplines})


def _deposit_from_post(data: Data) -> Form:
    language = (data.get("language") or ["en"])[-1]
    return Form(values={"language": language}, ticked={"disciplines": list(data.get("disciplines", ()))})


def _deposit_changes(form: Form, record: Record) -> dict[str, object]:  # noqa: ARG001
    known = {item.value for item in Discipline}
    chosen = [code for code in form.ticked["disciplines"] if code in known]
    return {"language": "fr" if form.values["language"] == "fr" else "en", "disciplines": chosen}


_OF_DEPOSIT = (*(f"{name}.{language}" for name in ("title", "abstract") for language in ("fr", "en")), "disciplines")


def _merged(*forms: Form) -> Form:
    whole = Form()
    for form in forms:
        whole.values |= form.values
        whole.ticked |= form.ticked
        whole.rows |= form.rows
    return whole


def _common_changes(form: Form, record: Record) -> dict[str, object]:
    found = {
        **_deposit_changes(form, record),
        **describe.changes(form, record),
        **context.changes(form, record),
    }
    names = (*_OF_DEPOSIT, *common.COMMON)
    return {name: value for name, value in found.items() if name in names}


SHEETS = {
    "deposit": Sheet(_deposit_from_record, _deposit_from_post, _deposit_changes),
    "describe": Sheet(describe.from_record, describe.from_post, describe.changes),
    "context": Sheet(context.from_record, context.from_post, context.changes),
}
COMMON = Sheet(
    lambda record: _merged(*(sheet.from_record(record) for sheet in SHEETS.values())),
    lambda data: _merged(*(sheet.from_post(data) for sheet in SHEETS.values())),
    _common_changes,
)
