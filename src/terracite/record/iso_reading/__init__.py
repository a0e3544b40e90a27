# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading ISO 19115-3 (mdb 1.0, 2.0) and ISO 19139 (gmd of 2005 and 2007, gmi, profiles) into a record.

Both trees are walked by local names, so that one reader serves every version and forgives wrong namespaces and order.
How our own documents carry what ISO lacks is said in `terracite.record.iso19115`.
"""

from __future__ import annotations

from terracite.record.iso_reading.carried import CARRIES_ISO19115_3, CARRIES_ISO19139
from terracite.record.iso_reading.document import read_iso19115_3, read_iso19139

__all__ = ["CARRIES_ISO19115_3", "CARRIES_ISO19139", "read_iso19115_3", "read_iso19139"]
