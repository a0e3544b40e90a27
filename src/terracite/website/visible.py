# SPDX-License-Identifier: AGPL-3.0-or-later
"""The version that an address names, for those who may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from terracite.repository.blinding import blinded
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.permissions import Visitor, can_download, can_view, hides_people


def visible_version(request: HttpRequest, dataset: UUID, number: int) -> DatasetVersion:
    """The version, or 404 for somebody who may not know of it."""
    versions = DatasetVersion.objects.select_related("dataset__deposit")
    version = get_object_or_404(versions, dataset__uuid=dataset, number=number)
    if not can_view(request.user, version):
        raise Http404
    if hides_people(request.user):
        version.record = blinded(version.record)  # to be shown, never saved
    return version


def files_of(version: DatasetVersion) -> list[StoredFile]:
    """All its files, sharing the one version object."""
    files = list(version.files.all())
    for file in files:
        file.version = version
    return files


def open_files(version: DatasetVersion) -> list[StoredFile]:
    """The files that anybody may read."""
    return downloadable(None, files_of(version))


def downloadable(person: Visitor, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Those of the files of one version that this person may have; asked once for each state of a file."""
    one_of_each = {file.state: file for file in files}
    states = {state for state, file in one_of_each.items() if can_download(person, file)}
    return [file for file in files if file.state in states]
