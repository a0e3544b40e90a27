# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real processes on one instance, for the tests of kills and races: ``python driver.py <scene>`` prints JSON.

The parent only directs: everything, the scenery too, happens in children that it forks, because the threads of the
file store do not survive a fork. Every child opens its own connection to the database and answers in JSON.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

from terracite.repository.instance import open_instance

open_instance()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from tests.repository.conftest import LAND, complete_draft  # noqa: E402

from looking import look  # noqa: E402
from terracite.errors import TerraciteError  # noqa: E402
from terracite.record.model import Text  # noqa: E402
from terracite.repository import (  # noqa: E402
    deposits,
    events,
    files,
    mail,
    moderation,
    outbox,
    people,
    preservation,
    publication,
    registration,
    tasks,
)
from terracite.repository.models import DatasetVersion, Mail, OutboxItem, Person, Preview, StoredFile  # noqa: E402
from terracite.repository.previews import make_pending, making  # noqa: E402
from terracite.services.choice import registrar_for  # noqa: E402
from terracite.services.storage import storage_for  # noqa: E402

CHILDREN = 4
files.inspect = look  # the children of the inspection are not what is killed here
Work = Callable[[int], Any]


def fork(work: Work, count: int = CHILDREN, patience_s: float = 150) -> list[Any]:
    """``work(number)`` in ``count`` processes at once: what each answered, the name of its error, or "killed"."""
    connections.close_all()
    start = time.time() + (0.3 if count > 1 else 0)
    pipes = []
    for number in range(count):
        reading, writing = os.pipe()
        if os.fork() == 0:
            signal.alarm(int(patience_s))
            _be_child(work, number, start, writing)
        os.close(writing)
        pipes.append(reading)
    answers = [os.fdopen(pipe).read() for pipe in pipes]
    for _ in range(count):
        os.wait()
    return [json.loads(answer) if answer else "killed" for answer in answers]


def alone(work: Callable[[], Any]) -> Any:
    """The answer of one child."""
    return fork(lambda _: work(), 1)[0]


def _be_child(work: Work, number: int, start: float, writing: int) -> NoReturn:
    try:
        time.sleep(max(0.0, start - time.time()))  # all together
        answer = work(number)
    except TerraciteError as error:
        answer = type(error).__name__
    except BaseException as error:  # noqa: BLE001  the parent has to hear of it
        answer = f"unexpected: {error!r}"
    os.write(writing, json.dumps(answer).encode())
    os._exit(0)


