# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cells of CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> object:
    """The cell as it is when a number; a text that a spreadsheet would run gets an apostrophe before it."""
    if isinstance(cell, (int, float)):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
