# SPDX-License-Identifier: AGPL-3.0-or-later
"""Radiometric indices: pure formulas on surface reflectance.

Every argument is surface reflectance, unitless, usually 0 to 1, all of one shape, NaN = no data. Results are
float32, NaN where an argument is NaN or the formula divides by zero. Band numbers are those of Sentinel-2 MSI;
the names and formulas are those of the Sen2Chain library, with their first authors.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float32]

#: index -> least and greatest physical value; indices that are not bounded are not listed
ranges: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("NDVI", "NDWIMCF", "NDWIGAO", "MNDWI", "NDRE", "NBR", "NDBI"), (-1.0, 1.0)),
    "BIGR": (0.0, 2.0),
    "BIRNIR": (0.0, 2.0),
    "BIBG": (0.0, 2.0),
}


def normalised_difference(first: ArrayLike, second: ArrayLike) -> Values:
    """(first - second) / (first + second), in [-1, 1] for reflectances that are not negative."""
    one, two = _float(first), _float(second)
    return _ratio(one - two, one + two)


def ndvi(nir: ArrayLike, red: ArrayLike) -> Values:
    """Normalised difference vegetation index, (B08-B04)/(B08+B04) (Rouse 1974)."""
    return normalised_difference(nir, red)


def ndwi_mcf(green: ArrayLike, nir: ArrayLike) -> Values:
    """Normalised difference water index of open water, (B03-B08)/(B03+B08) (McFeeters 1996)."""
    return normalised_difference(green, nir)


def ndwi_gao(nir: ArrayLike, swir: ArrayLike) -> Values:
    """Normalised difference water index of vegetation, (B08-B11)/(B08+B11) (Gao 1996)."""
    return normalised_difference(nir, swir)


def mndwi(green: ArrayLike, swir: ArrayLike) -> Values:
    """Modified normalised difference water index, (B03-B11)/(B03+B11) (Xu 2006)."""
    return normalised_difference(green, swir)


def ndre(nir: ArrayLike, red_edge: ArrayLike) -> Values:
    """Normalised difference red edge, (B08-B05)/(B08+B05) (Gitelson and Merzlyak 1994)."""
    return normalised_difference(nir, red_edge)


def nbr(nir: ArrayLike, swir2: ArrayLike) -> Values:
    """Normalised burn ratio, (B08-B12)/(B08+B12) (Key and Benson 2006)."""
    return normalised_difference(nir, swir2)


def ndbi(swir: ArrayLike, nir: ArrayLike) -> Values:
    """Normalised difference built-up index, (B11-B08)/(B11+B08) (Zha 2003)."""
    return normalised_difference(swir, nir)


def ireci(red: ArrayLike, edge1: ArrayLike, edge2: ArrayLike, edge3: ArrayLike) -> Values:
    """Inverted red edge chlorophyll index, B06 (B07-B04) / B05 (Frampton 2013)."""
    return _ratio(_float(edge2) * (_float(edge3) - _float(red)), _float(edge1))


def evi(nir: ArrayLike, red: ArrayLike, blue: ArrayLike) -> Values:
    """Enhanced vegetation index, 2.5 (B08-B04) / (B08 + 6 B04 - 7.5 B02 + 1) (Huete 2002)."""
    infrared, visible = _float(nir), _float(red)
    return _ratio(2.5 * (infrared - visible), infrared + 6 * visible - 7.5 * _float(blue) + 1)


def brightness(first: ArrayLike, second: ArrayLike) -> Values:
    """Brightness of two bands, sqrt((first² + second²) / 2): BIGR (green, red), BIRNIR, BIBG (Escadafal 1989)."""
    return np.asarray(np.sqrt((_float(first) ** 2 + _float(second) ** 2) / 2), np.float32)


#: index -> the Sentinel-2 bands it needs and its formula, called with them in that order
FORMULAS: dict[str, tuple[tuple[str, ...], Callable[..., Values]]] = {
    "NDVI": (("B08", "B04"), ndvi),
    "NDWIMCF": (("B03", "B08"), ndwi_mcf),
    "NDWIGAO": (("B08", "B11"), ndwi_gao),
    "MNDWI": (("B03", "B11"), mndwi),
    "NDRE": (("B08", "B05"), ndre),
    "NBR": (("B08", "B12"), nbr),
    "NDBI": (("B11", "B08"), ndbi),
    "IRECI": (("B04", "B05", "B06", "B07"), ireci),
    "EVI": (("B08", "B04", "B02"), evi),
    "BIGR": (("B03", "B04"), brightness),
    "BIRNIR": (("B04", "B08"), brightness),
    "BIBG": (("B02", "B03"), brightness),
}


def _float(values: ArrayLike) -> Values:
    return np.asarray(values, np.float32)


def _ratio(numerator: Values, denominator: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator == 0, np.float32(np.nan), numerator / denominator).astype(np.float32)