def die(*_args: object, **_more: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def alice() -> Person:
    return people.ensure_person("alice", given_name="Alice", family_name="Martin")


def moderator(number: int) -> Person:
    person = people.ensure_person(f"moderator{number}")
    people.grant(person, "moderator", LAND)
    return person


def version(key: int) -> DatasetVersion:
    return DatasetVersion.objects.get(pk=key)


def new_draft() -> int:
    for number in range(CHILDREN):
        moderator(number)
    deposit = deposits.create_deposit(alice(), Text(en="Maïdo"), [LAND])
    return complete_draft(deposit, alice()).pk


def new_accepted() -> int:
    submitted = moderation.submit(version(new_draft()), alice(), terms_accepted=True)
    return moderation.accept(moderation.take(submitted, moderator(0)), moderator(0)).pk


def die_before_ticking_off() -> None:
    handle = outbox.HANDLERS["doi"]

    def handle_and_die(version: DatasetVersion) -> None:
        handle(version)
        die()

    outbox.HANDLERS["doi"] = handle_and_die


KILLS: dict[str, Callable[[], None]] = {
    "before the registrar": lambda: setattr(registration, "to_datacite", die),
    "before the page": lambda: setattr(publication, "publish", die),
    "before the page is committed": lambda: setattr(publication, "tell_owners", die),
    "before it is ticked off": die_before_ticking_off,
    "before the inventory": lambda: setattr(preservation, "_json", die),
}


def kills() -> dict[str, Any]:
    """A worker is killed at each of five places of a publication; then another one comes."""
    keys = alone(lambda: {name: new_accepted() for name in KILLS})
    seen = {name: _killed(key, KILLS[name]) for name, key in keys.items()}
    alone(lambda: outbox.process_outbox(1000))
    return {"seen": seen, "after": alone(lambda: {name: _told(version(key)) for name, key in keys.items()}), **_chain()}


def _killed(key: int, prepare: Callable[[], None]) -> list[str]:
    """Where the version stands after its worker was killed; the other versions are kept out of the way."""

    def work() -> int:
        others = outbox.waiting().exclude(version=key)
        others.update(claimed_until=timezone.now() + outbox.LEASE)
        prepare()
        return outbox.process_outbox()

    def look() -> list[str]:
        OutboxItem.objects.update(claimed_until=None)
        found = version(key)
        return [found.state, str(registrar_for(settings.TERRACITE).state(found.doi))]

    return [alone(work), *alone(look)]


def _told(found: DatasetVersion) -> list[Any]:
    published = found.events.filter(move="publish").count()
    inventory = storage_for(settings.TERRACITE).exists(f"{preservation.folder_of(found)}/inventory.json")
    waiting = outbox.waiting().filter(version=found).count()
    return [found.state, found.doi_state, published, inventory, waiting]


def workers() -> dict[str, Any]:
    """A worker is killed while it looks into a file, draws it and sends a letter; then another one comes."""
    alone(_give_work)

    def told() -> list[Any]:
        file, letter = StoredFile.objects.get(path="plots.csv"), Mail.objects.get(key="letter")
        drawn = Preview.objects.filter(sha256=file.sha256).first()
        state = [drawn.state, len(list(storage_for(settings.TERRACITE).list(drawn.prefix))) > 0] if drawn else []
        return [file.state, bool(file.facts), *state, letter.sent_at is not None]

    def killed(module: Any, name: str, work: Callable[[], Any]) -> list[Any]:
        return [alone(lambda: (setattr(module, name, die), work())), *alone(told)]

    seen = {
        "looking": killed(files, "_take_in", tasks.inspect_pending),
        "looked": [alone(tasks.inspect_pending), *alone(told)],
        "drawing": killed(making, "_keep", make_pending),
        "sending": killed(mail, "mailer_for", mail.send_due),
    }
    alone(_forget_claims)
    alone(tasks.run_due)
    return {"seen": seen, "after": alone(told), "again": alone(tasks.run_due)}


def _give_work() -> None:
    table = io.BytesIO(b"plot,trees\n1,80\n2,75\n")
    files.add_file(version(new_draft()), alice(), "plots.csv", table)
    Preview.objects.all().delete()  # of the rest of the scenery
    mail.write("bob@example.org", "news", "letter", "News", "There are some.")


def _forget_claims() -> None:
    Preview.objects.update(claimed_until=None)
    Mail.objects.update(claimed_until=None)


def races() -> dict[str, Any]:
    """The same thing at the same moment in several processes."""
    key = alone(new_draft)
    edit = alone(lambda: version(key).edit)

    def upload(number: int) -> str:
        with Path(__file__).open("rb") as stream:
            file = files.add_file(version(key), alice(), f"same-{number % 2}.py", stream)
        return files.inspect_file(file).path

    def save(number: int) -> int:
        return deposits.save(version(key), alice(), {"title.en": f"Title {number}"}, edit).edit - edit

    return {
        "uploads": _sorted(fork(upload)),
        "files": alone(lambda: sorted(version(key).files.values_list("path", "state"))),
        "saves": _sorted(fork(save)),
        "submits": _sorted(fork(lambda _: moderation.submit(version(key), alice(), terms_accepted=True).state)),
        "takes": _sorted(fork(lambda number: moderation.take(version(key), moderator(number)).state)),
        "accepts": _sorted(fork(lambda _: moderation.accept(version(key), version(key).assigned_to).state)),
        "done": [sum(fork(lambda _: outbox.process_outbox())), alone(outbox.process_outbox)],
        "told": alone(lambda: _told(version(key))),
        "new": _sorted(fork(lambda _: deposits.new_version(version(key), alice()).number)),
        "logged": sorted(chain.from_iterable(fork(lambda _: [events.add_event("grant").number for _ in range(10)]))),
        **_chain(),
    }


def _sorted(answers: list[Any]) -> list[str]:
    return sorted(map(str, answers))


def _chain() -> dict[str, list[str]]:
    return {"chain": alone(lambda: [str(problem) for problem in events.verify_chain()])}


if __name__ == "__main__":
    print(json.dumps({"kills": kills, "workers": workers, "races": races}[sys.argv[1]]()))  # noqa: T201
