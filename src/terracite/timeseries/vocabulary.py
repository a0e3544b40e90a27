# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tables of ``data/`` know: indices, and the missions behind the images."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from terracite.raster.netcdf_layout import Quantity
from terracite.record.model import Text
from terracite.timeseries.bands import band_row


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """How an index is called and explained."""

    code: str  #: "NDVI"
    name: Text
    formula: str = ""
    reference: str = ""
    standard_name: str = ""  #: only where the CF table has one
    about: Text = field(default_factory=Text)
    keywords: tuple[str, ...] = ()  #: addresses
    unit: str = "1"
    kind: Text = field(default_factory=Text)  #: of a band: "surface reflectance"

    def quantity(self) -> Quantity:
        """What a series file says of it."""
        comment = f"{self.code} = {self.formula}" if self.formula else ""
        return Quantity(self.code.lower(), self.name.en, self.standard_name, self.reference, comment, self.unit)


@dataclass(frozen=True, slots=True)
class Mission:
    """What the images were made from and how, as far as their type tells."""

    name: str  #: "Sentinel-2"
    title: str  #: of the source product
    doi: str
    agency: str
    made: Text
    software: str  #: address
    encoding: Text
    credit: str = ""  #: what the provider asks to be said, with a place for {year}


def index_info(code: str, product: str = "") -> IndexInfo:
    """What is known of an index, or of a band of that type of product; its bare name when it is in no table."""
    row = _table("indices").get(code) or band_row(code, product)
    if row is None:
        return IndexInfo(code, Text(fr=f"indice {code}", en=f"{code} index"))
    return IndexInfo(
        code,
        Text(**row["name"]),
        row["formula"],
        row.get("reference", ""),
        row.get("standard_name", ""),
        Text(**row["about"]),
        tuple(row["keywords"]),
        row.get("unit", "1"),
        Text(**row.get("kind", {})),
    )


def mission(product: str, platform: str) -> Mission:
    """The mission of a platform code in a product type; the platform's name alone when it is not in the table."""
    rows = _table("missions").get(product, {})
    row: dict[str, Any] = next((row for prefix, row in rows.items() if platform.startswith(prefix)), {})
    return Mission(
        name=row.get("mission", platform),
        title=row.get("title", f"{platform} images".strip()),
        doi=row.get("doi", ""),
        agency=row.get("agency", ""),
        made=Text(**row.get("made", {})),
        software=row.get("software", ""),
        encoding=Text(**row.get("encoding", {})),
        credit=row.get("credit", ""),
    )


@cache
def _table(name: str) -> dict[str, Any]:
    path = resources.files("terracite.timeseries").joinpath("data", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
