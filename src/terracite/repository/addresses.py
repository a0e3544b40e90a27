# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public addresses of datasets: one place, because a DOI points to them for ever."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings

from terracite.repository.models import DatasetVersion


def base_url() -> str:
    """The public address of this instance, without a trailing slash."""
    return str(settings.TERRACITE.base_url).rstrip("/")


def landing_path(version: DatasetVersion) -> str:
    """The landing page of one version, as a path: ``/datasets/<uuid of the dataset>/v<number>/``."""
    return f"/datasets/{version.dataset.uuid}/v{version.number}/"


def landing_url(version: DatasetVersion) -> str:
    """The landing page of one version, in full: what its DOI resolves to."""
    return base_url() + landing_path(version)


def dataset_url(version: DatasetVersion) -> str:
    """The address of the dataset without a version, in full: it leads to the latest one."""
    return f"{base_url()}/datasets/{version.dataset.uuid}/"


def file_path(version: DatasetVersion, path: str) -> str:
    """Where the bytes of one file are read, as a path."""
    return f"{landing_path(version)}files/{quote(path)}"


def archive_path(version: DatasetVersion) -> str:
    """Where all files are downloaded at once, as a path."""
    return f"{landing_path(version)}files.zip"


def metadata_path(version: DatasetVersion, name: str) -> str:
    """Where the record is read in one format of `terracite.record.formats`, as a path."""
    return f"{landing_path(version)}metadata/{name}"
