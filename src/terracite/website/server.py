# SPDX-License-Identifier: AGPL-3.0-or-later
"""Website, worker and database with one command: the web server's processes (granian) and the worker are its children.

They stop together, cleanly, on SIGINT and SIGTERM; when the parent is killed outright, they follow within a second.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from wsgiref.util import setup_testing_defaults

from terracite.config import Settings, load
from terracite.errors import ServiceError
from terracite.repository.instance import environment, open_instance
from terracite.services import ports

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
THREADS = 16  #: at most, of each web process: a slow download or upload keeps one to itself
GARBAGE = (20_000, 20, 20)  #: after how many new objects Python looks for what nobody uses any more
STOP_S = 15
START_S = 60.0
WORKER_PAUSE_S = 1.0
_EVERYWHERE = {"0.0.0.0", "::"}
LOG_NAME = "serve.log"


def with_address(settings: Settings, host: str, port: int) -> Settings:
    """The settings of an instance that listens there; a public address that was chosen is kept."""
    name = DEFAULT_HOST if host in _EVERYWHERE else host
    shown = f"[{name}]" if ":" in name else name
    base_url = f"http://{shown}:{port}" if settings.base_url == Settings().base_url else settings.base_url
    hosts = settings.allowed_hosts if shown in settings.allowed_hosts else (*settings.allowed_hosts, shown)
    return replace(settings, base_url=base_url, allowed_hosts=hosts)


def serve(
    settings: Settings,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    ready: Callable[[Settings], None] = lambda _settings: None,
) -> None:
    """Serve the instance until SIGINT or SIGTERM; ``ready`` is called once it answers.

    Raises `ServiceError` when something else uses the port.
    """
    _check_free(host, port)
    settings = open_instance(with_address(settings, host, port))
    _close_database()
    # granian would fork this process: threads and locks of libraries used before do not survive that, and it hangs
    multiprocessing.set_start_method("spawn", force=True)
    worker = _Worker()
    server = _web_server(host, port, web_processes(settings))
    server.on_startup(worker.start)
    server.on_shutdown(worker.stop)
    threading.Thread(target=_announce, args=(settings, host, port, ready), daemon=True).start()
    try:
        server.serve()
    finally:
        worker.stop()


def web_processes(settings: Settings) -> int:
    """How many processes answer requests: what is set, else one for each core, two at most."""
    return settings.web_processes if settings.web_processes > 0 else min(2, os.cpu_count() or 1)


def application() -> WSGIHandler:
    """The website for one of the web server's processes, which goes when its parent is gone."""
    from terracite.website.worker import when_orphaned

    when_orphaned(lambda: os._exit(1))
    logging.getLogger("django.request").setLevel(logging.ERROR)  # what readers mistype is not an event
    from terracite.website.wsgi import application as website

    _warm(website)
    # what is loaded stays: to look through it for garbage at every few requests is work for nothing
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    return website


def _warm(website: WSGIHandler) -> None:
    """Make a page for nobody: what is loaded when it is first needed is there for the first reader.

    Not one that searches: that would make a missing index first, and nobody would be answered meanwhile.
    """
    from django.conf import settings

    host = next(iter(settings.ALLOWED_HOSTS), "*").lstrip(".").replace("*", "localhost")
    environ: dict[str, object] = {"HTTP_HOST": host, "PATH_INFO": "/account/login/"}
    setup_testing_defaults(environ)
    try:
        website(environ, lambda *_: bytes).close()
    except Exception:  # its reader will be told
        logging.getLogger(__name__).exception("The first page could not be made.")


@dataclass
class Background:
    """A server running beside this process; leaving the ``with`` block stops it."""

    settings: Settings
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it answers, without a trailing slash."""
        return self.settings.base_url

    def stop(self) -> int:
        """Stop it cleanly and return its exit code; it is killed when it does not stop."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_S + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_background(settings: Settings, host: str = DEFAULT_HOST, port: int = 0) -> Background:
    """Start the instance in another process and return once it answers; ``port`` 0 takes a free one.

    What it writes goes to ``serve.log`` in its data folder. Raises `ServiceError` with the end of that file when it
    does not start.
    """
    port = port or ports.free_port(host)
    _check_free(host, port)
    settings = with_address(replace(settings, data_dir=settings.data_dir.absolute()), host, port)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / LOG_NAME
    command = [sys.executable, "-m", "terracite.website.server", host, str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | environment(settings), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    running = Background(settings, process)
    if not ports.wait_until_open(host, port, START_S, lambda: process.poll() is None):
        running.stop()
        raise ServiceError(f"The server did not start: {_end_of(log)}", hint=f"See '{log}'.")
    return running


class _Worker:
    """The worker's process, started again when it ends before it is told to."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = self._spawn()
        threading.Thread(target=self._keep, name="keep-worker", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "terracite.website.worker"], stdin=subprocess.DEVNULL)

    def _keep(self) -> None:
        while self._process is not None:
            self._process.wait()
            if self._stopping.wait(WORKER_PAUSE_S):
                return
            self._process = self._spawn()


def _web_server(host: str, port: int, processes: int):  # type: ignore[no-untyped-def]  # granian's types are not followed
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        "terracite.website.server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.error,
    )


def _check_free(host: str, port: int) -> None:
    """Granian shares a port with another granian without a word: ask first."""
    if ports.is_open(host, port):
        raise ServiceError(
            f"Another program uses port {port} of {host}.", hint="Stop it, or choose another one with --port."
        )


def _close_database() -> None:
    from django.db import connections

    connections.close_all()


def _announce(settings: Settings, host: str, port: int, ready: Callable[[Settings], None]) -> None:
    if ports.wait_until_open(host, port, START_S, lambda: True):
        ready(settings)


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " ".join(lines[-3:]) or "it said nothing."


if __name__ == "__main__":
    serve(load(), sys.argv[1], int(sys.argv[2]))
