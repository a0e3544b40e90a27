# SPDX-License-Identifier: AGPL-3.0-or-later
"""ISO 19115-3 (mdb 2.0): the record as an ``mdb:MD_Metadata`` document."""

from __future__ import annotations

from terracite.record.iso19115.metadata import to_iso19115

write_iso19115_3 = to_iso19115

__all__ = ["to_iso19115", "write_iso19115_3"]
