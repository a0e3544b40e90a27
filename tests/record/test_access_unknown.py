# SPDX-License-Identifier: AGPL-3.0-or-later
"""A document that says nothing of access is not open access."""

from __future__ import annotations

import pytest

from record.examples import EXAMPLES, PAGE, full_record
from terracite.record.formats import FORMATS
from terracite.record.model import Access, AccessKind, Text
from terracite.record.native import from_content, from_json
from terracite.record.rules import check

#: words that tell harvesters that everybody may have the files
CLAIMS = ("openAccess", "Open access", "Accès ouvert", "c_abf2", "access-right/PUBLIC", "isAccessibleForFree")
CLAIMS += ("access open", "accessRight:open", '"access": "open"')


@pytest.mark.parametrize("name", [name for name, item in FORMATS.items() if item.writes and name != "json"])
@pytest.mark.parametrize("conditions", [Text(), Text(en="Ask us")])
def test_no_format_claims_that_an_unknown_access_is_open(name: str, conditions: Text) -> None:
    record = full_record().model_copy(update={"access": Access(conditions=conditions)})
    document = FORMATS[name].write(record, PAGE).decode()
    assert [claim for claim in CLAIMS if claim in document] == []


@pytest.mark.parametrize("name", [name for name, item in FORMATS.items() if item.writes and item.reads])
@pytest.mark.parametrize("kind", [AccessKind.OPEN, AccessKind.UNKNOWN])
def test_said_and_not_said_are_told_apart(name: str, kind: AccessKind) -> None:
    """By every format that carries access; the others give back what they are: silent."""
    record = full_record().model_copy(update={"access": Access(kind=kind)})
    back = FORMATS[name].read(FORMATS[name].write(record, PAGE)).record.access.kind
    assert back is (kind if FORMATS[name].carries().how("access.kind") else AccessKind.UNKNOWN)


def test_the_rules_stop_it_and_say_what_to_do() -> None:
    silent = EXAMPLES["draft"]().model_copy(update={"access": Access()})
    finding = next(item for item in check(silent) if item.rule == "access_unknown")
    assert (finding.level, finding.field) == ("blocker", "access.kind")
    assert finding.cure.en == "Choose the access; open access suits most data."


@pytest.mark.parametrize("access", [None, {}, {"conditions": {"en": "Ask us"}}, {"kind": "restricted"}])
def test_until_version_3_nothing_said_meant_open(access: dict[str, object] | None) -> None:
    record = from_content({"schema_version": 2} | ({} if access is None else {"access": access}))
    kind = AccessKind.RESTRICTED if access and "kind" in access else AccessKind.OPEN
    assert (record.schema_version, record.access.kind) == (3, kind)
    assert from_json("{}").access == Access()
