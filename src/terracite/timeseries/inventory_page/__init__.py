# SPDX-License-Identifier: AGPL-3.0-or-later
"""The inventory as one page that needs nothing else: no script, no network; for a screen, a phone and paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from terracite import __version__
from terracite.raster.products import named
from terracite.raster.series import Series
from terracite.record.model import Language
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import SeriesSummary, inventory
from terracite.timeseries.inventory_page.strips import GAP_DAYS, MOST_DATES, calendar
from terracite.timeseries.inventory_page.tables import (
    gaps_table,
    left_out_table,
    summary_table,
    versions_table,
    volumes_table,
)
from terracite.timeseries.inventory_page.tiles_map import tiles_map
from terracite.timeseries.inventory_page.words import Words, slug, style
from terracite.timeseries.outlines import check_has_images
from terracite.timeseries.whole import clear_percent

__all__ = ["inventory_page"]

MOST_OPEN = 30  #: series of an archive whose calendars are all unfolded: more make a page of a hundred screens


def inventory_page(scan: Scan, language: Language) -> str:
    """The page, HTML: map of the tiles, calendar of dates, series, gaps, versions, volumes, files left out.

    Every text from the archive is escaped, and no path of this machine is told. Above 3,000 images single dates are
    not listed. Raises `ArchiveError` when there is no readable image.
    """
    check_has_images(scan)
    words, rows = Words(language), inventory(scan)
    sections = {
        "map": tiles_map(scan, words),
        "calendar": _calendars(scan, rows, words),
        "summary": summary_table(rows, words),
        "gaps": gaps_table(scan, words),
        "versions": versions_table(scan, words),
        "volumes": volumes_table(scan, words),
        "left_out": left_out_table(scan, words),
    }
    title = f"{words('title')} – {named(scan.product).label[language]}"
    links = "".join(f'<li><a href="#{name}">{words(name)}</a></li>' for name in sections)
    simulated = f'<p class="note">{words("simulated")}</p>\n' if scan.is_simulated else ""
    body = "\n".join(
        f'<section>\n<h2 id="{name}">{words(name)}</h2>\n{content}\n</section>' for name, content in sections.items()
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f"{simulated}{_facts(scan, rows, words)}\n"
        f'<nav aria-label="{words("contents")}"><ul>{links}</ul></nav>\n{body}\n'
        f"<footer><p>{words('made_by', version=__version__)}</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _facts(scan: Scan, rows: list[SeriesSummary], words: Words) -> str:
    clear = clear_percent(scan.facts[image.path] for one in scan.series for image in one.images)
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    left_out = len(scan.problems) + len(scan.unknown) + len(scan.duplicates)
    facts = {
        "images": words.number(sum(row.dates for row in rows)),
        "series": words.number(len(rows)),
        "tiles": words.number(len({row.tile for row in rows})),
        "indices": words.number(len({row.index for row in rows})),
        "period": f"{words.day(first)} – {words.day(last)}",
        "clear_mean": words.percent(None if clear is None else clear / 100),
        "volume": words.bytes(sum(row.bytes for row in rows)),
        "left_out_count": words.number(left_out),
    }
    items = "".join(f"<div><dt>{words(name)}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return f'<dl class="facts">{items}</dl>'


def _calendars(scan: Scan, rows: list[SeriesSummary], words: Words) -> str:
    with_dates = sum(row.dates for row in rows) <= MOST_DATES
    parts = [f"<p>{words('calendar_says', days=GAP_DAYS)}</p>\n{_legend(words)}"]
    pairs = zip(scan.series, rows, strict=True)
    for tile, group in groupby(pairs, key=lambda pair: pair[0].tile):
        members = list(group)
        figures = "\n".join(_figure(one, row, scan, words, with_dates=with_dates) for one, row in members)
        parts.append(_tile(tile, [row for _, row in members], figures, words, is_open=len(rows) <= MOST_OPEN))
    return "\n".join(parts)


def _tile(tile: str, rows: list[SeriesSummary], figures: str, words: Words, *, is_open: bool) -> str:
    """The calendars of a tile under its name; folded away in a large archive, where a link to them opens them."""
    name = f"{words('tile')} {escape(tile)}"
    if is_open:
        return f'<h3 id="tile-{slug(tile)}">{name}</h3>\n{figures}'
    dates = words.number(sum(row.dates for row in rows))
    told = words("tile_line", dates=dates, indices=", ".join(escape(row.index) for row in rows))
    # the place that links lead to is inside, for only then does a browser open what is folded
    return (
        f'<details class="tile"><summary><h3>{name}</h3> {told}</summary>'
        f'<div id="tile-{slug(tile)}">\n{figures}</div></details>'
    )


def _figure(one: Series, row: SeriesSummary, scan: Scan, words: Words, *, with_dates: bool) -> str:
    caption = f"<strong>{escape(one.index)}</strong> – {', '.join(_line(one, row, words))}"
    drawn = calendar(one, scan, words, with_dates=with_dates)
    return f"<figure><figcaption>{caption}</figcaption>\n{drawn}</figure>"


def _line(one: Series, row: SeriesSummary, words: Words) -> Iterator[str]:
    """What the calendar of a series shows, in words."""
    yield words("line", dates=words.number(row.dates), first=words.day(row.first), last=words.day(one.end))
    if row.clear_percent is None:
        yield words("no_mask")
    else:
        yield words("line_clear", percent=words.percent(row.clear_percent / 100))
    if row.longest_gap_days:
        yield words("line_gap", days=words.number(row.longest_gap_days))


def _legend(words: Words) -> str:
    steps = [
        f'<li><svg class="strip" viewBox="0 0 10 10" aria-hidden="true"><path class="c{shade}" '
        f'd="M0 5H10"/></svg>{20 * shade}–{20 * shade + 20}{words.percent(0)[1:]} '
        f"{words('clear')}</li>"
        for shade in range(5)
    ]
    return f'<ul class="legend">{"".join(steps)}</ul>'
