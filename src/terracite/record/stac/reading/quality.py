# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measures of quality, as we write them: see `terracite.record.stac.quality`."""

from __future__ import annotations

from terracite.record.model import Quality
from terracite.record.stac.reading.document import Document


def measures(document: Document) -> tuple[Quality, ...]:
    """The measures that have a value; anything else stays among the leftovers."""
    found = []
    for node in document.fields.all("quality"):
        value = node.number("value") if isinstance(node.value, dict) else None
        if value is not None:
            found.append(
                Quality(
                    name=document.translated("name", node),
                    value=value,
                    unit=node.text("unit") or "1",
                    low=node.number("low"),
                    high=node.number("high"),
                    note=document.translated("note", node),
                    report=node.text("report"),
                )
            )
    return tuple(found)
