# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a version: its record in every format, its citation, what differs from the version before, how it is used."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from terracite.errors import RecordError
from terracite.record.citation.styles import styled
from terracite.repository import addresses, usage
from terracite.repository.models import DatasetVersion
from terracite.repository.permissions import can_view
from terracite.repository.records import differences, record_of
from terracite.website import machines
from terracite.website.api.access import OptionalToken, caller
from terracite.website.api.finding import VERSION, version_of
from terracite.website.api.schemas.common import READING
from terracite.website.api.schemas.datasets import (
    CitationIn,
    CitationOut,
    DifferenceOut,
    DifferencesIn,
    DifferencesOut,
    PieceOut,
)
from terracite.website.api.schemas.usage import MonthOut, SumsOut, UsageOut
from terracite.website.differences import Change, changes_between
from terracite.website.templatetags.show import language

router = Router(tags=["reading"], auth=OptionalToken())
MOST_PATHS = 1000
_IGNORED = frozenset({"uuid", "doi", "dates", "version", "publisher", "parent", "schema_version", "files"})


class NotWrittenError(RecordError):
    """The record lacks what this format needs, such as a DOI."""


@router.get(
    VERSION + "/metadata/{str:name}",
    response={200: None, 410: None, **READING},
    summary="The record in one format",
    openapi_extra={"responses": {200: {"description": "The document, of the media type of the format"}}},
)
def metadata(request: HttpRequest, identifier: UUID, number: int, name: str) -> HttpResponseBase:
    """Formats by name are listed in `formats` of the version: iso19115-3, datacite, schema.org, bibtex..."""
    request.user = caller(request)
    answer = machines.metadata(request, dataset=identifier, number=number, name=name)
    if answer.status_code in {409, 500}:
        raise NotWrittenError(answer.content.decode().strip(), hint="Complete the record first.")
    return answer


@router.get(VERSION + "/citation", response={200: CitationOut, **READING}, summary="How to cite it")
def citation(request: HttpRequest, identifier: UUID, number: int, wanted: Query[CitationIn]) -> CitationOut:
    """In the style of a journal, as plain text."""
    version = version_of(request, identifier, number)
    tongue = wanted.language or language()
    text = styled(record_of(version), wanted.style, tongue, addresses.landing_url(version))
    return CitationOut(style=wanted.style, language=tongue, text=text)


@router.get(VERSION + "/differences", response={200: DifferencesOut, **READING}, summary="What differs from before")
def compared(request: HttpRequest, identifier: UUID, number: int, wanted: Query[DifferencesIn]) -> DifferencesOut:
    """Word by word, with the version before or another one; files by their paths and checksums."""
    version = version_of(request, identifier, number)
    earlier = _earlier(request, version, wanted.since or number - 1)
    before, after = record_of(earlier), record_of(version)
    names = [name for name in differences(before, after) if name not in _IGNORED]
    old, new = ({file.path: file.sha256 for file in record.files} for record in (before, after))
    return DifferencesOut(
        since=earlier.number,
        items=[difference_out(change) for change in changes_between(before, after, names)],
        added=sorted(new.keys() - old.keys())[:MOST_PATHS],
        removed=sorted(old.keys() - new.keys())[:MOST_PATHS],
        changed=sorted(path for path in new.keys() & old.keys() if new[path] != old[path])[:MOST_PATHS],
    )


@router.get(VERSION + "/usage", response={200: UsageOut, **READING}, summary="How often it is read and taken")
def used(request: HttpRequest, identifier: UUID, number: int) -> UsageOut:
    """After COUNTER's code of practice, without keeping who came: double clicks once, programs apart, robots never."""
    found = usage.usage_of(version_of(request, identifier, number))
    months = [MonthOut(month=one.first, counts=SumsOut(**asdict(one.sums))) for one in found.months]
    return UsageOut(version=SumsOut(**asdict(found.version)), dataset=SumsOut(**asdict(found.dataset)), months=months)


def difference_out(change: Change) -> DifferenceOut:
    """A field, word by word."""
    return DifferenceOut(
        field=change.field, pieces=[PieceOut(kind=piece.kind, words=piece.words) for piece in change.pieces]
    )


def _earlier(request: HttpRequest, version: DatasetVersion, number: int) -> DatasetVersion:
    found = version.dataset.versions.filter(number=number).first()
    if found is None or not can_view(caller(request), found):
        raise Http404
    return found
