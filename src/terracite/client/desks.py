# SPDX-License-Identifier: AGPL-3.0-or-later
"""What owners and moderators do with a version at its desks; a token for decisions has the scope "moderate"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from terracite.client.version import Version, changes_of


class Moderated(Version):
    """The verbs of the desks; each returns the new state."""

    __slots__ = ()

    def review(self) -> Mapping[str, Any]:
        """Checks, conversations, suggestions, decisions and what may be done, as the repository says them."""
        content: Mapping[str, Any] = self._api.get(f"{self._path}/review")
        return content

    def take(self) -> Self:
        """For one's desk."""
        return self._moved("take")

    def hand_over(self, to: str, note: str = "") -> Self:
        """A review that one took, to another moderator."""
        return self._moved("hand-over", to=to, note=note)

    def comment(self, text: str, *, field: str = "", thread: int | None = None) -> Self:
        """In a conversation, or to open one about a field."""
        return self._moved("comments", text=text, field=field, thread=thread)

    def close_thread(self, thread: int) -> Self:
        """What was asked for is done."""
        return self._moved(f"threads/{thread}/close")

    def suggest(self, field: str, value: object, note: str = "") -> Self:
        """A value for one field."""
        return self._moved("suggestions", field=field, value=value, note=note)

    def answer_suggestion(self, suggestion: int, *, accept: bool) -> Self:
        """Take or refuse it, as its owner."""
        return self._moved(f"suggestions/{suggestion}/answer", accept=accept)

    def request_changes(self, text: str = "", *, field: str = "") -> Self:
        """Of its owner."""
        return self._moved("request-changes", text=text, field=field)

    def accept(self, *, discipline: str = "", note: str = "") -> Self:
        """For one's desk; the last desk's acceptance publishes it."""
        return self._moved("accept", discipline=discipline, note=note)

    def reject(self, reason: str, text: str = "") -> Self:
        """For good."""
        return self._moved("reject", reason=reason, text=text)

    def correct(self, note: str = "", **fields: object) -> Self:
        """Propose a correction of published metadata, as its owner."""
        return self._moved("correction", changes=changes_of(fields, self._api.language), note=note)

    def approve_correction(self, note: str = "") -> Self:
        """Publish it."""
        return self._moved("correction/approve", note=note)

    def refuse_correction(self, reason: str) -> Self:
        """The published metadata stay."""
        return self._moved("correction/refuse", reason=reason)

    def withdraw(self, reason: str) -> Self:
        """By a curator: its page becomes a tombstone."""
        return self._moved("withdraw", reason=reason)
