# SPDX-License-Identifier: AGPL-3.0-or-later
"""A STAC catalogue on this machine: its items say where the files of known products are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from terracite.errors import ArchiveError
from terracite.landcover.sensors.facts import known
from terracite.raster.products import ProductFile, registry


def files_of(folder: Path) -> dict[str, list[ProductFile]]:
    """The files that the items of a folder name, by product type.

    Raises `ArchiveError` where there is no item, an asset is elsewhere, or none is of a known product.
    """
    items = list(_items(folder))
    if not items:
        raise ArchiveError(
            f"'{folder}' holds no STAC item.", hint="Give the folder that holds the items (JSON), or any above it."
        )
    found: defaultdict[str, list[ProductFile]] = defaultdict(list)
    for path, item in items:
        for asset in item.get("assets", {}).values():
            place = _place(path, str(asset.get("href", "")))
            for file in _recognised(place):
                found[file.product].append(file)
    if not found:
        raise ArchiveError(
            f"None of the assets of the {len(items)} STAC items in '{folder}' is of a known product.",
            hint=f"Known products: {', '.join(known())}. Name the files as their producer does.",
        )
    return dict(found)


def _items(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError):
            continue  # a catalogue may hold other JSON
        if isinstance(content, dict) and content.get("type") == "Feature" and "stac_version" in content:
            yield path, content


def _place(item: Path, href: str) -> Path:
    """Where an asset is on this machine."""
    parts = urlsplit(href)
    if parts.scheme not in {"", "file"}:
        raise ArchiveError(
            f"The asset '{href}' of '{item.name}' is not on this machine.",
            hint="Copy the assets, and make their addresses relative to the items.",
        )
    return (item.parent / unquote(parts.path)).resolve()


def _recognised(place: Path) -> Iterator[ProductFile]:
    for name in known():
        file = registry()[name].parse(str(place))
        if file is not None and file.sensed_at is not None:
            yield file
            return
