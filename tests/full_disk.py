# SPDX-License-Identifier: AGPL-3.0-or-later
"""A limit on the size of files stands for the full disk."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def refuse_files_over(size: int) -> None:
    """From now on no file of this process may be larger, in bytes.

    Python 3.11 keeps bytecode that was cut short, and fails on it ever after: none is written any more.
    """
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process may be larger, in bytes: the disk refuses in the middle of one."""
    before, bytecode = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    refuse_files_over(size)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = bytecode
