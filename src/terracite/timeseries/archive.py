# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scanning an archive: which images make which series, and what was left out and why.

The archive is only read. A file that cannot be read is reported with its cure, and the next best version of the same
acquisition takes its place; nothing stops the scan but an archive without a single image.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terracite.errors import ArchiveError, Problem, RasterError, Severity
from terracite.raster.grid import Grid
from terracite.raster.packing import rounding
from terracite.raster.products import ProductFile, ProductType, UnknownFile, guess, named
from terracite.raster.products.walking import Roots, checked
from terracite.raster.series import Series, SeriesImage, select, series
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.listing import Listing, Used, refreshed
from terracite.timeseries.looking import ChangedFileError, Looker, Progress
from terracite.timeseries.memory import Memory
from terracite.timeseries.suspicions import empty_files, suspicious

_AGAIN = "Scan again when it is finished."


@dataclass(frozen=True, slots=True)
class Scan:
    """What an archive holds."""

    root: Path  #: the folder that holds every root
    product: str  #: type in the registry
    series: tuple[Series, ...]  #: readable images only, all of one series on one grid, one per sensing time
    facts: Mapping[Path, ImageFacts]  #: by the path of each image of ``series``
    duplicates: tuple[tuple[ProductFile, str], ...]  #: each with the reason why another one is kept
    unknown: tuple[UnknownFile, ...]
    problems: tuple[Problem, ...]  #: files that were left out because something is wrong with them
    file_count: int  #: files met
    total_bytes: int
    opened: int  #: images that had to be opened this time
    roots: tuple[Path, ...] = ()  #: the folders that were walked
    suspicions: tuple[Problem, ...] = ()  #: files that are used, or of no use, but look wrong
    waiting: tuple[Problem, ...] = ()  #: files left for the next scan, because somebody may be writing them
    listed: int = 0  #: folders that had to be listed this time

    @property
    def is_simulated(self) -> bool:
        """Whether the archive says of itself that it was made by ``terracite simulate``."""
        places = {folder for root in (self.root, *self.roots) for folder in (root, root.parent)}
        return any((place / "simulation.json").is_file() for place in places)


def scan(
    roots: Roots,
    product: str | ProductType = "auto",
    *,
    state: Path | None = None,
    progress: Progress | None = None,
    settle_s: float = 0.0,
) -> Scan:
    """Walk the roots, choose between duplicates, look into each image that is kept.

    ``product``: a type of `terracite.raster.products`, or "auto"; ``state``: where to remember what was seen (a SQLite
    file outside the archive); ``settle_s``: files that changed less than so many seconds ago are left for the next
    scan. Raises `ArchiveError` when a folder is not there, or holds not one image.
    """
    memory = Memory.load(common_root(checked(roots)), state, autosave=True)
    try:
        found = scan_with(roots, product, memory, progress, settle_s=settle_s)
        memory.save()
    finally:
        memory.close()
    return found


def scan_with(
    roots: Roots,
    product: str | ProductType,
    memory: Memory,
    progress: Progress | None = None,
    *,
    settle_s: float = 0.0,
) -> Scan:
    """`scan` with a memory that the caller loads and saves (it saves itself now and then if it is to)."""
    folders = checked(roots)
    kind = named(guess(folders) if product == "auto" else product)
    with memory.writing() as connection:
        listing = refreshed(connection, folders, kind, settle_s=settle_s)
    looker = Looker(memory, progress)
    choice = _Choice(listing, looker)
    chosen, odd = _regular(choice.series(), looker.facts)
    problems = [*choice.problems(), *odd, *(_astray(file) for file in listing.astray())]
    waiting = [*choice.waiting(), *(_young(file) for file in listing.young())]
    if not chosen and not problems and not waiting:
        where = ", ".join(f"'{folder}'" for folder in folders)
        raise ArchiveError(
            f"No image of type '{kind.name}' was found in {where}.",
            hint="Give the folder that holds the tree of images, or another --product.",
        )
    facts = {image.path: looker.facts[image.path] for one in chosen for image in one.images}
    return Scan(
        root=memory.root,
        product=kind.name,
        series=tuple(chosen),
        facts=facts,
        duplicates=choice.duplicates(),
        unknown=tuple(sorted(listing.unknown(), key=lambda file: file.path)),
        problems=_sorted(problems),
        file_count=listing.file_count,
        total_bytes=listing.total_bytes,
        opened=looker.opened,
        roots=folders,
        suspicions=_sorted([*suspicious(chosen, facts), *empty_files(listing.empty())]),
        waiting=_sorted(waiting),
        listed=listing.listed,
    )


def common_root(roots: Iterable[Path]) -> Path:
    """The root itself when there is one; else the folder that holds them all."""
    paths = list(roots)
    return paths[0] if len(paths) == 1 else Path(os.path.commonpath([path.absolute() for path in paths]))


def check_apart(roots: Roots, output: Path) -> None:
    """Raises `ArchiveError` when the output folder lies inside an archive."""
    for root in checked(roots):
        if output.resolve().is_relative_to(root.resolve()):
            raise ArchiveError(
                f"The output folder '{output}' lies inside the archive.",
                hint="Choose a folder elsewhere: the archive is never written to.",
            )


