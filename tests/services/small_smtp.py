# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail server of one process: takes letters over SMTP with a password, and refuses whom it is told to."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "station", "p@ss:word"


@dataclass
class Mailbox:
    """What arrived, and what the server answers instead of taking it."""

    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    passwords: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)  #: command -> answer

    @property
    def url(self) -> str:
        return f"smtp://{USER}:p%40ss%3Aword@127.0.0.1:{self.port}"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 small")
        while line := self.rfile.readline().decode().strip():
            name = line.partition(" ")[0].upper()
            if name == "QUIT":
                self._say("221 bye")
                return
            self._answer(name, line)

    def _answer(self, name: str, line: str) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        if name in box.refuse:
            self._say(box.refuse[name])
        elif name == "EHLO":
            self._say("250-small\r\n250 AUTH PLAIN")
        elif name == "AUTH":
            _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
            box.passwords.append(password)
            self._say("235 yes" if (user, password) == (USER, PASSWORD) else "535 no")
        elif name == "DATA":
            self._say("354 go on")
            box.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self._say("250 taken")
        else:
            if name == "RCPT":
                box.recipients.append(line.partition(":")[2].strip("<>"))
            self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def small_smtp() -> Iterator[Mailbox]:
    """A server on a port of its own, until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        box = Mailbox(port=server.server_address[1])
        server.box = box  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield box
        server.shutdown()
