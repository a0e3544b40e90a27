# SPDX-License-Identifier: AGPL-3.0-or-later
"""A repository: who one is there, one's deposits, what is published."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from types import TracebackType

from terracite.client.datasets import Dataset
from terracite.client.deposits import Deposit
from terracite.client.values import Found, Option, Person, Waiting, read
from terracite.errors import ServiceError
from terracite.services.repository_client import checked_address
from terracite.services.rest import Api

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VERSION = re.compile(r"/(?:v|versions/)(\d+)\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


class Client:
    """A repository at ``url``. Without a token (or ``$TERRACITE_TOKEN``) it reads what is published.

    ``language``: in which errors and citations come, "en" or "fr".
    """

    def __init__(self, url: str, token: str | None = None, *, language: str = "en") -> None:
        known = os.environ.get("TERRACITE_TOKEN", "") if token is None else token
        self._api = Api(checked_address(url), known, language)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._api.close()

    def me(self) -> Person:
        """Whose token it is, and what it is good for."""
        return read(Person, self._api.get("/me"))

    def deposits(self) -> Iterator[Deposit]:
        """One's deposits and those shared with one, newest first."""
        return (Deposit.of(self._api, item) for item in self._api.pages("/deposits", mine="true"))

    def deposit(self, identifier: str) -> Deposit:
        """The deposit of that identifier."""
        return Deposit.of(self._api, self._api.get(f"/deposits/{identifier}"))

    def create_deposit(
        self, title: str, *, disciplines: Sequence[str], description: str = "", key: str = ""
    ) -> Deposit:
        """A new deposit. ``key``: names the call (no spaces), so that a program that is run again gets the same one."""
        tongue = self._api.language
        body = {
            "title": {tongue: title},
            "description": {tongue: description},
            "disciplines": list(disciplines),
        }
        return Deposit.of(self._api, self._api.post("/deposits", body, key=key))

    def datasets(self, *, mine: bool = True, state: str = "") -> Iterator[Dataset]:
        """Versions of one's datasets (or of all that one may see), newest first."""
        wanted = self._api.pages("/datasets", mine=str(mine).lower(), state=state)
        return (Dataset.of(self._api, item) for item in wanted)

    def dataset(self, name: str) -> Dataset:
        """The dataset of that identifier, DOI or address; of an identifier alone, the latest version one may see."""
        doi, found = _DOI.search(name), _UUID.search(name.lower())
        if found and not doi:
            version = _VERSION.search(name, found.end())
            path = f"/datasets/{found[0]}" + (f"/versions/{version[1]}" if version else "")
            return Dataset.of(self._api, self._api.get(path))
        for item in self._api.pages("/datasets", doi=doi[0] if doi else name):
            return Dataset.of(self._api, item).refreshed()
        raise ServiceError(
            f"There is no dataset '{name}' here.", hint="Check the DOI, identifier or address.", status=404
        )

    def search(self, text: str = "", *, page: int = 1, size: int = 20, **wanted: object) -> Found:
        """What is published; ``wanted``: bbox, start, end, discipline, format, licence, access, sort..."""
        return read(Found, self._api.get("/search", q=text, page=page, size=size, **wanted))

    def queue(self, **wanted: str) -> Iterator[Waiting]:
        """What waits at one's desks, oldest first; ``wanted``: whose, discipline, age, state, words."""
        return (read(Waiting, item) for item in self._api.pages("/desk/queue", **wanted))

    def accept_invitation(self, token: str) -> Deposit:
        """Take part in a deposit: with the link of the letter, or what it carries after "/invitations/"."""
        bare = token.rpartition("/invitations/")[2].strip("/")
        return Deposit.of(self._api, self._api.post(f"/invitations/{bare}/accept"))

    def find(self, kind: str, text: str) -> tuple[Option, ...]:
        """People, organisations, funders, keywords, standard-names or places: the best dozen."""
        return tuple(read(Option, item) for item in self._api.get(f"/find/{kind}", q=text)["items"])