class _Choice:
    """The series of a listing without the files that cannot be read: the next best version is taken instead."""

    def __init__(self, listing: Listing, looker: Looker) -> None:
        self._listing = listing
        self._bad: dict[Path, RasterError] = {}
        self._instead: dict[Path, SeriesImage | None] = {}
        self._series: dict[str, list[Series]] = {}
        self._duplicates: dict[str, tuple[tuple[ProductFile, str], ...]] = {}
        for used in listing.used():
            self._take(used, looker)
        tiles = set(self._series)
        while tiles:
            bad = looker.failed(image for tile in sorted(tiles) for one in self._series[tile] for image in one.images)
            self._bad |= bad
            tiles = {image.tile for tile in tiles for image in self._of(tile) if bad.keys() & set(_files(image))}
            for tile in tiles:
                for used in listing.used(tile):
                    self._take(used, looker)

    def series(self) -> list[Series]:
        """By tile and index."""
        return [one for tile in sorted(self._series) for one in self._series[tile]]

    def duplicates(self) -> tuple[tuple[ProductFile, str], ...]:
        """By tile, index and time."""
        return tuple(pair for tile in sorted(self._duplicates) for pair in self._duplicates[tile])

    def problems(self) -> list[Problem]:
        """The files that were left out for good."""
        bad = ((path, error) for path, error in self._bad.items() if not isinstance(error, ChangedFileError))
        return [_left_out(path, error, self._instead.get(path)) for path, error in bad]

    def waiting(self) -> list[Problem]:
        """The files that changed while they were read."""
        changed = (path for path, error in self._bad.items() if isinstance(error, ChangedFileError))
        what = "It changed while it was read, and was left for the next scan."
        return [Problem(str(path), what, _AGAIN, Severity.WARNING) for path in changed]

    def _of(self, tile: str) -> Iterable[SeriesImage]:
        return (image for one in self._series[tile] for image in one.images)

    def _take(self, used: Used, looker: Looker) -> None:
        tile, files = used.tile, used.files
        good = [file for file in files if file.path not in self._bad]
        self._series[tile] = series(good)
        self._duplicates[tile] = select(good).duplicates
        looker.expect(self._of(tile), used.stamps)
        if len(good) == len(files):
            return
        chosen = {(image.index, image.sensed_at): image for image in self._of(tile)}
        for file in files:
            if file.path in self._bad and file.sensed_at is not None:
                self._instead[file.path] = chosen.get((file.index, file.sensed_at))


def _files(image: SeriesImage) -> list[Path]:
    return [path for path in (image.path, image.mask_path, image.masked_path) if path is not None]


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.where))


def _left_out(path: Path, error: RasterError, instead: SeriesImage | None) -> Problem:
    what = getattr(error, "verdict", "This file cannot be read, and was left out.")
    if instead is not None:
        what += f" '{instead.path.name}' is used instead."
        if instead.mask and instead.mask in instead.path.stem:
            mask = f"; '{instead.mask_path.name}' tells where they are" if instead.mask_path else ""
            what += f" It is masked already: its clouds hold no data{mask}."
    return Problem(str(path), what, error.hint, Severity.WARNING)


def _astray(file: ProductFile) -> Problem:
    what = "Its folder says another product or tile than its name: it was left out."
    cure = "Give the file or the folder its right name back, or move the file to where it belongs."
    return Problem(str(file.path), what, cure, Severity.WARNING)


def _young(file: ProductFile) -> Problem:
    what = "It was changed a moment ago, and was left for the next scan."
    return Problem(str(file.path), what, _AGAIN, Severity.WARNING)


def _regular(found: list[Series], facts: Mapping[Path, ImageFacts]) -> tuple[list[Series], list[Problem]]:
    """Each series on the grid that most of its images have, with one image per sensing time."""
    kept, problems = [], []
    for one in found:
        grids = [facts[image.path].grid for image in one.images]
        grid = max(dict.fromkeys(grids), key=grids.count)
        images: list[SeriesImage] = []
        is_float = _mostly_float(one.images, facts)
        for image in one.images:
            reason = _misfit(image, facts[image.path], grid, images)
            if reason is None and bool(facts[image.path].dtype) != is_float:
                reason = _OTHER_NUMBERS
            if reason:
                problems.append(Problem(str(image.path), *reason, Severity.WARNING))
            else:
                images.append(image)
        if is_float:
            how = rounding(named(one.product), one.index)
            images = [replace(image, packing=how) for image in images]
        kept.append(Series(one.tile, one.index, one.product, tuple(images)))
    return kept, problems


_OTHER_NUMBERS = (
    "It has floating-point numbers and the other images of its series whole ones, or the other way round.",
    "Write it as the others are, or take it out.",
)


def _mostly_float(images: Sequence[SeriesImage], facts: Mapping[Path, ImageFacts]) -> bool:
    """Whether most images of a series are of floating-point numbers: those and whole ones do not mean the same."""
    return 2 * sum(bool(facts[image.path].dtype) for image in images) > len(images)


def _misfit(image: SeriesImage, facts: ImageFacts, grid: Grid, before: list[SeriesImage]) -> tuple[str, str] | None:
    if facts.grid.crs != grid.crs:
        return (
            f"It is in {facts.grid.crs}, the other images of its series in {grid.crs}.",
            "Reproject it, or take it out.",
        )
    if facts.grid.shape != grid.shape:
        own, usual = (f"{one.width} x {one.height}" for one in (facts.grid, grid))
        return f"It has {own} cells, the other images of its series {usual}.", "Produce it again, or take it out."
    if facts.grid != grid:
        return "Its cells are not those of the other images of its series.", "Resample it, or take it out."
    if before and before[-1].sensed_at == image.sensed_at:
        return (
            f"It has the same time as '{before[-1].path.name}', which is kept.",
            "Name images by sensing time to the second, or take one of the two out.",
        )
    return None
