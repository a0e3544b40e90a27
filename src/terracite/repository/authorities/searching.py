# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding people, organisations and funders by the beginnings of their words, in any of their names.

Every question looks at a bounded number of rows, whatever the size of the store: entries that datasets here name, then
those of the rarest word. With 110,000 organisations on SQLite: 5 to 20 ms, some 40 for several
words that are each in a tenth of all names and never together (``bench/authorities.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.db import connection
from django.db.models import Q

from terracite.record.model import Agent, Record
from terracite.record.native import from_content
from terracite.repository.authorities.checked import checked_orcid, checked_ror
from terracite.repository.authorities.writing import LITTLE, word_key, words_in
from terracite.repository.models import Authority, AuthorityKind, AuthorityWord, DatasetVersion, Person

MOST_TYPED = 200  #: characters looked at
_LOOKED_AT = 120  #: candidates of a kind that are ranked
_COUNTED = 2000  #: beyond so many, a word is common
_KINDS = {
    "people": (AuthorityKind.PERSON,),
    "organisations": (AuthorityKind.ORGANISATION,),
    "funders": (AuthorityKind.FUNDER, AuthorityKind.ORGANISATION),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: what is shown, and what the fields of the form become when it is chosen."""

    kind: str
    name: str
    identifier: str
    place: str
    used: int
    values: dict[str, str]  #: by input of a row: "family_name", "orcid", "affiliation", "ror", "funder"...


def search(what: str, text: str, person: Person | None = None, limit: int = 10) -> list[Entry]:
    """Entries that have, for every word typed, a word that begins so; accents and case aside.

    ``what``: people, organisations or funders. An ORCID or ROR finds its entry. First come names that are the very
    text (an acronym, too), then those that datasets here name most. ``person``: whose own drafts are looked at as
    well, for people; nobody else learns of them.
    """
    text = text[:MOST_TYPED].strip()
    kinds = _KINDS[what]
    found = [_entry(item, what) for item in _ranked(text, kinds)]
    if what == "people" and person is not None:
        found = [*(entry for entry in named_before(person) if _matches(entry, text)), *found]
    unique = {(entry.identifier or entry.name.casefold()): entry for entry in reversed(found)}
    return list(reversed(unique.values()))[:limit]


def oneself(person: Person) -> dict[str, str]:
    """The fields of a row that names this person: name and ORCID of the account, institute as last given here."""
    values = {"family_name": person.last_name, "given_name": person.first_name, "orcid": person.orcid}
    if not person.last_name:
        values["family_name"] = person.display_name
    same = (entry.values for entry in named_before(person) if _is_same(values, entry.values))
    known = next(same, {}) or _of_orcid(person.orcid)
    home = {name: known.get(name, "") for name in ("affiliation", "ror")}
    return values | home | {"email": person.email}


def named_before(person: Person, versions: int = 20) -> list[Entry]:
    """The people whom this person's own deposits name, drafts too, the latest first."""
    mine = Q(dataset__deposit__owner=person) | Q(created_by=person)
    latest = DatasetVersion.objects.filter(mine).order_by("-updated").values_list("record", flat=True)[:versions]
    found: dict[str, Entry] = {}
    for content in latest:
        for agent in agents_of(from_content(content)):
            if agent.is_person:
                found.setdefault(agent.orcid or agent.name.casefold(), entry_of(agent))
    return list(found.values())


def agents_of(record: Record) -> Iterable[Agent]:
    """Everybody a record names."""
    return (*record.creators, *record.contacts, *(item.agent for item in record.contributors))


def entry_of(agent: Agent) -> Entry:
    """An agent of a record as an answer; never with an e-mail."""
    home = agent.affiliations[0] if agent.affiliations else None
    values = {
        "family_name": agent.family_name,
        "given_name": agent.given_name,
        "orcid": agent.orcid,
        "affiliation": home.name if home else "",
        "ror": home.ror if home else "",
    }
    return Entry("person", agent.name, agent.orcid, values["affiliation"], 0, values)


def _ranked(text: str, kinds: Iterable[AuthorityKind]) -> list[Authority]:
    if exact := _identified(text):
        return list(Authority.objects.filter(identifier=exact, kind__in=kinds)[:5])
    words = words_in(text)
    if not words:
        return []
    candidates: dict[int, Authority] = {}
    for kind in kinds:
        for entry in (*_begun(kind, words, used=True), *_begun(kind, words, used=False)):
            candidates.setdefault(entry.pk, entry)
    whole = " ".join(words)
    ranks = {key: _rank(entry, whole, words) for key, entry in candidates.items()}
    return sorted(candidates.values(), key=lambda entry: (ranks[entry.pk], entry.name))


def _identified(text: str) -> str:
    orcid, wrong = checked_orcid(text)
    if orcid and not wrong:
        return orcid
    ror, wrong = checked_ror(text)
    return ror if ror and not wrong else ""


def _begun(kind: AuthorityKind, words: list[str], *, used: bool) -> list[Authority]:
    """Some of the entries that have all the words, found through the rarest; ``used``: only those named here."""
    telling = set(words) - LITTLE or set(words)
    counts: list[tuple[int, int, str]] = []
    for word in sorted(telling, key=len, reverse=True):
        count = _beginning(kind, word, used=used)[:_COUNTED].count()
        if not count:
            return []
        counts.append((count, -len(word), word))
    most, _, rarest = min(counts)
    ways = [_beginning(kind, rarest, used=used)]
    if most < _COUNTED:  # the very word first: an acronym is a whole one
        ways.insert(0, AuthorityWord.objects.filter(word=word_key(kind, rarest, used=used)))
    rows: list[AuthorityWord] = []
    for found in ways:
        for word in telling - {rarest}:
            found = found.filter(authority__words__contains=f" {word}")
        rows += found.select_related("authority")[:_LOOKED_AT]  # in the order of the index: sorting would read all
    return list(map(attrgetter("authority"), rows))


def _beginning(kind: AuthorityKind, word: str, *, used: bool):  # type: ignore[no-untyped-def]  # of AuthorityWord
    """Words with that beginning, read from the index of either engine."""
    start = word_key(kind, word, used=used)
    if connection.vendor == "sqlite":  # its LIKE does not use the index; its order is that of the characters
        return AuthorityWord.objects.filter(word__gte=start, word__lt=f"{start}\U0010ffff")
    return AuthorityWord.objects.filter(word__startswith=start)


def _rank(entry: Authority, whole: str, words: list[str]) -> tuple[bool, bool, int, bool, int]:
    names = [" ".join(words_in(name)) for name in (entry.name, *entry.names)]
    is_funder_apart = entry.kind == AuthorityKind.ORGANISATION and not entry.detail.get("funder", True)
    return (
        whole not in names,
        is_funder_apart,
        -entry.used,
        not any(name.startswith(words[0]) for name in names),
        min(len(name) for name in names),
    )


def _entry(item: Authority, what: str) -> Entry:
    detail = {name: str(value) for name, value in item.detail.items() if isinstance(value, str)}
    if item.kind == AuthorityKind.PERSON:
        names = ("family_name", "given_name", "affiliation", "ror")
        values = {name: detail.get(name, "") for name in names} | {"orcid": item.identifier}
    elif what == "funders":
        values = {"funder": item.name, "funder_id": item.identifier}
    else:
        values = {"affiliation": item.name, "ror": item.identifier}
    return Entry(item.kind, item.name, item.identifier, item.place, item.used, values)


def _matches(entry: Entry, text: str) -> bool:
    held = [*words_in(entry.name), *words_in(entry.place)]
    words = words_in(text)
    return bool(words) and all(any(one.startswith(word) for one in held) for word in words)


def _is_same(mine: dict[str, str], values: dict[str, str]) -> bool:
    if mine["orcid"] and mine["orcid"] == values["orcid"]:
        return True
    return all(mine[name].casefold() == values[name].casefold() for name in ("family_name", "given_name"))


def _of_orcid(orcid: str) -> dict[str, str]:
    found = Authority.objects.filter(kind=AuthorityKind.PERSON, identifier=orcid).first() if orcid else None
    return _entry(found, "people").values if found else {}
