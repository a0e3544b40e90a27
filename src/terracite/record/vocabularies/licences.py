# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences: those a form offers, the SPDX list, and what an address or a name of a licence means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from terracite.record.model import Text
from terracite.record.vocabularies.tables import table, text


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence a form offers; ``is_open`` after the Open Definition (no NC, no ND)."""

    identifier: str  #: SPDX
    label: Text
    uri: str
    is_open: bool


def licences() -> tuple[Licence, ...]:
    """The licences a form offers, the most open first."""
    return tuple(_licences().values())


def licence(identifier: str) -> Licence | None:
    """The licence of that SPDX identifier; with its bare identifier as label when no form offers it."""
    if identifier in _licences():
        return _licences()[identifier]
    if identifier not in _spdx_identifiers():
        return None
    uri = f"https://spdx.org/licenses/{identifier}.html"
    return Licence(identifier, Text(fr=identifier, en=identifier), uri, is_open=False)


def licence_name(identifier: str) -> str:
    """The name of a licence in the SPDX list (in English); "" for one that it does not have.

    >>> licence_name("MIT")
    'MIT License'
    """
    name: str = table("spdx_licences")["names"].get(identifier, "")
    return name


def spdx_identifiers() -> frozenset[str]:
    """Every identifier of the SPDX list (deprecated ones left out)."""
    return _spdx_identifiers()


def spdx_of(words: str) -> str:
    """The SPDX identifier that an identifier, an address or a name means; "" for a licence that is not listed.

    An address that several licences share means none of them; a deprecated identifier means its successor.

    >>> spdx_of("http://creativecommons.org/licenses/by-nc/4.0/deed.fr")
    'CC-BY-NC-4.0'
    >>> spdx_of("https://opensource.org/licenses/MIT")
    'MIT'
    """
    return _spdx_index().get(_key(words), "")


@cache
def _spdx_index() -> dict[str, str]:
    listed = table("spdx_licences")
    index: dict[str, str] = {_key(name): identifier for name, identifier in listed["meaning"].items()}
    for identifier, name in listed["names"].items():
        index[_key(name)] = identifier
    for identifier in sorted(_spdx_identifiers()):
        index[_key(identifier)] = identifier
    for identifier in _spdx_identifiers():
        index[_key(f"https://spdx.org/licenses/{identifier}.html")] = identifier
        if found := re.fullmatch(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-(\d\.\d)", identifier):
            index[_key(f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/")] = identifier
    for known in _licences().values():
        for name in (known.uri, known.label.fr, known.label.en):
            index[_key(name)] = known.identifier
    return index


def _key(words: str) -> str:
    """What is the same in all spellings of one licence."""
    key = re.sub(r"^https?://(www\.)?", "", " ".join(words.split()).casefold())
    return re.sub(r"(legalcode|deed)?(\.[a-z-]{2,6})?/*$", "", key).rstrip("/") or key


@cache
def _licences() -> dict[str, Licence]:
    return {
        row["identifier"]: Licence(row["identifier"], text(row), row["uri"], row["open"]) for row in table("licences")
    }


@cache
def _spdx_identifiers() -> frozenset[str]:
    return frozenset(table("spdx_identifiers")) | frozenset(_licences())
