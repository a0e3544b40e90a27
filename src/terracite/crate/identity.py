# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers that come out the same when the same work is done again."""

from __future__ import annotations

from uuid import UUID, uuid5

#: the namespace of crates; chosen once, never to change
_NAMESPACE = UUID("6f1b6c9e-52f3-5b0e-9a55-5f2d3c6f7a41")


def stable_uuid(*parts: object) -> UUID:
    """A UUID (version 5) that depends on ``parts`` alone: ``stable_uuid("40KCB", "NDVI", 2023)``."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
