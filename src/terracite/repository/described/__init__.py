# SPDX-License-Identifier: AGPL-3.0-or-later
"""What files say of the dataset in words: attributes, metadata documents, READMEs. Nothing here needs Django."""

from __future__ import annotations

from pathlib import Path

from terracite.raster import inspect as raster

__all__ = ["inspect"]


def inspect(path: str | Path, *, timeout_s: float = 60, memory_mb: int = 2048) -> raster.Facts:
    """`terracite.raster.inspect.inspect`, with ``described`` filled from the documents found, which are left out.

    Documents are read in the child process too.
    """
    return raster.inspect(path, timeout_s=timeout_s, memory_mb=memory_mb, child="terracite.repository.described.child")
