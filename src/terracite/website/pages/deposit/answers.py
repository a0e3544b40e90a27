# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a form that saves itself is answered: fragments that htmx puts in their places, or the page again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from terracite.errors import TerraciteError
from terracite.repository.edits import Conflict, Noted, last_edit, last_of_all
from terracite.repository.models import Person
from terracite.website import messages_of
from terracite.website.forms.touched import inputs_of
from terracite.website.pages.deposit.saving import Saved
from terracite.website.pages.deposit.words import field_in_words, in_words

View = Callable[..., HttpResponse]


def is_by_itself(request: HttpRequest) -> bool:
    """Whether the page saves by itself, and waits for fragments."""
    return request.headers.get("HX-Request") == "true"


def for_members(view: View) -> View:
    """As `login_required`; a page that saves by itself is told that the session ended, and keeps what it has."""
    asked = login_required(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_by_itself(request) and not request.user.is_authenticated:
            return render(request, "deposit/logged_out.html", status=401)
        return asked(request, *args, **kwargs)

    return answered


def refused(request: HttpRequest, error: TerraciteError) -> HttpResponse:
    """Nothing was saved, and why, as a fragment."""
    return render(request, "deposit/refused.html", {"told": messages_of.words(error)}, status=409)


def told(request: HttpRequest, saved: Saved, values: dict[str, Any], known: Noted, edit: int) -> HttpResponse:
    """What was saved, and all that depends on it, as fragments."""
    saved.form.values |= dict.fromkeys(saved.gone, "")
    seen = saved.seen.after(saved.form, (*saved.kept, *saved.gone), edit)
    content = {
        **values,
        "seen": seen.written(),
        "saved": saved,
        "now": timezone.now(),
        "conflicts": conflicts_in_words(saved.conflicts),
        "elsewhere": others(saved.elsewhere, known),
        "gone": list(zip(saved.gone, gone_in_words(saved.gone), strict=True)),
        "wrong": [field_in_words(name) for name in saved.wrong],
    }
    status = 409 if saved.conflicts else 422 if saved.wrong else 200
    return render(request, "deposit/saved.html", content, status=status)


def conflicts_in_words(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Each conflict as the page tells it: the field, both values, who wrote theirs and when."""
    found = list(conflicts)
    names = _names(conflict.by for conflict in found)
    return [
        {
            "field": conflict.field,
            "name": field_in_words(conflict.field),
            "input": inputs_of(conflict.field)[0].replace(".", "-"),
            "mine": in_words(conflict.mine),
            "theirs": in_words(conflict.theirs),
            "who": names.get(conflict.by or 0, ""),
            "at": conflict.at,
            "edit": conflict.edit,
        }
        for conflict in found
    ]


def gone_in_words(fields: Iterable[str]) -> list[str]:
    """What became of composed texts that the repository took away, a sentence each."""
    told = _("%(field)s: the text suggested from your files was taken away, since it no longer says what yours says.")
    return [told % {"field": field_in_words(name)} for name in fields]


def others(fields: Iterable[str], known: Noted) -> list[tuple[str, str, dt.datetime | None]]:
    """The fields that changed elsewhere: name, person, moment."""
    edits = [(name, *last_edit(known, name)[1:]) for name in fields]
    names = _names(by for _name, by, _at in edits)
    return [(field_in_words(name), names.get(by or 0, ""), at) for name, by, at in edits]


def last_edit_of(known: Noted) -> tuple[str, dt.datetime | None]:
    """Who changed anything last, and when."""
    by, at = last_of_all(known)
    return _names([by]).get(by or 0, ""), at


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    known = [key for key in keys if key]
    return {person.pk: person.display_name for person in Person.objects.filter(pk__in=known)} if known else {}
