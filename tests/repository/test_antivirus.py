# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files go through clamd where one is set: a small clamd of ours stands for that other machine."""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as site

from terracite.config import Settings
from terracite.errors import ConfigError
from terracite.repository import checks, files, states, tasks
from terracite.services.antivirus import Scanner, TooLargeError, scanner_for

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  #: in two, for scanners of code
LARGEST = 1_000_000


class Clamd(socketserver.BaseRequestHandler):
    """INSTREAM as clamd does it."""

    def handle(self) -> None:
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self._read(4))[0]:
            content += self._read(length)
            if len(content) > LARGEST:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.request.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _read(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            found += self.request.recv(length - len(found))
        return found


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    place = str(tmp_path / "clamd.ctl")
    with socketserver.ThreadingUnixStreamServer(place, Clamd) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"unix://{place}"
        server.shutdown()


def test_what_clamd_answers(clamd):
    scanner = scanner_for(Settings(antivirus_url=clamd))

    assert scanner is not None
    assert scanner.infection([b"data", b"", b"more"]) == ""
    assert scanner.infection([EICAR[:10], EICAR[10:]]) == "Eicar-Signature"
    with pytest.raises(TooLargeError, match="does not take a file of this size"):
        scanner.infection([b"x" * (LARGEST + 1)])


def test_addresses_of_antivirus():
    assert scanner_for(Settings()) is None
    assert scanner_for(Settings(antivirus_url="tcp://scan.example.org")) == Scanner(("scan.example.org", 3310))
    for wrong in ("clamd", "tcp://", "http://a:3310", "tcp://a:port"):
        with pytest.raises(ConfigError, match="names no antivirus"):
            scanner_for(Settings(antivirus_url=wrong))


def use(settings, url: str) -> None:
    settings.TERRACITE = replace(site.TERRACITE, antivirus_url=url)


def test_an_infected_file_is_put_aside_with_words(draft, cast, settings, clamd):
    use(settings, clamd)
    looked = files.inspect_file(files.add_file(draft, cast.alice, "notes.bin", io.BytesIO(EICAR)))

    assert (looked.state, looked.facts) == ("quarantined", {})
    assert looked.problem == "The antivirus found 'Eicar-Signature' in 'notes.bin'."


def test_a_file_too_large_for_the_scanner_goes_on_and_says_so(draft, cast, settings, clamd):
    use(settings, clamd)
    looked = files.inspect_file(files.add_file(draft, cast.alice, "a.txt", io.BytesIO(b"long words " * 100_000)))

    assert (looked.state, looked.format) == ("ok", "Text")
    assert looked.problem.startswith("The antivirus does not take a file of this size")
    told = {one.rule: one.message.en for one in checks.findings(looked.version) if one.rule.startswith("file_not_")}
    assert told == {"file_not_scanned": f"'a.txt': {looked.problem}"}


def test_nothing_goes_on_unscanned_while_the_scanner_is_down(draft, cast, settings, tmp_path, clamd):
    use(settings, f"unix://{tmp_path}/nobody")
    waiting = files.inspect_file(files.add_file(draft, cast.alice, "a.txt", io.BytesIO(b"plain words")))

    assert waiting.state == "scanning"
    assert waiting.problem.startswith("The antivirus does not answer")
    assert waiting.state not in {states.FileState.OK, states.FileState.QUARANTINED}

    use(settings, clamd)
    tasks.inspect_pending()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("ok", "")


def test_a_scanner_that_is_down_holds_nothing_up_and_all_is_read_once_it_is_back(
    draft, cast, settings, tmp_path, clamd, monkeypatch
):
    use(settings, f"unix://{tmp_path}/nobody")
    for number in range(6):
        files.add_file(draft, cast.alice, f"{number}/cover.txt", io.BytesIO(b"words"))
    asked = []
    scanned = files._scanned
    monkeypatch.setattr(files, "_scanned", lambda stored: (asked.append(stored.path), scanned(stored))[1])

    assert [tasks.inspect_pending() for _ in range(3)] == [0, 0, 0]
    assert len(asked) == 6  # two of a round
    # nobody waits behind one that gets no answer
    assert set(asked[:4]) == {f"{number}/cover.txt" for number in range(4)}

    use(settings, clamd)
    assert tasks.inspect_pending() == 6
    assert {file.state for file in draft.files.all()} == {"ok"}
