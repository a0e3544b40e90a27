# SPDX-License-Identifier: AGPL-3.0-or-later
"""Walking an image archive: which images make which series, and what is wrong with the others.

Nothing in the archive is ever written. An unknown or unreadable file is listed, never fatal, never silently
skipped. A second scan with the same memory opens only what changed.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rasterio.errors import NotGeoreferencedWarning

from terracite.errors import ArchiveError, Problem, RasterError, Severity
from terracite.raster.products import ProductFile, UnknownFile, guess, walk
from terracite.raster.series import Series, SeriesImage, select, series
from terracite.timeseries.facts import ImageFacts, look_at
from terracite.timeseries.memory import Memory

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scan:
    """What an archive holds."""

    root: Path
    product: str  #: type in the registry
    series: tuple[Series, ...]  #: readable images only, all of one series on one grid, one per sensing time
    facts: Mapping[Path, ImageFacts]  #: by the path of each image of ``series``
    duplicates: tuple[tuple[ProductFile, str], ...]  #: each with the reason why another one is kept
    unknown: tuple[UnknownFile, ...]
    problems: tuple[Problem, ...]  #: files that were left out because something is wrong with them
    file_count: int  #: files met
    total_bytes: int
    opened: int  #: images that had to be opened this time

    @property
    def is_simulated(self) -> bool:
        """Whether the archive says of itself that it was made by ``terracite simulate``."""
        return (self.root.parent / "simulation.json").is_file() or (self.root / "simulation.json").is_file()


def scan(root: Path, product: str = "auto", *, state: Path | None = None, progress: Progress | None = None) -> Scan:
    """Walk ``root``, choose between duplicates, look into each image that is kept.

    ``product``: a type of `terracite.raster.products`, or "auto"; ``state``: where to remember what was seen (JSON,
    outside the archive). Raises `ArchiveError` when there is no folder or not one image.
    """
    memory = Memory.load(root, state)
    found = scan_with(root, product, memory, progress)
    memory.save()
    return found


def scan_with(root: Path, product: str, memory: Memory, progress: Progress | None = None) -> Scan:
    """`scan` with a memory that the caller loads and saves."""
    kind = guess(root) if product == "auto" else product
    met = list(walk(root, kind))
    files = [file for file in met if isinstance(file, ProductFile)]
    unknown = tuple(sorted((file for file in met if isinstance(file, UnknownFile)), key=lambda file: file.path))
    looker = _Looker(memory, progress)
    chosen, problems = _readable_series(files, looker)
    chosen, odd = _regular(chosen, looker.facts)
    if not chosen and not problems and not odd:
        raise ArchiveError(
            f"No image of type '{kind}' was found in '{root}'.",
            hint="Give the folder that holds the tree of images, or another --product.",
        )
    bad = {Path(problem.where) for problem in problems}
    return Scan(
        root=root,
        product=kind,
        series=tuple(chosen),
        facts={image.path: looker.facts[image.path] for one in chosen for image in one.images},
        duplicates=select(file for file in files if file.path not in bad).duplicates,
        unknown=unknown,
        problems=tuple(sorted([*problems, *odd], key=lambda problem: problem.where)),
        file_count=len(met),
        total_bytes=sum(file.bytes for file in met),
        opened=looker.opened,
    )


class _Looker:
    """Looks into images, several at a time, and remembers."""

    def __init__(self, memory: Memory, progress: Progress | None) -> None:
        self.facts: dict[Path, ImageFacts] = {}
        self.opened = 0
        self._memory = memory
        self._progress = progress

    def unreadable(self, images: Iterable[SeriesImage]) -> dict[Path, RasterError]:
        """Look into every image that was not yet; the files that could not be read, each with its error."""
        todo = [image for image in images if image.path not in self.facts and not self._known(image)]
        bad: dict[Path, RasterError] = {}
        with warnings.catch_warnings(), ThreadPoolExecutor(os.cpu_count()) as pool:
            # rasterio hides this one about its own scratch images, but not when several threads do so at once
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            for done, (image, result) in enumerate(zip(todo, pool.map(_try, todo), strict=True), start=1):
                self.opened += 1
                if isinstance(result, ImageFacts):
                    self.facts[image.path] = result
                    self._memory.put(image.path, _key(image), result.to_json())
                else:
                    bad[result[0]] = result[1]
                if self._progress:
                    self._progress(done, len(todo))
        return bad

    def _known(self, image: SeriesImage) -> bool:
        known = self._memory.get(image.path, _key(image))
        if known is not None:
            self.facts[image.path] = ImageFacts.from_json(known)
        return known is not None


def _key(image: SeriesImage) -> str:
    """The facts of an image depend on its mask too."""
    mask = image.mask_path or image.masked_path
    stamp = f" {mask.name} {mask.stat().st_size}" if mask and mask.exists() else ""
    return f"facts{stamp}"


def _try(image: SeriesImage) -> ImageFacts | tuple[Path, RasterError]:
    try:
        return look_at(image)
    except RasterError as error:
        return getattr(error, "path", image.path), error


def _readable_series(files: list[ProductFile], looker: _Looker) -> tuple[list[Series], list[Problem]]:
    """The series without unreadable files: where one is left out, its next best version is taken."""
    unreadable: dict[Path, RasterError] = {}
    while True:
        found = series(file for file in files if file.path not in unreadable)
        bad = looker.unreadable(image for one in found for image in one.images)
        if not bad:
            break
        unreadable |= bad
    used = {(image.tile, image.index, image.sensed_at): image.path for one in found for image in one.images}
    instead = {
        file.path: used.get((file.tile, file.index, file.sensed_at)) for file in files if file.sensed_at is not None
    }
    return found, [_left_out(path, error, instead.get(path)) for path, error in unreadable.items()]


def _left_out(path: Path, error: RasterError, instead: Path | None) -> Problem:
    what = "This file cannot be read, and was left out."
    if instead is not None:
        what += f" '{instead.name}' is used instead."
    return Problem(str(path), what, error.hint, Severity.WARNING)


def _regular(found: list[Series], facts: Mapping[Path, ImageFacts]) -> tuple[list[Series], list[Problem]]:
    """Each series on the grid that most of its images have, with one image per sensing time."""
    kept, problems = [], []
    for one in found:
        grids = [facts[image.path].grid for image in one.images]
        grid = max(grids, key=grids.count)
        images: list[SeriesImage] = []
        for image in one.images:
            reason = _misfit(image, facts[image.path], grid, images)
            if reason:
                problems.append(Problem(str(image.path), *reason, Severity.WARNING))
            else:
                images.append(image)
        kept.append(Series(one.tile, one.index, one.product, tuple(images)))
    return kept, problems


def _misfit(image: SeriesImage, facts: ImageFacts, grid: object, before: list[SeriesImage]) -> tuple[str, str] | None:
    if facts.grid != grid:
        return "Its cells are not those of the other images of its series.", "Resample it, or take it out."
    if before and before[-1].sensed_at == image.sensed_at:
        return (
            f"It has the same time as '{before[-1].path.name}', which is kept.",
            "Name images by sensing time to the second, or take one of the two out.",
        )
    return None
