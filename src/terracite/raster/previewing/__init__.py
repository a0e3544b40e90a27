# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making what a page shows of a file: each maker runs in a child process with limits (`previewing.process`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """What a maker made: what the page needs, and remarks for the reader. Its files are in the folder it was given."""

    facts: dict[str, Any] = field(default_factory=dict)  #: only what JSON knows
    warnings: tuple[str, ...] = ()
