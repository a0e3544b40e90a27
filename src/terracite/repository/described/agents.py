# SPDX-License-Identifier: AGPL-3.0-or-later
"""People and organisations from words: a name is taken for a person's only where something says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from terracite.record.model import Agent, Organisation
from terracite.record.reading import values
from terracite.record.vocabularies.folding import folded

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_ORGANISATION = re.compile(
    r"universit|institut|cent(er|re)|laborato|bureau|agenc|survey|observator|museum|mus[ée]um|council|depart?e?ment|"
    r"minist|office|national|society|soci[ée]t[ée]|association|group|team|consortium|program|project|service|network|"
    r"\binc\b|\bltd\b|\bgmbh\b|foundation|commission|organi[sz]ation|academy|school|college|conservatoire|parc\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)
_PARTICLES = frozenset({"de", "du", "van", "von", "der", "den", "la", "le", "di", "da", "dos", "del", "ten", "ter"})
_SEPARATORS = re.compile(r"\s*(?:;|&|\band\b|\bet\b|\n)\s*")
_NAME_KEYS = ("creator_name", "author", "authors", "creator", "principal_investigator", "data_provider")


def from_attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Creators and contacts of ACDD's attributes, where a name and its kind are sure."""
    own = {name.lower(): str(value).strip() for name, value in attributes.items() if isinstance(value, str)}
    said = next((own[name] for name in _NAME_KEYS if own.get(name)), "")
    place = own.get("creator_institution") or own.get("institution", "")
    creators = agents_in(said, email=own.get("creator_email", ""), kind=own.get("creator_type", ""), place=place,
                         url=own.get("creator_url", ""))  # fmt: skip
    if not creators and is_organisation(own.get("institution", "")):
        creators = (Agent(organisation=own["institution"]),)
    contacts = agents_in(own.get("contact", ""))
    if not contacts and own.get("publisher_email") and own.get("publisher_name"):
        contacts = (Agent(organisation=own["publisher_name"], email=own["publisher_email"]),)
    contacts = contacts or tuple(agent for agent in creators if agent.email)[:1]
    return {"creators": creators, "contacts": contacts}


def agents_in(text: str, *, email: str = "", kind: str = "", place: str = "", url: str = "") -> tuple[Agent, ...]:
    """Those that a text names; a name that may be a person's or an organisation's is left out."""
    parts = [part for part in _SEPARATORS.split(text) if part.strip(" .,")]
    if len(parts) == 1 and not EMAIL.search(text) and text.count(",") > 1:
        parts = text.split(",")
    alone = len(parts) == 1
    found = (_agent(part, email if alone else "", kind, place, url if alone else "") for part in parts[:50])
    return tuple(agent for agent in found if agent)


def _agent(text: str, email: str, kind: str, place: str, url: str) -> Agent | None:
    mails = EMAIL.findall(text)
    email = mails[0] if mails else email
    orcid = next((code for found in _ORCID.findall(f"{text} {url}") if (code := values.orcid(found))), "")
    words = re.sub(r"(?i)\be-?mail:?", "", EMAIL.sub("", _ORCID.sub("", text)))
    words = re.sub(r"https?://\S*|<\s*>|\(\s*\)", "", words).strip(" ,;:<>[]*-\t")
    name, affiliation = _split(words)
    if not name:
        return None
    if kind in {"institution", "group", "position"} or is_organisation(name):
        return Agent(organisation=name, email=email) if kind or is_organisation(name) else None
    if orcid or kind == "person" or affiliation or _is_of(email, name) or (place and is_name(name)):
        return person(name, orcid=orcid, email=email, place=affiliation or (place if place != name else ""))
    return None


def _split(words: str) -> tuple[str, str]:
    """ "Name - Institution", "Name (Institution)", "Name, Institution": the name and where the person works."""
    for pattern in (r"(.+?)\s+[-–]\s+(.+)", r"(.+?)\s*\((.+)\)", r"([^,]+),\s*(.+)"):
        found = re.fullmatch(pattern, words.strip())
        if found and is_organisation(found[2]) and not is_organisation(found[1]):
            return found[1].strip(" ,"), found[2].strip(" ,()")
    return words.strip(" ,"), ""


def person(name: str, *, orcid: str = "", email: str = "", place: str = "") -> Agent | None:
    """A person from "Given Family" or "Family, Given"; None for what cannot be a name."""
    if not is_name(name):
        return None
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma:
        words = name.split()
        at = len(words) - 1
        while at > 1 and words[at - 1].lower() in _PARTICLES:
            at -= 1
        family, given = " ".join(words[at:]), " ".join(words[:at])
    places = (Organisation(name=place),) if place and not EMAIL.search(place) else ()
    return Agent(family_name=family, given_name=given, orcid=orcid, email=email, affiliations=places)


def is_name(text: str) -> bool:
    """Whether a text looks like the name of one person: two to five words, each with a capital."""
    words = text.replace(",", " ").split()
    plain = all(_WORD.fullmatch(word) and (word[0].isupper() or word.lower() in _PARTICLES) for word in words)
    return 2 <= len(words) <= 5 and plain and not is_organisation(text) and not (text.isupper() and len(words) < 2)


def is_organisation(text: str) -> bool:
    """Whether a text says of itself that it names an organisation."""
    return bool(_ORGANISATION.search(text)) and not text.lower().startswith(("varies", "see ", "various", "http"))


def _is_of(email: str, name: str) -> bool:
    """Whether an address is that of a person of this name: it holds the last of its words."""
    words = folded(name.replace(",", " ")).split()
    box = folded(email.partition("@")[0].replace(".", " ").replace("_", " "))
    return bool(email and words and is_name(name)) and any(len(word) > 2 and word in box for word in words)
