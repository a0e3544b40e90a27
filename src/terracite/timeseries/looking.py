# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking into the images of an archive, several at a time, and remembering what was seen."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from rasterio.errors import NotGeoreferencedWarning

from terracite.errors import RasterError
from terracite.raster.series import SeriesImage
from terracite.timeseries.facts import ImageFacts, UnreadableFileError, look_at
from terracite.timeseries.memory import Memory

Progress = Callable[[int, int], None]
Stamp = tuple[int, float]  #: size and time of change of a file
_BATCH = 64  #: images handed to the threads at a time
_SAVE_EVERY_S = 10


class ChangedFileError(UnreadableFileError):
    """``path`` changed between the listing of its folder and the end of the look into it."""


class Looker:
    """Looks into images, and keeps what it saw in the memory."""

    def __init__(self, memory: Memory, progress: Progress | None) -> None:
        self.facts: dict[Path, ImageFacts] = {}
        self.opened = 0
        self._memory = memory
        self._progress = progress
        self._stamps: dict[str, Stamp] = {}  #: of the files of images that are still to be looked into

    def expect(self, images: Iterable[SeriesImage], stamps: Mapping[str, Stamp]) -> None:
        """Take the facts of images that did not change from the memory; for the others, remember how they were listed.

        ``stamps``: size and time of change, by path, of their files and sidecars.
        """
        for image in images:
            if image.path in self.facts or self._known(image, stamps):
                continue
            names = [name for path in _files(image) for name in (os.fspath(path), f"{path}.aux.xml")]
            self._stamps |= {name: stamps[name] for name in names if name in stamps}

    def failed(self, images: Iterable[SeriesImage]) -> dict[Path, RasterError]:
        """Look into every image that has no facts yet; the files that could not be read, each with its error."""
        todo = [image for image in images if image.path not in self.facts]
        bad: dict[Path, RasterError] = {}
        saved = time.monotonic()
        with warnings.catch_warnings(), ThreadPoolExecutor(os.cpu_count()) as pool:
            # rasterio hides this one about its own scratch images, but not when several threads do so at once
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            waiting = iter(todo)
            while batch := list(islice(waiting, _BATCH)):
                for image, result in zip(batch, pool.map(self._look, batch), strict=True):
                    self._keep(image, result, bad)
                    if self._progress:
                        self._progress(self.opened, len(todo))
                if self._memory.autosave and time.monotonic() - saved > _SAVE_EVERY_S:
                    self._memory.save()
                    saved = time.monotonic()
        return bad

    def _keep(self, image: SeriesImage, result: ImageFacts | UnreadableFileError, bad: dict[Path, RasterError]) -> None:
        self.opened += 1
        if isinstance(result, ImageFacts):
            self.facts[image.path] = result
            self._memory.remember(image.path, "facts", _stamp(image, self._stamps), result.to_json())
        else:
            bad[result.path] = result

    def _look(self, image: SeriesImage) -> ImageFacts | UnreadableFileError:
        try:
            result: ImageFacts | UnreadableFileError = look_at(image)
        except UnreadableFileError as error:
            result = type(error)(error.path, _bare(error))
        except RasterError as error:
            result = UnreadableFileError(image.path, _bare(error))
        changed = next((path for path in _files(image) if self._has_changed(path)), None)
        return ChangedFileError(changed, RasterError("It changed while it was read.")) if changed else result

    def _has_changed(self, path: Path) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False  # gone: the look said so
        found = (status.st_size, status.st_mtime)
        return found != self._stamps.get(os.fspath(path), found)

    def _known(self, image: SeriesImage, stamps: Mapping[str, Stamp]) -> bool:
        known = self._memory.recall(image.path, "facts", _stamp(image, stamps))
        if known is not None:
            self.facts[image.path] = ImageFacts.from_json(known)
        return known is not None


def _stamp(image: SeriesImage, stamps: Mapping[str, Stamp]) -> str:
    """The facts of an image depend on its sidecar and on its mask too."""
    parts = [image.product]
    for path in (f"{image.path}", f"{image.path}.aux.xml", *map(os.fspath, _files(image)[1:])):
        if path in stamps:
            size, modified = stamps[path]
            parts.append(f"{os.path.basename(path) if parts[1:] else ''} {size} {modified!r}")  # noqa: PTH119
    return " ".join(parts)


def _bare(error: RasterError) -> RasterError:
    """What an error says, without its cause: that one's frames would keep the memory, and its file, open."""
    return RasterError(error.message, hint=error.hint)


def _files(image: SeriesImage) -> list[Path]:
    mask = image.mask_path or image.masked_path
    return [image.path] if mask is None else [image.path, mask]
