# SPDX-License-Identifier: AGPL-3.0-or-later
"""ISO 19139 (gmd 20070417, with the anchors of gmx): the record as a ``gmd:MD_Metadata`` document.

How what ISO has no element for is written is told in `terracite.record.iso19115`.
"""

from __future__ import annotations

from terracite.record.iso19139.metadata import to_iso19139
from terracite.record.iso_reading import CARRIES_ISO19139, read_iso19139

write_iso19139 = to_iso19139

__all__ = ["CARRIES_ISO19139", "read_iso19139", "to_iso19139", "write_iso19139"]
