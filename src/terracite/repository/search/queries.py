# SPDX-License-Identifier: AGPL-3.0-or-later
"""A `SearchQuery` as clauses of the index. Every word must be found, in any of the fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import tantivy

from terracite.record.model import Box
from terracite.repository.search.documents import normal_identifier
from terracite.repository.search.fields import ANALYSERS, BOX_SLOTS, ZONES, analyser, schema
from terracite.repository.search.model import SearchQuery

MAX_WORDS = 24
PREFIX_LENGTH = 3
_PARTS = re.compile(r'"([^"]+)"|(\S+)')

Clauses = dict[str, tantivy.Query]


def clauses(query: SearchQuery) -> Clauses:
    """One clause per restriction: text, box, period, deposit and each facet with chosen values."""
    found: Clauses = {}
    if (text := _text(query.text, fuzzy=query.loose)) is not None:
        found["text"] = text
    if query.box:
        found["box"] = _box(query.box)
    if query.start or query.end:
        found["period"] = _period(query.start, query.end)
    if query.deposit:
        found["deposit"] = _term("deposit", query.deposit.lower())
    for facet, values in query.chosen().items():
        if values:
            found[facet] = tantivy.Query.term_set_query(schema(), facet, list(values))
    return found


def all_of(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    """Every one of ``parts``; everything when there is none."""
    listed = [(tantivy.Occur.Must, part) for part in parts]
    return tantivy.Query.boolean_query(listed) if listed else tantivy.Query.all_query()


def _any_of(parts: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])


def _text(text: str, *, fuzzy: bool) -> tantivy.Query | None:
    parts = list(_PARTS.finditer(text))[:MAX_WORDS]
    required: list[tuple[Any, tantivy.Query]] = []
    optional: list[tuple[Any, tantivy.Query]] = []
    for position, part in enumerate(parts):
        phrase, word = part.group(1), part.group(2)
        clause = _phrase(phrase) if phrase else _word(word, is_last=position == len(parts) - 1, fuzzy=fuzzy)
        if clause is None:
            continue
        if word and _is_stop_word(word):
            optional.append((tantivy.Occur.Should, clause))
        else:
            required.append((tantivy.Occur.Must, clause))
    if not required:
        return tantivy.Query.boolean_query(optional) if optional else None
    return tantivy.Query.boolean_query(required + optional)


def _is_stop_word(word: str) -> bool:
    """Whether one of the languages leaves the word out ("des", "of")."""
    return bool(analyser("words").analyze(word)) and not all(analyser(name).analyze(word) for name in ("fr", "en"))


def _word(word: str, *, is_last: bool, fuzzy: bool) -> tantivy.Query | None:
    plain = analyser("words").analyze(word)
    if not plain:
        return None
    found = [_boosted(_term("exact", normal_identifier(word)), 10.0)]
    for zone, weight in ZONES.items():
        for name in ANALYSERS:
            terms = analyser(name).analyze(word)
            if terms:
                found.append(_boosted(all_of(_term(f"{zone}_{name}", term) for term in terms), weight))
    if fuzzy:
        found += [all_of(_near(f"{zone}_words", term) for term in plain) for zone in ZONES]
    elif is_last and len(plain) == 1 and len(plain[0]) >= PREFIX_LENGTH:
        found += [_boosted(_beginning(f"{zone}_words", plain[0]), 0.1) for zone in ("title", "keywords")]
    return _any_of(found)


def _phrase(phrase: str) -> tantivy.Query | None:
    found = []
    for zone, weight in ZONES.items():
        terms = analyser("words").analyze(phrase)
        if len(terms) == 1:
            found.append(_boosted(_term(f"{zone}_words", terms[0]), weight))
        elif terms:
            found.append(_boosted(tantivy.Query.phrase_query(schema(), f"{zone}_words", list(terms)), weight))
    return _any_of(found) if found else None


def _term(field: str, value: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), field, value)


def _near(field: str, term: str) -> tantivy.Query:
    """The term, or one with a letter more, less, changed or swapped (two from eight letters on)."""
    distance = 0 if len(term) < 4 else 1 if len(term) < 8 else 2
    return tantivy.Query.fuzzy_term_query(schema(), field, term, distance=distance)


def _beginning(field: str, term: str) -> tantivy.Query:
    return tantivy.Query.fuzzy_term_query(schema(), field, term, distance=0, prefix=True)


def _boosted(query: tantivy.Query, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(query, weight)


def _box(box: Box) -> tantivy.Query:
    """Datasets whose box touches ``box``, edges included."""
    return _any_of(_touches(part, slot) for part in box.parts() for slot in BOX_SLOTS)


def _touches(box: Box, slot: int) -> tantivy.Query:
    kind = tantivy.FieldType.Float

    def between(field: str, lowest: float | None, highest: float | None) -> tantivy.Query:
        return tantivy.Query.range_query(schema(), f"{field}{slot}", kind, lowest, highest)

    return all_of(
        (
            between("west", None, box.east),
            between("east", box.west, None),
            between("south", None, box.north),
            between("north", box.south, None),
        )
    )


def _period(start: dt.date | None, end: dt.date | None) -> tantivy.Query:
    """Datasets whose period touches the asked one, both ends included."""
    kind = tantivy.FieldType.Integer
    parts = []
    if end:
        parts.append(tantivy.Query.range_query(schema(), "start", kind, None, end.toordinal()))
    if start:
        parts.append(tantivy.Query.range_query(schema(), "end", kind, start.toordinal(), None))
    return all_of(parts)
