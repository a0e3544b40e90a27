# SPDX-License-Identifier: AGPL-3.0-or-later
"""What owners and moderators do with a version at its desks; a token for decisions has the scope "moderate"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from terracite.client.datasets import Dataset
    from terracite.services.rest import Api


class Moderated:
    """The verbs of the desks; each returns the new state."""

    __slots__ = ()
    if TYPE_CHECKING:
        _api: Api

        @property
        def _path(self) -> str: ...
        def _moved(self, move: str, **body: object) -> Dataset: ...

    def review(self) -> Mapping[str, Any]:
        """Checks, conversations, suggestions, decisions and what may be done, as the repository says them."""
        content: Mapping[str, Any] = self._api.get(f"{self._path}/review")
        return content

    def take(self) -> Dataset:
        """For one's desk."""
        return self._moved("take")

    def hand_over(self, to: str, note: str = "") -> Dataset:
        """A review that one took, to another moderator."""
        return self._moved("hand-over", to=to, note=note)

    def comment(self, text: str, *, field: str = "", thread: int | None = None) -> Dataset:
        """In a conversation, or to open one about a field."""
        return self._moved("comments", text=text, field=field, thread=thread)

    def close_thread(self, thread: int) -> Dataset:
        """What was asked for is done."""
        return self._moved(f"threads/{thread}/close")

    def suggest(self, field: str, value: object, note: str = "") -> Dataset:
        """A value for one field."""
        return self._moved("suggestions", field=field, value=value, note=note)

    def answer_suggestion(self, suggestion: int, *, accept: bool) -> Dataset:
        """Take or refuse it, as its owner."""
        return self._moved(f"suggestions/{suggestion}/answer", accept=accept)

    def request_changes(self, text: str = "", *, field: str = "") -> Dataset:
        """Of its owner."""
        return self._moved("request-changes", text=text, field=field)

    def accept(self, *, discipline: str = "", note: str = "") -> Dataset:
        """For one's desk; the last desk's acceptance publishes it."""
        return self._moved("accept", discipline=discipline, note=note)

    def reject(self, reason: str, text: str = "") -> Dataset:
        """For good."""
        return self._moved("reject", reason=reason, text=text)

    def correct(self, note: str = "", **fields: object) -> Dataset:
        """Propose a correction of published metadata, as its owner."""
        from terracite.client.datasets import changes_of

        return self._moved("correction", changes=changes_of(fields, self._api.language), note=note)

    def approve_correction(self, note: str = "") -> Dataset:
        """Publish it."""
        return self._moved("correction/approve", note=note)

    def refuse_correction(self, reason: str) -> Dataset:
        """The published metadata stay."""
        return self._moved("correction/refuse", reason=reason)

    def withdraw(self, reason: str) -> Dataset:
        """By a curator: its page becomes a tombstone."""
        return self._moved("withdraw", reason=reason)
