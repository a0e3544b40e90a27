# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of the page: series, gaps, satellites and versions, volumes, files left out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

from terracite.raster.products import named
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory import SeriesSummary
from terracite.timeseries.inventory_page.strips import GAP_DAYS, gaps
from terracite.timeseries.inventory_page.words import Words, scrolling, slug
from terracite.timeseries.outlines import below_root

MOST_GAPS = 30
MOST_LEFT_OUT = 200


def summary_table(rows: Sequence[SeriesSummary], words: Words) -> str:
    """A line a series, which leads to its calendar."""
    lines = [
        (
            f'<a href="#tile-{slug(row.tile)}">{escape(row.tile)}</a>',
            escape(row.index),
            words.number(row.dates),
            words.day(row.first),
            words.day(row.last),
            words.number(row.usual_gap_days),
            words.number(row.longest_gap_days),
            words.percent(None if row.clear_percent is None else row.clear_percent / 100),
            escape(" ".join(row.orbits)) or "–",
            escape(" ".join(row.baselines)) or "–",
            words.number(row.duplicates),
            words.bytes(row.bytes),
        )
        for row in rows
    ]
    columns = (
        *("tile", "index", "dates", "first", "last", "usual_gap", "longest_gap", "clear_column"),
        *("orbits", "baselines", "duplicates", "size"),
    )
    numbers = ("dates", "usual_gap", "longest_gap", "clear_column", "duplicates", "size")
    return words.table(words("summary"), columns, lines, numbers=numbers)


def gaps_table(scan: Scan, words: Words) -> str:
    """The longest gaps of all series."""
    found = [(after - before, one, before, after) for one in scan.series for before, after in gaps(one)]
    if not found:
        return f"<p>{words('gaps_none', days=GAP_DAYS)}</p>"
    found.sort(key=lambda gap: (-gap[0], gap[1].tile, gap[1].index, gap[2]))
    rows = [
        (
            f'<a href="#tile-{slug(one.tile)}">{escape(one.tile)}</a>',
            escape(one.index),
            words.day(before),
            words.day(after),
            words.number(length / dt.timedelta(days=1)),
        )
        for length, one, before, after in found[:MOST_GAPS]
    ]
    table = words.table(words("gaps"), ("tile", "index", "from", "to", "days"), rows, numbers=("days",))
    if len(found) <= MOST_GAPS:
        return table
    return f"<p>{words('gaps_more', shown=MOST_GAPS, all=words.number(len(found)))}</p>\n{table}"


def versions_table(scan: Scan, words: Words) -> str:
    """Satellites, orbits and processing versions: how many images each, from when to when."""
    kind = named(scan.product)
    times: defaultdict[tuple[str, str], list[dt.datetime]] = defaultdict(list)
    for one in scan.series:
        for image in one.images:
            times["platform", kind.platform_name(image.platform)].append(image.sensed_at)
            times["orbit", image.orbit].append(image.sensed_at)
            times["baseline", image.baseline].append(image.sensed_at)
    order = {"platform": 0, "orbit": 1, "baseline": 2}
    rows = [
        (
            words(what),
            escape(name) or words("not_told"),
            words.number(len(when)),
            words.day(min(when)),
            words.day(max(when)),
        )
        for (what, name), when in sorted(times.items(), key=lambda pair: (order[pair[0][0]], pair[0][1]))
    ]
    return words.table(words("versions"), ("kind", "name", "images", "first", "last"), rows, numbers=("images",))


def volumes_table(scan: Scan, words: Words) -> str:
    """Bytes by index, a line a year."""
    sizes: Counter[tuple[int, str]] = Counter()
    for one in scan.series:
        for image in one.images:
            sizes[image.sensed_at.year, one.index] += image.bytes
    indices, years = sorted({index for _, index in sizes}), sorted({year for year, _ in sizes})
    head = "".join(f'<th scope="col" class="number">{escape(index)}</th>' for index in (*indices, words("total")))
    rows = [(str(year), [sizes[year, index] for index in indices]) for year in years]
    rows.append((words("total"), [sum(sizes[year, index] for year in years) for index in indices]))
    body = "".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(f'<td class="number">{words.bytes(size)}</td>' for size in (*counts, sum(counts)))
        + "</tr>"
        for name, counts in rows
    )
    first = f'<th scope="col">{words("year")}</th>'
    return scrolling(words("volumes"), f"<table><thead><tr>{first}{head}</tr></thead><tbody>{body}</tbody></table>")


def left_out_table(scan: Scan, words: Words) -> str:
    """Files that are in no series, and why."""
    found = [("problem", Path(problem.where), problem.what) for problem in scan.problems]
    found += [("unknown", file.path, file.reason) for file in scan.unknown]
    found += [("duplicate", file.path, reason) for file, reason in scan.duplicates]
    if not found:
        return f"<p>{words('left_out_none')}</p>"
    root = str(scan.root)
    rows = [
        (words(kind), _long(below_root(path, scan)), _long(why.replace(root, ""), "en"))
        for kind, path, why in found[:MOST_LEFT_OUT]
    ]
    counts = Counter(kind for kind, *_ in found)
    said = ", ".join(words("count", kind=words(kind), count=words.number(count)) for kind, count in counts.items())
    more = words("left_out_more", shown=MOST_LEFT_OUT, all=words.number(len(found)))
    tail = f" {more}" if len(found) > MOST_LEFT_OUT else ""
    return f"<p>{said}.{tail}</p>\n" + words.table(words("left_out"), ("kind", "file", "reason"), rows)


def _long(text: str, language: str = "") -> str:
    """A path or a sentence, which may be broken anywhere; reasons are said in English."""
    spoken = f' lang="{language}"' if language else ""
    return f'<span class="long"{spoken}>{escape(text)}</span>'
