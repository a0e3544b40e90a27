# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which bytes of a file are asked for (RFC 9110, 14). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})", re.IGNORECASE)


class UnsatisfiableRangeError(ValueError):
    """The asked bytes lie behind the end of the file."""


@dataclass(frozen=True, slots=True)
class Range:
    """``length`` bytes from ``start``."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        """The ``Content-Range`` header of an answer that holds this part of ``size`` bytes."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


def asked_range(header: str, size: int) -> Range | None:
    """The part that a ``Range`` header asks for; None for all of it.

    Several ranges, other units and what cannot be read are answered with the whole file, as the standard allows.
    Raises `UnsatisfiableRangeError` when there is nothing to send.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return _last_bytes(last, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    end = min(int(last), size - 1) if last else size - 1
    return Range(start, end - start + 1)


def _last_bytes(count: str, size: int) -> Range | None:
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise UnsatisfiableRangeError
    length = min(int(count), size)
    return Range(size - length, length)
