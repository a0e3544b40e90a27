# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calendar: a strip a year for each series, a bar a date.

A strip is 366 units wide, one a day, and 100 high; it stretches to the width of the page, so that it has no text.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from terracite.raster.series import Series, SeriesImage
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory_page.words import Words, scrolling

GAP_DAYS = 30  #: a gap worth marking
MOST_DATES = 3000  #: images of an archive above which single dates are not listed
_CLASSES = 5  #: shades of clear share
_MONTH_STARTS = tuple(dt.date(2024, month, 1).timetuple().tm_yday - 1 for month in range(2, 13))
_LEAST_BAR = 6  #: height of a bar for a date without anything clear, which must be seen too

Gap = tuple[dt.datetime, dt.datetime]


def gaps(one: Series) -> list[Gap]:
    """Each pair of dates that follow one another `GAP_DAYS` or more later."""
    times = [image.sensed_at for image in one.images]
    return [
        (before, after)
        for before, after in pairwise(times)
        if round((after - before) / dt.timedelta(days=1)) >= GAP_DAYS
    ]


def calendar(one: Series, scan: Scan, words: Words, *, with_dates: bool) -> str:
    """The years of one series: strips, then dates per month, and every date when ``with_dates``."""
    years: defaultdict[int, list[SeriesImage]] = defaultdict(list)
    for image in one.images:
        years[image.sensed_at.year].append(image)
    marked = gaps(one)
    every = range(one.images[0].sensed_at.year, one.images[-1].sensed_at.year + 1)
    strips = "".join(
        f'<div class="year"><span>{year}</span>{_strip(year, years[year], marked, scan, words)}</div>\n'
        for year in every
    )
    letters = "".join(f'<span title="{escape(name)}">{name[0].upper()}</span>' for name in words.months)
    return (
        f'{strips}<div class="year" aria-hidden="true"><span></span><div class="months">{letters}</div></div>\n'
        f"<details><summary>{words('by_month')}</summary>{_months(one, every, years, scan, words)}</details>\n"
        + (
            f"<details><summary>{words('every_date')}</summary>{_dates(one, scan, words)}</details>"
            if with_dates
            else ""
        )
    )


def _strip(year: int, images: Sequence[SeriesImage], marked: Sequence[Gap], scan: Scan, words: Words) -> str:
    shares = [share for image in images if (share := scan.facts[image.path].clear_share) is not None]
    label = words("strip", year=year, dates=len(images))
    if shares:
        label += words("strip_clear", percent=words.percent(sum(shares) / len(shares)))
    paths = [("grid", "".join(f"M{day} 0V100" for day in _MONTH_STARTS)), *_bars(images, scan)]
    paths.append(("gap", "".join(_gap(year, gap) for gap in marked)))
    drawn = "".join(f'<path class="{name}" d="{steps}"/>' for name, steps in paths if steps)
    return (
        f'<svg class="strip" viewBox="0 0 366 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><title>{escape(label)}</title>{drawn}</svg>'
    )


def _bars(images: Sequence[SeriesImage], scan: Scan) -> list[tuple[str, str]]:
    """Class and steps of each path: what has data, then what is clear, a path per shade."""
    steps: defaultdict[str, list[str]] = defaultdict(list)
    for image in images:
        facts, day = scan.facts[image.path], image.sensed_at.timetuple().tm_yday - 0.5
        steps["data"].append(_bar(day, max(facts.data_share, _LEAST_BAR / 100)))
        if facts.clear_share:
            steps[shade(facts.clear_share)].append(_bar(day, facts.clear_share))
    return [(name, "".join(found)) for name, found in sorted(steps.items(), key=lambda pair: pair[0] != "data")]


def shade(share: float) -> str:
    """The class of a share: "c0" to "c4".

    >>> shade(0.1), shade(0.5), shade(1.0)
    ('c0', 'c2', 'c4')
    """
    return f"c{min(int(share * _CLASSES), _CLASSES - 1)}"


def _bar(day: float, share: float) -> str:
    return f"M{day:g} 100V{100 - round(100 * share)}"


def _gap(year: int, gap: Gap) -> str:
    """A gap along the foot of the strip of one year."""
    first, last = dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)
    start, end = max(gap[0], first), min(gap[1], last)
    return f"M{(start - first).days} 97H{(end - first).days}" if start < end else ""


def _months(one: Series, every: range, years: dict[int, list[SeriesImage]], scan: Scan, words: Words) -> str:
    """A table of counts, a line a year, shaded by the mean clear share."""
    head = "".join(f'<th scope="col"><abbr title="{escape(name)}">{name[:3]}</abbr></th>' for name in words.months)
    rows = []
    for year in every:
        cells = "".join(_month([i for i in years[year] if i.sensed_at.month == month], scan) for month in range(1, 13))
        rows.append(f'<tr><th scope="row">{year}</th>{cells}<td>{len(years[year])}</td></tr>')
    return scrolling(
        _label("by_month", one, words),
        f'<table class="month"><thead><tr><th scope="col">{words("year")}</th>{head}'
        f'<th scope="col">{words("total")}</th></tr></thead><tbody>{"".join(rows)}</tbody></table>',
    )


def _label(name: str, one: Series, words: Words) -> str:
    return f"{words(name)}, {one.tile} {one.index}"


def _month(images: Sequence[SeriesImage], scan: Scan) -> str:
    shares = [share for image in images if (share := scan.facts[image.path].clear_share) is not None]
    name = f' class="{shade(sum(shares) / len(shares))}"' if shares else ""
    return f"<td{name}>{len(images) or '·'}</td>"


def _dates(one: Series, scan: Scan, words: Words) -> str:
    rows = []
    for image in one.images:
        facts = scan.facts[image.path]
        rows.append(
            (
                f"{image.sensed_at:%Y-%m-%d %H:%M}",
                *(escape(text) or "–" for text in (image.platform, image.orbit, image.baseline)),
                words.percent(facts.data_share),
                words.percent(facts.clear_share),
            )
        )
    columns = ("date", "platform", "orbit", "baseline", "data", "clear_column")
    return words.table(_label("every_date", one, words), columns, rows, numbers=("data", "clear_column"))
