# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product types that are known, read from ``data/products.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import Any

from terracite.errors import ArchiveError
from terracite.raster.products.types import FIELDS, FilePattern, ProductType

_own: dict[str, ProductType] = {}  #: those of `register`


@lru_cache(maxsize=1)
def registry() -> dict[str, ProductType]:
    """The product types that are known, by name."""
    text = resources.files("terracite.raster").joinpath("data/products.toml").read_text(encoding="utf-8")
    return {name: product_type(name, table) for name, table in tomllib.loads(text).items()}


def product_type(name: str, table: Mapping[str, Any]) -> ProductType:
    """A product type from its table (see ``data/products.toml`` for the fields)."""
    parts = table.get("parts", {})
    patterns = tuple(_pattern(entry, parts) for entry in table["files"])
    folder = table.get("tile_folder")
    suffixes = {suffix for entry in patterns for suffix in entry.suffixes}
    return ProductType(
        name=name,
        label=table.get("label", {"en": name, "fr": name}),
        source=table.get("source", ""),
        nodata=table.get("nodata"),
        scale=table.get("scale", 1.0),
        offset=table.get("offset", 0.0),
        valid=tuple(table.get("valid", (-(2**31), 2**31 - 1))),
        masks=tuple(table.get("masks", ())),
        clear=tuple(table.get("clear", ())),
        platforms=table.get("platforms", {}),
        instrument=table.get("instrument", ""),
        mask_names=table.get("mask_names", {}),
        patterns=patterns,
        products=tuple(re.compile(_expanded(text, parts)) for text in table.get("products", ())),
        tile_folder=re.compile(folder) if folder else None,
        holders=tuple(FilePattern("", (), re.compile(_expanded(text, parts))) for text in table.get("holders", ())),
        index_names=table.get("index_names", {}),
        fixed=("", *(str(table["fixed"].get(name, "")) for name in FIELDS)) if "fixed" in table else (),
        packing=_step(table.get("packing")),
        offsets=tuple(sorted(table.get("offsets", {}).items())),
        by_suffix={suffix: tuple(p for p in patterns if suffix in p.suffixes) for suffix in suffixes},
    )


def named(product: str | ProductType) -> ProductType:
    """The product type of that name, or that a file or a path pattern describes (see `products_file`).

    Raises `ArchiveError` with the nearest known name.
    """
    if isinstance(product, ProductType):
        return product
    known = registry() | _own
    if product not in known:
        from terracite.raster.products_file import is_own, own

        if is_own(product):
            return own(product)
        near = get_close_matches(product, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known types: {', '.join(known)}."
        raise ArchiveError(f"There is no product type '{product}'.", hint=hint)
    return known[product]


def register(kind: ProductType) -> ProductType:
    """Make a station's own type known by its name, to this process; returns it."""
    if kind.name in registry():
        raise ArchiveError(
            f"There is a product type '{kind.name}' already.", hint="Give your own another name, in its brackets."
        )
    _own[kind.name] = kind
    return kind


def _step(packing: float | str | None) -> float | str | None:
    """The setting ``packing``; raises `ValueError` when it is neither "none" nor a step."""
    is_step = isinstance(packing, int | float) and not isinstance(packing, bool) and packing > 0
    if packing is not None and packing != "none" and not is_step:
        raise ValueError(f"packing is '{packing}', which is neither 'none' nor a step such as 0.0001")
    return packing


def _pattern(entry: Mapping[str, Any], parts: Mapping[str, str]) -> FilePattern:
    pattern = re.compile(_expanded(entry["pattern"], parts))
    return FilePattern(entry["kind"], tuple(entry["suffixes"]), pattern)


def _expanded(pattern: str, parts: Mapping[str, str]) -> str:
    for name, text in parts.items():
        pattern = pattern.replace(f"%{name}%", text)
    return pattern
