# SPDX-License-Identifier: AGPL-3.0-or-later
"""The kind of access that a document tells: COAR's addresses, the terms of OpenAIRE, or plain words."""

from __future__ import annotations

import re

from terracite.record.model import AccessKind

_COAR = re.compile(r"https?://purl\.org/coar/access_right/(c_\w+)/?$")
_COAR_CODES = {
    "c_abf2": AccessKind.OPEN,
    "c_f1cf": AccessKind.EMBARGOED,
    "c_16ec": AccessKind.RESTRICTED,
    "c_14cb": AccessKind.RESTRICTED,  # metadata only
}
_OPENAIRE = re.compile(r"(?:info:)?eu-repo/semantics/(open|embargoed|restricted|closed)Access", re.IGNORECASE)
_OPENAIRE_CODES = {
    "open": AccessKind.OPEN,
    "embargoed": AccessKind.EMBARGOED,
    "restricted": AccessKind.RESTRICTED,
    "closed": AccessKind.RESTRICTED,
}
_WORDS = (
    (re.compile(r"open\s?access|acc[eè]s (?:libre|ouvert)", re.IGNORECASE), AccessKind.OPEN),
    (re.compile(r"embargoed\s?access|acc[eè]s sous embargo", re.IGNORECASE), AccessKind.EMBARGOED),
    (re.compile(r"(?:restricted|closed)\s?access|acc[eè]s restreint", re.IGNORECASE), AccessKind.RESTRICTED),
)


def access_kind(text: str) -> AccessKind | None:
    """The kind of access that ``text`` is, and is nothing but; None for anything else.

    >>> access_kind("info:eu-repo/semantics/closedAccess"), access_kind("Access is free")
    (<AccessKind.RESTRICTED: 'restricted'>, None)
    """
    text = text.strip()
    if found := _COAR.match(text):
        return _COAR_CODES.get(found[1])
    if found := _OPENAIRE.search(text):
        return _OPENAIRE_CODES[found[1].lower()]
    return next((kind for words, kind in _WORDS if words.fullmatch(text)), None)
