# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries put into the tables: new ones made, known ones corrected, their words with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from terracite.record.vocabularies.folding import folded
from terracite.repository.models import Authority, AuthorityKind, AuthorityWord

BATCH = 2000
MOST_WORDS = 40  #: of one entry: the names of a university in ten languages have 30
_LONGEST_WORD = 40
#: words that half of all names have
LITTLE = frozenset(["de", "des", "du", "la", "le", "les", "et", "of", "the", "and", "for", "pour", "di", "der"])
_WORD = re.compile(r"[^\W_]+")
_COLUMNS = ("name", "names", "place", "detail", "source", "words")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as a source gives it."""

    kind: AuthorityKind
    identifier: str
    name: str
    names: tuple[str, ...] = ()
    place: str = ""
    detail: dict[str, object] = field(default_factory=dict)
    source: str = "here"


@dataclass(slots=True)
class Count:
    """What a load did."""

    made: int = 0
    changed: int = 0
    same: int = 0


def words_in(text: str) -> list[str]:
    """The folded words of a name; "n'est" is two."""
    return _WORD.findall(folded(text))


def put(rows: Sequence[Row], count: Count | None = None) -> Count:
    """Rows with an identifier, each into its entry; the same ones again change nothing."""
    count = count or Count()
    for start in range(0, len(rows), BATCH):
        _put_batch(list({(row.kind, row.identifier): row for row in rows[start : start + BATCH]}.values()), count)
    return count


@transaction.atomic
def _put_batch(rows: list[Row], count: Count) -> None:
    wanted = Authority.objects.filter(identifier__in=[row.identifier for row in rows])
    known = {(entry.kind, entry.identifier): entry for entry in wanted}
    made: list[Authority] = []
    changed: list[Authority] = []
    for row in rows:
        entry = known.get((row.kind, row.identifier))
        if entry is None:
            made.append(_filled(Authority(kind=row.kind, identifier=row.identifier), row))
        elif _differs(entry, row):
            changed.append(_filled(entry, row))
        else:
            count.same += 1
    Authority.objects.bulk_create(made, batch_size=500)
    Authority.objects.bulk_update(changed, _COLUMNS, batch_size=200)
    index(made)
    index_again(changed)
    count.made += len(made)
    count.changed += len(changed)


def index(entries: Iterable[Authority]) -> None:
    """Write the words by which entries are found; those that datasets here name also stand under a capital letter."""
    words = [
        AuthorityWord(authority=entry, word=word_key(entry.kind, word, used=used))
        for entry in entries
        for word in dict.fromkeys(entry.words.split()[:MOST_WORDS])
        if word not in LITTLE
        for used in ([False, True] if entry.used else [False])
    ]
    AuthorityWord.objects.bulk_create(words, batch_size=5000)


def index_again(entries: Sequence[Authority]) -> None:
    """Write the words of entries that are used from now on."""
    AuthorityWord.objects.filter(authority__in=[entry.pk for entry in entries]).delete()
    index(entries)


def word_key(kind: str, word: str, *, used: bool = False) -> str:
    """How a word stands in the index: "o:cirad", or "O:cirad" of an entry in use here."""
    letter = kind[0].upper() if used else kind[0]
    return f"{letter}:{word[:_LONGEST_WORD]}"


def searched_words(row: Row) -> str:
    """All names folded, with a space before and after each word, so that " cir" is the beginning of one."""
    found = dict.fromkeys(word for name in (row.name, *row.names) for word in words_in(name))
    return f" {' '.join(found)} "


def _filled(entry: Authority, row: Row) -> Authority:
    entry.name, entry.names, entry.place = row.name[:300], list(row.names), row.place[:200]
    entry.detail, entry.source, entry.words = _kept(entry) | row.detail, row.source, searched_words(row)
    return entry


def _kept(entry: Authority) -> dict[str, object]:
    """What was learnt here and no other source knows."""
    return {"datasets": entry.detail["datasets"]} if "datasets" in entry.detail else {}


def _differs(entry: Authority, row: Row) -> bool:
    if entry.source != "here" and row.source == "here":
        return False  # a register knows better than a record
    told = (row.name[:300], list(row.names), row.place[:200], _kept(entry) | row.detail, row.source)
    return told != (entry.name, entry.names, entry.place, entry.detail, entry.source)
