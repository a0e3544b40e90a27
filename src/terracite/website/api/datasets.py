# SPDX-License-Identifier: AGPL-3.0-or-later
"""Datasets and their versions, as far as the caller may see them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from terracite.repository import listing
from terracite.repository.models import DatasetVersion
from terracite.website.api import conditions
from terracite.website.api.access import OptionalToken, Visitor, caller
from terracite.website.api.finding import VERSION, latest_version, version_of
from terracite.website.api.paging import page_of
from terracite.website.api.schemas.common import READING, PageIn
from terracite.website.api.schemas.datasets import DatasetOut, LinesIn, LinesOut
from terracite.website.api.telling import dataset_out, line_out

router = Router(tags=["datasets"], auth=OptionalToken())


@router.get("/datasets", response={200: LinesOut, **READING}, summary="Versions of datasets")
def listed(request: HttpRequest, wanted: Query[LinesIn], page: Query[PageIn]) -> LinesOut:
    """Every version that the caller may see, newest first: one's own, those of a deposit, that of a DOI. What waits
    at a desk is in its queue. To search what is published, see `/search`."""
    found = _wanted(caller(request), wanted).select_related("dataset__deposit")
    rows, following = page_of(request, found, page)
    return LinesOut(next=following, items=[line_out(one) for one in rows])


@router.get("/datasets/{uuid:identifier}", response={200: DatasetOut, **READING}, summary="The latest version")
def latest(request: HttpRequest, identifier: UUID, response: HttpResponse) -> DatasetOut:
    """The latest version of a dataset that the caller may see: the published one, or with a token one's own draft."""
    return _told(latest_version(request, identifier), request, response)


@router.get(VERSION, response={200: DatasetOut, 304: None, **READING}, summary="One version of a dataset")
def one(request: HttpRequest, identifier: UUID, number: int, response: HttpResponse) -> DatasetOut | Status[None]:
    """One version, with its record, its files and its formats. `ETag` names the state that is shown."""
    shown = _told(version_of(request, identifier, number), request, response)
    return Status(304, None) if conditions.is_known(request, response["ETag"]) else shown


def _told(version: DatasetVersion, request: HttpRequest, response: HttpResponse) -> DatasetOut:
    shown = dataset_out(version, caller(request))
    response["ETag"] = conditions.etag_of(shown)
    return shown


def _wanted(visitor: Visitor, wanted: LinesIn) -> QuerySet[DatasetVersion]:
    if not wanted.mine:
        found = listing.visible_versions(visitor)
    else:
        found = listing.own_versions(visitor) if not visitor.is_anonymous else DatasetVersion.objects.none()
    if wanted.deposit:
        found = found.filter(dataset__deposit__uuid=wanted.deposit)
    if wanted.doi:
        name = wanted.doi.strip().removeprefix("https://doi.org/").removeprefix("doi:")
        found = found.filter(Q(doi__iexact=name) | Q(dataset__concept_doi__iexact=name))
    if wanted.state:
        found = found.filter(state__in=wanted.state)
    return found.distinct()
