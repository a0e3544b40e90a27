# SPDX-License-Identifier: AGPL-3.0-or-later
"""What else is done with a version: seen, counted, shown to reviewers, asked for, described from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Self
from urllib.parse import quote

from terracite.client.values import AccessRequest, Link, Offered, Preview, Usage, read
from terracite.client.version import Version


class Shared(Version):
    """Readings, readers and sources of a version."""

    __slots__ = ()

    def usage(self) -> Usage:
        """How often it is read and taken: this version, its dataset, month by month."""
        return read(Usage, self._api.get(f"{self._path}/usage"))

    def preview(self, path: str) -> Preview:
        """How a file is shown: state, kind, legend, addresses of tiles and values; "waiting": ask again later."""
        return read(Preview, self._api.get(f"{self._path}/preview/{quote(path)}"))

    def ask_for_access(self, reason: str) -> AccessRequest:
        """To restricted files; the owner's answer comes to one's notices."""
        return read(AccessRequest, self._api.post(f"{self._path}/access-requests", {"reason": reason}))

    def access_requests(self) -> Iterator[AccessRequest]:
        """Newest first: all of them for its owner, for others their own."""
        return (read(AccessRequest, item) for item in self._api.pages(f"{self._path}/access-requests"))

    def answer_access(self, request: str, *, grant: bool, text: str = "", until: str = "") -> AccessRequest:
        """As its owner. ``until``: the last day the files are open ("2027-01-31"); a refusal needs ``text``."""
        body = {"grant": grant, "text": text, "until": until or None}
        return read(AccessRequest, self._api.post(f"{self._path}/access-requests/{request}/answer", body))

    def make_link(self, label: str = "", *, days: int = 90) -> Link:
        """An address that shows this unpublished version to whoever has it; it is told this once."""
        return read(Link, self._api.post(f"{self._path}/review-links", {"label": label, "days": days}))

    def links(self) -> tuple[Link, ...]:
        """The links that were made, newest first, without their addresses."""
        return tuple(read(Link, item) for item in self._api.get(f"{self._path}/review-links")["items"])

    def revoke_link(self, link: int) -> None:
        """It opens nothing any more."""
        self._api.delete(f"{self._path}/review-links/{link}")

    def offered_by(
        self, text: str = "", *, doi: str = "", dataset: str = "", row: int | None = None
    ) -> tuple[Offered, ...]:
        """What a description written elsewhere says, beside what the draft says; nothing is saved."""
        body = _source(text, doi, dataset, row)
        return tuple(read(Offered, item) for item in self._api.post(f"{self._path}/import/offer", body)["offers"])

    def import_from(
        self, text: str = "", *, doi: str = "", dataset: str = "", row: int | None = None,
        fields: Iterable[str] | None = None,
    ) -> Self:  # fmt: skip
        """Take ``fields`` of a description written elsewhere, or only those that the draft leaves empty."""
        chosen = None if fields is None else list(fields)
        self._api.post(f"{self._path}/import", {**_source(text, doi, dataset, row), "fields": chosen})
        return self.refreshed()

    def inherit(self, field: str) -> Self:
        """With the deposit's value of this field again."""
        return self._moved("inherit", field=field)

    def take_back_correction(self) -> Self:
        """A correction that waits for its desk, as its owner."""
        return self._moved("correction/take-back")

    def write_to_contacts(self, text: str, *, copy: bool = False) -> None:
        """A letter to the contact persons of a public dataset, in one's own name and address."""
        self._api.post(f"{self._path}/contact", {"text": text, "copy_to_me": copy})


def _source(text: str, doi: str, dataset: str, row: int | None) -> Mapping[str, object]:
    given = {"text": text, "doi": doi, "dataset": dataset, "row": row}
    return {name: value for name, value in given.items() if value not in ("", None)}
