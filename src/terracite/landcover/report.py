# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report of a map: one HTML page in French and English, which needs no other file and no network."""

from __future__ import annotations

import base64
import math
import tomllib
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path

from terracite import __version__
from terracite.landcover import pictures, report_tables, wording
from terracite.landcover.outcome import Outcome
from terracite.raster.grid import Grid

LANGUAGES = ("en", "fr")
_LONGEST = 900  #: pixels of the map's longer side


def page(found: Outcome, map_path: Path, confidence_path: Path) -> str:
    """The whole page; the same results give the same text."""
    title = wording.title(found)
    sections = "\n".join(_sections(found, language) for language in LANGUAGES)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title.best("en"))}</title>
<style>
{_data("report.css")}</style>
</head>
<body>
<input type="radio" name="language" id="en" checked aria-label="English">
<input type="radio" name="language" id="fr" aria-label="Français">
<div class="bar"><label for="en" lang="en">English</label><label for="fr" lang="fr">Français</label></div>
<main>
{_head(found)}
{_maps(found, map_path, confidence_path)}
{sections}
</main>
</body>
</html>
"""


@cache
def words(language: str) -> dict[str, str]:
    """The words of the report in one language."""
    table: dict[str, dict[str, str]] = tomllib.loads(_data("report.toml"))
    return table[language]


def _data(name: str) -> str:
    return resources.files("terracite.landcover").joinpath("data", name).read_text(encoding="utf-8")


def _both(tag: str, texts: dict[str, str], attributes: str = "") -> str:
    """The same element once per language."""
    return "".join(f'<{tag} lang="{language}"{attributes}>{texts[language]}</{tag}>' for language in LANGUAGES)


def _head(found: Outcome) -> str:
    title, notice, worth = wording.title(found), found.prepared.recipe.record.notice, wording.worth(found)
    parts = [_both("h1", {language: escape(title.best(language)) for language in LANGUAGES})]
    if notice:
        told = {language: escape(notice.best(language)) for language in LANGUAGES}
        parts.append(_both("p", told, ' class="notice"'))
    parts.append(_both("p", {language: escape(worth.best(language)) for language in LANGUAGES}, ' class="lead"'))
    return "\n".join(parts)


def _maps(found: Outcome, map_path: Path, confidence_path: Path) -> str:
    nomenclature = found.prepared.nomenclature
    picture = _embedded(pictures.map_png(map_path, nomenclature.colours, _LONGEST))
    trust = _embedded(pictures.confidence_png(confidence_path, _LONGEST // 2))
    entries = "\n".join(
        f'<li><span class="swatch" style="background:{item.colour}"></span>'
        + _both("span", {language: escape(item.label.best(language)) for language in LANGUAGES})
        + "</li>"
        for item in nomenclature.classes
    )
    ramp = ", ".join(pictures.ramp_colours())
    return f"""<div class="maps">
<figure><img src="{picture}" alt="{_alt("map")}">{_scale_bar(found.prepared.grid)}
<figcaption><ul class="legend">
{entries}
</ul></figcaption></figure>
<figure><img src="{trust}" alt="{_alt("confidence")}">
<div class="ramp" style="background:linear-gradient(to right, {ramp})"></div>
<div class="ends">{_ends()}</div>
<figcaption>{_both("span", {language: escape(words(language)["confidence"]) for language in LANGUAGES})}</figcaption>
</figure>
</div>"""


def _alt(key: str) -> str:
    return escape(" / ".join(words(language)[key] for language in LANGUAGES), quote=True)


def _ends() -> str:
    low = _both("span", {language: escape(words(language)["unsure"]) for language in LANGUAGES})
    high = _both("span", {language: escape(words(language)["sure"]) for language in LANGUAGES})
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


def _sections(found: Outcome, language: str) -> str:
    say = words(language)
    parts = [
        _section(say["areas"], report_tables.areas(found, language, say)),
        _section(say["accuracy"], report_tables.accuracy(found, language, say)) if found.judgement else "",
        _section(say["score"], report_tables.model(found, language, say)) if found.scores else "",
        _section(say["read"], "".join(f"<p>{escape(say[f'read_{number}'])}</p>" for number in (1, 2, 3))),
        _section(say["made"], _made(found, language, say)),
    ]
    return f'<div lang="{language}">\n' + "\n".join(part for part in parts if part) + "\n</div>"


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>"


def _made(found: Outcome, language: str, say: dict[str, str]) -> str:
    texts = [wording.statement(found), *wording.steps(found)]
    lines = [escape(text.best(language)) for text in texts]
    fewest, most = found.facts.clear_range
    lines.append(escape(say["clear"].format(fewest=fewest, most=most)))
    day = wording.day(found.made_on, language)
    lines.append(escape(say["made_on"].format(day=day, version=__version__)))
    content = "".join(f"<p>{line}</p>" for line in lines)
    if found.skipped:
        names = "".join(f"<li>{escape(problem.where)}</li>" for problem in found.skipped)
        content += f"<p>{escape(say['skipped'])}</p><ul>{names}</ul>"
    return content
