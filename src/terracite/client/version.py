# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every verb of a version stands on: its state as it was read, its address, its moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from terracite.client.values import NOTHING, read
from terracite.record.model import Text
from terracite.services.rest import Api

#: fields in both languages: plain text goes to the client's language
_TEXTS = {"title": "title", "abstract": "abstract", "lineage": "lineage.statement"}


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was when it was read; what changes it returns the new state."""

    identifier: str = ""
    version: int = 1
    title: Text = NOTHING
    state: str = ""
    access: str = ""
    doi: str = ""
    concept_doi: str = ""
    deposit: str = ""
    url: str = ""  #: its page
    form: str = ""  #: where a person goes on with a draft of theirs
    edit: int = 0
    moves: tuple[str, ...] = ()  #: what one may do now
    record: Mapping[str, Any] = field(default_factory=dict)
    _api: Api = field(default=None, repr=False, compare=False)  # type: ignore[assignment]

    @classmethod
    def of(cls, api: Api, content: Mapping[str, Any]) -> Self:
        """From what a repository answered."""
        return replace(read(cls, content), _api=api)

    def refreshed(self) -> Self:
        """As it is now."""
        return self.of(self._api, self._api.get(self._path))

    @property
    def _path(self) -> str:
        return f"/datasets/{self.identifier}/versions/{self.version}"

    def _moved(self, move: str, **body: object) -> Self:
        return self.of(self._api, self._api.post(f"{self._path}/{move}", body))


def changes_of(fields: Mapping[str, object], language: str) -> dict[str, object]:
    """Fields as the API takes them: plain text of a field in both languages goes to the client's."""
    return {
        f"{_TEXTS[name]}.{language}" if name in _TEXTS and isinstance(value, str) else name: value
        for name, value in fields.items()
    }
