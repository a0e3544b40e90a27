# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the finders of the form find, for forms of others."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from terracite.website import finding
from terracite.website.api.access import OptionalToken, UnauthorizedError, caller
from terracite.website.api.schemas.common import READING
from terracite.website.api.schemas.finders import FinderIn, Kind, OptionOut, OptionsOut
from terracite.website.api.words import TOKEN

router = Router(tags=["search"], auth=OptionalToken())
LOGIN_NEEDED = frozenset({"people"})


@router.get("/find/{str:kind}", response={200: OptionsOut, **READING}, summary="Find what a field asks for")
def find(request: HttpRequest, kind: Kind, wanted: Query[FinderIn]) -> OptionsOut:
    """People (with a token), organisations, funders, keywords of thesauri, CF standard names, places: the best dozen,
    found here without asking anybody else. Keywords are found by meaning, in French and English."""
    if kind in LOGIN_NEEDED and caller(request).is_anonymous:
        raise UnauthorizedError(TOKEN[0], hint=TOKEN[1])
    found = finding.find(kind, wanted.q, caller(request))
    return OptionsOut(items=[OptionOut(label=one.label, note=one.note, fill=_filled(one.fill)) for one in found])


def _filled(fill: dict[str, str]) -> dict[str, str]:
    """Without the mark of what only fills an empty input."""
    return {name.rstrip("?"): value for name, value in fill.items()}
