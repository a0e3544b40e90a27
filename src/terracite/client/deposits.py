# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deposit: a group of datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from terracite.client.datasets import Dataset
from terracite.client.values import NOTHING, Invitation, read
from terracite.client.version import changes_of
from terracite.record.model import Text
from terracite.services.rest import Api


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit as it was when it was read."""

    identifier: str = ""
    title: Text = NOTHING
    description: Text = NOTHING
    disciplines: tuple[str, ...] = ()
    url: str = ""
    role: str = ""  #: one's own: owner, editor, reader or none
    edit: int = 0
    common: Mapping[str, Any] = field(default_factory=dict)
    _api: Api = field(default=None, repr=False, compare=False)  # type: ignore[assignment]

    @classmethod
    def of(cls, api: Api, content: Mapping[str, Any]) -> Deposit:
        """From what a repository answered."""
        return replace(read(cls, content), _api=api)

    def create_dataset(self, *, key: str = "", **fields: object) -> Dataset:
        """A draft in it, with fields as for `Dataset.describe`. ``key``: as for `Client.create_deposit`."""
        body = {"changes": changes_of(fields, self._api.language)}
        return Dataset.of(self._api, self._api.post(f"/deposits/{self.identifier}/datasets", body, key=key))

    def datasets(self) -> Iterator[Dataset]:
        """The versions in it that one may see, newest first."""
        return (Dataset.of(self._api, item) for item in self._api.pages("/datasets", deposit=self.identifier))

    def describe(self, **fields: object) -> Deposit:
        """Change what it says of itself (title, abstract, disciplines) and for its datasets (licence, creators...)."""
        body = {"changes": changes_of(fields, self._api.language), "edit": self.edit}
        return Deposit.of(self._api, self._api.patch(f"/deposits/{self.identifier}", body))

    def share(self, person: str, role: str = "editor") -> None:
        """With somebody who has an account, by user name or ORCID; as an "editor" or a "reader"."""
        self._api.put(f"/deposits/{self.identifier}/members/{person}", {"role": role})

    def invite(self, email: str, role: str = "editor") -> Invitation:
        """Somebody who may have no account yet: a letter with a link goes to that address."""
        body = {"email": email, "role": role}
        return read(Invitation, self._api.post(f"/deposits/{self.identifier}/invitations", body))

    def invitations(self) -> tuple[Invitation, ...]:
        """Those that nobody took up yet; for its owner."""
        found = self._api.get(f"/deposits/{self.identifier}/invitations")["items"]
        return tuple(read(Invitation, item) for item in found)

    def call_back(self, invitation: int) -> None:
        """Make an invitation worthless."""
        self._api.delete(f"/deposits/{self.identifier}/invitations/{invitation}")

    def give_away(self, username: str) -> Deposit:
        """To somebody it is shared with; one stays as an editor."""
        body = {"username": username}
        return Deposit.of(self._api, self._api.post(f"/deposits/{self.identifier}/give-away", body))

    def unshare(self, username: str) -> None:
        """With this person no more."""
        self._api.delete(f"/deposits/{self.identifier}/members/{username}")
