# SPDX-License-Identifier: AGPL-3.0-or-later
"""The versions of a dataset, what differs from the one before, and the corrections of its description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from terracite.record.model import Record
from terracite.record.native import from_content
from terracite.repository import addresses
from terracite.repository.models import Correction, DatasetVersion
from terracite.repository.records import differences
from terracite.repository.states import ProposalState, State
from terracite.website.pages.landing.files import Entry

ALWAYS_DIFFER = {"uuid", "doi", "dates", "version", "publisher", "parent", "schema_version", "files"}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One public version in the list."""

    version: DatasetVersion
    url: str
    is_this: bool
    is_latest: bool  #: the one to cite now
    is_readable: bool  #: not withdrawn
    changes: str  #: the page that compares it with the one before, "" for the first


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Paths of files."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  #: from, to

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.replaced or self.renamed)


@dataclass(frozen=True, slots=True)
class Differs:
    """What differs from the version before, in short."""

    fields: tuple[str, ...]
    files: FileChanges
    url: str


def lines(version: DatasetVersion) -> list[VersionLine]:
    """The public versions of the dataset, newest first; their records are not read."""
    public = list(version.dataset.versions.filter(published_at__isnull=False).defer("record").order_by("number"))
    latest = max((one.number for one in public if one.state == State.PUBLISHED), default=0)
    found = []
    before: DatasetVersion | None = None
    for one in public:
        one.dataset = version.dataset
        found.append(
            VersionLine(
                one, addresses.landing_path(one), one.pk == version.pk, one.number == latest,
                one.state != State.WITHDRAWN, comparison(one, before.number) if before else "",
            )
        )  # fmt: skip
        before = one if one.state != State.WITHDRAWN else before
    return found[::-1]


def comparison(version: DatasetVersion, other: int) -> str:
    """The address of the page that compares a version with another one."""
    return reverse("changes", args=[version.dataset.uuid, version.number, other])


def since_before(
    version: DatasetVersion, record: Record, entries: Sequence[Entry], all_lines: Sequence[VersionLine]
) -> Differs | None:
    """What differs from the public version before; None for the first."""
    numbers = [line.version for line in all_lines if line.is_readable and line.version.number < version.number]
    if not numbers:
        return None
    before = max(numbers, key=lambda one: one.number)
    content: dict[str, object] = DatasetVersion.objects.values_list("record", flat=True).get(pk=before.pk)
    fields = fields_between(from_content({**content, "files": []}), record)
    files = file_changes(digests(before), {entry.path: entry.sha256 for entry in entries})
    return Differs(fields, files, comparison(version, before.number))


def fields_between(before: Record, after: Record) -> tuple[str, ...]:
    """The fields that differ, but those that differ in any two versions."""
    return tuple(name for name in differences(before, after) if name not in ALWAYS_DIFFER)


def digests(version: DatasetVersion) -> dict[str, str]:
    """SHA-256 of every file by its path."""
    return dict(version.files.values_list("path", "sha256"))


def file_changes(before: Mapping[str, str], after: Mapping[str, str]) -> FileChanges:
    """What became of the files: path -> SHA-256. A file that went and came back elsewhere was renamed.

    >>> file_changes({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "9", "d": "3"})
    FileChanges(added=(), removed=(), replaced=('b',), renamed=(('c', 'd'),))
    """
    gone = [path for path in before if path not in after]
    came: dict[str, list[str]] = {}
    for path in sorted(set(after) - set(before), reverse=True):
        came.setdefault(after[path], []).append(path)
    renamed = tuple((path, came[before[path]].pop()) for path in sorted(gone) if came.get(before[path]))
    moved = {path for path, _ in renamed}
    return FileChanges(
        added=tuple(sorted(path for paths in came.values() for path in paths)),
        removed=tuple(sorted(path for path in gone if path not in moved)),
        replaced=tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
        renamed=renamed,
    )


def corrections(version: DatasetVersion) -> list[tuple[int, Correction, str]]:
    """The corrections that were published: revision, what was asked, and the page of what changed; newest first."""
    if not version.revision:
        return []
    accepted: Iterable[Correction] = version.corrections.filter(state=ProposalState.ACCEPTED.value).defer("record")
    numbered = list(enumerate(accepted, start=1))
    first = version.revision - len(numbered)  # revisions without a correction, of an import, came before
    return [
        (first + number, correction, reverse("revision", args=[version.dataset.uuid, version.number, first + number]))
        for number, correction in reversed(numbered)
    ]
