# SPDX-License-Identifier: AGPL-3.0-or-later
"""Receipts: kept beside the crate, outside its checksums."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from crate.samples import NOON, make_crate
from terracite.crate import layout, receipts
from terracite.crate.receipts import Receipt
from terracite.crate.verify import verify
from terracite.errors import CrateError

DRAFT = Receipt("https://data.example.org", "uuid-1", "https://data.example.org/1", "draft", "", NOON, "f" * 64)


def test_a_crate_never_sent_has_none(tmp_path: Path) -> None:
    assert receipts.read(tmp_path) == []
    assert receipts.latest(tmp_path, "here") is None


def test_the_last_answer_of_each_target_counts(tmp_path: Path) -> None:
    folder = make_crate(tmp_path / "crate").folder
    published = dataclasses.replace(DRAFT, state="published", doi="10.5072/abc")
    here = Receipt("here", "uuid-1")
    for receipt in (DRAFT, here, published):
        receipts.add(folder, receipt)
    assert receipts.read(folder) == [here, published]
    assert receipts.latest(folder, DRAFT.target) == published
    assert verify(folder) == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"receipts": [3]}', '{"receipts": [{"unknown": 1}]}'])
def test_a_broken_list_is_told_with_its_cure(tmp_path: Path, content: str) -> None:
    (tmp_path / layout.RECEIPTS).write_text(content)
    with pytest.raises(CrateError, match="Delete it and send again"):
        receipts.read(tmp_path)
