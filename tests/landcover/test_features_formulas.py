# SPDX-License-Identifier: AGPL-3.0-or-later
"""Formulas: what they make, and what they may not have."""

from __future__ import annotations

import numpy as np
import pytest

from terracite.errors import ConfigError
from terracite.landcover.features.formulas import names_in, value_of

B4, B8 = (np.array(values, np.float32) for values in ([0.1, 0.2, 0.4], [0.5, 0.2, 0.0]))
CHANNELS = {"B4": B4, "B8": B8, "VV ASC 15": B4, "L8.B5": B8}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(B8 - B4) / (B8 + B4 + 0.5)", (B8 - B4) / (B8 + B4 + 0.5)),
        ("-B4 ** 2", -(B4**2)),
        ("where(B8 > B4, 1, -1)", [1, -1, -1]),
        ("where(0 <= B8 < 0.3 and not B4 == 0.2, 1, 0)", [0, 0, 1]),
        ("where(B8 > 0.4 or B4 > 0.3, 1, 0)", [1, 0, 1]),
        ("min(B4, B8, 0.3) + max(B4, B8)", np.minimum(np.minimum(B4, B8), 0.3) + np.maximum(B4, B8)),
        ("sqrt(abs(B4 - B8)) + log(B4) + exp(B8)", np.sqrt(np.abs(B4 - B8)) + np.log(B4) + np.exp(B8)),
        ("'VV ASC 15' + L8.B5", B4 + B8),
    ],
)
def test_a_formula_is_what_numpy_says(text: str, expected: np.ndarray) -> None:
    found = value_of(text, CHANNELS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_names_are_told_once_in_their_order() -> None:
    assert names_in("(B8 - B4) / (B8 + 'VV ASC 15') + L8.B5") == ("B8", "B4", "VV ASC 15", "L8.B5")


def test_what_cannot_be_computed_is_not_finite_and_says_nothing() -> None:
    assert not np.isfinite(value_of("1 / B8", CHANNELS)[2])
    assert np.isnan(value_of("sqrt(B8 - B4)", CHANNELS)[2])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("B8.__class__()", "may not stand in a formula"),
        ("__import__('os')", "There is no function '__import__'"),
        ("B8[0]", "'B8[0]' may not stand in a formula"),
        ("(lambda: 1)()", "may not stand in a formula"),
        ("[B4, B8]", "may not stand in a formula"),
        ("B4 if B8 else 1", "may not stand in a formula"),
        ("B4 % 2", "may not stand in a formula"),
        ("B4 @ B8", "may not stand in a formula"),
        ("f'{B4}'", "may not stand in a formula"),
        ("True", "'True' is no number"),
        ("1j", "is no number"),
        ("squrt(B4)", "Did you mean 'sqrt'?"),
        ("sqrt(B4, B8)", "'sqrt' takes 1 values, not 2"),
        ("max(B4)", "'max' takes 2 or more values, not 1"),
        ("max(*B4, 1)", "'max' takes"),
        ("sqrt(x=B4)", "may not stand in a formula"),
        ("B4 +", "It is not a formula"),
        ("B4; B8", "It is not a formula"),
        ("", "It is not a formula"),
        ("-" * 590 + "B4", "It is nested too deep"),
        ("B4 + " * 200 + "B4", "It has 1002 letters"),
    ],
)
def test_nothing_else_may_stand_in_a_formula(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        names_in(text)
    assert said in f"{caught.value.message} {caught.value.hint}"
