# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what a maker left behind. Whoever shows it asks `permissions.can_download` first."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings

from terracite.errors import StorageError, StoreAwayError
from terracite.repository.models import Preview, PreviewState
from terracite.services.storage import storage_for

#: the small files that a browser asks for by name, and what they are
MEDIA_TYPES = {".geojson": "application/geo+json", ".webp": "image/webp", ".png": "image/png"}
_NAME = re.compile(r"[a-z0-9-]{1,60}(\.[a-z]{1,10})?\.[a-z]{1,10}")


def part_bytes(preview: Preview, name: str) -> bytes | None:
    """One file of a preview that is ready; None when there is none of that name, `StoreAwayError` when nobody knows."""
    if preview.state != PreviewState.READY.value or not _NAME.fullmatch(name):
        return None
    try:
        return storage_for(settings.TERRACITE).read_bytes(f"{preview.prefix}/{name}")
    except StoreAwayError:
        raise
    except StorageError:
        return None


def part_text(preview: Preview, name: str) -> str:
    """The same as text; "" when there is none."""
    return (part_bytes(preview, name) or b"").decode("utf-8", errors="replace")


def part_json(preview: Preview, name: str) -> Any:
    """The same as JSON values; an empty list when there is none, or it is none."""
    try:
        return json.loads(part_text(preview, name) or "[]")
    except ValueError:
        return []
