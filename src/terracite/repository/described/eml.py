# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields of a record from EML (Ecological Metadata Language 2.x, GBIF's profile too)."""

from __future__ import annotations

import re
from typing import Any

from terracite.record import instants, vocabularies
from terracite.record.model import (
    Agent,
    Box,
    DateKind,
    Extent,
    Funding,
    Keyword,
    Lineage,
    Organisation,
    Period,
    RecordDate,
    Step,
    Text,
)
from terracite.record.reading import parse_xml, values


def fields(text: str) -> dict[str, Any]:
    """What the document says of its dataset."""
    root: Any = parse_xml(text.encode()).element
    dataset = root.find(".//{*}dataset")
    if dataset is None:
        return {}
    language = values.language(dataset.findtext("{*}metadataLanguage") or _xml_language(root)) or "en"

    def worded(said: str) -> Text:
        return Text(fr=said) if language == "fr" else Text(en=said)

    creators = _agents(dataset, "creator")
    return {
        "title": worded(_words(dataset.find("{*}title"))),
        "abstract": worded(_paragraphs(dataset.find("{*}abstract"))),
        "purpose": worded(_paragraphs(dataset.find("{*}purpose"))),
        "creators": creators,
        "contacts": _agents(dataset, "contact") or tuple(agent for agent in creators if agent.email)[:1],
        "keywords": tuple(Keyword(label=worded(word)) for item in dataset.iter("{*}keyword") if (word := _words(item))),
        "extents": _extents(dataset, worded),
        "periods": _periods(dataset),
        "lineage": _lineage(dataset, worded),
        "licence": _licence(dataset),
        "dates": _dates(dataset),
        "funding": tuple(Funding(funder=word) for item in dataset.iter("{*}funding") if (word := _words(item)))[:10],
    }


def _xml_language(root: Any) -> str:
    return str(root.get("{http://www.w3.org/XML/1998/namespace}lang", ""))


def _words(item: Any) -> str:
    return " ".join("".join(item.itertext()).split()) if item is not None else ""


def _paragraphs(item: Any) -> str:
    if item is None:
        return ""
    parts = [_words(part) for part in item.iter("{*}para")] or [_words(item)]
    return "\n\n".join(part for part in parts if part)


def _agents(dataset: Any, role: str) -> tuple[Agent, ...]:
    return tuple(agent for item in dataset.findall(f"{{*}}{role}") if (agent := _agent(item)))


def _agent(item: Any) -> Agent | None:
    family, given = _words(item.find(".//{*}surName")), _words(item.find(".//{*}givenName"))
    organisation, email = _words(item.find("{*}organizationName")), _words(item.find("{*}electronicMailAddress"))
    orcid = next((code for one in item.findall("{*}userId") if (code := values.orcid(_words(one)))), "")
    if family and (given or orcid):
        places = (Organisation(name=organisation),) if organisation else ()
        return Agent(family_name=family, given_name=given, orcid=orcid, email=email, affiliations=places)
    name = organisation or family
    return Agent(organisation=name, email=email) if name else None


def _extents(dataset: Any, worded: Any) -> tuple[Extent, ...]:
    found = []
    for item in dataset.iter("{*}geographicCoverage"):
        sides = [item.findtext(f".//{{*}}{side}BoundingCoordinate", "") for side in ("west", "south", "east", "north")]
        try:
            west, south, east, north = map(float, sides)
        except ValueError:
            continue
        place = worded(_words(item.find("{*}geographicDescription"))[:200])
        found.append(Extent(box=Box(west=west, south=south, east=east, north=north), place=place))
    return tuple(found)


def _periods(dataset: Any) -> tuple[Period, ...]:
    found = []
    for item in dataset.iter("{*}temporalCoverage"):
        ends = [_words(item.find(f".//{{*}}{name}/{{*}}calendarDate"))
                for name in ("beginDate", "endDate", "singleDateTime")]  # fmt: skip
        first, last = instants.read(ends[0] or ends[2]), instants.read(ends[1] or ends[2], at_end=True)
        if first and last:
            found.append(Period(start=first, end=last))
    return tuple(found)


def _lineage(dataset: Any, worded: Any) -> Lineage | None:
    steps = [_paragraphs(item.find("{*}description")) for item in dataset.iter("{*}methodStep")]
    sampling = [_paragraphs(item) for item in dataset.iter("{*}samplingDescription")]
    told = [part for part in (*sampling, *steps) if part]
    if not told:
        return None
    return Lineage(statement=worded(told[0]), steps=tuple(Step(description=worded(part)) for part in told[1:]))


def _licence(dataset: Any) -> str:
    """The licence that the rights name, by an address or by its words."""
    for item in (*dataset.iter("{*}licensed"), *dataset.iter("{*}intellectualRights")):
        addresses = [link.get("url", "") for link in item.iter("{*}ulink")]
        words = [_words(item.find("{*}identifier")), _words(item.find("{*}url")), *addresses, _words(item)]
        known = (vocabularies.spdx_of(word) for word in words if word)
        found = next((name for name in known if name), "") or _named(_words(item))
        if found:
            return found
    return ""


def _named(words: str) -> str:
    found = re.search(r"\((CC[- ](?:BY|0)[^)]*)\)|\b(CC[- ]BY(?:-[A-Z]{2})* \d\.\d)\b", words)
    return vocabularies.spdx_of(found[1] or found[2]) if found else ""


def _dates(dataset: Any) -> tuple[RecordDate, ...]:
    """The publication date says when the resource was made public, not made: only a day of creation is taken."""
    days = [found for item in dataset.iter("{*}maintenance") for part in item.iter("{*}created")
            if (found := values.day(_words(part)))]  # fmt: skip
    return tuple(RecordDate(kind=DateKind.CREATED, on=day, precision=precision) for day, precision in days[:1])
