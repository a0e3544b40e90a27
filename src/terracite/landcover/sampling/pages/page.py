# SPDX-License-Identifier: AGPL-3.0-or-later
"""The interpretation page: one HTML file with everything in it, which asks nothing of any network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from terracite.crate.disk import write_atomically
from terracite.errors import ConfigError
from terracite.landcover.sampling.answers import Points
from terracite.landcover.sampling.pages import chips
from terracite.landcover.sampling.pages.views import Views
from terracite.landcover.sampling.told import words
from terracite.raster.grid import LONLAT, Grid, transformer
from terracite.record.model import Language

LARGEST_MB = 25.0  #: of a page: what a browser opens at once, and a mail server still takes
_LOOKED_AT = 12  #: points that tell how bright images are
_CELLS = 25  #: of the map, that a chip shows a side
_KEYS = "1234567890abcdefghjklmopqrtvwxyz"  #: of the classes; i n s u are keys of the page

Progress = Callable[[int, int], None]


def write_pages(
    output: Path, points: Points, views: Views, *, only: Sequence[str] = (), dates: int = 6, size_m: float = 0.0,
    cell_m: float = 0.0, language: Language = "en", largest_mb: float = LARGEST_MB,
    progress: Progress = lambda done, total: None,  # noqa: ARG005
) -> list[Path]:  # fmt: skip
    """Write the page of a sample to ``output``, in parts ``NAME-2.html``... where it would be larger than wanted.

    ``only``: ids of points, all by default; ``dates``: pictures of a point; ``size_m``: side of a picture, 25 cells of
    the map by default; ``cell_m``: the cell to judge, where no design tells. Nothing of the map is in it.
    """
    if len(points.classes) > len(_KEYS):
        raise ConfigError(
            f"{len(points.classes)} classes are more than there are keys.", hint="Give a shorter --nomenclature."
        )
    places = _places(points, views, cell_m, only)
    size = size_m or _CELLS * (cell_m or _cell_size(points, views))
    readers = {place.id: chips.Reader(place, size) for place in _some(places)}
    ranges = chips.stretches(views, list(readers.values()), dates)
    paths, part, weight = list[Path](), list[dict[str, Any]](), 0.0
    for number, place in enumerate(places, 1):
        reader = readers.pop(place.id) if place.id in readers else chips.Reader(place, size)
        entry = _entry(reader, views, ranges, dates)
        heavy = len(json.dumps(entry)) / 1e6
        if part and weight + heavy > largest_mb:
            paths.append(_write(output, len(paths), part, points, language))
            part, weight = [], 0.0
        part.append(entry)
        weight += heavy
        progress(number, len(places))
    return [*paths, _write(output, len(paths), part, points, language)]


def _write(output: Path, before: int, part: list[dict[str, Any]], points: Points, language: Language) -> Path:
    path = output if before == 0 else output.with_name(f"{output.stem}-{before + 1}{output.suffix}")
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _html(part, points, language).encode("utf-8"))
    return path


def _html(part: Sequence[dict[str, Any]], points: Points, language: Language) -> str:
    data = {
        "sample": points.sample or points.path.stem,
        "language": language,
        "classes": [
            {"code": one.code, "fr": one.label.fr, "en": one.label.en, "colour": one.colour, "key": key}
            for one, key in zip(points.classes.classes, _KEYS, strict=False)
        ],
        "points": list(part),
        "words": words("page"),
    }
    # nothing in a text may end the script that holds it
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; \
script-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{escape(words("page")[language]["title"])}</title>
<style>
{_data("page.css")}</style>
</head>
<body>
{_data("page.html")}<script type="application/json" id="data">{content}</script>
<script>
{_data("page.js")}</script>
</body>
</html>
"""


def _data(name: str) -> str:
    return (files("terracite.landcover.sampling") / "data" / name).read_text(encoding="utf-8")


def _entry(reader: chips.Reader, views: Views, ranges: dict[str, chips.Stretch], dates: int) -> dict[str, Any]:
    place = reader.place
    lon, lat = transformer(place.crs, LONLAT).transform(place.x, place.y)
    return {
        "id": place.id, "lon": round((lon + 180) % 360 - 180, 6), "lat": round(lat, 6),
        "views": chips.shown(reader, views, ranges, dates), "series": chips.series(reader, views),
    }  # fmt: skip


def _cell_size(points: Points, views: Views) -> float:
    grid = _grid(points)
    return grid.cell_size_m if grid else views.cell_size_m


def _grid(points: Points) -> Grid | None:
    told = points.design.get("grid")
    return Grid(told["crs"], tuple(told["transform"]), told["width"], told["height"]) if told else None


def _places(points: Points, views: Views, cell_m: float, only: Sequence[str]) -> list[chips.Place]:
    """The points with the cell of each: that of the map, else a square around it."""
    grid, wanted = _grid(points), set(only or points.ids)
    if unknown := sorted(wanted - set(points.ids)):
        raise ConfigError(f"There is no point '{unknown[0]}'.", hint="Give ids of the points.")
    shapes = points.frame.geometry
    if grid is None:
        shapes = shapes.to_crs(shapes.estimate_utm_crs())
        half = (cell_m or views.cell_size_m) / 2
        around = np.array([(-half, half), (half, half), (half, -half), (-half, -half)])
        crs = shapes.crs.to_wkt()
        squares: Iterator[Any] = (np.array([one.x, one.y]) + around for one in shapes)
    else:
        shapes, crs = shapes.to_crs(grid.wkt()), grid.crs
        rows, cols = grid.cells(shapes.x, shapes.y)
        squares = (
            [grid.corner(col + right, row + down) for right, down in ((0, 0), (1, 0), (1, 1), (0, 1))]
            for row, col in zip(rows.tolist(), cols.tolist(), strict=True)
        )
    found = zip(points.ids, shapes, squares, strict=True)
    return [
        chips.Place(name, crs, one.x, one.y, tuple((float(x), float(y)) for x, y in corners))
        for name, one, corners in found
        if name in wanted
    ]


def _some(places: Sequence[chips.Place]) -> Sequence[chips.Place]:
    return places[:: max(len(places) // _LOOKED_AT, 1)][:_LOOKED_AT]
