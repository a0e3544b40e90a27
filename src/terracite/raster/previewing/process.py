# SPDX-License-Identifier: AGPL-3.0-or-later
"""A maker in a child process: limits of memory, time and bytes written, no network, no secrets.

The child dies with its parent; when it dies first, whoever asked gets a `PreviewError`. Loads nothing heavy.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from terracite.errors import InspectionError
from terracite.raster.inspect import ANSWER_BYTES, child_environment
from terracite.raster.previewing import Made
from terracite.raster.previewing.makers import Maker

BEAT_S = 20.0


class PreviewError(InspectionError):
    """A preview could not be made; ``again``: another attempt may end better (it was stopped, not refused)."""

    def __init__(self, message: str, *, hint: str = "", again: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.again = again


def run(maker: Maker, path: Path, folder: Path, alive: Callable[[], object] = lambda: None) -> Made:
    """Make the preview of the file ``path``: its files go to ``folder``, which is empty.

    ``alive`` is called every `BEAT_S` seconds meanwhile.

    Raises `PreviewError` with the reason in words when there is nothing to show, the file is damaged, or it takes more
    time, memory or disk than the maker may use.
    """
    with tempfile.TemporaryFile() as answer:
        status = _wait(maker, path, folder, answer, alive)
        answer.seek(0)
        made = _made(answer.read(ANSWER_BYTES + 1), status, maker, path)
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if written > maker.output_mb * 2**20:
        raise PreviewError(f"The preview of '{path.name}' is too large.", hint="The file can be read as it is.")
    return made


def _wait(maker: Maker, path: Path, folder: Path, answer: IO[bytes], alive: Callable[[], object]) -> int:
    command = [sys.executable, "-m", "terracite.raster.previewing.child", maker.module, str(path), str(folder)]
    command += [str(maker.memory_mb), str(maker.timeout_s), str(maker.output_mb), str(os.getpid())]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=child_environment() | {"TMPDIR": str(folder)},
        start_new_session=True,
    ) as child:
        try:
            return _ended(child, maker.timeout_s + 5, alive)
        except subprocess.TimeoutExpired:
            raise _too_slow(path) from None
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


def _ended(child: subprocess.Popen[bytes], timeout_s: float, alive: Callable[[], object]) -> int:
    end = time.monotonic() + timeout_s
    while True:
        left = end - time.monotonic()
        try:
            return child.wait(max(0.0, min(left, BEAT_S)))
        except subprocess.TimeoutExpired:
            if left <= BEAT_S:
                raise
            alive()


def _made(answer: bytes, status: int, maker: Maker, path: Path) -> Made:
    if status == -signal.SIGXCPU:
        raise _too_slow(path)
    try:
        if status != 0 or len(answer) > ANSWER_BYTES:
            raise ValueError(f"exit status {status}")
        content = json.loads(answer)
    except ValueError as error:
        raise PreviewError(
            f"'{path.name}' stopped the program that draws it ({error}).",
            hint=f"It is damaged, or needs more than {maker.memory_mb} MiB: its bytes are kept as they are.",
            again=True,
        ) from error
    if "error" in content:
        raise PreviewError(content["error"], hint=content["hint"])
    return Made(content["facts"], tuple(content["warnings"]))


def _too_slow(path: Path) -> PreviewError:
    hint = "It may be damaged; else it can be read with its own program."
    return PreviewError(f"'{path.name}' takes too long to draw.", hint=hint)
