# SPDX-License-Identifier: AGPL-3.0-or-later
"""A concept while the tables are made, and the tables written by hand beside this file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent.parent / "src" / "terracite" / "record" / "data"
INSEE = "http://id.insee.fr/geo/"


@dataclass
class Row:
    """One concept while the tables are made."""

    uri: str
    en: str = ""
    fr: str = ""
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    synonyms: list[tuple[str, str]] = field(default_factory=list)  #: (language, words)
    cues: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)  #: short forms of the label, as good as the label
    definition: str = ""
    code: str = ""


Thesauri = dict[str, list[Row]]


def lines(name: str) -> list[list[str]]:
    """The cells of a hand-written table."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
