# SPDX-License-Identifier: AGPL-3.0-or-later
"""Previews: what pages show of a file without opening it. Made once per content, by the worker, in a child process.

The right to see a preview is the right to download its file: whoever serves one asks `permissions.can_download` first.
"""

from __future__ import annotations

from terracite.raster.previewing.makers import Maker, makers_of
from terracite.repository.models import PreviewKind
from terracite.repository.previews.making import MOST_ATTEMPTS, make_pending
from terracite.repository.previews.rows import preview_of, retry, suffix_of

#: kind -> the makers in the child process
makers: dict[PreviewKind, tuple[Maker, ...]] = {kind: makers_of(kind.value) for kind in PreviewKind}

__all__ = ["MOST_ATTEMPTS", "make_pending", "makers", "preview_of", "retry", "suffix_of"]
