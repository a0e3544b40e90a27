# SPDX-License-Identifier: AGPL-3.0-or-later
"""DCMI Box, Point and Period: "name=value; name=value" (DCSV, https://www.dublincore.org/specifications/dublin-core/dcmi-dcsv/)."""

from __future__ import annotations

import re

from terracite.record.model import Box, Era

_PART = re.compile(r"\s*([A-Za-z]+)\s*=((?:\\.|[^\\;])*)(?:;|$)")
_SPECIAL = re.compile(r"([\\;=])")


def components(text: str) -> dict[str, str]:
    """The components of a text in this encoding, names in lower case; empty for any other text.

    >>> components("name=Western Australia; northlimit=-13.5; southlimit=-35.5")["northlimit"]
    '-13.5'
    """
    found: dict[str, str] = {}
    place = 0
    while place < len(text.rstrip()):
        part = _PART.match(text, place)
        if part is None:
            return {}
        found[part[1].lower()] = re.sub(r"\\(.)", r"\1", part[2]).strip()
        place = part.end()
    return found


def box_text(box: Box, lowest_m: float | None = None, highest_m: float | None = None) -> str:
    """A DCMI Box in degrees, heights in metres."""
    limits = {"northlimit": box.north, "eastlimit": box.east, "southlimit": box.south, "westlimit": box.west}
    heights = {"uplimit": highest_m, "downlimit": lowest_m}
    known = {name: value for name, value in heights.items() if value is not None}
    parts = [f"{name}={_number(value)}" for name, value in (limits | known).items()]
    return "; ".join([*parts, "zunits=m"] if known else parts)


def era_text(era: Era, name: str) -> str:
    """A DCMI Period: its name, and its years where they are known."""
    years = {"start": era.oldest_year, "end": era.youngest_year}
    told = [f"{key}={_year(year)}" for key, year in years.items() if year is not None]
    return "; ".join([f"name={_SPECIAL.sub(_escaped, name)}", *told])


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _number(value: float) -> str:
    return f"{value:g}" if value == 0 else str(value)


def _year(year: int) -> str:
    return f"{year:05d}" if year < 0 else f"{year:04d}"
