# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending a crate to a Terracite repository over its REST API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from terracite.crate import archive
from terracite.crate.read import Crate
from terracite.crate.receipts import Receipt
from terracite.errors import ServiceError
from terracite.services import http

Progress = Callable[[int, int], None]  #: called with (done, total), in bytes
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
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

    The repository puts it in the deposit ``deposit_title``, on the desks of ``disciplines``, and submits it to
    moderation when ``submit``. Sending the same crate again is harmless: its uuid and checksums are known.
    """
    address = checked_address(url)
    total = archive.zip_bytes(crate.folder)
    wishes = {"discipline": list(disciplines), "deposit": deposit_title, "submit": str(submit).lower()}
    with http.client(address, token=token) as connection:
        answer = http.ask(
            connection,
            "POST",
            "/api/v1/crates",
            wait_s=ANSWER_S,
            params={name: value for name, value in wishes.items() if value},
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


def _told(chunks: Iterator[bytes], total: int, progress: Progress | None) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if progress:
            progress(done, total)
