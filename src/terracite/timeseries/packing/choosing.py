# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files of an archive go into which zip: one zip per index, tile, year of sensing and kind of image."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from terracite.errors import ArchiveError, Problem, Severity
from terracite.raster.products import ProductFile
from terracite.raster.series import select
from terracite.timeseries.listing import Listing
from terracite.timeseries.packing.soundness import defect

RAW, MASKED, MASKS = "raw", "masked", "masks"
KINDS = (RAW, MASKED, MASKS)
_BESIDE = ("{name}.aux.xml", "{name}.xml", "{stem}.xml")  #: what belongs to an image, by the name of the image
_AGAIN = "Run the command again when it is finished."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which zips are wanted; empty means all."""

    tiles: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()  #: of images; masks belong to all of them
    years: tuple[int, ...] = ()  #: of sensing
    kinds: tuple[str, ...] = ()  #: "raw", "masked", "masks"

    def takes(self, file: ProductFile) -> bool:
        """Whether a file goes into a wanted zip, however tiles and indices are spelt: "ndvi", "T40KCB"."""
        kind = kind_of(file)
        if kind is None or file.sensed_at is None or (self.kinds and kind not in self.kinds):
            return False
        tiles = {name.upper().removeprefix("T") for name in self.tiles}
        indices = {name.upper() for name in self.indices}
        return (
            (not tiles or file.tile.upper().removeprefix("T") in tiles)
            and (not indices or kind == MASKS or file.index.upper() in indices)
            and (not self.years or file.sensed_at.year in self.years)
        )


@dataclass(frozen=True, slots=True)
class Member:
    """One file that goes into a zip."""

    path: Path
    name: str  #: in the zip: its path below the root of the archive, with slashes
    size: int  #: bytes
    modified_ns: int
    moment: dt.datetime  #: of sensing, UTC: the time that the zip tells, for those of files change with each copy

    @property
    def stamp(self) -> str:
        """What tells one state of the file from another, as `terracite.timeseries.memory.stamp_of` does."""
        return f"{self.size} {self.modified_ns}"


@dataclass(frozen=True, slots=True)
class Pack:
    """One zip: its files, by the order of their names."""

    kind: str  #: "raw", "masked" or "masks"
    tile: str
    index: str  #: "" for masks
    year: int  #: of sensing
    images: int
    members: tuple[Member, ...]

    @property
    def stem(self) -> str:
        """ "NDVI_40KCB_2022_raw", "CLOUDMASKS_40KCB_2022"."""
        parts = ("CLOUDMASKS",) if self.kind == MASKS else (self.index,)
        last = () if self.kind == MASKS else (self.kind,)
        joined = "_".join(str(part) for part in (*parts, self.tile, self.year, *last) if part)
        return re.sub(r"[^A-Za-z0-9._-]+", "_", joined)

    @property
    def file_name(self) -> str:
        """Of the zip."""
        return f"{self.stem}.zip"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The zips of an archive, and the files that go into none."""

    packs: tuple[Pack, ...]  #: by name
    duplicates: tuple[tuple[ProductFile, str], ...]  #: each with the reason why another one is kept
    problems: tuple[Problem, ...]  #: files left out because something is wrong with them, or somebody writes them


def kind_of(file: ProductFile) -> str | None:
    """Which kind of zip a file goes into; None for a file that is neither image nor mask."""
    if file.kind == "mask":
        return MASKS
    if file.kind != "index":
        return None
    return MASKED if file.mask else RAW


def choose(listing: Listing, roots: Sequence[Path], wanted: Wanted) -> Chosen:
    """The zips that a listing gives. Of several versions the registry's rule keeps one (see `select`), the next one
    where that cannot be read.

    Raises `ArchiveError` when two zips would have one name, or nothing is wanted of what is there.
    """
    groups: defaultdict[tuple[str, str, str, int], list[ProductFile]] = defaultdict(list)
    duplicates: list[tuple[ProductFile, str]] = []
    problems = [*map(_astray, listing.astray()), *map(_young, listing.young())]
    there: set[tuple[str, str, int]] = set()
    for _, files in listing.tiles():
        there |= {(file.tile, file.index, file.sensed_at.year) for file in files if file.index and file.sensed_at}
        kept, left, bad = _sound(file for file in files if wanted.takes(file))
        duplicates += left
        problems += bad
        for file in kept:
            year = file.sensed_at.year if file.sensed_at else 0
            groups[(kind_of(file) or "", file.tile, file.index, year)].append(file)
    packs = sorted((_pack(key, files, roots) for key, files in groups.items()), key=lambda pack: pack.file_name)
    _check(packs, there, problems)
    return Chosen(tuple(packs), tuple(duplicates), tuple(sorted(problems, key=lambda problem: problem.where)))


