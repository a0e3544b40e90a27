# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person wants made of a series."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace

from terracite.errors import ConfigError
from terracite.raster.curves.phenology import SeasonRule
from terracite.timeseries.derived import composites
from terracite.timeseries.derived.smoothing import Smoothing

FINEST_NODE_DAYS = 5  #: curves are computed at least so finely, however few of their dates are written
#: clouds that the mask missed lower these indices; for others nothing can be said
LOWERED_BY_CLOUDS = frozenset({"NDVI", "EVI", "NDRE", "IRECI"})


@dataclass(frozen=True, slots=True)
class Choices:
    """The products that are wanted, and how each is made."""

    composites: tuple[str, ...] = ()  #: "month", "year"
    method: str = "median"  #: of composites
    smoothed: bool = False  #: whether the smoothed series is written
    phenology: bool = False
    smoothing: Smoothing = field(default_factory=Smoothing)  #: also what phenology is read from
    step_days: int = 10  #: between two dates of the smoothed series
    rule: SeasonRule = field(default_factory=SeasonRule)

    def __post_init__(self) -> None:
        if not (self.composites or self.smoothed or self.phenology):
            raise ConfigError(
                "Nothing is asked for.",
                hint="Add --composite month, --composite year, --smooth whittaker or --phenology.",
            )
        for span in self.composites:
            if span not in composites.SPANS:
                raise ConfigError(f"There is no composite by '{span}'.", hint="Choose month or year.")
        if self.method not in composites.METHODS:
            hint = f"Choose among: {', '.join(composites.METHODS)}."
            raise ConfigError(f"There is no composite method '{self.method}'.", hint=hint)
        if self.step_days < 1:
            raise ConfigError(f"A step of {self.step_days} days makes no series.", hint="Give 1 day or more.")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of the products: "month", "year", "smoothed", "phenology"."""
        flagged = {"smoothed": self.smoothed, "phenology": self.phenology}
        return (*dict.fromkeys(self.composites), *(kind for kind, is_wanted in flagged.items() if is_wanted))

    @property
    def needs_curve(self) -> bool:
        """Whether the series must be smoothed, even if that is not written."""
        return self.smoothed or self.phenology

    @property
    def nodes_per_step(self) -> int:
        """How many nodes of the curve there are for one date that is written."""
        return math.ceil(self.step_days / FINEST_NODE_DAYS)

    def parameters(self) -> dict[str, object]:
        """What decides the bytes of the result, as JSON values; what is not used is left out."""
        found: dict[str, object] = {}
        if self.composites:
            found |= {"composites": list(self.composites), "method": self.method}
        if self.needs_curve:
            found |= {"smoothing": asdict(self.smoothing), "step_days": self.step_days, "smoothed": self.smoothed}
        if self.phenology:
            found["phenology"] = asdict(self.rule)
        return found

    def for_index(self, index: str) -> Choices:
        """These choices with the side of noise that suits the index, where it was left open ("auto")."""
        if self.smoothing.noise != "auto":
            return self
        side = "low" if index.upper() in LOWERED_BY_CLOUDS else "none"
        return replace(self, smoothing=replace(self.smoothing, noise=side))
