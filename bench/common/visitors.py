# SPDX-License-Identifier: AGPL-3.0-or-later
"""People in front of a server: each has a connection, does something, thinks, and goes on. Light, as it shares the
machine with the server it measures."""

from __future__ import annotations

import asyncio
import random
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

Fields = list[tuple[str, str]]  #: names and values of a form, in the order of its page


@dataclass
class Seen:
    """What one kind of visitor waited for, in seconds, and what went wrong."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """In ms: what that share of the waits did not exceed."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Visitor:
    """One kept connection to the server."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self._port, self._streams = port, None
        self._cookies = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())

    async def ask(
        self, method: str, path: str, form: Fields | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body, which travels compressed, as browsers ask for it.

        A connection that the server closed meanwhile is opened again once.
        """
        body = urlencode(form or ()).encode()
        said = {"Host": f"127.0.0.1:{self._port}", "Content-Length": str(len(body)), "Accept-Encoding": "gzip"}
        said |= headers or {}
        if form is not None:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        if self._cookies:
            said["Cookie"] = self._cookies
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items())
        try:
            return await self._exchange(head.encode() + b"\r\n" + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            self._streams = None
            return await self._exchange(head.encode() + b"\r\n" + body)

    async def leave(self) -> None:
        """Close the connection: it belongs to the loop that opened it."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n"))
        }
        status = int(head.split()[1])
        if "chunked" in fields.get("transfer-encoding", ""):
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(fields.get("content-length", "0")))
        return status, zlib.decompress(body, 31) if fields.get("content-encoding") == "gzip" else body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readline(), 16):
        found += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return found


Act = Callable[[Visitor, int], Awaitable[str]]  #: does one thing, for the how-manieth time; returns what went wrong
Group = tuple[Sequence[Visitor], Sequence[Act], float]  #: visitors, what each of them does, how long they think


class Enough(Exception):  # noqa: N818  # not an error
    """Said by an act that has nothing to do any more: its visitor leaves."""


async def _live(visitor: Visitor, act: Act, think_s: float, until: float, seen: Seen, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, think_s))
    turn = 0
    while time.perf_counter() < until:
        start = time.perf_counter()
        try:
            wrong = await act(visitor, turn)
        except Enough:
            return
        seen.waits.append(time.perf_counter() - start)
        if wrong:
            seen.errors.append(wrong)
        turn += 1
        await asyncio.sleep(chance.uniform(0.5, 1.5) * think_s)


def at_once(groups: Sequence[Group], seconds: float) -> list[Seen]:
    """All groups together for that long, on connections that are opened with the first request of each."""

    async def run() -> list[Seen]:
        until, found, chance = time.perf_counter() + seconds, [Seen() for _ in groups], random.Random(0)
        lives = [
            _live(visitor, act, think_s, until, seen, chance)
            for (visitors, acts, think_s), seen in zip(groups, found, strict=True)
            for visitor, act in zip(visitors, acts, strict=True)
        ]
        await asyncio.gather(*lives)
        for visitors, _acts, _think_s in groups:
            for visitor in visitors:
                await visitor.leave()
        return found

    return asyncio.run(run())
