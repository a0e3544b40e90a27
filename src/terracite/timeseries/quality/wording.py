# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phrases and figures of a certificate, in French and English."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from terracite.record.model import Language, Text
from terracite.timeseries import wording
from terracite.timeseries.quality.certificate import Certificate

_SPACE = "\N{NO-BREAK SPACE}"


def say(key: str, language: Language, **values: object) -> str:
    """A phrase; ``key`` is "title", or "step.none" for a phrase of a table."""
    found: Any = _words()
    for part in key.split("."):
        found = found[part]
    return str(found[language]).format(**values).replace(" %", f"{_SPACE}%")


def both(key: str) -> Text:
    """A phrase without figures, in both languages."""
    return Text(fr=say(key, "fr"), en=say(key, "en"))


@cache
def _words() -> dict[str, Any]:
    path = resources.files("terracite.timeseries.quality").joinpath("words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def count(value: int, language: Language) -> str:
    """ "12 345" in French, "12,345" in English."""
    text = f"{value:,}"
    return text.replace(",", _SPACE) if language == "fr" else text


def number(value: float, language: Language, digits: int = 3) -> str:
    """With ``digits`` significant ones, and the decimal comma of French; a small percentage is not told as 0."""
    text = f"{value:.{digits}g}"
    text = f"{float(text):.12f}".rstrip("0").rstrip(".") if "e" in text else text
    return text.replace(".", ",") if language == "fr" else text


def signed(value: float, language: Language) -> str:
    """A difference to three decimals, with its sign."""
    text = f"{value:+.3f}"
    return text.replace(".", ",") if language == "fr" else text


def title(certificate: Certificate, language: Language) -> str:
    """What is certified."""
    years = certificate.years
    told = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    return say("title", language, index=certificate.index, tiles=_tiles(certificate.tiles, language), years=told)


def _tiles(tiles: tuple[str, ...], language: Language) -> str:
    if len(tiles) > 1:
        return say("tiles", language, count=len(tiles))
    return say("tile", language, names=tiles[0]) if tiles[0] else say("whole", language)


def summary(certificate: Certificate, language: Language) -> str:
    """How much was read."""
    return say(
        "summary",
        language,
        dates=count(len(certificate.dates), language),
        start=wording.day(certificate.start, language),
        end=wording.day(certificate.end, language),
        cell=number(certificate.cell_size_m, language, 4),
        cells=count(certificate.cells, language),
    )


def day(moment: dt.datetime, language: Language) -> str:
    """ "3 January 2022"."""
    return wording.day(moment, language)
