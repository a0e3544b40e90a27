# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what others wrote: a record, what was repaired on the way, and what the record has no place for.

Every reader is a pure function ``from_x(document: bytes) -> Reading``. A document of the right kind always gives a
record, however broken it is; each repair is a `Remark` with its place, each value the record cannot hold a
`Leftover`. `terracite.errors.RecordError` is for what cannot be read at all: no XML, no JSON, another format.
"""

from __future__ import annotations

from terracite.record.reading.json_tree import JsonNode, parse_json
from terracite.record.reading.notes import MAX_BYTES, Leftover, Notes, Reading, Remark
from terracite.record.reading.xml_tree import XmlNode, parse_xml

__all__ = ["MAX_BYTES", "JsonNode", "Leftover", "Notes", "Reading", "Remark", "XmlNode", "parse_json", "parse_xml"]
