# SPDX-License-Identifier: AGPL-3.0-or-later
"""A published dataset as a document of the index."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import tantivy

from terracite.record.model import Box, FileRole, Period, Record, Text
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.search.fields import ANALYSERS, BOX_SLOTS, SIDES, fold, schema
from terracite.repository.search.model import Hit

FOREVER = dt.date(9999, 12, 31)  #: end of a series that goes on
SUMMARY_CHARACTERS = 280
_TILE = re.compile(r"(?<![A-Z0-9])T?(\d{2}[C-HJ-NP-X][A-HJ-NP-Z]{2})(?![A-Z0-9])")


def document(version: DatasetVersion, record: Record) -> tantivy.Document:
    """What the index keeps of ``version``."""
    files = list(version.files.all())
    hit = make_hit(version, record, files)
    values: dict[str, Any] = {
        "uuid": hit.uuid,
        "hit": hit.model_dump_json().encode(),
        "exact": sorted(_identifiers(version, record, files)),
        "mentions": sorted(_mentions(version, record)),
        "deposit": hit.deposit,
        "discipline": list(hit.disciplines),
        "kind": [hit.kind] if hit.kind else [],
        "format": list(hit.formats),
        "licence": [hit.licence] if hit.licence else [],
        "access": hit.access,
        "published": int(version.published_at.timestamp()) if version.published_at else 0,
        "sort_fr": fold(hit.title.best("fr")),
        "sort_en": fold(hit.title.best("en")),
    }
    values |= _word_values(record, hit) | _box_values(record) | _period_values(record.periods)
    return tantivy.Document.from_dict(values, schema())


def make_hit(version: DatasetVersion, record: Record, files: list[StoredFile]) -> Hit:
    """What a list of results shows of ``version``."""
    deposit = version.dataset.deposit
    starts, ends = _bounds(record.periods)
    return Hit(
        uuid=str(version.dataset.uuid),
        number=version.number,
        path=addresses.landing_path(version),
        doi=version.doi,
        title=record.title,
        summary=Text(fr=shorten(record.abstract.fr), en=shorten(record.abstract.en)),
        creators=tuple(agent.display_name for agent in record.creators),
        published=version.published_at.date() if version.published_at else None,
        access=version.access,
        embargo_until=version.embargo_until,
        licence=record.licence,
        disciplines=tuple(discipline.value for discipline in record.disciplines),
        kind=record.representation.value if record.representation else "",
        formats=tuple(sorted({_format(file) for file in files if file.role == FileRole.DATA.value})),
        bytes=sum(file.bytes for file in files),
        file_count=len(files),
        boxes=tuple((box.west, box.south, box.east, box.north) for box in _boxes(record)),
        start=starts,
        end=None if ends == FOREVER else ends,
        ongoing=ends == FOREVER,
        resolution_m=min((found.distance_m for found in record.resolutions if found.distance_m), default=None),
        place=next((extent.place for extent in record.extents if extent.place), Text()),
        deposit=str(deposit.uuid),
        deposit_title=Text(fr=deposit.title_fr, en=deposit.title_en),
    )


def shorten(text: str, limit: int = SUMMARY_CHARACTERS) -> str:
    """The beginning of ``text``, cut between two words."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def normal_identifier(text: str) -> str:
    """An identifier as the index keeps it: lower case, a DOI without its address, a tile without its T."""
    text = text.strip().lower()
    text = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*|https?://orcid\.org/)", "", text)
    tile = _TILE.fullmatch(text.upper())
    return tile.group(1).lower() if tile else text


def _identifiers(version: DatasetVersion, record: Record, files: list[StoredFile]) -> set[str]:
    named = [
        version.doi,
        version.dataset.concept_doi,
        str(version.dataset.uuid),
        str(version.uuid),
        str(record.uuid),
    ]
    named += [agent.orcid for agent in record.creators] + [variable.name for variable in record.variables]
    named += [source.identifier for source in record.lineage.sources] + [file.path for file in files]
    tiles = _TILE.findall(" ".join(_all_texts(record)) + " " + " ".join(file.path.replace("_", " ") for file in files))
    return {normal_identifier(name) for name in [*named, *tiles] if name}


def _mentions(version: DatasetVersion, record: Record) -> set[str]:
    """What the dataset says it comes from or belongs with, without itself."""
    named = [item.identifier for item in record.related] + [source.identifier for source in record.lineage.sources]
    own = {normal_identifier(name) for name in (version.doi, version.dataset.concept_doi) if name}
    return {normal_identifier(name) for name in named if name} - own


def _all_texts(record: Record) -> Iterable[str]:
    texts = [record.title, record.abstract, *(keyword.label for keyword in record.keywords)]
    texts += [extent.place for extent in record.extents]
    return (part for text in texts for part in (text.fr, text.en))


def _word_values(record: Record, hit: Hit) -> dict[str, str]:
    """The words of each zone, per analyser; "words" takes both languages."""
    body = [record.abstract, record.lineage.statement, record.purpose, record.notes, hit.deposit_title]
    body += [variable.label for variable in record.variables] + [found.label for found in record.classes]
    names = [*hit.creators, *(found.name for agent in record.creators for found in agent.affiliations)]
    names += [variable.name for variable in record.variables] + [platform.name for platform in record.platforms]
    names += list(hit.formats)
    zones = {
        "title": ([record.title], []),
        "keywords": (
            [*(keyword.label for keyword in record.keywords), *(extent.place for extent in record.extents)],
            names,
        ),
        "body": (body, []),
    }
    return {
        f"{zone}_{name}": " . ".join([*_of_language(texts, name), *plain])
        for zone, (texts, plain) in zones.items()
        for name in ANALYSERS
    }


def _of_language(texts: list[Text], name: str) -> list[str]:
    if name == "words":
        return [part for text in texts for part in (text.fr, text.en) if part]
    return [part for text in texts if (part := text.fr if name == "fr" else text.en)]


def _boxes(record: Record) -> list[Box]:
    return [extent.box for extent in record.extents]


def _box_values(record: Record) -> dict[str, float]:
    parts = [part for box in _boxes(record) for part in box.parts()]
    values: dict[str, float] = {}
    for slot, group in zip(BOX_SLOTS, _two_groups(parts), strict=True):
        if group:
            bounds = (
                min(part.west for part in group),
                min(part.south for part in group),
                max(part.east for part in group),
                max(part.north for part in group),
            )
            values |= {f"{side}{slot}": value for side, value in zip(SIDES, bounds, strict=True)}
    return values


def _two_groups(parts: list[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes in at most two groups: as two boxes when there are two, else on each side of Greenwich."""
    if len(parts) <= 2:
        return parts[:1], parts[1:]
    east = [part for part in parts if part.west >= 0]
    return [part for part in parts if part.west < 0], east


def _period_values(periods: tuple[Period, ...]) -> dict[str, int]:
    start, end = _bounds(periods)
    return {"start": start.toordinal(), "end": end.toordinal()} if start and end else {}


def _bounds(periods: tuple[Period, ...]) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of all periods; `FOREVER` for one that goes on."""
    starts = [_day(period.start) for period in periods]
    ends = [FOREVER if period.ongoing else _day(period.end or period.start) for period in periods]
    return min(starts, default=None), max(ends, default=None)


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _format(file: StoredFile) -> str:
    """The name of a file's format without its details: "NetCDF-4 (CF-1.11)" is "NetCDF-4"."""
    name = file.format.partition("(")[0].strip()
    return name or file.path.rpartition(".")[2].upper()
