# SPDX-License-Identifier: AGPL-3.0-or-later
"""Datasets and deposits, as far as the caller may see them."""

from __future__ import annotations

import json
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from terracite.record.formats import FORMATS
from terracite.record.model import Text
from terracite.record.native import to_json
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, Deposit, Person, StoredFile
from terracite.repository.permissions import can_download, can_view, can_view_deposit
from terracite.repository.records import record_of
from terracite.repository.states import State
from terracite.website.api.access import OptionalToken, Visitor, caller
from terracite.website.api.schemas import (
    DatasetOut,
    DepositOut,
    DepositsOut,
    ErrorOut,
    FileOut,
    LinkOut,
    PageIn,
    VersionOut,
)
from terracite.website.visible import files_of

router = Router(tags=["datasets"], auth=OptionalToken())
PAGE_SIZE = 20


@router.get("/datasets/{uuid:identifier}", response={200: DatasetOut, 404: ErrorOut}, summary="The latest version")
def dataset(request: HttpRequest, identifier: UUID) -> DatasetOut:
    """The latest version of a dataset that the caller may see: the published one, or with a token one's own draft."""
    versions = DatasetVersion.objects.filter(dataset__uuid=identifier).select_related("dataset__deposit")
    seen = [version for version in versions.order_by("-number") if can_view(caller(request), version)]
    if not seen:
        raise Http404
    published = [version for version in seen if version.state == State.PUBLISHED.value]
    person_is_known = isinstance(caller(request), Person)
    return _dataset((seen if person_is_known else published or seen)[0], caller(request))


@router.get(
    "/datasets/{uuid:identifier}/versions/{int:number}",
    response={200: DatasetOut, 404: ErrorOut},
    summary="One version of a dataset",
)
def dataset_version(request: HttpRequest, identifier: UUID, number: int) -> DatasetOut:
    """One version, with its record, its files and its formats."""
    versions = DatasetVersion.objects.select_related("dataset__deposit")
    version = get_object_or_404(versions, dataset__uuid=identifier, number=number)
    if not can_view(caller(request), version):
        raise Http404
    return _dataset(version, caller(request))


@router.get("/deposits", response=DepositsOut, summary="Groups of datasets")
def deposits(request: HttpRequest, wanted: Query[PageIn]) -> DepositsOut:
    """Deposits with something published, and with a token one's own; newest first."""
    found = _visible_deposits(caller(request)).order_by("-created", "-pk")
    total = found.count()
    page = wanted.page
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return DepositsOut(
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        deposits=[_deposit(item, caller(request)) for item in shown],
    )


@router.get("/deposits/{uuid:identifier}", response={200: DepositOut, 404: ErrorOut}, summary="One deposit")
def deposit(request: HttpRequest, identifier: UUID) -> DepositOut:
    """A group of datasets."""
    found = get_object_or_404(Deposit, uuid=identifier)
    if not can_view_deposit(caller(request), found):
        raise Http404
    return _deposit(found, caller(request))


def _visible_deposits(visitor: Visitor) -> QuerySet[Deposit]:
    wanted = Q(datasets__versions__published_at__isnull=False)
    if isinstance(visitor, Person):
        wanted |= Q(owner=visitor) | Q(collaborators=visitor)
    return Deposit.objects.filter(wanted).distinct()


def _deposit(found: Deposit, visitor: Visitor) -> DepositOut:
    versions = DatasetVersion.objects.filter(dataset__deposit=found).select_related("dataset__deposit")
    seen = [version.dataset.uuid for version in versions.order_by("pk") if can_view(visitor, version)]
    return DepositOut(
        identifier=found.uuid,
        title=Text(fr=found.title_fr, en=found.title_en),
        description=Text(fr=found.description_fr, en=found.description_en),
        disciplines=found.disciplines,
        datasets=list(dict.fromkeys(seen)),
    )


def _dataset(version: DatasetVersion, visitor: Visitor) -> DatasetOut:
    record = record_of(version)
    base = addresses.base_url()
    siblings = version.dataset.versions.select_related("dataset__deposit").order_by("number")
    return DatasetOut(
        identifier=version.dataset.uuid,
        version=version.number,
        url=addresses.landing_url(version),
        state=version.state,
        access=version.access,
        embargo_until=version.embargo_until,
        doi=version.doi,
        doi_state=version.doi_state,
        concept_doi=version.dataset.concept_doi,
        title=record.title,
        deposit=version.dataset.deposit.uuid,
        published_at=version.published_at,
        versions=[_version(one) for one in siblings if can_view(visitor, one)],
        files=[_file(file, visitor) for file in files_of(version)],
        archive=base + addresses.archive_path(version),
        formats=[
            LinkOut(name=item.name, media_type=item.media_type, url=base + addresses.metadata_path(version, item.name))
            for item in FORMATS.values()
        ],
        record=json.loads(to_json(record.without_emails())),
    )


def _version(version: DatasetVersion) -> VersionOut:
    return VersionOut(number=version.number, state=version.state, doi=version.doi, url=addresses.landing_url(version))


def _file(file: StoredFile, visitor: Visitor) -> FileOut:
    address = addresses.base_url() + addresses.file_path(file.version, file.path)
    return FileOut(
        path=file.path,
        bytes=file.bytes,
        sha256=file.sha256,
        media_type=file.media_type,
        format=file.format,
        role=file.role,
        url=address if can_download(visitor, file) else "",
    )
