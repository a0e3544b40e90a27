# SPDX-License-Identifier: AGPL-3.0-or-later
"""The home page: what is here, where it is on Earth, what came last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from terracite.record.model import Box, Discipline
from terracite.repository.search import Results, SearchQuery, query
from terracite.website.maps import locator
from terracite.website.templatetags.show import language

LATEST = 6
MAPPED = 100  #: the newest datasets shown on the map


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search box, map of what is published, disciplines with counts, the latest datasets."""
    results = query(SearchQuery(size=MAPPED, sort="newest", language=language()))
    values = {
        "total": results.total,
        "latest": results.hits[:LATEST],
        "disciplines": _disciplines(results),
        "map": _map(results),
    }
    return render(request, "home.html", values)


def _disciplines(results: Results) -> list[tuple[str, int]]:
    counts = {facet.value: facet.count for facet in results.facets.get("discipline", ())}
    return [(discipline.value, counts.get(discipline.value, 0)) for discipline in Discipline]


def _map(results: Results) -> str:
    boxes = tuple(
        Box(west=west, south=south, east=east, north=north)
        for hit in results.hits
        for west, south, east, north in hit.boxes[:1]
    )
    if not boxes:
        return locator.world((), _("Map of the world, still empty"))
    told = ngettext("Map of the world with %(count)d dataset", "Map of the world with %(count)d datasets", len(boxes))
    return locator.world(boxes, told % {"count": len(boxes)})
