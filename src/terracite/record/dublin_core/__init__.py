# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dublin Core: ``oai_dc`` written; ``oai_dc``, DCMI terms and the records of CSW read."""

from __future__ import annotations

from terracite.record.dublin_core.carries import CARRIES_OAI_DC
from terracite.record.dublin_core.reader import read_oai_dc
from terracite.record.dublin_core.writer import OAI_DC, to_oai_dc, write_oai_dc

__all__ = ["CARRIES_OAI_DC", "OAI_DC", "read_oai_dc", "to_oai_dc", "write_oai_dc"]
