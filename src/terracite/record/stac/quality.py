# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measures of quality: ``quality`` among the fields, for which STAC has no extension.

Each is an object with ``name``, ``value``, ``unit``, the ends ``low`` and ``high`` of its 95 % interval, ``note`` and
``report``.
"""

from __future__ import annotations

from typing import Any

from terracite.record.model import Language, Quality, Record
from terracite.record.two_languages import spread


def measures(record: Record) -> list[dict[str, Any]]:
    """Every measure of a record."""
    return [_measure(item, record.language) for item in record.quality]


def _measure(item: Quality, language: Language) -> dict[str, Any]:
    node: dict[str, Any] = {
        **spread("name", item.name, language),
        "value": item.value,
        "unit": item.unit,
        "low": item.low,
        "high": item.high,
        **spread("note", item.note, language),
        "report": item.report,
    }
    return {key: value for key, value in node.items() if value not in (None, "")}
