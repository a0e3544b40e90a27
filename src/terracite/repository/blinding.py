# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a double-blind reader is not shown: every field that names people, their bodies, money or other works.

Free words (title, abstract, lineage) and what lies inside the files are the depositor's to write without names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HIDDEN = frozenset({
    "creators", "contributors", "contacts", "funding", "publisher", "related", "parent", "origins", "version", "doi",
})  # fmt: skip
#: of what was read from a file: all that its makers wrote into it stays out, these were counted by us
_TOLD = frozenset({"members", "mentions", "formulas"})
_SAID = frozenset({"described", "documents"})  #: records that came among the files


def blinded(record: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a record, as `DatasetVersion.record` holds it, without the fields that name people."""
    return {name: value for name, value in record.items() if name not in HIDDEN}


def blinded_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What was read from a file without what its makers say of themselves in it."""
    known = {name: value for name, value in (facts.get("attributes") or {}).items() if name in _TOLD}
    return {name: value for name, value in facts.items() if name not in _SAID} | {"attributes": known}
