# SPDX-License-Identifier: AGPL-3.0-or-later
"""The row of a preview: found or made for a file."""

from __future__ import annotations

from pathlib import PurePosixPath

from terracite.raster.previewing.makers import Maker, maker_for
from terracite.repository.models import Preview, PreviewState, StoredFile
from terracite.repository.states import FileState

LONGEST_SUFFIX = 20


def suffix_of(file: StoredFile) -> str:
    """The suffix in lower case, ".tif": with the content it names a preview."""
    return PurePosixPath(file.path).suffix.lower()[:LONGEST_SUFFIX]


def preview_of(file: StoredFile) -> Preview | None:
    """The preview of a file, waiting to be made when it is asked for the first time; None: its format is not shown.

    Nothing is opened here. Files of the same bytes and suffix share one preview, whoever deposited them.
    """
    suffix = suffix_of(file)
    maker = maker_for(suffix, file.format)
    if maker is None or not file.bytes:
        return None
    known = Preview.objects.filter(sha256=file.sha256, format=suffix).first()
    if known is not None:
        return known
    if not {*maker.needs} <= {suffix_of(other) for other in companions(file, maker)}:
        return None
    prefix = f"previews/{file.sha256[:2]}/{file.sha256}{suffix}"
    row, _ = Preview.objects.get_or_create(
        sha256=file.sha256, format=suffix, defaults={"kind": maker.kind, "prefix": prefix}
    )
    return row


def companions(file: StoredFile, maker: Maker) -> list[StoredFile]:
    """The files of the same version and name, but for their suffixes, that the maker reads too."""
    wanted = {*maker.needs, *maker.takes}
    if not wanted:
        return []
    stem = file.path[: len(file.path) - len(suffix_of(file))]
    beside = StoredFile.objects.filter(version_id=file.version_id, path__startswith=f"{stem}.")
    usable = beside.exclude(state=FileState.QUARANTINED.value)
    return [other for other in usable if other.path[len(stem) :].lower() in wanted]


def retry(preview: Preview) -> None:
    """Make it again from the beginning, such as after a better maker was installed."""
    Preview.objects.filter(pk=preview.pk).update(
        state=PreviewState.WAITING.value, attempts=0, problem="", claimed_until=None
    )
