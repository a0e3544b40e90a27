# SPDX-License-Identifier: AGPL-3.0-or-later
"""``license``: the SPDX identifier and its address, then who may have the data, as ACDD-1.3 asks.

::

    CC-BY-4.0 https://spdx.org/licenses/CC-BY-4.0; access embargoed until 2026-06-01
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from terracite.record import vocabularies
from terracite.record.cf.attributes import Attributes
from terracite.record.model import Access, AccessKind, Record

_ACCESS = re.compile(r"(?:^|; )access (?:(open|restricted)|embargoed until (\d{4}-\d{2}-\d{2}))$", re.IGNORECASE)


def licence_text(record: Record) -> str:
    listed = record.licence in vocabularies.spdx_identifiers()
    known = vocabularies.licence(record.licence)
    address = f"https://spdx.org/licenses/{record.licence}" if listed else known.uri if known else ""
    return "; ".join(part for part in (f"{record.licence} {address}".strip(), _who(record.access)) if part)


def _who(access: Access) -> str:
    if access.kind in {AccessKind.OPEN, AccessKind.RESTRICTED}:
        return f"access {access.kind}"
    return f"access embargoed until {access.embargo_until}" if access.embargo_until else ""


def licence_and_access(own: Attributes) -> dict[str, Any]:
    """The SPDX identifier that the text is or begins with, else the text; and the kind of access."""
    text = own.text("license", "licence", "rights")
    conditions = own.translated("distribution_statement")
    access = Access(conditions=conditions)
    if found := _ACCESS.search(text[-80:]):
        access = access.model_copy(update=_told(*found.groups()))
        text = text[: len(text) - len(found[0])]
    first = text.split()[0] if text.split() else ""
    licence = vocabularies.spdx_of(text) or vocabularies.spdx_of(first) or text
    return {"licence": licence or None, "access": access if access != Access() else None}


def _told(word: str | None, until: str | None) -> dict[str, Any]:
    """The kind of access; an embargo that ends on no day is a restriction."""
    if word:
        return {"kind": AccessKind(word.lower())}
    try:
        return {"kind": AccessKind.EMBARGOED, "embargo_until": dt.date.fromisoformat(until or "")}
    except ValueError:
        return {"kind": AccessKind.RESTRICTED}
