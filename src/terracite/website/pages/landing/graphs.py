# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts by month as bars of a small drawing; the table beside it says the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terracite.repository.usage import Month

MONTHS_SHOWN = 24
WIDTH, HEIGHT = 480, 90
_GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: two bars side by side, in units of the drawing, from the top left."""

    month: Month
    x: float
    width: float
    views: float  #: heights
    downloads: float

    @property
    def views_top(self) -> float:
        return HEIGHT - self.views

    @property
    def downloads_top(self) -> float:
        return HEIGHT - self.downloads

    @property
    def downloads_x(self) -> float:
        return self.x + self.width


def bars(months: Sequence[Month]) -> list[Bar]:
    """The last two years of months."""
    shown = list(months[-MONTHS_SHOWN:])
    most = max((max(month.sums.views, month.sums.downloads) for month in shown), default=0) or 1
    step = WIDTH / max(len(shown), 12)
    return [
        Bar(
            month=month,
            x=round(number * step, 1),
            width=round((step - _GAP) / 2, 1),
            views=round(HEIGHT * month.sums.views / most, 1),
            downloads=round(HEIGHT * month.sums.downloads / most, 1),
        )
        for number, month in enumerate(shown)
    ]
