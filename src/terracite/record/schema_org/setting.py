# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every part of a reader needs to know about the document it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from terracite.record.model import Language, Text
from terracite.record.reading import Notes
from terracite.record.schema_org.graph import Thing


@dataclass(frozen=True, slots=True)
class Setting:
    """The remarks, the language of texts that name none, and the page that shows the dataset."""

    notes: Notes
    language: Language
    url: str

    def said(self, thing: Thing, *names: str) -> Text:
        return thing.said(self.notes, self.language, *names)

    def path(self, address: str) -> str:
        """The path of a file of the dataset from its address, "" for an address elsewhere."""
        if not self.url:
            return "" if "://" in address else unquote(address)
        start = f"{self.url.rstrip('/')}/files/"
        return unquote(address.removeprefix(start)) if address.startswith(start) else ""


def both(word: str, french: str) -> Text:
    return Text(fr=french, en=word)


def code_of(address: str, start: str) -> str:
    """What follows ``start`` in an address, "" when it starts otherwise."""
    return address.removeprefix(start) if address.startswith(start) else ""


def integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else None
