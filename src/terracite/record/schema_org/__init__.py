# SPDX-License-Identifier: AGPL-3.0-or-later
"""schema.org in JSON-LD, after science-on-schema.org 1.3: written, and read from anybody's page.

The context is ``{"@vocab": "https://schema.org/"}`` with the prefixes used, so that it is read without fetching
anything.
"""

from __future__ import annotations

from terracite.record.schema_org.carried import CARRIES_SCHEMA_ORG
from terracite.record.schema_org.reading import read_schema_org
from terracite.record.schema_org.writing import json_ld_text, to_schema_org, write_schema_org

__all__ = ["CARRIES_SCHEMA_ORG", "json_ld_text", "read_schema_org", "to_schema_org", "write_schema_org"]
