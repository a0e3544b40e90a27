# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending a crate to a Terracite repository over its REST API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urlsplit

import httpx

from terracite.crate import archive
from terracite.crate.read import Crate
from terracite.crate.receipts import Receipt
from terracite.errors import ServiceError
from terracite.services import http, tus

Progress = Callable[[int, int], None]  #: called with (done, total), in bytes
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CRATES, UPLOADS = "/api/v1/crates", "/api/v1/uploads"
RESUMABLE_FROM_BYTES = 64_000_000  #: below, beginning again costs less
ANSWER_S = 600.0  #: the repository reads and hashes everything before it answers


def send(
    crate: Crate,
    url: str,
    token: str,
    progress: Progress | None = None,
    *,
    disciplines: Sequence[str] = (),
    deposit_title: str = "",
    submit: bool = False,
) -> Receipt:
    """Send ``crate`` as one zip, streamed, to the repository at ``url``; returns what it answered.

    A large one goes in pieces: after an interruption, the same call goes on from where the repository is. The
    repository puts it in the deposit ``deposit_title``, on the desks of ``disciplines``, and submits it to
    moderation when ``submit``. Sending the same crate again is harmless: its uuid and checksums are known.
    """
    address = checked_address(url)
    total = archive.zip_bytes(crate.folder)
    wishes = {"discipline": list(disciplines), "deposit": deposit_title, "submit": str(submit).lower()}
    params = {name: value for name, value in wishes.items() if value}
    with http.client(address, token=token) as connection:
        location = _in_pieces(connection, crate, total, progress) if total >= RESUMABLE_FROM_BYTES else ""
        if location:
            params["upload"] = location.rpartition("/")[2]
            answer = http.ask(connection, "POST", CRATES, wait_s=ANSWER_S, params=params)
        else:
            answer = http.ask(
                connection,
                "POST",
                CRATES,
                wait_s=ANSWER_S,
                params=params,
                headers={"Content-Type": "application/zip", "Content-Length": str(total)},
                content=_told(archive.zip_chunks(crate.folder), total, progress),
            )
    return receipt_of(http.answered_json(answer), address, crate.content_hash)


def still_there(url: str, token: str, identifier: str) -> bool:
    """Whether the repository at ``url`` still knows the dataset that a receipt speaks of."""
    with http.client(checked_address(url), token=token) as connection:
        try:
            http.ask(connection, "GET", f"/api/v1/datasets/{quote(identifier, safe='')}")
        except ServiceError as error:
            if error.status in {403, 404, 410}:
                return False
            raise
    return True


def receipt_of(answer: object, target: str, snapshot: str) -> Receipt:
    """The receipt for what ``target`` answered: an object with identifier, url, state and doi."""
    if not isinstance(answer, dict) or not answer.get("identifier"):
        raise ServiceError(f"{target} did not say under which identifier it took the crate.")
    return Receipt(
        target=target,
        identifier=str(answer["identifier"]),
        url=str(answer.get("url") or ""),
        state=str(answer.get("state") or ""),
        doi=str(answer.get("doi") or ""),
        at=dt.datetime.now(dt.UTC),
        snapshot=snapshot,
    )


def checked_address(url: str) -> str:
    """``url`` without its last slash; `ServiceError` when it is no web address, or would show the token to others."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ServiceError(f"'{url}' is not the address of a repository.", hint="Give https://... or 'here'.")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ServiceError(f"'{url}' would send your token in clear.", hint="Use its https:// address.")
    return url.rstrip("/")


def _in_pieces(connection: httpx.Client, crate: Crate, total: int, progress: Progress | None) -> str:
    """Where the whole zip is then; "" for a repository that takes no pieces."""
    try:
        known = http.answered_json(http.ask(connection, "GET", UPLOADS))
    except ServiceError as error:
        if error.status in {404, 405}:  # one of before 2026-12
            return ""
        raise
    same = [one for one in known if one["length"] == total and one["metadata"].get("crate") == crate.content_hash]
    said = {"filename": f"{crate.name}.zip", "crate": crate.content_hash}
    location = str(same[0]["url"]) if same else tus.begin(connection, UPLOADS, total, said)
    tus.send(connection, location, total, lambda offset: _from(crate, offset), progress or (lambda _done, _total: None))
    return location


def _from(crate: Crate, offset: int) -> Iterator[bytes]:
    """The zip from ``offset`` on; what is before has to be read again, for the checksums at its end."""
    for chunk in archive.zip_chunks(crate.folder):
        if offset < len(chunk):
            yield chunk[offset:]
        offset = max(0, offset - len(chunk))


def _told(chunks: Iterator[bytes], total: int, progress: Progress | None) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if progress:
            progress(done, total)
