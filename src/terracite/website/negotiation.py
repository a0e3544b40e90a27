# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which form of a document a reader asks for (RFC 9110, 12.5.1). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header: ``text/*;q=0.5``. Parameters other than q are not compared."""

    kind: str
    subtype: str
    quality: float

    def covers(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.kind in {"*", kind} and self.subtype in {"*", subtype}

    @property
    def precision(self) -> int:
        return (self.kind != "*") + (self.subtype != "*")


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The media type of ``offered`` (best first) that ``accept`` likes most; None when it takes none of them.

    Without a header, or with one that cannot be read at all, the first.
    """
    ranges = [found for part in accept.split(",") if (found := _media_range(part)) is not None]
    if not ranges:
        return offered[0] if offered else None
    best = max(offered, key=lambda media_type: _quality(media_type, ranges), default=None)
    return best if best is not None and _quality(best, ranges) > 0 else None


def _quality(media_type: str, ranges: Sequence[MediaRange]) -> float:
    """What the most precise range that covers it says."""
    covering = [found for found in ranges if found.covers(media_type)]
    return max(covering, key=lambda found: found.precision).quality if covering else 0.0


def _media_range(text: str) -> MediaRange | None:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    kind, slash, subtype = name.partition("/")
    if not (kind and slash and subtype):
        return None
    values = dict(parameter.partition("=")[::2] for parameter in parameters)
    return MediaRange(kind.strip(), subtype.strip(), _number(values.get("q", "1")))


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
