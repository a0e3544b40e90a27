# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.model import Record


def to_iso19115(record: Record, url: str = "") -> bytes:
    raise RecordError("ISO 19115-3 is not written yet.")
