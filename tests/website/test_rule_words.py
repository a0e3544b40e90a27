# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every check has words in both languages: its code is never shown."""

from __future__ import annotations

from terracite.record.model import Record
from terracite.record.rules import RULES, check
from terracite.website import rule_words


def test_every_rule_of_the_record_has_words() -> None:
    check(Record())  # registers them
    assert RULES.keys() - rule_words.RULES.keys() == set()
    assert all(words.fr and words.en for words in rule_words.RULES.values())
