# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ports of this machine: free, taken, or answering yet."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

_STEP_S = 0.05


def is_open(host: str, port: int) -> bool:
    """Whether something answers there."""
    try:
        with socket.create_connection((_reachable(host), port), timeout=1.0):
            return True
    except OSError:
        return False


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody uses now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        listener.bind((host, 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_open(host: str, port: int, patience_s: float, goes_on: Callable[[], bool]) -> bool:
    """Wait until something answers there; False after ``patience_s`` seconds, or when ``goes_on`` says to give up."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and goes_on():
        if is_open(host, port):
            return True
        time.sleep(_STEP_S)
    return False


def _reachable(host: str) -> str:
    """Where to reach a server that listens on ``host``; "every address" is reached on this machine's own."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
