# SPDX-License-Identifier: AGPL-3.0-or-later
"""Formulas of radiometric indices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.raster.indices import FORMULAS, normalised_difference, ranges

#: surface reflectance of a dense crop
CROP = {
    "B02": 0.03, "B03": 0.06, "B04": 0.04, "B05": 0.10, "B06": 0.30, "B07": 0.40, "B08": 0.44, "B11": 0.20, "B12": 0.10,
}  # fmt: skip

#: worked out by hand from the published formulas
EXPECTED = {
    "NDVI": 0.40 / 0.48,
    "NDWIMCF": -0.38 / 0.50,
    "NDWIGAO": 0.24 / 0.64,
    "MNDWI": -0.14 / 0.26,
    "NDRE": 0.34 / 0.54,
    "NBR": 0.34 / 0.54,
    "NDBI": -0.24 / 0.64,
    "IRECI": 0.30 * 0.36 / 0.10,
    "EVI": 2.5 * 0.40 / (0.44 + 0.24 - 0.225 + 1),
    "BIGR": np.sqrt((0.0036 + 0.0016) / 2),
    "BIRNIR": np.sqrt((0.1936 + 0.0016) / 2),
    "BIBG": np.sqrt((0.0009 + 0.0036) / 2),
}

reflectance = st.floats(0, 1.5, width=32, allow_subnormal=False)


@pytest.mark.parametrize("index", FORMULAS)
def test_value_over_a_crop(index: str) -> None:
    bands, formula = FORMULAS[index]
    values = formula(*(np.full((2, 3), CROP[band]) for band in bands))
    assert values.dtype == np.float32
    assert values == pytest.approx(np.full((2, 3), EXPECTED[index]), rel=1e-5)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FORMULAS)), st.lists(reflectance, min_size=4, max_size=4))
def test_values_stay_in_their_range(index: str, values: list[float]) -> None:
    bands, formula = FORMULAS[index]
    result = float(formula(*values[: len(bands)]))
    if index in ranges and np.isfinite(result):
        least, most = ranges[index]
        assert least - 1e-6 <= result <= most + 1e-6


@given(reflectance, reflectance)
def test_swapping_the_bands_changes_the_sign(first: float, second: float) -> None:
    one, two = normalised_difference(first, second), normalised_difference(second, first)
    assert np.array_equal(one, -two, equal_nan=True)


@pytest.mark.parametrize("index", FORMULAS)
def test_missing_stays_missing(index: str) -> None:
    bands, formula = FORMULAS[index]
    for position in range(len(bands)):
        values = [np.nan if at == position else 0.2 for at in range(len(bands))]
        assert np.isnan(formula(*values))


def test_division_by_zero_is_missing() -> None:
    assert np.isnan(normalised_difference(0.0, 0.0))
