# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words, numbers and tables of the page, in the reader's language."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from terracite.record.model import Language
from terracite.timeseries.inventory import human_bytes

_FILES = resources.files("terracite.timeseries").joinpath("data")
_FRENCH_BYTES = {"B": "o", "kB": "ko", "MB": "Mo", "GB": "Go", "TB": "To"}
_NARROW = "\u202f"  #: the space that French puts between thousands and before a percent sign


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language. Texts are plain; `table` gives HTML."""

    language: Language

    def __call__(self, name: str, **values: object) -> str:
        """The text of that name, its places filled."""
        text: str = _texts()[name][self.language]
        return text.format(**values) if values else text

    @property
    def months(self) -> list[str]:
        """The names of the twelve months."""
        return self("months").split()

    def number(self, value: float) -> str:
        """ "12,345.6", "12 345,6"."""
        text = f"{value:,.1f}".removesuffix(".0")
        return text if self.language == "en" else text.replace(",", _NARROW).replace(".", ",")

    def percent(self, share: float | None) -> str:
        """ "62 %" of 0.62; a dash for what is not known."""
        if share is None:
            return "–"
        return f"{round(100 * share)}{'' if self.language == 'en' else _NARROW}%"

    def bytes(self, count: int) -> str:
        """ "5.2 MB", "5,2 Mo"."""
        value, _, unit = human_bytes(count).partition(" ")
        return f"{value} {unit}" if self.language == "en" else f"{value.replace('.', ',')} {_FRENCH_BYTES[unit]}"

    def day(self, moment: dt.datetime) -> str:
        """A date as everyone reads it: 2022-01-08."""
        return f"{moment:%Y-%m-%d}"

    def degrees(self, value: float, positive: str, negative: str) -> str:
        """ "55.3° E"."""
        west = {"E": "E", "W": "O", "N": "N", "S": "S"} if self.language == "fr" else {}
        side = positive if value >= 0 else negative
        return f"{self.number(round(abs(value), 1))}° {west.get(side, side)}"

    def table(
        self, label: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[str] = ()
    ) -> str:
        """A table that scrolls by itself, with a label that no other has. Cells are HTML; ``numbers`` go right."""
        classes = ['class="number"' if column in set(numbers) else "" for column in columns]
        head = "".join(
            _cell("th", self(column), f'scope="col" {c}') for column, c in zip(columns, classes, strict=True)
        )
        body = "".join(
            "<tr>" + "".join(_cell("td", cell, c) for cell, c in zip(row, classes, strict=True)) + "</tr>\n"
            for row in rows
        )
        return scrolling(label, f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>")


def scrolling(label: str, table: str) -> str:
    """A table wider than a phone, which the keyboard can scroll too."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>'


def slug(text: str) -> str:
    """What may stand in an address: "tile-40KCB"."""
    return re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found.group()):x}", text)


def style() -> str:
    """The style sheet of the page."""
    return _FILES.joinpath("inventory_page.css").read_text(encoding="utf-8")


def _cell(tag: str, content: str, attributes: str) -> str:
    return f"<{tag} {attributes}".rstrip() + f">{content}</{tag}>"


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(_FILES.joinpath("inventory_page.toml").read_text(encoding="utf-8"))
