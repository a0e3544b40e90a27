# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that nobody typed and no file states, composed from what is known: suggested, to be read by a person.

They are marked `COMPOSED` (or `OF_ACCOUNT`, for the depositor as author and contact) until somebody changes them or
says that they are right (`deposits.confirm`); until then they are composed again whenever the files change.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher

from terracite.raster.inspect import Facts
from terracite.record.model import Agent, Origin, OriginKind, Record
from terracite.record.origins import COMPOSED, OF_ACCOUNT, is_unread, texts_of, unread_parts, untouched
from terracite.record.rules.required import SHORTEST_ABSTRACT
from terracite.repository.composing import subjects, texts

__all__ = ["COMPOSED", "FIELDS", "OF_ACCOUNT", "complete", "is_unread", "left_behind", "propose", "taken_away"]

FIELDS = ("topics", "keywords", "title", "abstract", "lineage")  #: in the order in which they build on each other
_IN_TWO_LANGUAGES = ("title", "abstract", "lineage")
_CORRECTED = 0.5  #: the share of words that a text keeps when it is corrected, not replaced
_FROM_ELSEWHERE = frozenset({OriginKind.IMPORTED, OriginKind.PRODUCED})


def complete(record: Record, known: Mapping[str, Facts]) -> Record:
    """The record with what it lacks composed from the facts of its files; what was composed before is made again.

    Nothing is added to a record that came whole from elsewhere (a crate, another catalogue).
    """
    is_own = not any(origin.kind in _FROM_ELSEWHERE for origin in record.origins.values())
    for field in FIELDS:
        if is_unread(record, field):
            record = untouched(record, field)
            wanted = True
        else:
            wanted = is_own and _lacks(record, field)
        value = _compose(record, known, field) if wanted else None
        if value:
            record = record.with_values(COMPOSED, **{field: value})
    return record


def left_behind(before: Record, after: Record) -> tuple[str, ...]:
    """The composed texts that nobody read, whose other language was now written anew: the two say different things.

    A text that was corrected only still says what its other language says.
    """
    return tuple(
        name
        for field in _IN_TWO_LANGUAGES
        for name in unread_parts(after, field)
        if any(
            now and name != other and not _says_the_same(texts_of(before, field)[other], now)
            for other, now in texts_of(after, field).items()
        )
    )


def taken_away(before: Record, after: Record) -> tuple[str, ...]:
    """The composed texts that nobody had read before, and that are empty after."""
    return tuple(
        name for field in _IN_TWO_LANGUAGES for name in unread_parts(before, field) if not texts_of(after, field)[name]
    )


def _says_the_same(before: str, now: str) -> bool:
    return before == now or SequenceMatcher(None, before.split(), now.split()).ratio() >= _CORRECTED


def propose(record: Record, agent: Agent) -> Record:
    """The record with ``agent`` as author and contact where it names none."""
    names = [name for name in ("creators", "contacts") if not getattr(record, name) and record.origin(name) is None]
    return record.with_values(OF_ACCOUNT, **dict.fromkeys(names, (agent,))) if names else record


def _compose(record: Record, known: Mapping[str, Facts], field: str) -> object:
    if field == "title":
        return texts.title(record, known)
    if field == "abstract":
        found = texts.abstract(record, known)
        return found if len(found.en) >= SHORTEST_ABSTRACT else None
    if field == "lineage":
        made = texts.lineage(known)
        return made if made.statement else None
    return (subjects.topics if field == "topics" else subjects.keywords)(record, known)


def _lacks(record: Record, field: str) -> bool:
    """Whether the field is empty and nobody emptied it; an abstract of a few letters out of a file is none."""
    touched = any(name.partition(".")[0] == field and origin.kind is OriginKind.TYPED
                  for name, origin in record.origins.items())  # fmt: skip
    if touched:
        return False
    if field == "lineage":
        return not record.lineage.statement and not record.lineage.steps and not record.lineage.sources
    if field == "abstract":
        origin: Origin | None = record.origin(field)
        is_read = origin is not None and origin.kind is OriginKind.EXTRACTED
        return not record.abstract or (is_read and len(record.abstract.best()) < SHORTEST_ABSTRACT)
    return not getattr(record, field)
