# SPDX-License-Identifier: AGPL-3.0-or-later
"""How series are grouped into datasets: each way of cutting an archive into crates with a record and a DOI."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from terracite.errors import ConfigError
from terracite.record.model import Text
from terracite.timeseries.yearly import YearSeries

Key = tuple[object, ...]
FILES_BESIDE = 7  #: of each dataset of one index: images, README, picture, certificate (three files), record


@dataclass(frozen=True, slots=True)
class Granularity:
    """One way of cutting: what the series of one dataset have in common."""

    name: str  #: as typed on the command line
    label: Text
    key: Callable[[YearSeries], Key]


GRANULARITIES: dict[str, Granularity] = {
    name: Granularity(name, Text(fr=fr, en=en), key)
    for name, fr, en, key in (
        (
            "tile-index-year",
            "par tuile, indice et année",
            "per tile, index and year",
            lambda one: (one.tile, one.index, one.year),
        ),
        ("tile-index", "par tuile et indice", "per tile and index", lambda one: (one.tile, one.index)),
        ("index-year", "par indice et année", "per index and year", lambda one: (one.index, one.year)),
        ("tile", "par tuile", "per tile", lambda one: (one.tile,)),
        ("index", "par indice", "per index", lambda one: (one.index,)),
        ("archive", "en un seul jeu", "as one dataset", lambda one: ()),  # noqa: ARG005 - nothing in common
    )
}  #: finest first


@dataclass(frozen=True, slots=True)
class Unit:
    """One dataset: its series, by tile, index and year, and what they have in common."""

    key: Key
    series: tuple[YearSeries, ...]

    @property
    def name(self) -> str:
        """Of the crate: "40KCB-NDVI-2022", "40KCB-NDVI", "all"."""
        joined = "-".join(str(part) for part in self.key if str(part)) or "all"
        return re.sub(r"[^A-Za-z0-9._-]+", "_", joined)

    @property
    def files(self) -> int:
        """How many files it has: those of each series, and those beside."""
        return sum(one.expected_files for one in self.series) + FILES_BESIDE

    @property
    def dates(self) -> int:
        """How many images it is made of."""
        return sum(len(one.images) for one in self.series)


def granularity(name: str) -> Granularity:
    """The way of cutting of that name; raises `ConfigError` with the nearest one."""
    if name not in GRANULARITIES:
        near = get_close_matches(name, GRANULARITIES, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(GRANULARITIES)}."
        raise ConfigError(f"There is no granularity '{name}'.", hint=hint)
    return GRANULARITIES[name]


def units(series: Sequence[YearSeries], chosen: Granularity) -> list[Unit]:
    """The datasets of one way of cutting, in the order of their first series."""
    groups: defaultdict[Key, list[YearSeries]] = defaultdict(list)
    for one in series:
        groups[chosen.key(one)].append(one)
    return [Unit(key, tuple(group)) for key, group in groups.items()]
