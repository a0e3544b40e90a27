# SPDX-License-Identifier: AGPL-3.0-or-later
"""Putting files and folders under their final name in one go, so that nobody ever sees them half written."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2  # linux/fs.h


def write_atomically(path: Path, content: bytes) -> None:
    """``path`` holds ``content`` whole, or what it held before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Ask the disk to keep a file or a folder for good."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap_in(staging: Path, folder: Path) -> None:
    """``staging`` becomes ``folder``; what was there before disappears, and only at the end.

    On Linux the two names are exchanged in one system call. Elsewhere the name is free for an instant;
    `recover` puts the new folder there if the machine stops just then.
    """
    if folder.exists():
        waiting = waiting_of(folder)
        staging.rename(waiting)
        if not _exchange(waiting, folder):
            folder.rename(staging)
            waiting.rename(folder)
            staging.rename(waiting)
        shutil.rmtree(waiting)
    else:
        staging.rename(folder)
    sync(folder.parent)


def claim(folder: Path) -> int | None:
    """Make ``folder`` and lock it for this process; None when another one has it.

    The lock is a descriptor: it goes when that is closed, or with the process, however it ends.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists() and os.path.samestat(os.fstat(descriptor), folder.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        os.close(descriptor)  # the folder was put in its place meanwhile: make another


def empty(folder: Path) -> None:
    """Remove everything in ``folder``, not the folder itself."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def waiting_of(folder: Path) -> Path:
    """The name under which the new folder waits for its place, then the old one to be deleted."""
    return folder.parent / f".{folder.name}.waiting"


def recover(folder: Path) -> None:
    """Finish or forget an exchange of folders that was cut short; nothing to do otherwise."""
    waiting = waiting_of(folder)
    if folder.exists():
        shutil.rmtree(waiting, ignore_errors=True)
    elif waiting.exists():
        waiting.rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically; False where the system or the file system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    result: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return result == 0
