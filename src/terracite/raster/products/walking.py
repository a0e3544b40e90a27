# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walking image trees by their folders: every file named and parsed, nothing opened, each folder once."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from terracite.errors import ArchiveError
from terracite.raster.products.known import named, registry
from terracite.raster.products.naming import Namer
from terracite.raster.products.types import FIELDS, Parts, ProductFile, ProductType, UnknownFile, product_file

_GUESS_FILES = 2000  #: files looked at before the type of a tree is guessed
_MINUTE_NS = 60 * 10**9
NO_PARTS: Parts = ("",) * (len(FIELDS) + 1)

#: Notes on files whose names are known, but which are not to be used.
YOUNG = "young"  #: changed a moment ago: somebody may still be writing it
ASTRAY = "astray"  #: its folder says another product or tile than its name

Roots = Path | Sequence[Path]


@dataclass(slots=True)
class Folder:
    """One folder that was listed."""

    path: str
    root: str  #: the root below which it was found
    number: int = 0  #: given by the walker, from 1
    is_new: bool = True  #: whether it is met for the first time
    parent: int = 0  #: the number of the folder that it is in; 0 for a root
    modified_ns: int = 0
    device: int = 0
    inode: int = 0
    inside: list[str] = field(default_factory=list)  #: paths of the folders in it
    #: (name, parts, bytes, modified_ns, note); without a kind, the file is unknown and the note says why
    files: list[tuple[str, Parts, int, int, str]] = field(default_factory=list)
    stamp: int = 0  #: of the sizes and times of all the files, in their order
    is_whole: bool = True  #: False when something in it could not be reached, or is young
    reason: str = ""  #: why it could not be listed


class Walker:
    """Lists folders, and tells which were met before (links make loops)."""

    def __init__(self, kind: ProductType, *, settle_s: float = 0.0) -> None:
        self.kind = kind
        self.last = 0  #: the number of the last folder
        self._namer = Namer(kind)
        self._unknown = f"Its name is not one of {kind.label['en']}."
        now = time.time_ns()
        # a time far in the future is a wrong clock, not a file that is being written
        self._young = range(now - int(settle_s * 1e9) + 1, now + _MINUTE_NS) if settle_s > 0 else range(0)
        self._met: set[tuple[int, int]] = set()

    def meet(self, device: int, inode: int) -> bool:
        """Whether this folder is met for the first time."""
        before = len(self._met)
        self._met.add((device, inode))
        return len(self._met) > before

    def below(self, pending: Iterable[tuple[str, str, int]]) -> Iterator[Folder]:
        """Every folder at and below each (path, root, parent), in no order; those met before are passed over."""
        todo = list(pending)
        while todo:
            path, root, parent = todo.pop()
            folder = self.listed(path, root)
            if folder.is_new:
                self.last += 1
                folder.number, folder.parent = self.last, parent
                todo += [(inside, root, folder.number) for inside in folder.inside]
                yield folder

    def listed(self, path: str, root: str, *, again: bool = False) -> Folder:
        """One folder; nothing of it when it was met before, unless ``again``."""
        folder = Folder(path, root)
        try:
            status = os.stat(path)  # noqa: PTH116 - called for every folder: a Path costs several times as much
            folder.modified_ns = status.st_mtime_ns
            folder.device, folder.inode = status.st_dev, status.st_ino
            folder.is_new = self.meet(status.st_dev, status.st_ino)
            if folder.is_new or again:
                with os.scandir(path) as entries:
                    self._look(entries, folder)
        except OSError as error:
            folder.reason, folder.is_whole = f"The folder cannot be read: {error.strerror}.", False
        return folder

    def _look(self, entries: Iterable[os.DirEntry[str]], folder: Folder) -> None:
        kind, young = self.kind, self._young
        self._namer.enter(folder.path[len(folder.root) :].lstrip(os.sep))
        for entry in entries:
            name = entry.name
            is_folder = entry.is_dir()
            if is_folder and not kind.is_product_folder(name):
                folder.inside.append(entry.path)
                continue
            try:
                status = entry.stat()
            except OSError as error:
                folder.is_whole = False
                folder.files.append((name, NO_PARTS, 0, 0, f"The file cannot be reached: {error.strerror}."))
                continue
            size, modified = status.st_size, status.st_mtime_ns
            folder.stamp = hash((folder.stamp, size, modified))
            if modified in young:
                folder.is_whole = False
            parts, note = self._named(name, modified, is_folder=is_folder)
            folder.files.append((name, parts, 0 if is_folder else size, modified, note))

    def _named(self, name: str, modified: int, *, is_folder: bool) -> tuple[Parts, str]:
        """What an entry of the folder is, and the note on it."""
        parts = self._namer.folder(name) if is_folder else self._namer.parts(name)
        if parts is None:
            return NO_PARTS, "Its date is not one of the calendar." if is_folder else self._unknown
        if modified in self._young:
            return parts, YOUNG
        return parts, ASTRAY if self._namer.is_astray(parts) else ""


