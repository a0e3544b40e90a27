# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers are told while the database or the store of files does not answer."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from terracite.errors import StoreAwayError

RETRY_S = 20  #: when readers and programs are asked to come back
_TEXT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Back in a moment</title>'
    "<h1>A part of this site does not answer for the moment</h1>"
    "<p>What you had saved or sent is kept. Try again in a minute.</p>"
    '<p lang="fr">Une partie de ce site ne répond pas pour le moment. '
    "Ce que vous aviez enregistré ou envoyé est gardé. "
    'Réessayez dans une minute.</p><p><a href="/">Terracite</a></p></html>'
)


def is_away(error: BaseException | None) -> bool:
    """Whether the same may work in a moment: no connection to the database (or it is busy), or none to the store."""
    return isinstance(error, (OperationalError, InterfaceError, StoreAwayError))


def page() -> HttpResponse:
    """503, with when to come back; asks nothing that could fail too."""
    return HttpResponse(_TEXT, status=503, headers={"Retry-After": str(RETRY_S), "Cache-Control": "no-store"})
