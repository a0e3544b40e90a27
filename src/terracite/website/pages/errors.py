# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a reader sees when there is no page, no right, or a fault of ours."""

from __future__ import annotations

import sys

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from terracite.website import away


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: also for what the reader may not even know of."""
    return _page(request, 404, _("There is no such page"), _("The address may be mistyped, or the page has moved."))


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, with the reason when one of our pages gave it."""
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    told = reason or _("What was sent is too much at once, or no form of ours. Go back, reload the page and try again.")
    return _page(request, 400, _("This was not understood"), told)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the reason when there is one to tell."""
    told = str(exception or "") or _("Your account may not do this. Log in with another one, or ask a moderator.")
    return _page(request, 403, _("This is not open to you"), told)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403 for a form that did not come from this site, or too late."""
    told = _("The form was too old or came from elsewhere. Go back, reload the page and send it again.")
    return _page(request, 403, _("The form was not taken"), told)


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500: says so without anything that could fail again. 503 while the database or the store does not answer."""
    if away.is_away(sys.exc_info()[1]):
        return away.page()
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title>'
        "<h1>Something went wrong on our side</h1><p>What you had saved is kept. Try again in a moment.</p>"
        '<p lang="fr">Une erreur est survenue de notre côté. Ce que vous aviez enregistré est gardé. '
        'Réessayez dans un instant.</p><p><a href="/">Terracite</a></p></html>'
    )
    return HttpResponse(text, status=500)


def _page(request: HttpRequest, status: int, title: str, explanation: str) -> HttpResponse:
    values = {"status": status, "title": title, "explanation": explanation}
    return render(request, "error.html", values, status=status)