def walk(root: Path, product: str | ProductType) -> Iterator[ProductFile | UnknownFile]:
    """Every file below ``root``, in no order: what it is, or why it is not known.

    Links are followed, each folder once. Nothing is opened; a folder that cannot be read is reported.
    Raises `ArchiveError` when ``root`` is not a folder or the type is not known.
    """
    kind = named(product)
    folders = Walker(kind).below([(os.fspath(path), os.fspath(path), 0) for path in checked(root)])
    return (file for folder in folders for file in files_of(folder, kind))


def files_of(folder: Folder, kind: ProductType) -> Iterator[ProductFile | UnknownFile]:
    """The files of a folder that was listed; the folder itself when it could not be."""
    if folder.reason:
        yield UnknownFile(Path(folder.path), folder.reason)
    for name, parts, size, modified, note in folder.files:
        path = Path(folder.path, name)
        if parts[0]:
            yield product_file(path, kind, parts, size, seconds(modified))
        else:
            yield UnknownFile(path, note, size)


def seconds(nanoseconds: int) -> float:
    """A time of change as `os.stat_result.st_mtime` gives it, to the last bit."""
    return nanoseconds // 10**9 + 1e-9 * (nanoseconds % 10**9)


def guess(roots: Roots) -> str:
    """The name of the product type that fits most files of the folders (their first 2000 files are looked at).

    Raises `ArchiveError` when no image of a known type is there.
    """
    folders = checked(roots)
    any_type = next(iter(registry().values()))
    # products as they were delivered are looked into only where nobody made images of them
    counts = _images(folders, any_type) or _images(folders, replace(any_type, products=()))
    if not counts:
        raise ArchiveError(
            f"No image of a known type was found in {_quoted(folders)}.",
            hint=f"Known types: {', '.join(registry())}. Name one with --product if the guess is wrong.",
        )
    return counts.most_common(1)[0][0]


def _images(folders: Sequence[Path], kind: ProductType) -> Counter[str]:
    """How many of the first files that a walk meets are images of each type."""
    names = [os.path.relpath(file.path, root) for root in folders for file in islice(walk(root, kind), _GUESS_FILES)]
    return Counter(
        name
        for name, each in registry().items()
        for path in names
        if (found := each.parse(path)) and found.kind == "index"
    )


def checked(roots: Roots) -> tuple[Path, ...]:
    """The roots as a tuple; raises `ArchiveError` when one is not a folder, or there is none."""
    folders = (roots,) if isinstance(roots, Path) else tuple(roots)
    for root in folders:
        if not root.is_dir():
            raise ArchiveError(f"There is no folder '{root}'.", hint="Give the folder that holds the image tree.")
    if not folders:
        raise ArchiveError("No folder was given.", hint="Give the folder that holds the image tree.")
    return folders


def _quoted(paths: Iterable[Path]) -> str:
    return ", ".join(f"'{path}'" for path in paths)
