# SPDX-License-Identifier: AGPL-3.0-or-later
"""Crates that could not be made: one does not stop the others, but a disk that takes nothing more stops all."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terracite.errors import Problem, TerraciteError

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
_WORDS = ("No space left", "File too large", "quota exceeded", "Read-only file system")  #: of libraries
_LEAST_FREE = 32 * 2**20  #: bytes: with less, whatever failed, the disk is full


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the crate of a unit could not be made."""

    name: str
    what: str
    cure: str
    is_of_disk: bool  #: the next ones would fail the same way

    def problem(self) -> Problem:
        """For a person to read."""
        return Problem(self.name, self.what, self.cure)


def failure_of(name: str, error: TerraciteError | OSError, output: Path) -> Failure:
    """What ``error`` says of the crate ``name`` in the folder ``output``."""
    is_of_disk = any(_is_of_disk(one) for one in _causes(error)) or _is_full(output)
    if isinstance(error, TerraciteError):
        return Failure(name, error.message, error.hint, is_of_disk)
    cure = "Free some space and run again." if is_of_disk else "Check the folder and its rights, and run again."
    return Failure(name, f"It could not be written: {error.strerror or error}.", cure, is_of_disk)


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _is_of_disk(error: BaseException) -> bool:
    return getattr(error, "errno", None) in _DISK or any(word in str(error) for word in _WORDS)


def _is_full(output: Path) -> bool:
    """Libraries do not always say why they could not write."""
    try:
        return shutil.disk_usage(output).free < _LEAST_FREE
    except OSError:
        return False
