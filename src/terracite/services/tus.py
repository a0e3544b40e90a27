# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending many bytes over a network that may break: the client's side of tus 1.0."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping

import httpx

from terracite.errors import ServiceError
from terracite.services import http

PIECE_BYTES = 64 << 20
PIECE_S = 600.0  #: a piece over a slow line
WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  #: before each new try; then it is left to a later run
TUS = {"Tus-Resumable": "1.0.0"}
_WORTH_A_RETRY = frozenset({409, 423, 460})
Source = Callable[[int], Iterator[bytes]]  #: the bytes from an offset on


def begin(connection: httpx.Client, path: str, length: int, said: Mapping[str, str]) -> str:
    """Announce ``length`` bytes at ``path``; returns the address of the upload."""
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(said)}
    answer = http.ask(connection, "POST", path, headers=headers)
    location = answer.headers.get("Location", "")
    if not location:
        raise ServiceError(f"{connection.base_url.host} did not say where to send the bytes.")
    return str(location)


def send(
    connection: httpx.Client, location: str, length: int, source: Source, told: Callable[[int, int], None]
) -> None:
    """Send what is missing of an upload, piece by piece; waits and goes on when the connection breaks.

    Raises `ServiceError` when it is refused, or still broken after a minute without a byte: what was sent stays there,
    for the next call.
    """
    tries, reached, before = 0, -1, -1

    def tell(done: int, total: int) -> None:
        nonlocal reached
        reached = done
        told(done, total)

    while True:
        try:
            return _send_from(connection, location, length, source, tell)
        except ServiceError as error:
            if not error.retry and error.status not in _WORTH_A_RETRY:
                raise
            tries, before = (0, reached) if reached > before else (tries, before)
            if tries == len(WAITS_S):
                hint = "Run the same command again later: it goes on from where it is."
                raise ServiceError(error.message, hint=hint, status=error.status, retry=True) from error
            time.sleep(WAITS_S[tries])
            tries += 1


def metadata(said: Mapping[str, str]) -> str:
    """The value of ``Upload-Metadata``."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def _send_from(
    connection: httpx.Client, location: str, length: int, source: Source, told: Callable[[int, int], None]
) -> None:
    """Pieces from the offset that the server knows to the end; an empty one where it has every byte already.

    For it may have had no room or no store at that moment: the last piece, sent again, says whether the file is kept.
    """
    offset = _offset(http.ask(connection, "HEAD", location, headers=TUS))
    told(offset, length)
    chunks = _Pieces(source(offset), lambda sent: told(sent, length), offset)
    while True:
        count = min(PIECE_BYTES, length - offset)
        headers = {
            **TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(count),
        }
        answer = http.ask(
            connection, "PATCH", location, wait_s=PIECE_S, headers=headers, content=chunks.next_piece(count)
        )
        offset = _offset(answer)
        if offset >= length:
            return


class _Pieces:
    """Cuts chunks of any size into pieces of given sizes."""

    def __init__(self, chunks: Iterator[bytes], told: Callable[[int], None], offset: int) -> None:
        self._chunks, self._told, self._sent = chunks, told, offset
        self._rest = b""

    def next_piece(self, count: int) -> Iterator[bytes]:
        """The next ``count`` bytes; fewer where the chunks end."""
        while count:
            chunk = self._rest or next(self._chunks, b"")
            if not chunk:
                return
            now, self._rest = chunk[:count], chunk[count:]
            count -= len(now)
            yield now
            self._sent += len(now)
            self._told(self._sent)


def _offset(answer: httpx.Response) -> int:
    text = answer.headers.get("Upload-Offset", "")
    if not text.isdigit():
        raise ServiceError(f"{answer.url.host} does not speak tus 1.0.", status=answer.status_code)
    return int(text)
