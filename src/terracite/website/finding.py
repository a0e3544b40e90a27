# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the finders of the form answer: a line to show, and what the inputs of a row become when it is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terracite.record import vocabularies
from terracite.record.model import Text
from terracite.repository import authorities, gazetteer
from terracite.repository.permissions import Visitor, known
from terracite.website.forms.describe import keyword_value
from terracite.website.templatetags.show import language

LONGEST_QUESTION = 200
LIMIT = 12
_TILE = re.compile(r"T?(\d{1,2}[A-Z]{3})", re.IGNORECASE)
_COMMUNES = "fr-communes"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: ``fill`` is by input of the row ("orcid"), ``note`` tells what makes it that one."""

    label: str
    note: str
    fill: dict[str, str]


Finder = Callable[[str, Visitor], list[Option]]


def find(kind: str, text: str, visitor: Visitor) -> list[Option]:
    """The answers of one finder; none for an empty question. ``kind``: a key of `FINDERS`."""
    text = " ".join(text[:LONGEST_QUESTION].split())
    return FINDERS[kind](text, visitor) if text else []


def _people(text: str, visitor: Visitor) -> list[Option]:
    return [
        Option(entry.name, " · ".join(filter(None, (entry.identifier, entry.place))), entry.values)
        for entry in authorities.search("people", text, known(visitor), LIMIT)
    ]


def _organisations(text: str, visitor: Visitor) -> list[Option]:  # noqa: ARG001
    return [_organisation(entry) for entry in authorities.search("organisations", text, limit=LIMIT)]


def _funders(text: str, visitor: Visitor) -> list[Option]:  # noqa: ARG001
    return [_organisation(entry) for entry in authorities.search("funders", text, limit=LIMIT)]


def _organisation(entry: authorities.Entry) -> Option:
    used = ngettext("%(count)d dataset here", "%(count)d datasets here", entry.used) % {"count": entry.used}
    note = (entry.place, entry.identifier.removeprefix("https://"), used if entry.used else "")
    return Option(entry.name, " · ".join(filter(None, note)), entry.values)


def _keywords(text: str, visitor: Visitor) -> list[Option]:  # noqa: ARG001
    return [
        Option(
            match.concept.short.best(language()),
            " · ".join(filter(None, (_thesaurus(match.concept.thesaurus), _broader(match.concept)))),
            {"keyword": keyword_value(match.concept.keyword)},
        )
        for match in vocabularies.search_by_meaning(text, limit=LIMIT)
    ]


def _thesaurus(identifier: str) -> str:
    found = vocabularies.thesauri().get(identifier)
    return found.title.best(language()) if found else identifier


def _broader(concept: vocabularies.Concept) -> str:
    path = concept.label.best(language()).rpartition(" > ")[0]
    above = [item.short.best(language()) for item in vocabularies.broader(concept)[:2]]
    told = path or ", ".join(above)
    return _("under %(term)s") % {"term": told} if told else ""


def _standard_names(text: str, visitor: Visitor) -> list[Option]:  # noqa: ARG001
    words = text.replace("_", " ")
    found = vocabularies.search(words, thesauri=["cf-standard-names"], limit=LIMIT)
    return [_standard_name(concept) for concept in found]


def _standard_name(concept: vocabularies.Concept) -> Option:
    name = concept.uri.rstrip("/").rpartition("/")[2]
    unit = vocabularies.standard_unit(name) or ""
    told = _("canonical unit: %(unit)s") % {"unit": unit} if unit else ""
    return Option(name, told, {"standard_name": name, "unit?": unit})


def _places(text: str, visitor: Visitor) -> list[Option]:  # noqa: ARG001
    return [*_tiles(text), *map(_place, gazetteer.find(text, LIMIT))]


def _tiles(text: str) -> list[Option]:
    """The very outline of a Sentinel-2 tile."""
    from terracite.timeseries.tiles import tile_outline  # numpy and pyproj: only when a tile is asked for

    named = _TILE.fullmatch(text)
    name = named[1].upper().zfill(5) if named else ""
    outline = tile_outline(name) if name else None
    if outline is None:
        return []
    parts = sorted(part.bounds for part in getattr(outline, "geoms", [outline]))
    # across the 180° line the eastern part comes first
    west, east = (parts[0][0], parts[0][2]) if len(parts) == 1 else (parts[-1][0], parts[0][2])
    edges = {"west": west, "south": outline.bounds[1], "east": east, "north": outline.bounds[3]}
    label = Text(fr=f"Tuile Sentinel-2 {name}", en=f"Sentinel-2 tile {name}")
    return [Option(label.best(language()), _("tile of the MGRS grid"), _filled(label, "", edges))]


def _place(found: gazetteer.Found) -> Option:
    box = found.box
    edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    parts = [found.kind.best(language()), found.within.best(language())]
    if found.is_wider:
        parts.append(_("box of %(place)s: make it smaller") % {"place": found.within.best(language())})
    return Option(found.name.best(language()), " · ".join(filter(None, parts)), _filled(found.name, found.uri, edges))


def _filled(name: Text, uri: str, edges: dict[str, float]) -> dict[str, str]:
    numbers = {edge: f"{value:.6f}".rstrip("0").rstrip(".") for edge, value in edges.items()}
    return {"place_fr": name.fr or name.en, "place_en": name.en or name.fr, "place_uri": uri, **numbers}


FINDERS: dict[str, Finder] = {
    "people": _people,
    "organisations": _organisations,
    "funders": _funders,
    "keywords": _keywords,
    "standard-names": _standard_names,
    "places": _places,
}
