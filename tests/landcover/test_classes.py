# SPDX-License-Identifier: AGPL-3.0-or-later
"""Classes: one spelling for what files write in many ways."""

from __future__ import annotations

import pytest

from terracite.landcover.classes import PALETTE, from_parts, from_values, spelt
from terracite.landcover.recipe import ClassPart


@pytest.mark.parametrize("value", [3, 3.0, "3", " 3 ", "3.0"])
def test_whole_numbers_have_one_spelling(value: object) -> None:
    assert spelt(value) == "3"


def test_a_reference_may_use_the_code_or_either_name() -> None:
    found = from_parts("x", [ClassPart(code=5, fr="Forêt", en="Forest"), ClassPart(code=9, fr="Eau", reference="W")])
    assert [found.position(value) for value in (5, "5.0", "forêt", "FOREST")] == [0] * 4
    assert found.position("w") == 1
    assert found.position("Eau") is None  # `reference` says how it is called, and nothing else
    assert found.codes == (5, 9)
    assert found.colours == {5: PALETTE[0], 9: PALETTE[1]}


def test_codes_of_a_reference_stay_codes_and_names_are_numbered() -> None:
    assert from_values([10, 2.0, "2", 10]).codes == (2, 10)
    assert from_values(["soy", "forest", "soy"]).labels("en") == ["forest", "soy"]
    assert from_values([0, 1]).codes == (1, 2)  # 0 is kept for "not mapped"


def test_the_palette_tells_sixteen_classes_apart() -> None:
    assert len(set(PALETTE)) == 16
