# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists that values are chosen from: labels in both languages, licences, thesauri, keywords, CF names.

The lists are data (`terracite/record/data/*.json`; where they come from is in `NOTICE.md` there).
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from terracite.record.model import (
    AccessKind,
    ContributorRole,
    DateKind,
    Discipline,
    FileRole,
    Keyword,
    OriginKind,
    Representation,
    ResourceType,
    Text,
)


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence a form offers; ``is_open`` after the Open Definition (no NC, no ND)."""

    identifier: str  #: SPDX
    label: Text
    uri: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """A controlled vocabulary that keywords come from; ``on`` is the date of the release used."""

    identifier: str
    title: Text
    uri: str
    on: dt.date


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


def spdx_identifiers() -> frozenset[str]:
    """Every identifier of the SPDX list (deprecated ones left out)."""
    return _spdx_identifiers()


def topics() -> dict[str, Text]:
    """The ISO 19115-1 topic categories: code -> label."""
    return _labels("topics")


def topic_label(code: str) -> Text:
    """The name of a topic category; the code itself when it is not one."""
    return _label("topics", code)


def discipline_label(discipline: Discipline) -> Text:
    return _label("disciplines", discipline)


def role_label(role: ContributorRole) -> Text:
    return _label("contributor_roles", role)


def relations() -> dict[str, Text]:
    """DataCite's relation types, read "this dataset ... that resource": type -> label."""
    return _labels("relations")


def relation_label(relation: str) -> Text:
    return _label("relations", relation)


def representation_label(representation: Representation) -> Text:
    return _label("representations", representation)


def resource_type_label(resource_type: ResourceType) -> Text:
    return _label("resource_types", resource_type)


def access_label(access: AccessKind) -> Text:
    return _label("access", access)


def date_label(kind: DateKind) -> Text:
    return _label("dates", kind)


def origin_label(kind: OriginKind) -> Text:
    return _label("origins", kind)


def file_role_label(role: FileRole) -> Text:
    return _label("file_roles", role)


@cache
def thesauri() -> dict[str, Thesaurus]:
    """The thesauri keywords may come from, by identifier."""
    return {
        row["identifier"]: Thesaurus(row["identifier"], _text(row), row["uri"], dt.date.fromisoformat(row["date"]))
        for row in _table("thesauri")
    }


@cache
def keywords() -> tuple[Keyword, ...]:
    """The keywords shipped with Terracite, each with its address and thesaurus."""
    rows = _table("keywords")
    return tuple(Keyword(label=_text(row), uri=row["uri"], thesaurus=row["thesaurus"]) for row in rows)


def keyword(identifier: str) -> Keyword | None:
    """The keyword of an address, or of an exact label in either language; None when it is not shipped.

    >>> keyword("land cover").uri
    'http://www.eionet.europa.eu/gemet/concept/4612'
    """
    return _keyword_index().get(identifier) or _keyword_index().get(_folded(identifier))


@cache
def _keyword_index() -> dict[str, Keyword]:
    """Addresses and folded labels; the first keyword of a label wins."""
    index = {known.uri: known for known in keywords()}
    for label, known in _folded_labels():
        index.setdefault(label, known)
    return index


def find_keywords(words: str, limit: int = 20) -> list[Keyword]:
    """The keywords whose label, in either language, holds every one of ``words``; accents do not matter.

    Labels that begin with the words come first, then the shorter ones.
    """
    wanted = _folded(words).split()
    if not wanted:
        return []
    found = [(label, known) for label, known in _folded_labels() if all(word in label for word in wanted)]
    found.sort(key=lambda pair: (not pair[0].startswith(wanted[0]), len(pair[0]), pair[0]))
    return list(dict.fromkeys(known for _, known in found))[:limit]


@cache
def standard_names() -> dict[str, str]:
    """The CF standard names that Terracite knows, each with its canonical unit."""
    names: dict[str, str] = _table("cf_standard_names")
    return names


@cache
def words(table: str) -> frozenset[str]:
    """A closed list of words: "identifier_types", "resource_types" (DataCite), "executables", "vague_title"..."""
    return frozenset(_table("words")[table])


def open_alternatives() -> dict[str, str]:
    """Endings of formats that are hard to reuse, each with the open formats to use instead."""
    endings: dict[str, str] = _table("words")["closed_formats"]
    return endings


def iso639_2(code: str) -> str:
    """The three-letter code (bibliographic) of an ISO 639-1 language; any other code is given back as it is."""
    codes: dict[str, str] = _table("words")["iso639_2"]
    return codes.get(code, code)


@cache
def iso639_1_codes() -> dict[str, str]:
    """The ISO 639-1 code of each ISO 639-2 code known, bibliographic ("fre") and terminological ("fra")."""
    codes: dict[str, str] = _table("words")["iso639_2"]
    terminological = {"fra": "fr", "deu": "de", "nld": "nl", "zho": "zh", "ell": "el", "ron": "ro", "eus": "eu"}
    return {three: two for two, three in codes.items()} | terminological | {"ces": "cs", "fas": "fa"}


def spdx_of(text: str) -> str:
    """The SPDX identifier that an identifier, an address or a label means; "" for a licence that is not listed.

    >>> spdx_of("http://creativecommons.org/licenses/by-nc/4.0/deed.fr")
    'CC-BY-NC-4.0'
    """
    return _spdx_index().get(_licence_key(text), "")


@cache
def _spdx_index() -> dict[str, str]:
    index = {_licence_key(identifier): identifier for identifier in sorted(_spdx_identifiers())}
    for identifier in _spdx_identifiers():
        index[_licence_key(f"https://spdx.org/licenses/{identifier}.html")] = identifier
        if found := re.fullmatch(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-(\d\.\d)", identifier):
            address = f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
            index[_licence_key(address)] = identifier
    for known in _licences().values():
        for name in (known.uri, known.label.fr, known.label.en):
            index[_licence_key(name)] = known.identifier
    return index


def _licence_key(text: str) -> str:
    """What is the same in all spellings of one licence."""
    key = re.sub(r"^https?://(www\.)?", "", " ".join(text.split()).casefold())
    return re.sub(r"(legalcode|deed)?(\.[a-z-]{2,6})?/*$", "", key).rstrip("/") or key


@cache
def _licences() -> dict[str, Licence]:
    return {
        row["identifier"]: Licence(row["identifier"], _text(row), row["uri"], row["open"]) for row in _table("licences")
    }


@cache
def _spdx_identifiers() -> frozenset[str]:
    return frozenset(_table("spdx_identifiers")) | frozenset(_licences())


def _label(table: str, code: str) -> Text:
    return _labels(table).get(code, Text(fr=code, en=code))


@cache
def _labels(table: str) -> dict[str, Text]:
    return {code: _text(row) for code, row in _table("labels")[table].items()}


@cache
def _folded_labels() -> tuple[tuple[str, Keyword], ...]:
    return tuple((_folded(label), known) for known in keywords() for _, label in known.label.items())


def _folded(text: str) -> str:
    """Lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def _text(row: dict[str, Any]) -> Text:
    return Text(fr=row["fr"], en=row["en"])


@cache
def _table(name: str) -> Any:
    path = resources.files("terracite.record").joinpath("data", f"{name}.json")
    return json.loads(path.read_text(encoding="utf-8"))