def _sound(
    files: Iterable[ProductFile],
) -> tuple[list[ProductFile], list[tuple[ProductFile, str]], list[Problem]]:
    """The versions to keep, the others with the reason, and what cannot be read."""
    candidates = list(files)
    bad: dict[Path, tuple[ProductFile, str, str]] = {}
    looked: set[Path] = set()
    while True:
        selection = select(file for file in candidates if file.path not in bad)
        unseen = [file for file in selection.kept if file.path not in looked]
        looked |= {file.path for file in unseen}
        found = {file.path: (file, *wrong) for file in unseen if (wrong := defect(file.path))}
        if not found:
            break
        bad |= found
    used = {_acquisition(file): file for file in selection.kept}
    problems = [_left_out(file, what, cure, used.get(_acquisition(file))) for file, what, cure in bad.values()]
    return list(selection.kept), list(selection.duplicates), problems


def _acquisition(file: ProductFile) -> tuple[object, ...]:
    return file.tile, file.sensed_at, file.orbit, file.kind, file.index, file.mask


def _left_out(file: ProductFile, what: str, cure: str, instead: ProductFile | None) -> Problem:
    other = f" '{instead.path.name}' is packed instead." if instead else " It was left out."
    return Problem(str(file.path), what + other, cure, Severity.WARNING)


def _astray(file: ProductFile) -> Problem:
    what = "Its folder says another product or tile than its name: it was left out."
    cure = "Give the file or the folder its right name back, or move the file to where it belongs."
    return Problem(str(file.path), what, cure, Severity.WARNING)


def _young(file: ProductFile) -> Problem:
    what = "It was changed a moment ago, and was left for the next time."
    return Problem(str(file.path), what, _AGAIN, Severity.WARNING)


def _pack(key: tuple[str, str, str, int], files: Sequence[ProductFile], roots: Sequence[Path]) -> Pack:
    kind, tile, index, year = key
    members = [member for file in files for member in _members(file, roots)]
    return Pack(kind, tile, index, year, len(files), tuple(sorted(members, key=lambda member: member.name)))


def _members(file: ProductFile, roots: Sequence[Path]) -> Iterable[Member]:
    """The image and what lies beside it."""
    image = file.path
    beside = dict.fromkeys(shape.format(name=image.name, stem=image.stem) for shape in _BESIDE)
    for path in (image, *(image.with_name(name) for name in beside)):
        try:
            status = path.stat()
        except FileNotFoundError:
            if path is not image:
                continue
            raise ArchiveError(f"'{image}' vanished.", hint="Run the command again.") from None
        moment = file.sensed_at or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
        yield Member(path, _below(path, roots), status.st_size, status.st_mtime_ns, moment)


def _below(path: Path, roots: Sequence[Path]) -> str:
    """The path of a file below the root that it is in, with slashes."""
    root = max((root for root in roots if path.is_relative_to(root)), key=lambda root: len(root.parts))
    return path.relative_to(root).as_posix()


def _check(packs: Sequence[Pack], there: set[tuple[str, str, int]], problems: Sequence[Problem]) -> None:
    if not packs:
        known = sorted({f"{tile} {index} {year}" for tile, index, year in there})
        hint = f"There is: {', '.join(known)}." if known else "See what the scan of the archive says."
        worst = f" {problems[0]}" if problems and not known else ""
        raise ArchiveError(f"Nothing of what is wanted can be packed.{worst}", hint=hint)
    for before, pack in pairwise(packs):
        if before.file_name == pack.file_name:
            raise ArchiveError(
                f"Two zips would be called '{pack.file_name}'.", hint="Choose one with --tile or --index, in turn."
            )
    for pack in packs:
        for member, after in pairwise(pack.members):
            if member.name == after.name:
                raise ArchiveError(
                    f"Two folders hold a file '{member.name}'.",
                    hint="Pack these folders one by one, or give the one above both.",
                )
