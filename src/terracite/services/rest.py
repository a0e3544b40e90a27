# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calling Terracite's REST API: JSON in and out, each call repeated until it is answered, never done twice.

What the server may be unable to answer (no connection, 429, 5xx) is asked again after a pause, with the same
``Idempotency-Key``: the repository answers a repeated call as it did the first time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

from terracite.errors import Problem, ServiceError
from terracite.services import http

PREFIX = "/api/v1"
WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  #: before each new try
LONGEST_WAIT_S = 120.0  #: that is obeyed, when the server says how long
CHUNK_BYTES = 1 << 20
Progress = Callable[[int, int], None]  #: called with (done, total), in bytes
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class RefusedError(ServiceError):
    """The repository refused a call: ``code`` for programs, every problem, and both values of conflicting fields."""

    def __init__(self, status: int, content: Mapping[str, Any]) -> None:
        message = str(content.get("message") or content.get("error") or f"The repository answered {status}.")
        super().__init__(message, hint=str(content.get("cure") or ""), status=status)
        self.code = str(content.get("code") or "")
        self.problems = tuple(
            Problem(str(item.get("where", "")), str(item.get("what", "")), str(item.get("cure", "")))
            for item in content.get("problems") or ()
        )
        self.conflicts = tuple(content.get("conflicts") or ())

    def __str__(self) -> str:
        listed = [problem for problem in self.problems if problem.where]
        return "\n".join([super().__str__(), *(f"  - {problem}" for problem in listed)])


class Api:
    """One repository, called in the name of a token's person, or of nobody."""

    def __init__(self, url: str, token: str = "", language: str = "en") -> None:
        self.url, self.language = url, language
        self.connection = http.client(url, token=token)
        self.connection.headers["Accept-Language"] = language

    def __enter__(self) -> Api:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, **params: object) -> Any:
        """The JSON at ``path`` (below /api/v1, or a full address that an answer gave)."""
        return self._json(
            "GET", path, params={name: value for name, value in params.items() if value not in ("", None)}
        )

    def post(self, path: str, body: Mapping[str, object] | None = None, *, key: str = "") -> Any:
        """``key``: names the call, so that a later run of the same program does not do it twice either."""
        return self._json("POST", path, json=dict(body or {}), headers={"Idempotency-Key": key or str(uuid4())})

    def patch(self, path: str, body: Mapping[str, object]) -> Any:
        return self._json("PATCH", path, json=dict(body))

    def put(self, path: str, body: Mapping[str, object]) -> Any:
        return self._json("PUT", path, json=dict(body))

    def delete(self, path: str, **params: str) -> Any:
        return self._json("DELETE", path, params=params)

    def send(self, path: str, file: Path, sha256: str) -> Any:
        """A small file whole; kept only when it arrives with that checksum."""
        digest = {"sha256": sha256}
        return self._json("PUT", path, content=lambda: file.read_bytes(), params=digest)

    def pages(self, path: str, **params: object) -> Iterator[Any]:
        """Every item of a list, page after page."""
        content = self.get(path, **params)
        while True:
            yield from content["items"]
            if not content.get("next"):
                return
            content = self.get(self._below(content["next"]))

    def fetch(self, path: str, target: Path, length: int, sha256: str, told: Progress) -> None:
        """The bytes at ``path`` in the file ``target``: goes on from what is there, and again when it breaks.

        Raises `ServiceError` when what came has not ``sha256``; what came of it is removed then.
        """
        part = target.with_name(target.name + ".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        self._patiently(lambda: self._more(path, part, length, told))
        if digest_of(part) != sha256:
            part.unlink()
            raise ServiceError(f"'{target.name}' did not come as it was published.", hint="Fetch it again.", retry=True)
        part.replace(target)

    def _more(self, path: str, part: Path, length: int, told: Progress) -> None:
        """What is missing of the file, or as much as comes."""
        done = part.stat().st_size if part.exists() else 0
        if done > length:
            part.unlink()
            done = 0
        if done == length:
            part.touch()
            told(done, length)
            return
        headers = (
            {"Range": f"bytes={done}-", "Accept-Encoding": "identity"} if done else {"Accept-Encoding": "identity"}
        )
        with http.streamed(self.connection, "GET", PREFIX + path, headers=headers) as answer:
            if answer.status_code not in {200, 206}:
                answer.read()
                raise _refusal(answer)
            with part.open("ab" if answer.status_code == 206 else "wb") as file:
                for chunk in answer.iter_bytes(CHUNK_BYTES):
                    file.write(chunk)
                    told(file.tell(), length)
        if part.stat().st_size < length:
            raise ServiceError(f"{self.connection.base_url.host} ended too early.", retry=True)

    def _json(self, method: str, path: str, **request: Any) -> Any:
        answer = self._patiently(lambda: self._once(method, path, **request))
        return http.answered_json(answer) if answer.content else None

    def _once(self, method: str, path: str, **request: Any) -> httpx.Response:
        if callable(request.get("content")):
            request["content"] = request["content"]()
        answer = http.told(self.connection, method, PREFIX + path, **request)
        if not answer.is_success:
            raise _refusal(answer)
        return answer

    def _patiently(self, do: Callable[[], Any]) -> Any:
        for wait_s in (*WAITS_S, None):
            try:
                return do()
            except ServiceError as error:
                if wait_s is None or not error.retry:
                    raise
                time.sleep(min(LONGEST_WAIT_S, max(wait_s, getattr(error, "wait_s", 0.0))))
        raise AssertionError

    def _below(self, address: str) -> str:
        """A path of ours, whatever name the server calls itself by: the token goes nowhere else."""
        return address.partition(PREFIX)[2] if PREFIX in address else address


class _BusyError(RefusedError):
    """It may work later; ``wait_s``: how long the server wants to be left alone."""

    def __init__(self, status: int, content: Mapping[str, Any], wait_s: float) -> None:
        super().__init__(status, content)
        self.retry, self.wait_s = True, wait_s


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refusal(answer: httpx.Response) -> ServiceError:
    """The error that an answer tells, in the words of the repository where it has some."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    status = answer.status_code
    if status in _AGAIN:
        wait = answer.headers.get("Retry-After", "")
        return _BusyError(status, content if isinstance(content, dict) else {}, float(wait) if wait.isdigit() else 0.0)
    if isinstance(content, dict) and ("message" in content or "error" in content):
        return RefusedError(status, content)
    return http.refusal(answer)
