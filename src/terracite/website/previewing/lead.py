# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a landing page shows of the data at once: its main file, and its README. Light: a map comes after a click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from terracite.errors import StoreAwayError
from terracite.record.model import FileRole
from terracite.repository.models import DatasetVersion, Preview, PreviewKind, StoredFile
from terracite.repository.permissions import Visitor
from terracite.website.previewing.inline import Inline, inlines, part_path
from terracite.website.previewing.shown import shown_of
from terracite.website.previewing.texts import harmless

README_MARKS = 4000
ROWS, COLUMNS = 5, 8
_FILES_LOOKED_AT = 50
_ORDER = ("cube", "raster", "vector", "table", "image", "document", "text")


@dataclass(frozen=True, slots=True)
class Lead:
    """The main file and the README, as far as this reader may see them."""

    main: Inline | None
    preview: Preview | None  #: of the main file
    shown: dict[str, Any]  #: values of its partial; empty until it is ready
    picture: str  #: address of a picture of the main file, or ""
    readme: Inline | None
    readme_html: SafeString
    readme_is_cut: bool

    def __bool__(self) -> bool:
        return bool(self.main or self.readme)


def lead(version: DatasetVersion, person: Visitor, known: Mapping[int, Inline] | None = None) -> Lead:
    """What to show first; everything is None or empty for somebody who may not read the files.

    ``known``: the lines of the files by their primary key, made for this very person.
    """
    files = list(version.files.all()[:_FILES_LOOKED_AT])
    lines = inlines(version, files, person) if known is None else known
    readme = next((lines[file.pk] for file in files if file.pk in lines and _is_readme(file)), None)
    looked_at = [lines[file.pk] for file in files if file.pk in lines]
    main = _main([line for line in looked_at if line is not readme and line.is_ready])
    preview = main.preview if main else None
    html, is_cut = _readme(readme)
    shown = _shown(version, main.file, preview) if main and preview else {}
    return Lead(main, preview, shown, _picture(version, main), readme, html, is_cut)


def _picture(version: DatasetVersion, main: Inline | None) -> str:
    """The address of a picture of the whole file."""
    if main and main.kind == PreviewKind.IMAGE.value:
        return part_path(version, main.file, "picture.webp")
    if main and main.kind in {PreviewKind.RASTER.value, PreviewKind.CUBE.value}:
        return reverse("overview", args=[version.dataset.uuid, version.number, main.file.path])
    return ""


def _shown(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:
    """Nothing while the store of files is away: the rest of the page needs none."""
    try:
        return shown_of(version, file, preview)
    except StoreAwayError:
        return {}


def _is_readme(file: StoredFile) -> bool:
    return PurePosixPath(file.path).name.lower().startswith(("readme", "lisez"))


def _main(lines: list[Inline]) -> Inline | None:
    """The data file that tells most by being looked at: a map before a table, the record's order after that."""
    data = [line for line in lines if line.file.role == FileRole.DATA.value and line.kind in _ORDER]
    return min(data, key=lambda line: (_ORDER.index(line.kind), -line.file.bytes), default=None)


def _readme(line: Inline | None) -> tuple[SafeString, bool]:
    row = line.preview if line and line.is_ready else None
    if line is None or row is None:
        return mark_safe(""), False
    shown = _shown(line.file.version, line.file, row)
    html = str(shown.get("html", ""))
    if len(html) <= README_MARKS:
        return mark_safe(html), False
    return harmless(Truncator(html).chars(README_MARKS * 3 // 4, html=True)), True
