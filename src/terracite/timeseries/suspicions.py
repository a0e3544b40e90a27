# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that can be read but look wrong: nothing is left out for a suspicion, but a person should know.

What many images of a series share is told once, with their number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from terracite.errors import Problem, Severity
from terracite.raster.products import ProductFile
from terracite.raster.series import Series, SeriesImage
from terracite.timeseries.facts import ImageFacts

_CLOCK_S = 60  #: clocks may differ by so much
_FEWEST = 5  #: images before a usual size is known
_SMALL = 0.1  #: of the usual size for as much data
_LEAST_SHARE = 0.02  #: an image with less data than this is taken to have so much: headers weigh too
_MGRS = re.compile(r"(\d{2})([C-X])[A-Z]{2}")

Reason = tuple[str, str]  #: what is wrong, and the cure


def suspicious(found: Iterable[Series], facts: Mapping[Path, ImageFacts]) -> list[Problem]:
    """What looks wrong in the series of an archive."""
    now = dt.datetime.now(dt.UTC)
    zones: defaultdict[str, dict[str, SeriesImage]] = defaultdict(dict)
    problems = []
    for one in found:
        problems += _of_series(one, facts, now)
        for image in one.images:
            zones[one.tile].setdefault(facts[image.path].grid.crs, image)
    for tile, seen in zones.items():
        problems += _zones(tile, seen)
    return problems


def empty_files(files: Iterable[ProductFile]) -> list[Problem]:
    """Sidecars and the like without a byte."""
    cure = "Copy or produce it again, or delete it."
    return [Problem(str(file.path), "The file is empty.", cure, Severity.WARNING) for file in files]


def _of_series(one: Series, facts: Mapping[Path, ImageFacts], now: dt.datetime) -> list[Problem]:
    checks: tuple[Callable[[SeriesImage], Reason | None], ...] = (
        lambda image: _clock(image, now),
        _size_check(one.images, facts),
        lambda image: _sidecar(image, facts[image.path]),
        _missing_check(one.images, facts),
    )
    problems = []
    for check in checks:
        met: defaultdict[Reason, list[SeriesImage]] = defaultdict(list)
        for image in one.images:
            if reason := check(image):
                met[reason].append(image)
        problems += [_told(reason, images, one) for reason, images in met.items()]
    return problems


def _told(reason: Reason, images: Sequence[SeriesImage], one: Series) -> Problem:
    what, cure = reason
    if len(images) > 1:
        what += f" The same is true of {len(images) - 1} more of {one.tile} {one.index}."
    return Problem(str(images[0].path), what, cure, Severity.WARNING)


def _clock(image: SeriesImage, now: dt.datetime) -> Reason | None:
    if image.sensed_at > now + dt.timedelta(seconds=_CLOCK_S):
        return "Its name says that it will be sensed in the future.", "Give it its right name back."
    if image.modified > now.timestamp() + _CLOCK_S:
        return "Its time of change lies in the future.", "Set the clock of the machine that wrote it."
    if image.modified < image.sensed_at.timestamp() - _CLOCK_S:
        return (
            "Its time of change lies before its sensing time.",
            "Check the clock and the time zone of the machine that wrote it; a copy may also have lost the time.",
        )
    return None


def _size_check(
    images: Sequence[SeriesImage], facts: Mapping[Path, ImageFacts]
) -> Callable[[SeriesImage], Reason | None]:
    """Compressed images with as much data weigh about the same."""

    def weight(image: SeriesImage) -> float:
        return image.bytes / max(facts[image.path].data_share, _LEAST_SHARE)

    usual = median(map(weight, images)) if len(images) >= _FEWEST else 0.0

    def check(image: SeriesImage) -> Reason | None:
        if weight(image) >= _SMALL * usual:
            return None
        return (
            "It is far smaller than its siblings, for the data in it.",
            "Look at it; produce it again if it is wrong.",
        )

    return check


def _sidecar(image: SeriesImage, facts: ImageFacts) -> Reason | None:
    if facts.nodata is None or image.nodata is None or facts.nodata == image.nodata:
        return None
    return (
        f"Its sidecar or header says that {facts.nodata:g} means no data; its type of product has {image.nodata}.",
        "Correct the .aux.xml file beside it if it is wrong: what it says goes first.",
    )


def _missing_check(
    images: Sequence[SeriesImage], facts: Mapping[Path, ImageFacts]
) -> Callable[[SeriesImage], Reason | None]:
    """Where some images of a series declare which number means no data, the others have lost their sidecar."""
    some = any(facts[image.path].nodata is not None for image in images)

    def check(image: SeriesImage) -> Reason | None:
        if not some or facts[image.path].nodata is not None:
            return None
        used = f"{image.nodata}, as in its type of product, is used" if image.nodata is not None else "none is used"
        return (
            f"It has no sidecar that says which number means no data, as its siblings have: {used}.",
            "Copy the .aux.xml file beside it again.",
        )

    return check


def _zones(tile: str, seen: Mapping[str, SeriesImage]) -> list[Problem]:
    """A tile lies in the UTM zone that its name says, and in no other."""
    name = _MGRS.fullmatch(tile)
    usual = f"EPSG:32{6 if name[2] >= 'N' else 7}{name[1]}" if name else next(iter(seen))
    return [
        Problem(
            str(image.path),
            f"It is in {crs}, but tile {tile} is in {usual}.",
            "Check its name and its reference system.",
            Severity.WARNING,
        )
        for crs, image in seen.items()
        if crs != usual
    ]
