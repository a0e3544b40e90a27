# SPDX-License-Identifier: AGPL-3.0-or-later
"""Of a PDF only what is cheap and safe: how many pages it has. Runs in the child process of `previews`."""

from __future__ import annotations

import re
from pathlib import Path

from terracite.raster.previewing import Made

_LOOKED_AT_BYTES = 8 * 2**20  #: from the beginning, and from the end
_TREE = re.compile(
    rb"/Type\s*/Pages\b[^<>]{0,4000}?/Count\s+(\d{1,6})|/Count\s+(\d{1,6})[^<>]{0,4000}?/Type\s*/Pages\b"
)
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def make(path: Path, folder: Path) -> Made:  # noqa: ARG001
    """Facts ``pages``: None when the file keeps its list of pages compressed."""
    size = path.stat().st_size
    with path.open("rb") as file:
        content = file.read(_LOOKED_AT_BYTES)
        if size > _LOOKED_AT_BYTES:
            file.seek(max(_LOOKED_AT_BYTES, size - _LOOKED_AT_BYTES))
            content += file.read()
    counts = [int(first or second) for first, second in _TREE.findall(content)]
    pages = max(counts, default=0) or len(_PAGE.findall(content))
    return Made(facts={"pages": pages or None}, warnings=())
