# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small DataCite, faithful in what matters here (rules read in its server, github.com/datacite/lupo, 2026-11).

Basic authentication; drafts and registered DOIs hidden from others (404); PUT creates (201) or updates (200); an
event that does not fit the state is ignored in silence; a URL and valid XML are demanded of registered and
findable DOIs only (422); foreign prefixes are forbidden (403); only drafts are deleted (405 otherwise). It can be
told to answer anything else next, or nothing at all.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from lxml import etree

PREFIX = "10.80000"
USER, PASSWORD = "DEMO.TERRACITE", "sésame:ouvre-toi"  # fictitious
KERNEL = "{http://datacite.org/schema/kernel-4}"
MANDATORY = ("identifier", "creators", "titles", "publisher", "publicationYear", "resourceType")
#: event -> {state before: state after}
EVENTS = {
    "register": {"draft": "registered"},
    "publish": {"draft": "findable", "registered": "findable"},
    "hide": {"findable": "registered"},
}


@dataclass
class Planned:
    """What to answer next instead of the truth."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    after_doing: bool = False  #: what is asked is done first, and only the answer is this


class FakeDataCite:
    """Runs on a free local port while it is used as a context."""

    def __init__(self) -> None:
        self.dois: dict[str, dict[str, Any]] = {}
        self.planned: list[Planned] = []
        self.seen: list[tuple[str, str]] = []  #: (method, path) of every request
        self.agents: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FakeDataCite:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, doi: str, account: str, body: bytes) -> tuple[int, Any]:
        """(status, JSON) of one request; ``account`` is "" for a stranger, "wrong" for bad credentials."""
        if account == "wrong" or (method != "GET" and not account):
            return 401, _error(401, "Bad credentials.")
        known = self.dois.get(doi)
        if method == "GET":
            visible = known is not None and (account or known["state"] == "findable")
            return (
                (200, _shown(doi, known))
                if visible
                else (404, _error(404, "The resource you are looking for doesn't exist."))
            )
        if method == "DELETE":
            return self._delete(doi, known)
        return self._put(doi, known, body)

    def _delete(self, doi: str, known: dict[str, Any] | None) -> tuple[int, Any]:
        if known is None:
            return 404, _error(404, "The resource you are looking for doesn't exist.")
        if known["state"] != "draft":
            return 405, _error(405, "Method not allowed")
        del self.dois[doi]
        return 204, None

    def _put(self, doi: str, known: dict[str, Any] | None, body: bytes) -> tuple[int, Any]:
        try:
            given = json.loads(body)["data"]["attributes"]
        except (ValueError, KeyError, TypeError):
            return 400, _error(400, "You need to provide a payload following the JSONAPI spec")
        if not doi.startswith(f"{PREFIX}/"):
            return 403, _error(403, "You are not authorized to access this resource.")
        changed = (known or {"state": "draft", "url": None, "xml": None}) | {
            name: given[name] for name in ("url", "xml") if name in given
        }
        changed["state"] = self._after(changed, given.get("event", ""))
        if faults := _faults(changed):
            return 422, {"errors": [{"source": name, "uid": doi, "title": title} for name, title in faults]}
        self.dois[doi] = changed
        return (201 if known is None else 200), _shown(doi, changed)

    def _after(self, doi: dict[str, Any], event: str) -> str:
        if doi["state"] == "draft" and not doi["url"]:  # not registerable: ignored, not refused
            return "draft"
        return EVENTS.get(event, {}).get(doi["state"], doi["state"])


def _faults(doi: dict[str, Any]) -> list[tuple[str, str]]:
    if doi["state"] == "draft":
        return []
    faults = []
    if not re.match(r"(ftp|http|https)://\S+", doi["url"] or ""):
        faults.append(("url", "URL is not valid" if doi["url"] else "Can't be blank"))
    try:
        root = etree.fromstring(base64.b64decode(doi["xml"] or ""))
    except etree.XMLSyntaxError:
        return [*faults, ("xml", "Can't be blank")]
    missing = [name for name in MANDATORY if root.find(f"{KERNEL}{name}") is None]
    return faults + [("xml", f"Missing child element(s). Expected is {name}.") for name in missing]


def _shown(doi: str, known: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"id": doi, "type": "dois", "attributes": {"doi": doi, **known}}}


def _error(status: int, title: str) -> dict[str, Any]:
    return {"errors": [{"status": str(status), "title": title}]}


def _handler(fake: FakeDataCite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # one packet per answer: else the two ends wait 40 ms for each other

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            fake.seen.append((self.command, self.path))
            fake.agents.add(self.headers["user-agent"])
            plan = fake.planned.pop(0) if fake.planned else None
            doi = unquote(self.path).removeprefix("/dois/").lower()
            if plan is None or plan.after_doing:
                status, content = fake.answer(self.command, doi, self.account(), body)
            if plan is not None:
                time.sleep(plan.wait_s)
                self.reply(plan.status, plan.body, plan.headers)
                return
            self.reply(status, b"" if content is None else json.dumps(content).encode(), {})

        def account(self) -> str:
            given = self.headers.get("authorization")
            if given is None:
                return ""
            right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            return USER if given == right else "wrong"

        def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in ({"content-type": "application/json; charset=utf-8"} | headers).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

        do_GET = do_PUT = do_POST = do_DELETE = handle_any  # noqa: N815 - the names http.server calls

    return Handler
