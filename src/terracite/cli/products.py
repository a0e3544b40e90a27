# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries products``: the trees of images that are known, and what a path means in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.raster.products import ProductFile, ProductType

_SHOWN = ("kind", "tile", "index", "mask", "sensed_at", "platform", "orbit", "baseline", "product_id")


@click.command(epilog="Example: terracite timeseries products station.toml 2022/40KCB/20220103T063511_S2A_ndvi.tif")
@click.argument("product", required=False)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def products(product: str | None, paths: tuple[str, ...], as_json: bool) -> None:
    """List the image trees that are known, or say what each PATH is in the tree PRODUCT.

    PRODUCT is a known type, a TOML file that describes a tree, or a pattern such as '{tile}/{date}_{index}.tif'.
    Nothing is opened, so that PATH need not exist.
    """
    from terracite.raster.products import named, registry

    if product is None:
        table = {name: dict(kind.label) for name, kind in registry().items()}
        width = max(map(len, table))
        text = "\n".join(f"{name:<{width}}  {label['en']}" for name, label in table.items())
        return console.result(table, as_json=as_json, text=text)
    kind = named(product)
    if not paths:
        value = _settings(kind)
        text = "\n".join(f"{name}: {setting}" for name, setting in value.items())
        return console.result(value, as_json=as_json, text=text)
    found = {path: kind.parse(path) for path in paths}
    value = {path: _facts(file) if file else None for path, file in found.items()}
    text = "\n".join(_line(path, facts) for path, facts in value.items())
    return console.result(value, as_json=as_json, text=text)


def _settings(kind: ProductType) -> dict[str, Any]:
    """How the numbers of a type are read, and which kinds of file it has."""
    return {
        "name": kind.name,
        "label": kind.label["en"],
        "source": kind.source,
        "files": ", ".join(sorted({entry.kind for entry in kind.patterns})),
        "nodata": kind.nodata,
        "scale": kind.scale,
        "offset": kind.offset,
        **{f"offset since baseline {first}": offset for first, offset in kind.offsets},
        "valid": f"{kind.valid[0]} to {kind.valid[1]}",
        "masks": ", ".join(kind.masks),
        "clear": ", ".join(map(str, kind.clear)),
    }


def _facts(file: ProductFile) -> dict[str, str]:
    """What a path tells."""
    return {name: str(value) for name in _SHOWN if (value := getattr(file, name))}


def _line(path: str, facts: dict[str, str] | None) -> str:
    if facts is None:
        return f"{path}: not known"
    return f"{path}: " + ", ".join(f"{name} {value}" for name, value in facts.items())
