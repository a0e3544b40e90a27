# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a caller is told of deposits, versions and files."""

from __future__ import annotations

import json

from django.urls import reverse

from terracite.record.formats import FORMATS
from terracite.record.model import Text
from terracite.record.native import to_json
from terracite.record.rules import Finding
from terracite.repository import addresses, listing
from terracite.repository.models import DatasetVersion, Deposit, StoredFile
from terracite.repository.permissions import can_download, can_edit_deposit, can_view, is_deposit_reader, moves_of
from terracite.repository.records import record_of
from terracite.website.api.access import Visitor
from terracite.website.api.schemas.datasets import DatasetOut, FindingOut, LineOut, LinkOut, VersionOut
from terracite.website.api.schemas.deposits import DepositOut
from terracite.website.api.schemas.files import FileOut

FILES_SHOWN, DATASETS_SHOWN, VERSIONS_SHOWN = 500, 100, 100


def dataset_out(version: DatasetVersion, visitor: Visitor) -> DatasetOut:
    """A whole version, as this caller may know it."""
    record = record_of(version)
    base, api = addresses.base_url(), api_url(version)
    siblings = version.dataset.versions.select_related("dataset__deposit__owner").order_by("-number")[:VERSIONS_SHOWN]
    files = list(version.files.all()[:FILES_SHOWN])
    for file in files:
        file.version = version  # the same object: roles are looked up once
    return DatasetOut(
        **line_out(version).model_dump(),
        form=base + reverse("version", args=[version.uuid])
        if can_edit_deposit(visitor, version.dataset.deposit)
        else "",
        embargo_until=version.embargo_until,
        doi_state=version.doi_state,
        concept_doi=version.dataset.concept_doi,
        published_at=version.published_at,
        versions=[_version(one) for one in reversed(siblings) if can_view(visitor, one)],
        files=[file_out(file, visitor) for file in files],
        file_count=version.files.count(),
        files_url=f"{api}/files",
        archive=base + addresses.archive_path(version),
        formats=[
            LinkOut(name=item.name, media_type=item.media_type, url=_format_url(version, item.name))
            for item in FORMATS.values()
        ],
        moves=sorted(moves_of(visitor, version)),
        record=json.loads(to_json(record.without_emails())),
    )


def line_out(version: DatasetVersion) -> LineOut:
    """A version in a few words."""
    return LineOut(
        identifier=version.dataset.uuid,
        version=version.number,
        title=Text(fr=version.title_fr, en=version.title_en),
        state=version.state,
        access=version.access,
        doi=version.doi,
        deposit=version.dataset.deposit.uuid,
        url=addresses.landing_url(version),
        edit=version.edit,
        updated=version.updated,
    )


def file_out(file: StoredFile, visitor: Visitor) -> FileOut:
    """A file, with an address where this caller reads it: an open one's is for everybody, others' take the token."""
    return FileOut(
        path=file.path,
        bytes=file.bytes,
        sha256=file.sha256,
        media_type=file.media_type,
        format=file.format,
        role=file.role,
        description=file.description,
        state=file.state,
        problem=file.problem,
        url=_file_url(file, visitor),
    )


def deposit_out(found: Deposit, visitor: Visitor) -> DepositOut:
    """A deposit; what is common to its datasets is for its members."""
    datasets = found.datasets.filter(versions__in=listing.visible_versions(visitor)).distinct().order_by("pk")
    base = addresses.base_url()
    return DepositOut(
        identifier=found.uuid,
        title=Text(fr=found.title_fr, en=found.title_en),
        description=Text(fr=found.description_fr, en=found.description_en),
        disciplines=found.disciplines,
        datasets=list(datasets.values_list("uuid", flat=True)[:DATASETS_SHOWN]),
        datasets_url=f"{base}/api/v1/datasets?deposit={found.uuid}",
        url=base + reverse("deposit-page", args=[found.uuid]),
        role=listing.role_in(found, visitor),
        edit=found.edit,
        common=found.common if is_deposit_reader(visitor, found) else {},
    )


def finding_out(finding: Finding) -> FindingOut:
    return FindingOut(
        rule=finding.rule, level=finding.level.value, field=finding.field, message=finding.message, cure=finding.cure
    )


def api_url(version: DatasetVersion) -> str:
    """The address of a version in this API."""
    return f"{addresses.base_url()}/api/v1/datasets/{version.dataset.uuid}/versions/{version.number}"


def _format_url(version: DatasetVersion, name: str) -> str:
    if version.is_public:
        return addresses.base_url() + addresses.metadata_path(version, name)
    return f"{api_url(version)}/metadata/{name}"


def _file_url(file: StoredFile, visitor: Visitor) -> str:
    if not can_download(visitor, file):
        return ""
    path = addresses.file_path(file.version, file.path)
    if can_download(None, file):
        return addresses.base_url() + path
    return f"{api_url(file.version)}/files/{path.partition('/files/')[2]}"


def _version(version: DatasetVersion) -> VersionOut:
    return VersionOut(number=version.number, state=version.state, doi=version.doi, url=addresses.landing_url(version))
