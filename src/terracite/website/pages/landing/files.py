# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a page: few columns of each, everything of the hundred that are shown, folders folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects

from terracite.record.model import DataFile, FileRole, Record
from terracite.record.native import from_content
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.permissions import Visitor, can_download
from terracite.website import previewing, snippets

FILES_SHOWN = 100


class Entry(NamedTuple):
    """What the page needs of every file."""

    path: str
    bytes: int
    media_type: str
    format: str
    role: str
    state: str
    sha256: str

    def as_data_file(self) -> DataFile:
        """The file as the record tells of it, without its description."""
        return DataFile(
            path=self.path, bytes=self.bytes, sha256=self.sha256, media_type=self.media_type, format=self.format,
            role=FileRole(self.role),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the list."""

    file: StoredFile
    url: str  #: "" when this reader may not have it
    facts: dict[str, Any]
    preview: previewing.Inline | None = None


@dataclass(frozen=True, slots=True)
class FolderLine:
    """One folder of the list, with what is in it."""

    path: str
    name: str
    count: int
    bytes: int
    url: str  #: of the page that shows it
    may_download: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one folder."""

    folder: str  #: "" for the top
    crumbs: list[tuple[str, str]]  #: name and address of each folder above
    folders: list[FolderLine]
    files: list[FileLine]
    count: int  #: of all files of the dataset
    in_folder: int  #: entries of this folder, on all pages
    page: int
    pages: int
    before: str  #: addresses of the pages before and after, "" for none
    after: str
    previews: dict[int, previewing.Inline] | None  #: by the file's primary key; None when not all files are listed


class Rights:
    """Whether this reader may have a file: asked once for each state a file can be in, not for each file."""

    def __init__(self, version: DatasetVersion, person: Visitor, entries: Iterable[Entry]) -> None:
        states = {entry.state for entry in entries}
        self._by_state = {state: can_download(person, StoredFile(version=version, state=state)) for state in states}

    def to(self, entry: Entry | StoredFile) -> bool:
        """Whether the reader may have it."""
        return self._by_state[entry.state]

    def to_all(self, entries: Iterable[Entry]) -> bool:
        """Whether the reader may have all of them."""
        return all(map(self.to, entries))


def entries_of(version: DatasetVersion) -> list[Entry]:
    """Every file, data first, then by path; one query."""
    rows = version.files.values_list(*Entry._fields)
    return sorted(map(Entry._make, rows), key=lambda entry: (not _is_data(entry), entry.path))


def load_few(version: DatasetVersion, entries: Sequence[Entry]) -> None:
    """Read the whole rows of few files at once, for everything on the page that looks at them."""
    if len(entries) <= FILES_SHOWN:
        prefetch_related_objects([version], "files")


def open_to_all(version: DatasetVersion, entries: Sequence[Entry]) -> list[Entry]:
    """The files that anybody may read."""
    rights = Rights(version, None, entries)
    return [entry for entry in entries if rights.to(entry)]


def record_without_files(version: DatasetVersion) -> Record:
    """The record of a version; its files are read apart."""
    return from_content({**version.record, "files": []})


def formats(entries: Iterable[Entry]) -> list[str]:
    """The formats of the data."""
    return sorted({entry.format or entry.media_type for entry in entries if _is_data(entry)})


def main_line(version: DatasetVersion, record: Record, entries: Sequence[Entry], rights: Rights) -> FileLine | None:
    """The file to open first, when this reader may."""
    main = snippets.first_of(record, [entry for entry in entries if _is_data(entry)])
    if main is None or not rights.to(main):
        return None
    return _line(version, _rows(version, [main.path])[main.path], rights)


def thumbnail(version: DatasetVersion, record: Record, entries: Sequence[Entry], rights: Rights) -> str:
    """The address of the picture of the dataset, "" when there is none for this reader."""
    shown = any(entry.path == record.thumbnail and rights.to(entry) for entry in entries)
    return addresses.file_path(version, record.thumbnail) if shown else ""


def listing(
    version: DatasetVersion, entries: Sequence[Entry], rights: Rights, person: Visitor, folder: str, page: str
) -> Listing:
    """One page of a folder; few files are listed all at once, whatever folder they are in."""
    is_flat = len(entries) <= FILES_SHOWN
    folder = "" if is_flat or not any(entry.path.startswith(f"{folder}/") for entry in entries) else folder
    folders, own = ([], list(entries)) if is_flat else _inside(version, entries, rights, folder)
    in_folder = len(folders) + len(own)
    pages = max(1, -(-in_folder // FILES_SHOWN))
    number = min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 9 else 1
    every: list[FolderLine | Entry] = [*folders, *own]
    rows = every[(number - 1) * FILES_SHOWN : number * FILES_SHOWN]
    lines = _lines(version, [row.path for row in rows if isinstance(row, Entry)], rights, person)
    return Listing(
        folder=folder,
        crumbs=_crumbs(version, folder),
        folders=[row for row in rows if isinstance(row, FolderLine)],
        files=lines,
        count=len(entries),
        in_folder=in_folder,
        page=number,
        pages=pages,
        before=_address(version, folder, number - 1) if number > 1 else "",
        after=_address(version, folder, number + 1) if number < pages else "",
        previews={line.file.pk: line.preview for line in lines if line.preview} if is_flat else None,
    )


def _inside(
    version: DatasetVersion, entries: Sequence[Entry], rights: Rights, folder: str
) -> tuple[list[FolderLine], list[Entry]]:
    start = f"{folder}/" if folder else ""
    own: list[Entry] = []
    inner: dict[str, list[Entry]] = {}
    for entry in entries:
        if not entry.path.startswith(start):
            continue
        name, slash, _ = entry.path[len(start) :].partition("/")
        inner.setdefault(name, []).append(entry) if slash else own.append(entry)
    folders = [
        FolderLine(
            start + name, name, len(found), sum(entry.bytes for entry in found), _address(version, start + name),
            rights.to_all(found),
        )
        for name, found in sorted(inner.items())
    ]  # fmt: skip
    return folders, own


def _lines(version: DatasetVersion, paths: list[str], rights: Rights, person: Visitor) -> list[FileLine]:
    """The whole rows of these files, in this order."""
    found = _rows(version, paths)
    readable = [file for file in found.values() if rights.to(file)]
    previews = previewing.inlines(version, readable, person) if readable else {}
    lines = [_line(version, found[path], rights) for path in paths if path in found]
    return [replace(line, preview=previews.get(line.file.pk)) for line in lines]


def _rows(version: DatasetVersion, paths: list[str]) -> dict[str, StoredFile]:
    """The whole rows by their paths; no query for those that are read already."""
    if "files" in getattr(version, "_prefetched_objects_cache", {}):
        wanted = set(paths)
        return {file.path: file for file in version.files.all() if file.path in wanted}
    return {file.path: file for file in version.files.filter(path__in=paths)} if paths else {}


def _line(version: DatasetVersion, file: StoredFile, rights: Rights) -> FileLine:
    url = addresses.file_path(version, file.path) if rights.to(file) else ""
    return FileLine(file, url, _facts(file.facts))


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Of what was read from a file, the little that helps to choose it."""
    return {
        name: facts[name]
        for name in ("representation", "columns", "rows", "bands", "crs", "resolution_m")
        if facts.get(name)
    }


def _crumbs(version: DatasetVersion, folder: str) -> list[tuple[str, str]]:
    parts = folder.split("/") if folder else []
    return [(part, _address(version, "/".join(parts[: number + 1]))) for number, part in enumerate(parts)]


def _address(version: DatasetVersion, folder: str, page: int = 1) -> str:
    asked = {name: value for name, value in (("folder", folder), ("page", page if page > 1 else "")) if value}
    return f"{addresses.landing_path(version)}{'?' + urlencode(asked) if asked else ''}#files"


def _is_data(entry: Entry) -> bool:
    return entry.role == FileRole.DATA
