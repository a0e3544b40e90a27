# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search page. All that is chosen stands in the address; `terracite.repository.search` finds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from terracite.errors import Problem
from terracite.record.model import Box
from terracite.repository.models import Deposit
from terracite.repository.search import Results, SearchQuery, query
from terracite.repository.search.address import from_parameters, to_parameters
from terracite.website import snippets
from terracite.website.forms.posted import identifier
from terracite.website.maps.results import Edges, results_map
from terracite.website.templatetags.show import label, language

EDGES = ("west", "south", "east", "north")
#: facet of the index -> field of `SearchQuery`, table of labels
FACETS = {
    "discipline": ("disciplines", "discipline"),
    "kind": ("types", "kind"),
    "format": ("formats", ""),
    "licence": ("licences", "licence"),
    "access": ("access", "access"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a facet: where it leads, and how many datasets that would show."""

    label: str
    url: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: str
    choices: tuple[Choice, ...]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results as a list and on the map, with facets; nearest wider searches where nothing is found."""
    if any(request.GET.get(edge, "").strip() for edge in EDGES):
        return HttpResponseRedirect(_with_box(request))
    wanted, problems = from_parameters(dict(request.GET.lists()), language())
    results = query(wanted)
    picture, middle = _map(results)
    values = {
        "wanted": wanted,
        "results": results,
        "problems": [_told(problem) for problem in problems],
        "facets": _facets(results),
        "everything": [pair for pair in to_parameters(replace(wanted, page=1)) if pair[0] != "sort"],
        "kept": [(key, value) for key, value in to_parameters(replace(wanted, page=1)) if key not in _TYPED],
        "removals": _removals(wanted),
        "wider": [(_wider(step.dropped), address(step.query), step.total) for step in results.relaxations],
        "sorts": _sorts(wanted),
        "previous": address(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else "",
        "next": address(replace(wanted, page=wanted.page + 1)) if wanted.page < results.pages else "",
        "map": mark_safe(picture),
        "map_view": json.dumps([round(edge, 4) for edge in middle]),
        "shapes": _shapes(results),
        "parameters": urlencode(to_parameters(wanted)),
        "snippet": snippets.this_search(settings.TERRACITE.base_url, to_parameters(wanted)),
    }
    return render(request, "search.html", values)


_TYPED = {"q", "bbox", "start", "end", "page"}  # these have a field of their own in the form


def address(wanted: SearchQuery) -> str:
    """The address of a search."""
    parameters = urlencode(to_parameters(wanted))
    return reverse("search") + (f"?{parameters}" if parameters else "")


def _with_box(request: HttpRequest) -> str:
    """The address with the four typed edges as one box; what is not typed is the edge of the world."""
    parameters = request.GET.copy()
    world = dict(zip(EDGES, ("-180", "-90", "180", "90"), strict=True))
    edges = [parameters.pop(edge, [""])[-1].strip().replace(",", ".") or world[edge] for edge in EDGES]
    parameters["bbox"] = ",".join(edges)
    return f"{reverse('search')}?{parameters.urlencode()}"


def _facets(results: Results) -> list[Facet]:
    titles = {
        "discipline": _("Discipline"),
        "kind": _("Kind of data"),
        "format": _("Format"),
        "licence": _("Licence"),
        "access": _("Access"),
    }
    found = [Facet(name, titles[name], _choices(results, name)) for name in FACETS]
    return [facet for facet in found if facet.choices]


def _choices(results: Results, name: str) -> tuple[Choice, ...]:
    field, table = FACETS[name]
    chosen: tuple[str, ...] = getattr(results.query, field)
    choices = []
    for facet in results.facets.get(name, ()):
        others = tuple(value for value in chosen if value != facet.value)
        values = others if facet.chosen else (*chosen, facet.value)
        target = replace(results.query, page=1, **{field: values})  # type: ignore[arg-type]
        words = label(facet.value, table) if table else facet.value
        choices.append(Choice(words, address(target), facet.count, facet.chosen))
    return tuple(choices)


def _removals(wanted: SearchQuery) -> list[tuple[str, str]]:
    """Everything that narrows the search, each with the address without it."""
    found = []
    if wanted.text:
        found.append(
            (f"« {wanted.text} »" if language() == "fr" else f"“{wanted.text}”", replace(wanted, text="", page=1))
        )
    if wanted.box:
        found.append((_("in the box"), replace(wanted, box=None, page=1)))
    if wanted.start or wanted.end:
        days = " – ".join(day.isoformat() if day else "…" for day in (wanted.start, wanted.end))
        found.append((days, replace(wanted, start=None, end=None, page=1)))
    if wanted.deposit:
        uuid = identifier(wanted.deposit)
        deposit = Deposit.objects.filter(uuid=uuid).first() if uuid else None
        found.append((deposit.title(language()) if deposit else wanted.deposit, replace(wanted, deposit="", page=1)))
    for field, table in FACETS.values():
        for value in getattr(wanted, field):
            others = tuple(other for other in getattr(wanted, field) if other != value)
            words = label(value, table) if table else value
            found.append((words, replace(wanted, page=1, **{field: others})))  # type: ignore[arg-type]
    return [(words, address(without)) for words, without in found]


def _wider(dropped: str) -> str:
    told = {
        "text": _("without the words"),
        "spelling": _("with words spelled nearly so"),
        "box": _("anywhere on Earth"),
        "period": _("at any date"),
        "deposit": _("in every deposit"),
        "discipline": _("in every discipline"),
        "kind": _("for every kind of data"),
        "format": _("in every format"),
        "licence": _("under any licence"),
        "access": _("whatever the access"),
    }
    return told.get(dropped, dropped)


def _told(problem: Problem) -> str:
    told = {
        "bbox": _("The box is not made of four numbers in degrees, south below north: it was left out."),
        "start": _("The first date is not a date (write 2023, 2023-07 or 2023-07-14): it was left out."),
        "end": _("The last date is not a date (write 2023, 2023-07 or 2023-07-14): it was left out."),
    }
    return told.get(problem.where, _("Part of the address could not be understood: it was left out."))


def _sorts(wanted: SearchQuery) -> list[tuple[str, str, bool]]:
    names = {
        "relevance": _("Most relevant"),
        "newest": _("Newest"),
        "oldest": _("Oldest"),
        "title": _("Title"),
    }
    return [(name, words, name == wanted.sort) for name, words in names.items()]


def _map(results: Results) -> tuple[str, Edges]:
    """What the server draws, and the edges of what every screen shows of it."""
    boxes = [
        Box(west=west, south=south, east=east, north=north)
        for hit in results.hits
        for west, south, east, north in hit.boxes
    ]
    told = ngettext("Map with %(count)d place of the results", "Map with %(count)d places of the results", len(boxes))
    return results_map(boxes, results.query.box, told % {"count": len(boxes)})


def _shapes(results: Results) -> list[dict[str, object]]:
    """What the map of the browser draws."""
    return [
        {"title": hit.title.best(language()), "url": hit.path, "boxes": hit.boxes} for hit in results.hits if hit.boxes
    ]
