# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a run over an archive would make: how much, how long, in how many datasets, and where they can go."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from terracite.timeseries.planning.sample import Sample
from terracite.timeseries.planning.targets import Target
from terracite.timeseries.units import GRANULARITIES, Granularity, units
from terracite.timeseries.yearly import YearSeries


@dataclass(frozen=True, slots=True)
class Choice:
    """One way of cutting the archive into datasets."""

    granularity: Granularity
    datasets: int  #: each with its DOI
    largest_bytes: int  #: of one dataset
    largest_files: int  #: of one dataset
    fits: tuple[str, ...]  #: keys of the places that hold every one of them
    too_large: int  #: datasets that the wanted place does not hold

    @property
    def name(self) -> str:
        """As typed on the command line."""
        return self.granularity.name


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a person decides on before ten years of images are read."""

    series: int  #: of one tile, index and year
    tiles: int
    indices: int
    images: int
    input_bytes: int
    output_bytes: int
    error: float  #: of ``output_bytes``, relative, from the spread of the sample
    seconds: float  #: on this machine, one series after the other
    free_bytes: int  #: where the output goes
    sampled: int  #: images measured
    target: Target
    choices: tuple[Choice, ...]  #: finest first
    proposed: str  #: name of a granularity; "" when no way of cutting fits

    @property
    def has_room(self) -> bool:
        """Whether the disk of the output holds everything, error included."""
        return self.output_bytes * (1 + 2 * self.error) <= self.free_bytes


def make_plan(
    series: Sequence[YearSeries], sample: Sample, output: Path, wanted: Target, places: Sequence[Target]
) -> Plan:
    """The plan for ``series``, from what ``sample`` measured; ``wanted`` is the place to publish.

    The way of cutting that is proposed is the one with the fewest datasets that ``wanted`` holds, among those that
    keep one index and one tile together: people ask for "the NDVI of this tile", not for a year of everything.
    """
    sizes = {one.name: sample.bytes_of(one) for one in series}
    choices = tuple(_choice(item, series, sizes, wanted, places) for item in GRANULARITIES.values())
    cells = sum(_cells(one) for one in series)
    return Plan(
        series=len(series),
        tiles=len({one.tile for one in series}),
        indices=len({one.index for one in series}),
        images=sum(len(one.images) for one in series),
        input_bytes=sum(image.bytes for one in series for image in one.images),
        output_bytes=sum(sizes.values()),
        error=sample.relative_error(),
        seconds=sample.seconds_per_cell() * cells,
        free_bytes=shutil.disk_usage(_existing(output)).free,
        sampled=len(sample.measures),
        target=wanted,
        choices=choices,
        proposed=_proposed(choices, wanted),
    )


def _choice(
    granularity: Granularity,
    series: Sequence[YearSeries],
    sizes: dict[str, int],
    wanted: Target,
    places: Sequence[Target],
) -> Choice:
    each = [(sum(sizes[one.name] for one in unit.series), unit.files) for unit in units(series, granularity)]
    return Choice(
        granularity,
        len(each),
        max(size for size, _ in each),
        max(files for _, files in each),
        tuple(place.key for place in places if all(place.holds(*one) for one in each)),
        sum(not wanted.holds(*one) for one in each),
    )


_SENSIBLE = ("tile-index", "tile-index-year")  # fewest datasets first


def _proposed(choices: Sequence[Choice], wanted: Target) -> str:
    fitting = {choice.name for choice in choices if wanted.key in choice.fits}
    return next((name for name in _SENSIBLE if name in fitting), "")


def _cells(one: YearSeries) -> int:
    return one.grid.width * one.grid.height * len(one.images)


def _existing(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
