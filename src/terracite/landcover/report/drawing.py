# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of the report: the map with its legend and scale, and the confidence."""

from __future__ import annotations

import base64
import math
from html import escape
from pathlib import Path

from terracite.landcover import pictures
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.html import both
from terracite.landcover.report.words import LANGUAGES, words
from terracite.landcover.uncertainty import wording as doubts
from terracite.raster.grid import Grid

_LONGEST = 900  #: pixels of the map's longer side
_NORTH = (
    '<svg class="north" viewBox="0 0 24 40" aria-hidden="true"><path d="M12 1 21 24 12 19 3 24Z"/>'
    '<text x="12" y="38" text-anchor="middle" font-size="14">N</text></svg>'
)


def maps(found: Outcome, map_path: Path, confidence_path: Path) -> str:
    """The map with its legend and its scale, and the confidence: once for both languages, for they are heavy."""
    nomenclature = found.prepared.nomenclature
    picture = _embedded(pictures.map_png(map_path, nomenclature.colours, _LONGEST))
    sure = doubts.legend(found)
    trust = _embedded(pictures.confidence_png(confidence_path, _LONGEST // 2))
    entries = "\n".join(
        f'<li><span class="swatch" style="background:{item.colour}"></span>'
        + both("span", {language: escape(item.label.best(language)) for language in LANGUAGES})
        + "</li>"
        for item in nomenclature.classes
    )
    ramp = ", ".join(pictures.ramp_colours())
    title = both("h2", {language: escape(words(language)["map"]) for language in LANGUAGES})
    legend = both("h3", {language: escape(words(language)["legend"]) for language in LANGUAGES})
    return f"""<section>{title}
<div class="maps">
<figure class="map"><div class="frame"><img src="{picture}" alt="{_alt("map_alt")}">{_NORTH}</div>
{_scale_bar(found.prepared.grid)}</figure>
<div>
{legend}
<ul class="legend">
{entries}
</ul>
<figure><img src="{trust}" alt="{_alt("confidence_alt")}">
<div class="ramp" style="background:linear-gradient(to right, {ramp})"></div>
<div class="ends">{_ends()}</div>
<figcaption>{both("span", {language: escape(sure.best(language)) for language in LANGUAGES})}</figcaption>
</figure>
</div>
</div></section>"""


def _alt(key: str) -> str:
    return escape(" / ".join(words(language)[key] for language in LANGUAGES), quote=True)


def _ends() -> str:
    low = both("span", {language: escape(words(language)["unsure"]) for language in LANGUAGES})
    high = both("span", {language: escape(words(language)["sure"]) for language in LANGUAGES})
    return f"<span>0 {low}</span><span>{high} 100</span>"


def _scale_bar(grid: Grid) -> str:
    """A bar of a round length, about a quarter of the picture's width."""
    width_m = grid.width * grid.cell_size_m
    length = round_length(width_m / 4)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    percent = 100 * length / width_m
    return f'<div class="scale" style="width:{percent:.2f}%"></div><div class="scale-text">{text}</div>'


def round_length(metres: float) -> float:
    """The greatest 1, 2 or 5 times a power of ten that is not above ``metres``."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(factor * power for factor in (5, 2, 1) if factor * power <= metres * (1 + 1e-9))


def _embedded(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()
