# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licence and access: ``MD_LegalConstraints``, ``MD_Constraints`` and ``MD_SecurityConstraints``.

Sources: COAR access rights 1.0; INSPIRE code lists LimitationsOnPublicAccess and ConditionsApplyingToAccessAndUse.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from terracite.record import vocabularies
from terracite.record.iso_reading.texts import Iso, code, href
from terracite.record.model import Access, AccessKind, Text
from terracite.record.reading import XmlNode

_COAR = {"c_abf2": AccessKind.OPEN, "c_f1cf": AccessKind.EMBARGOED, "c_16ec": AccessKind.RESTRICTED}
_COAR_ADDRESS = re.compile(r"purl\.org/coar/access_right/(c_\w+)")
_INSPIRE_OPEN = re.compile(r"LimitationsOnPublicAccess/noLimitations$|ApplyingToAccessAndUse/noConditionsApply$")
_INSPIRE_CLOSED = re.compile(r"LimitationsOnPublicAccess/INSPIRE_Directive_Article13")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: MD_RestrictionCode and MD_ClassificationCode that keep people out
_RESTRICTED = frozenset(
    {"restricted", "private", "statutory", "confidential", "secret", "topsecret", "in-confidence", "protected"}
    | {"limiteddistribution", "sensitivebutunclassified", "forofficialuseonly"}
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
#: names in running text -> SPDX; a licence without version is taken as its last one
_NAMES = (
    (re.compile(r"\b(licence ouverte|etalab)\b(?!.{0,30}\b1(\.0)?\b)", re.I), "etalab-2.0"),
    (re.compile(r"\bODbL\b|open database licen[cs]e", re.I), "ODbL-1.0"),
    (re.compile(r"\bODC[- ]?BY\b", re.I), "ODC-By-1.0"),
    (re.compile(r"\bPDDL\b", re.I), "PDDL-1.0"),
    (re.compile(r"\bCC[- ]?0\b|creative commons zero", re.I), "CC0-1.0"),
)
_CC = re.compile(r"\bCC[- ]?(BY(?:[- ](?:NC|SA|ND))*)(?:[- ]?v?(\d\.\d))?", re.I)


@dataclass(slots=True)
class _Found:
    licence: str = ""
    kind: AccessKind | None = None
    embargo_until: dt.date | None = None
    words: list[Text] = field(default_factory=list)


def read(iso: Iso, identification: XmlNode) -> tuple[str, Access]:
    """The SPDX identifier of the licence ("" when none is named), and the access with its conditions in words."""
    found = _Found()
    for node in identification.all("resourceConstraints/*"):
        _block(iso, node, found)
    conditions = _joined(found.words)
    if found.kind is AccessKind.EMBARGOED and found.embargo_until is None:
        found.kind = AccessKind.RESTRICTED
    access = Access(kind=found.kind or AccessKind.UNKNOWN, embargo_until=found.embargo_until, conditions=conditions)
    return found.licence, access


def _block(iso: Iso, node: XmlNode, found: _Found) -> None:
    restrictions = [code(item) for name in ("accessConstraints", "classification") for item in node.all(name)]
    uses = [code(item) for item in node.all("useConstraints")]
    for item in (*node.all("useLimitation"), *node.all("otherConstraints"), *node.all("reference/*/title")):
        _words(iso, item, found)
    if any(word.replace(" ", "").casefold() in _RESTRICTED for word in restrictions):
        found.kind = found.kind or AccessKind.RESTRICTED
    if "license" in uses and not found.licence:
        named = [text.best() for text in found.words if len(text.best().split()) == 1]
        found.licence = next(iter(named), "")
        found.words = [text for text in found.words if text.best() != found.licence]


def _words(iso: Iso, node: XmlNode, found: _Found) -> None:
    """One text: an access right, a licence, or conditions in words."""
    text, address = iso.text(node), href(node)
    if not text and not address:
        return
    if right := _COAR_ADDRESS.search(address):
        found.kind = _COAR.get(right[1], AccessKind.RESTRICTED)
        day = _DAY.search(text.best()) if found.kind is AccessKind.EMBARGOED else None
        found.embargo_until = dt.date.fromisoformat(day[0]) if day else None
        return
    if _INSPIRE_OPEN.search(address):
        found.kind = found.kind or AccessKind.OPEN
        return
    if _INSPIRE_CLOSED.search(address):
        found.kind = AccessKind.RESTRICTED
    if not _is_licence(iso, node, text, address, found) and (text.best() or address):
        found.words.append(_with_address(text, address))


def _is_licence(iso: Iso, node: XmlNode, text: Text, address: str, found: _Found) -> bool:
    """Whether the text is a licence and nothing more. A licence named inside a longer text is taken too."""
    whole = vocabularies.spdx_of(address) or next(
        (name for _, words in text.items() if (name := vocabularies.spdx_of(words))), ""
    )
    named = whole or next((name for _, words in text.items() if (name := licence_in(words))), "")
    if not named or found.licence not in {"", named}:
        return False
    found.licence = named
    if not whole:
        iso.notes.say(node.where, "repaired", text, read=named)
    return bool(whole) and (bool(vocabularies.spdx_of(text.best())) or len(text.best()) < 80)


def licence_in(words: str) -> str:
    """The licence that a text names, by its address or by a well-known name; "" for none.

    >>> licence_in("Licence CC BY-NC 3.0, citer la source"), licence_in("Données sous licence ouverte")
    ('CC-BY-NC-3.0', 'etalab-2.0')
    """
    for address in _ADDRESS.findall(words):
        if found := vocabularies.spdx_of(address.rstrip(".,;")):
            return found
    if named := _CC.search(words):
        identifier = f"CC-{re.sub('[- ]+', '-', named[1].upper())}-{named[2] or '4.0'}"
        return identifier if identifier in vocabularies.spdx_identifiers() else ""
    return next((name for pattern, name in _NAMES if pattern.search(words)), "")


def _with_address(text: Text, address: str) -> Text:
    """The words, with the address of their anchor where they do not hold it."""
    if not address or address in text.best():
        return text
    if not text:
        return Text(en=address)
    return Text(**{language: f"{words} ({address})" for language, words in text.items()})


def _joined(texts: list[Text]) -> Text:
    """Several conditions as one text per language, each once."""
    unique = list(dict.fromkeys(texts))
    parts = {
        language: "\n".join(dict.fromkeys(getattr(text, language) for text in unique if getattr(text, language)))
        for language in ("fr", "en")
    }
    return Text(**parts)
