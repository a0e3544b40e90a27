# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several values in one attribute: names by semicolons, words by commas; and names of people that can be told apart.

ACDD has one attribute for all creators. Each list has a place for each of them ("; " where one has no address). The
last word of a person's name is the family name: spaces inside it are written as no-break spaces. So is the space after
a semicolon inside a value. A comma inside a word becomes such a semicolon, whatever the software that reads the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from terracite.record.identifiers import bare_doi, orcid_url, web_address
from terracite.record.model import Agent, Organisation, Text

_NO_BREAK = "\N{NO-BREAK SPACE}"
_JOINER = "\N{WORD JOINER}"
_BETWEEN = re.compile(r";(?:[ \n\t]|$)")
_BAR = re.compile(r"(?:^|\s)\|(?=\s|$)")

Fields = dict[str, str]


def joined(values: Iterable[str]) -> str:
    """``"a; ; b"``, or "" when there is nothing at all."""
    texts = [text.replace("; ", f";{_NO_BREAK}") for text in values]
    return "; ".join(texts).rstrip(" ") if any(texts) else ""


def split(text: str, length: int = 0) -> list[str]:
    """The values of a list, as many as ``length`` when that is given."""
    values = [value.replace(f";{_NO_BREAK}", "; ").strip() for value in _BETWEEN.split(text)] if text else []
    return [*values, *[""] * length][:length] if length else values


def words(labels: Iterable[str]) -> str:
    """``"a, b"``; a comma inside a label becomes a semicolon."""
    return ", ".join(
        label.replace(", ", f";{_NO_BREAK}").replace(",", f";{_JOINER}") if "," in label else label for label in labels
    )


def split_words(text: str) -> list[str]:
    """Words by commas; by lines or semicolons where there is no comma."""
    between = "," if "," in text else "\n" if "\n" in text else "; " if "; " in text else ","
    found = [" ".join(re.split(r"[ \n\t\r]+", word)).strip() for word in text.split(between)]
    return [word.replace(f";{_NO_BREAK}", ", ").replace(f";{_JOINER}", ",") for word in found]


def spread(key: str, texts: Sequence[Text], join: Callable[[Iterable[str]], str]) -> Fields:
    """A list in two languages, as `terracite.record.two_languages.spread` writes one text."""
    found = {key: join(text.best("en") for text in texts)}
    if any(text.fr for text in texts):
        found[f"{key}_fr"] = join(text.fr for text in texts)
    if any(text.en and text.en == text.fr for text in texts):
        found[f"{key}_en"] = join(text.en for text in texts)
    return {name: value for name, value in found.items() if value}


def gathered(plain: Sequence[str], french: Sequence[str], english: Sequence[str]) -> list[Text]:
    """The texts that `spread` wrote; a list of another length says nothing."""
    fr = french if len(french) == len(plain) else [""] * len(plain)
    en = english if len(english) == len(plain) else [""] * len(plain)
    rows = zip(plain, fr, en, strict=True)
    return [Text(fr=second, en=third or (first if first != second else "")) for first, second, third in rows]


def person(family: str, given: str) -> str:
    """ "Given Family", the family name in one piece; "Family, Given" for a given name with a comma."""
    if ", " in given:
        return f"{family}, {given}"
    return f"{given} {_NO_BREAK.join(family.split())}".strip()


def shown(agent: Agent) -> str:
    return person(agent.family_name, agent.given_name) if agent.is_person else agent.organisation


def family_and_given(name: str) -> tuple[str, str]:
    """The parts of "Given Family" or "Family, Given"."""
    family, comma, given = name.partition(", ")
    if not comma:
        given, _, family = name.rpartition(" ")
    return family.replace(_NO_BREAK, " ").strip(), given.replace(_NO_BREAK, " ").strip()


def kind(agent: Agent) -> str:
    """ACDD's ``creator_type``."""
    return "person" if agent.is_person else "institution"


def address(agent: Agent) -> str:
    return agent.ror if agent.ror and not agent.is_person else orcid_url(agent.orcid)


def institutions(agent: Agent) -> str:
    """The organisation, or where the person works: "one | another"."""
    return agent.organisation or " | ".join(place.name.replace(" | ", " / ") for place in agent.affiliations)


def institution_addresses(agent: Agent) -> str:
    rors = [] if agent.organisation else [place.ror for place in agent.affiliations]
    return " | ".join(rors).rstrip(" |")


def affiliations(names: str, addresses: str) -> tuple[Organisation, ...]:
    """What `institutions` and `institution_addresses` wrote."""
    found = [name.strip() for name in _BAR.split(names)]
    rors = [ror.strip() for ror in _BAR.split(addresses)]
    rors = [*rors, *[""] * len(found)]
    return tuple(Organisation(name=name, ror=ror) for name, ror in zip(found, rors, strict=False) if name)


def same_or_list(values: list[str]) -> str:
    """One word when all are the same, as ACDD wants it, else the list."""
    return values[0] if len(set(values)) == 1 else joined(values)


def pointer(identifier: str) -> str:
    """An identifier that can be told from words: a DOI as CF's documents write it, "doi:10.5072/a"."""
    return f"doi:{identifier}" if identifier and bare_doi(identifier) == identifier else identifier


def identifier(text: str) -> str:
    """What `pointer` wrote; "" for words."""
    if text.casefold().startswith("doi:"):
        return bare_doi(text)
    return text if bare_doi(text) == text != "" or (web_address(text) and not re.search(r"\s", text)) else ""
