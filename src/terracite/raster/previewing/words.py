# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of strangers as text that a page can show: decoded, without control characters, cut."""

from __future__ import annotations

import codecs
import math
import re

CELL_MARKS = 200  #: a cell of a table is cut there
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNIT = re.compile(r"^(?P<name>.*\S)\s*[(\[](?P<unit>[^()\[\]]{1,40})[)\]]\s*$")


def encoding_of(content: bytes) -> str:
    """UTF-8 (its mark is left out), UTF-16 when its mark says so, else cp1252; the end may be cut anywhere."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def clean(text: str) -> str:
    """Without control characters, and without those that turn the direction of writing unseen."""
    return _CONTROLS.sub("", text)


def cell(value: object) -> str:
    """One cell as text: "" for None, cut after `CELL_MARKS` characters. A formula stays the text that it is."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.10g}"
    text = clean(str(value)).strip()
    return text if len(text) <= CELL_MARKS else text[: CELL_MARKS - 1] + "…"


def name_and_unit(name: str) -> tuple[str, str]:
    """("depth", "m") of a column called "depth (m)" or "depth [m]"; the unit is "" when it has none."""
    if match := _UNIT.match(name):
        return cell(match["name"]), cell(match["unit"])
    return cell(name), ""
