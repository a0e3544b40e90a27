# SPDX-License-Identifier: AGPL-3.0-or-later
"""Descriptions written elsewhere into a draft: seen field by field first, then taken."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Router

from terracite.errors import DepositError, Problem
from terracite.record.model import Text
from terracite.repository import importing
from terracite.repository.models import DatasetVersion, TokenScope
from terracite.repository.permissions import can_edit, can_edit_deposit
from terracite.repository.records import plain, record_of
from terracite.services import doi_metadata
from terracite.website.api import conditions
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import VERSION, version_of
from terracite.website.api.schemas.common import CHANGING, WRITING, errors
from terracite.website.api.schemas.importing import (
    ImportedOut,
    ImportIn,
    LeftOut,
    OfferedOut,
    OfferOut,
    RowOut,
    SourceIn,
)
from terracite.website.api.telling import dataset_out

router = Router(tags=["drafts"], auth=RequiredToken(TokenScope.DEPOSIT))
MOST_SHOWN = 1000


@router.post(
    VERSION + "/import/offer", response={200: OfferOut, **WRITING, **errors(502)}, summary="See what an import gives"
)
def offer(request: HttpRequest, identifier: UUID, number: int, wanted: SourceIn) -> OfferOut:
    """Nothing is saved: field by field, what the source says and what the draft says now. Of a table of several, its
    rows: call again with `row`."""
    version = _draft(request, identifier, number)
    if rows := _rows(wanted):
        return OfferOut(rows=[RowOut(row=one.number, title=one.title) for one in rows])
    found = _found(request, wanted)
    offered = importing.offer(found, record_of(version))
    return OfferOut(
        format=found.format,
        label=found.label,
        of=found.of,
        offers=[
            OfferedOut(
                field=one.name,
                value=plain(one.value),
                before=plain(one.before),
                default=one.is_default,
                added=one.is_added,
            )
            for one in offered.offers
        ],
        same=offered.same,
        not_taken=[LeftOut(where=where, value=said) for where, said in offered.not_taken[:MOST_SHOWN]],
        remarks=[Text(fr=one.message.fr, en=one.message.en) for one in found.remarks[:MOST_SHOWN]],
    )


@router.post(
    VERSION + "/import", response={200: ImportedOut, **CHANGING, **errors(502)}, summary="Take fields of a source"
)
def take(request: HttpRequest, identifier: UUID, number: int, wanted: ImportIn) -> ImportedOut:
    """The fields named, or only those that the draft leaves empty; each is marked with where it came from."""
    version = _draft(request, identifier, number)
    conditions.check_now(request, lambda: dataset_out(version, person(request)))
    if _rows(wanted):
        problem = Problem("row", "this table has several.", "Say which one, from 0.")
        raise DepositError("Which row is to be taken?", [problem])
    taken = importing.apply(version, _found(request, wanted), person(request), wanted.fields)
    version.refresh_from_db(fields=["edit"])
    return ImportedOut(taken=taken, edit=version.edit)


def _draft(request: HttpRequest, identifier: UUID, number: int) -> DatasetVersion:
    version = version_of(request, identifier, number)
    if not can_edit(person(request), version):
        raise PermissionDenied
    return version


def _rows(wanted: SourceIn) -> list[importing.SourceRow]:
    return importing.rows_of(wanted.text) if wanted.text.strip() and wanted.row is None else []


def _found(request: HttpRequest, wanted: SourceIn) -> importing.Found:
    if wanted.dataset:
        return importing.source_of_version(_earlier(request, wanted.dataset))
    document = doi_metadata.fetch(wanted.doi.strip()) if wanted.doi.strip() else wanted.text
    return importing.read_source(document, wanted.row or 0)


def _earlier(request: HttpRequest, identifier: UUID) -> DatasetVersion:
    """The latest version of a dataset of one's own."""
    versions = DatasetVersion.objects.filter(dataset__uuid=identifier).select_related("dataset__deposit")
    found = versions.order_by("-number").first()
    if found is None or not can_edit_deposit(person(request), found.dataset.deposit):
        raise Http404
    return found
