# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole history of one version, to keep or to check elsewhere: every event with its hash, and what was said.

Each event tells everything its hash was made of, so that `check_history` (or any program) can make it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from terracite.errors import Problem
from terracite.record.model import Text
from terracite.repository.addresses import base_url
from terracite.repository.events import CURE, event_content, event_hash, hash_of, history
from terracite.repository.models import ChainHead, DatasetVersion, Event, Person

FORMAT = "terracite-history-1"


def history_of(version: DatasetVersion) -> dict[str, Any]:
    """Plain JSON: events, submissions, reviews, conversations, suggestions, corrections; times in UTC."""
    head = ChainHead.objects.filter(pk=1).first()
    return {
        "format": FORMAT,
        "made": _time(timezone.now()),
        "repository": base_url(),
        "dataset": str(version.dataset.uuid),
        "version": {
            "uuid": str(version.uuid),
            "number": version.number,
            "title": Text(fr=version.title_fr, en=version.title_en).model_dump(),
            "doi": version.doi,
            "state": version.state,
            "snapshot": version.snapshot_hash,
        },
        "chain": {"events": head.count if head else 0, "last_hash": head.last_hash if head else ""},
        "events": [_event(event) for event in history(version)],
        "submissions": [{"at": _time(one.at), "snapshot": one.hash} for one in version.snapshots.all()],
        "reviews": [_review(one) for one in version.reviews.select_related("moderator")],
        "conversations": [_thread(one) for one in _threads(version)],
        "suggestions": [_proposal(one, "value") for one in version.suggestions.select_related("author")],
        "corrections": [_proposal(one, "changed") for one in version.corrections.select_related("author")],
    }


def check_history(content: Mapping[str, Any]) -> list[Problem]:
    """Every event of an exported history that is not what was written; an empty list when all is well."""
    return list(_problems(content))


def _problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    number, by_number = 0, dict[int, str]()
    for event in content["events"]:
        said, where = event["content"], f"event {event['content']['number']} ({event['content']['move']})"
        if hash_of(said) != event["hash"]:
            yield Problem(where, "its content is not what was written.", CURE)
        if said["number"] <= number:
            yield Problem(where, "it does not follow the event before it.", CURE)
        before = by_number.get(said["number"] - 1)
        if before is not None and before != said["previous"]:
            yield Problem(where, "it does not follow the event before it.", CURE)
        number = said["number"]
        by_number[number] = event["hash"]


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": _time(event.at),
        "who": event.actor.display_name if event.actor else "",
        "move": event.move,
        "from": event.from_state,
        "to": event.to_state,
        "note": event.note,
        "content": event_content(event),
        "hash": event.hash,
        "intact": event_hash(event) == event.hash,
    }


def _review(review: Any) -> dict[str, Any]:
    return {
        "discipline": review.discipline,
        "snapshot": review.snapshot_hash,
        "moderator": _name(review.moderator),
        "decision": review.decision,
        "asked": _time(review.asked_at),
        "taken": _time(review.taken_at),
        "decided": _time(review.at),
    }


def _threads(version: DatasetVersion) -> Any:
    return version.threads.select_related("closed_by").prefetch_related("comments__author")


def _thread(thread: Any) -> dict[str, Any]:
    said = [
        {"at": _time(one.at), "who": _name(one.author), "text": one.text, "by_link": one.by_link}
        for one in thread.comments.all()
    ]
    closed = {"closed": _time(thread.closed_at), "closed_by": _name(thread.closed_by)}
    return {"field": thread.field, "opened": _time(thread.created), **closed, "messages": said}


def _proposal(one: Any, value: str) -> dict[str, Any]:
    return {
        "at": _time(one.created),
        "who": _name(one.author),
        "field": getattr(one, "field", ""),
        value: getattr(one, value),
        "note": one.note,
        "state": one.state,
        "decided": _time(one.decided_at),
    }


def _name(person: Person | None) -> str:
    return person.display_name if person else ""


def _time(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else ""
