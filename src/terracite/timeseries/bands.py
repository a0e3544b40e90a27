# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes that are no indices: bands of Sentinel-2 products, layers of land-cover maps (``data/bands.toml``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from terracite.raster.products import named, registry
from terracite.record.model import Text

_CODE = re.compile(r"(B(?:0\d|1[0-2]|8A))(-SRE|_[126]0m)?")


def band_row(code: str, product: str) -> dict[str, Any] | None:
    """What `terracite.timeseries.vocabulary` needs of a band or layer of a product type; None when it is neither."""
    table = _table()
    layer: dict[str, Any] | None = table["layers"].get(product, {}).get(code)
    if layer is not None:
        return layer
    match = _CODE.fullmatch(code)
    if match is None or match[1] not in table["bands"] or not _has_bands(product):
        return None
    return _band(table["bands"][match[1]], _level(product), table["suffixes"].get(match[2], {}))


def _has_bands(product: str) -> bool:
    """Whether B04 means the band of Sentinel-2: other satellites number theirs otherwise."""
    return product in registry() and named(product).instrument == "MSI"


def _level(product: str) -> dict[str, Any]:
    """What reflectance is in the type; nothing more than reflectance where it does not say."""
    levels = _table()["levels"].values()
    plain = {"name": {"en": "reflectance", "fr": "réflectance"}, "about": {}, "keywords": []}
    return next((level for level in levels if product in level["products"]), plain)


def _band(band: dict[str, Any], level: dict[str, Any], suffix: dict[str, str]) -> dict[str, Any]:
    name = Text(**level["name"])
    en = ", ".join(filter(None, (f"{name.en}, {band['en']}", suffix.get("en"))))
    fr = ", ".join(filter(None, (f"{name.fr}, {band['fr']}", suffix.get("fr"))))
    return {
        "name": {"en": en, "fr": fr},
        "formula": f"reflectance at {band['nm']} nm",
        "reference": "",
        "standard_name": level.get("standard_name", ""),
        "about": level["about"],
        "keywords": level["keywords"],
        "kind": level["name"],
    }


@cache
def _table() -> dict[str, Any]:
    path = resources.files("terracite.timeseries").joinpath("data", "bands.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
