# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a repository answers, as frozen values; fields that are not known here are ignored, missing ones are empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from terracite.record.model import Text

NOTHING = Text()
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Person:
    """Whose token it is."""

    username: str = ""
    name: str = ""
    email: str = ""
    roles: tuple[Any, ...] = ()
    scopes: tuple[str, ...] = ()  #: read, deposit, moderate
    token_expires: str = ""  #: ISO 8601, or empty


@dataclass(frozen=True, slots=True)
class File:
    """One file of a version."""

    path: str = ""
    bytes: int = 0
    sha256: str = ""
    media_type: str = ""
    format: str = ""
    role: str = ""
    state: str = "ok"
    problem: str = ""
    url: str = ""  #: empty when it may not be read


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to correct (``level`` blocker) or to look at (warning, advice)."""

    rule: str = ""
    level: str = ""
    field: str = ""
    message: Text = NOTHING
    cure: Text = NOTHING

    def said(self, language: str = "en") -> str:
        """In one language: the field, what is wrong, the cure."""
        tongue = "fr" if language == "fr" else "en"
        return f"{self.field}: {self.message.best(tongue)} {self.cure.best(tongue)}".strip()


@dataclass(frozen=True, slots=True)
class Hit:
    """One dataset that a search found."""

    title: Text = NOTHING
    doi: str = ""
    url: str = ""
    path: str = ""

    @property
    def identifier(self) -> str:
        """For `Client.dataset`."""
        return self.path.removeprefix("/datasets/").partition("/")[0]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many in all, the hits of one page, the counts of its facets."""

    total: int = 0
    page: int = 1
    pages: int = 1
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Any] = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a desk's queue."""

    dataset: str = ""
    version: int = 1
    discipline: str = ""
    title: Text = NOTHING
    asked_at: str = ""
    moderator: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts by name (views, downloads, visits, takers, bytes, machine_views, machine_downloads)."""

    version: Mapping[str, int] = None  # type: ignore[assignment]
    dataset: Mapping[str, int] = None  # type: ignore[assignment]
    months: tuple[Any, ...] = ()  #: {"month": "2026-11-01", "counts": {...}}, oldest first, without gaps


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file is shown. ``state``: waiting, ready, failed or none."""

    path: str = ""
    kind: str = ""
    state: str = ""
    problem: str = ""
    sentence: str = ""
    page: str = ""
    map: Mapping[str, Any] = None  # type: ignore[assignment]
    parts: tuple[Any, ...] = ()
    facts: Mapping[str, Any] = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Somebody asks for restricted files. ``state``: proposed (it waits), accepted or refused."""

    identifier: str = ""
    username: str = ""
    name: str = ""
    reason: str = ""
    created: str = ""
    state: str = ""
    answer: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link for reviewers; ``address`` only when it was made just now."""

    identifier: int = 0
    label: str = ""
    expires: str = ""
    revoked: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A deposit offered to somebody by mail."""

    identifier: int = 0
    email: str = ""
    role: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """One field that an import could take."""

    field: str = ""
    value: Any = None
    before: Any = None
    default: bool = False  #: taken when no fields are named


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a finder; ``fill``: what it puts into the inputs of a row."""

    label: str = ""
    note: str = ""
    fill: Mapping[str, str] = None  # type: ignore[assignment]


def read(kind: type[Value], content: Mapping[str, Any]) -> Value:
    """A value of ``kind`` from what was answered."""
    known = {item.name: item.type for item in fields(kind)}  # type: ignore[arg-type]
    given = {name: content[name] for name in known if content.get(name) is not None}
    return kind(**{name: _as(str(known[name]), value) for name, value in given.items()})


def _as(kind: str, value: Any) -> Any:
    if kind == "Text":
        return Text(fr=value.get("fr") or "", en=value.get("en") or "")
    if kind.startswith("tuple[Hit"):
        return tuple(read(Hit, item) for item in value)
    return tuple(value) if kind.startswith("tuple") else value
