# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several series taken together, as one dataset: all years of a tile, all tiles of an index, an archive."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from terracite.timeseries.facets import distinct, mission_of, place
from terracite.timeseries.facts import ImageFacts
from terracite.timeseries.gazetteer import Place
from terracite.timeseries.naming import Key
from terracite.timeseries.options import Options
from terracite.timeseries.versions import Versions
from terracite.timeseries.vocabulary import Mission
from terracite.timeseries.yearly import YearSeries


def clear_percent(images: Iterable[ImageFacts]) -> float | None:
    """Clear cells of all images that have a mask, among all their cells, in percent; None without such an image.

    The one way in which the clear share of several dates, tiles or indices is told: cells are counted, not dates.
    """
    known = [(one.clear_share, one.grid.width * one.grid.height) for one in images if one.clear_share is not None]
    cells = sum(size for _, size in known)
    return 100 * sum(share * size for share, size in known) / cells if cells else None


def _facts(parts: Iterable[YearSeries]) -> Iterator[ImageFacts]:
    return (one.facts[image.path] for one in parts for image in one.images)


@dataclass(frozen=True)
class Whole:
    """The series of one dataset, at least one; ``key`` is what they have in common (see `naming`)."""

    parts: tuple[YearSeries, ...]
    key: Key
    options: Options

    @cached_property
    def tiles(self) -> list[str]:
        """In alphabetical order."""
        return sorted({one.tile for one in self.parts})

    @cached_property
    def indices(self) -> list[str]:
        """In alphabetical order."""
        return sorted({one.index for one in self.parts})

    @property
    def has_year(self) -> bool:
        """Whether the dataset is one of a single year, whatever comes later."""
        return any(isinstance(part, int) for part in self.key)

    @cached_property
    def image_count(self) -> int:
        return sum(len(one.images) for one in self.parts)

    @cached_property
    def start(self) -> dt.datetime:
        return min(one.start for one in self.parts)

    @cached_property
    def end(self) -> dt.datetime:
        return max(one.end for one in self.parts)

    @property
    def is_simulated(self) -> bool:
        return any(one.versions.is_simulated for one in self.parts)

    @cached_property
    def versions(self) -> Versions:
        """Those of every part."""
        return Versions(
            tuple(sorted({found for one in self.parts for found in one.versions.sen2chain})),
            tuple(sorted({found for one in self.parts for found in one.versions.sen2cor})),
        )

    @cached_property
    def missions(self) -> tuple[Mission, ...]:
        """What the images come from, each once; the missions of a type differ by platform."""
        return tuple({found.title: found for one in self.parts for found in [mission_of(one, self.options)]}.values())

    @cached_property
    def cell_sizes_m(self) -> list[float]:
        """Each once, the finest first."""
        return sorted({round(one.grid.cell_size_m, 3) for one in self.parts})

    @cached_property
    def one_per_tile(self) -> list[YearSeries]:
        """The first series of each tile."""
        return list({one.tile: one for one in sorted(self.parts, key=lambda one: (one.tile, -one.year))}.values())

    @cached_property
    def places(self) -> list[tuple[Place, int]]:
        """The first place of each tile, with the number of its tiles; the most tiles first, unnamed ones left out."""
        found = [place(one, self.options) for one in self.one_per_tile]
        by_name = {item.name: item for item in found if item.name}
        counts = Counter(item.name for item in found if item.name)
        order = sorted(counts, key=lambda name: (-counts[name], name.fr))
        return [(by_name[name], counts[name]) for name in order]

    @cached_property
    def clear_percent(self) -> dict[str, float]:
        """Clear share by tile: of all cells of all its dates that have a mask; only tiles with such dates."""
        by_tile: dict[str, list[YearSeries]] = {}
        for one in self.parts:
            by_tile.setdefault(one.tile, []).append(one)
        found = {tile: clear_percent(_facts(parts)) for tile, parts in by_tile.items()}
        return {tile: percent for tile, percent in found.items() if percent is not None}

    @cached_property
    def mean_clear_percent(self) -> float | None:
        """The same of all tiles together: a tile of twice the cells, or of twice the dates, counts twice."""
        return clear_percent(_facts(self.parts))

    @cached_property
    def usual_gap_days(self) -> int:
        """The median over the series of their usual gap; 0 when no series tells."""
        gaps = sorted(one.usual_gap_days for one in self.parts if one.usual_gap_days)
        return gaps[len(gaps) // 2] if gaps else 0

    @property
    def products(self) -> list[str]:
        """Types in the registry."""
        return distinct(one.product for one in self.parts)
