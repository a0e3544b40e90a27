# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file in one line: a link to its preview, a small picture where there is one, a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from terracite.raster.previewing.makers import maker_for
from terracite.repository.models import DatasetVersion, Preview, PreviewKind, PreviewState, StoredFile
from terracite.repository.permissions import Visitor
from terracite.repository.previews import suffix_of
from terracite.website.previewing.sentences import sentence
from terracite.website.visible import downloadable

_THUMBNAIL = "thumbnail.webp"


@dataclass(frozen=True, slots=True)
class Inline:
    """What a list of files shows of one of them."""

    file: StoredFile
    kind: str
    state: str
    url: str  #: of the page of the preview
    thumbnail: str  #: address of a small picture, or ""
    sentence: str  #: "300,000 points, 4 columns"; "" while it waits
    preview: Preview | None = None

    @property
    def is_ready(self) -> bool:
        return self.state == PreviewState.READY.value


def inline(version: DatasetVersion, file: StoredFile, person: Visitor) -> Inline | None:
    """The line of one file; None for somebody who may not read it, and for formats that are not shown."""
    return inlines(version, [file], person).get(file.pk)


def inlines(version: DatasetVersion, files: Iterable[StoredFile], person: Visitor) -> dict[int, Inline]:
    """The lines of many files by their primary key, with one query."""
    known_kinds = [file for file in files if maker_for(suffix_of(file), file.format)]
    for file in known_kinds:
        file.version = version
    shown = downloadable(person, known_kinds)
    found = Preview.objects.filter(sha256__in={file.sha256 for file in shown}) if shown else ()
    known = {(row.sha256, row.format): row for row in found}
    lines = {file.pk: _line(version, file, known.get((file.sha256, suffix_of(file)))) for file in shown}
    return {key: line for key, line in lines.items() if line is not None}


def page_path(version: DatasetVersion, file: StoredFile) -> str:
    """Where the preview of a file is."""
    return reverse("preview", args=[version.dataset.uuid, version.number, file.path])


def part_path(version: DatasetVersion, file: StoredFile, name: str) -> str:
    """Where one small file of a preview is: a picture, features."""
    return reverse("preview-part", args=[version.dataset.uuid, version.number, name, file.path])


def thumbnail_of(version: DatasetVersion, file: StoredFile, preview: Preview) -> str:
    """The address of a small picture of the file, or ""."""
    if preview.state != PreviewState.READY.value:
        return ""
    return part_path(version, file, _THUMBNAIL) if preview.kind == PreviewKind.IMAGE.value else ""


def _line(version: DatasetVersion, file: StoredFile, preview: Preview | None) -> Inline | None:
    if preview is None:
        kind = maker_for(suffix_of(file), file.format)
        return Inline(file, kind.kind if kind else "", "", page_path(version, file), "", "")
    if preview.state == PreviewState.NONE.value:
        return None
    return Inline(
        file,
        preview.kind,
        preview.state,
        page_path(version, file),
        thumbnail_of(version, file, preview),
        sentence(preview),
        preview,
    )
