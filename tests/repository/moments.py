# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dataset's whole life, its process killed again and again on the way: ``python moments.py <kills> <seed>``.

Each act is killed at random moments (before any statement to the database, any writing to the store, any call of the
registrar), then done by another process. After each kill nothing may be half done; the last line tells what was, in
JSON.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from tests.repository import driver

from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.repository import (
    collecting,
    corrections,
    deposits,
    discarding,
    events,
    files,
    mail,
    moderation,
    outbox,
    people,
    publication,
    search,
    tasks,
)
from terracite.repository.models import DatasetVersion, Mail, OutboxItem, Person, Preview, StoredFile
from terracite.repository.search.model import SearchQuery
from terracite.services.choice import registrar_for
from terracite.services.embedded_registrar import TestRegistrar
from terracite.services.registrar import DoiState
from terracite.services.storage import storage_for


def curator() -> Person:
    person = people.ensure_person("curator")
    people.grant(person, "curator")
    return person


LATER = dt.timedelta(days=40)
TITLE = "Cover, corrected"


@dataclass(frozen=True)
class Act:
    """Something that happens to the versions, and whether it has."""

    name: str
    do: Callable[[], object]
    is_done: Callable[[], bool]


def one(number: int = 1) -> DatasetVersion | None:
    return DatasetVersion.objects.filter(number=number).order_by("pk").first()


def _is(number: int, *states: str) -> Callable[[], bool]:
    return lambda: (found := one(number)) is not None and found.state in states


def _moved(name: str, number: int = 1, state: str = "") -> Act:
    who = driver.alice if name in {"submit", "discard", "restore"} else lambda: driver.moderator(0)
    more: dict[str, Any] = {"submit": {"terms_accepted": True}}.get(name, {})
    goal = {"submit": "submitted", "take": "in_review", "discard": "discarded", "restore": "draft"}.get(name, state)
    return Act(name, lambda: moderation.move(one(number), name, who(), **more), _is(number, goal))


def _told() -> bool:
    return not outbox.waiting().exists() and not mail.waiting().exists()


def _tell() -> None:
    outbox.process_outbox()
    mail.send_due()


def _look() -> None:
    tasks.inspect_pending()
    tasks.previews.make_pending()


def _looked() -> bool:
    return not StoredFile.objects.exclude(state="ok").exists() and not Preview.objects.filter(state="waiting").exists()


def _embargo() -> None:
    until = timezone.now().date() + dt.timedelta(days=30)
    access = {"kind": "embargoed", "embargo_until": until.isoformat()}
    files.add_file(one(), driver.alice(), "plots.csv", io.BytesIO(b"plot,trees\n1,80\n2,75\n"))
    deposits.save(one(), driver.alice(), {"access": access})


def _remove() -> None:
    files.add_file(one(2), driver.alice(), "lost.csv", io.BytesIO(b"plot,trees\n3,12\n"))
    files.remove_file(one(2), driver.alice(), "lost.csv")


def _collect() -> None:
    collecting.collect(timezone.now() + dt.timedelta(days=2))
    collecting.collect(timezone.now() + LATER)


ACTS = (
    Act("embargo", _embargo, lambda: one().access == "embargoed"),
    Act("look", _look, _looked),
    _moved("submit"),
    _moved("take"),
    Act("accept", lambda: moderation.accept(one(), driver.moderator(0)), _is(1, "accepted", "published")),
    Act("publish", _tell, lambda: _is(1, "published")() and _told()),
    Act(
        "correct",
        lambda: corrections.correct_metadata(one(), driver.alice(), changes={"title.en": TITLE}),
        lambda: corrections.waiting(one()) is not None,
    ),
    Act("approve", lambda: corrections.approve_correction(one(), driver.moderator(0)), lambda: one().revision == 1),
    Act(
        "end the embargo",
        lambda: tasks.end_embargoes(timezone.now().date() + LATER),
        lambda: one().access == "open",
    ),
    Act("tell of both", _tell, _told),
    Act("new version", lambda: deposits.new_version(one(), driver.alice()), lambda: one(2) is not None),
    Act("lose a file", _remove, lambda: bool(_objects() - _named())),
    _moved("discard", 2),
    _moved("restore", 2),
    Act(
        "discard",
        lambda: discarding.discard(one(2), driver.alice()),
        _is(2, "discarded"),
    ),
    Act("empty", lambda: discarding.empty_discarded(timezone.now() + LATER), lambda: not one(2).record),
    Act("collect", _collect, lambda: _objects() == _named() and not list(_store().list("trash"))),
    Act("withdraw", lambda: publication.withdraw(one(), curator(), reason="Rights"), _is(1, "withdrawn")),
    Act("tell of it", _tell, _told),
)


