# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking ClamAV about a file: clamd's INSTREAM, over TCP or a socket of this machine."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from terracite.config import Settings
from terracite.errors import ConfigError, ServiceError

_CHUNK_BYTES = 1 << 18
_TIMEOUT_S = 120.0
_LONGEST_ANSWER = 4096
_CURE = "It is asked again by itself; see that clamd runs and that 'antivirus_url' names it."


class TooLargeError(ServiceError):
    """The scanner does not take that many bytes, now or later."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd to ask. ``address``: a host and a port, or the path of a socket."""

    address: tuple[str, int] | str
    timeout_s: float = _TIMEOUT_S

    def infection(self, content: Iterable[bytes]) -> str:
        """The name of what was found in ``content``, "" for nothing.

        Raises `TooLargeError` when there are more bytes than it takes, another `ServiceError` (to be tried again) when
        it does not answer or could not look.
        """
        try:
            with self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                answer = self._answer(connection, content)
        except OSError as error:
            raise ServiceError(f"The antivirus does not answer: {error}.", hint=_CURE, retry=True) from error
        return _verdict(answer)

    def _connected(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, timeout=self.timeout_s)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout_s)
        try:
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection

    def _answer(self, connection: socket.socket, content: Iterable[bytes]) -> str:
        try:
            for part in content:
                for start in range(0, len(part), _CHUNK_BYTES):
                    chunk = part[start : start + _CHUNK_BYTES]
                    connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it answers before the end when the file is over its limit
        received = b""
        while not received.endswith(b"\0") and len(received) < _LONGEST_ANSWER:
            part = connection.recv(_LONGEST_ANSWER)
            if not part:
                break
            received += part
        return received.rstrip(b"\0\n").decode("utf-8", "replace")


def scanner_for(settings: Settings) -> Scanner | None:
    """The scanner that the settings name; None when there is none."""
    url = settings.antivirus_url
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return Scanner(parts.path)
    try:
        if parts.scheme == "tcp" and parts.hostname:
            return Scanner((parts.hostname, parts.port or 3310))
    except ValueError:  # a port that is none
        pass
    raise ConfigError(
        f"'{url}' names no antivirus.", hint="Write tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl."
    )


def _verdict(answer: str) -> str:
    """clamd answers "stream: OK", "stream: NAME FOUND" or words and "ERROR"."""
    said = answer.partition(":")[2].strip()
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    if "size limit exceeded" in answer:
        raise TooLargeError(
            "The antivirus does not take a file of this size: it was not scanned.",
            hint="Raise StreamMaxLength in the settings of clamd.",
        )
    raise ServiceError(f"The antivirus could not look: {answer or 'no answer'}.", hint=_CURE, retry=True)