def _store() -> Any:
    return storage_for(settings.TERRACITE)


def _objects() -> set[str]:
    return set(_store().list("objects"))


def _named() -> set[str]:
    return set(StoredFile.objects.values_list("storage_key", flat=True))


def wrong() -> Iterator[str]:
    """What is half done or lost."""
    yield from map(str, events.verify_chain())
    lost = {key for key in _named() - _objects() if not _store().exists(f"trash/{key}")}
    yield from (f"lost: {key}" for key in lost)
    for version in DatasetVersion.objects.all():
        state = registrar_for(settings.TERRACITE).state(version.doi) if version.doi else DoiState.NONE
        if (version.published_at is None) != (version.state not in {"published", "superseded", "withdrawn"}):
            yield f"{version.state}, published at {version.published_at}"
        if version.published_at is None and state is DoiState.FINDABLE:
            yield "findable before it is published"
        if version.published_at is not None and state not in {DoiState.REGISTERED, DoiState.FINDABLE}:
            yield f"published, and its DOI is {state}"


def _next(act: Act, moment: int) -> list[str]:
    """One process: look whether all is whole, then act; killed before the step ``moment`` (0: never)."""
    OutboxItem.objects.update(claimed_until=None)  # as after the time that a claim lasts
    Mail.objects.update(claimed_until=None)
    Preview.objects.update(claimed_until=None, attempts=0)
    if found := [f"before {act.name}: {told}" for told in wrong()]:
        return found
    if act.is_done():
        return ["done"]
    if moment:
        _die_at(moment)
    act.do()
    return ["done"] if act.is_done() else []


def _die_at(moment: int) -> None:
    left = [moment]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            driver.die()

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **named: (count(), function(*args, **named))[1]

    for owner in (TestRegistrar, type(_store())):
        for name in ("_save", "hide", "delete_draft", "put_bytes", "put_file", "take_file", "move", "delete"):
            if hasattr(owner, name):
                setattr(owner, name, watched(getattr(owner, name)))
    connection.execute_wrappers.append(lambda execute, *given: (count(), execute(*given))[1])


def live(kills: int, seed: int) -> dict[str, Any]:
    """The whole life; each act killed ``kills`` times at its first steps, and later ones until it is done."""
    rng = random.Random(seed)
    for name in driver.alone(_loaded):  # loaded here once, not in every child
        import_module(name)
    died = 0
    for act in ACTS:
        for tried in range(200):
            moment = rng.randint(1, 12 if tried < kills else 25 * (tried + 1))
            answer = driver.alone(lambda act=act, moment=moment: _next(act, moment))
            died += answer == "killed"
            if answer == ["done"]:
                break
            if answer not in ([], "killed"):
                return {"wrong": answer, "killed": died}
        else:
            return {"wrong": [f"{act.name} never ends"], "killed": died}
    return {"wrong": [], "killed": died, "end": driver.alone(_end)}


def _loaded() -> list[str]:
    """Makes the draft; the modules that this takes, and that publishing takes."""
    version = driver.version(driver.new_draft())
    record = deposits.record_of(version)
    for form in FORMATS.values():
        with suppress(RecordError):
            form.write(record, "https://example.org/")
    wanted = ("terracite.", "idutils", "isbn")
    return [name for name in sys.modules if name.startswith(wanted) and not name.startswith("terracite.website")]


def _end() -> dict[str, Any]:
    version = one()
    moves = list(version.events.values_list("move", flat=True))
    return {
        "problems": list(wrong()),
        "state": version.state,
        "doi": registrar_for(settings.TERRACITE).state(version.doi).value,
        "title": version.title_en,
        "once": [moves.count(name) for name in ("submit", "accept", "publish", "approve_correction", "end_embargo")],
        "found": search.query(SearchQuery()).total,
    }


if __name__ == "__main__":
    print(json.dumps(live(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201
