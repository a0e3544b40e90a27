# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to people: written with the move that asks for them, sent by the worker.

`write` puts the letter in a table within the caller's transaction, so that a move and its letters are kept or lost
together; ``key`` names the letter, and the same key is never written twice. `send_due` claims, sends and ticks off
as the outbox does. A worker killed after the mail server took a letter and before it was ticked off sends it once
more, under the same ``Message-ID``: SMTP offers nothing better, and a letter is never lost. Once sent, the words are
forgotten, for they may hold a link that opens something.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from terracite.errors import DepositError, Problem, ServiceError, TerraciteError
from terracite.record.model import Text
from terracite.repository import claims
from terracite.repository.addresses import base_url
from terracite.repository.models import Mail, Person
from terracite.services.mail import Letter, Mailer, is_address, mailer_for, one_line

LEASE = dt.timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=6)
MOST_ATTEMPTS = 25  #: about four days; then the letter is given up
#: sent even to those who asked for no letters: without them an account cannot be kept safe
ACCOUNT_KINDS = frozenset({"account", "password", "address", "security"})
_KEY_CHARACTERS, _SUBJECT_CHARACTERS = 200, 300
_WHY = Text(
    en="You get this letter because of your account at {site}. To get no more of them: {account}",
    fr="Vous recevez cette lettre parce que vous avez un compte sur {site}. Pour ne plus en recevoir : {account}",
)
log = logging.getLogger(__name__)


def write(
    to: Person | str,
    kind: str,
    key: str,
    subject: Text | str,
    body: Text | str,
    headers: Mapping[str, str] | None = None,
    in_language: str = "",
) -> Mail | None:
    """Ask for a letter, within the caller's transaction; None when there is none to send.

    ``to``: a person (their address, their language, their wish to get letters) or a bare address. ``key``: asked
    twice, sent once. ``subject`` and ``body``: a `Text` is read in the person's language, or in ``in_language``. A
    person who wants no letters gets those of `ACCOUNT_KINDS` only. `DepositError` for an address that is none.
    """
    person = to if isinstance(to, Person) else None
    address = to.email if isinstance(to, Person) else to.strip()
    if person is not None and not wants(person, kind):
        return None  # nor is a move undone because somebody's address is of no use
    if not is_address(address):
        raise DepositError(
            "There is no one to write to.", [Problem("address", f"'{one_line(address)}' is no address.")]
        )
    language = in_language or (person.language if person else settings.TERRACITE.language)
    words, footer = _in(body, language).strip(), _footer(person, kind, language)
    letter = Mail(
        to=address,
        person=person,
        kind=kind,
        key=_short(key),
        subject=one_line(_in(subject, language))[:_SUBJECT_CHARACTERS],
        body=f"{words}\n{footer}",
        headers={"Content-Language": language, **(headers or {})},
        next_try_at=timezone.now(),
    )
    Mail.objects.bulk_create([letter], ignore_conflicts=True)  # a key that is there already breaks no transaction
    return Mail.objects.get(key=letter.key)


def wants(person: Person, kind: str = "") -> bool:
    """Whether this person gets letters of this kind."""
    return is_address(person.email) and person.is_active and (person.by_mail or kind in ACCOUNT_KINDS)


def send_due(limit: int = 100) -> int:
    """Send what is due; returns how many letters went. A mail server that is away is left alone for a while."""
    sent = 0
    mailer: Mailer | None = None
    for _ in range(limit):
        letter = _claim()
        if letter is None:
            break
        try:
            mailer = mailer or mailer_for(settings.TERRACITE)
            mailer.send(_as_letter(letter))
        except Exception as error:  # noqa: BLE001  whatever went wrong with one letter, the others must go
            if _postpone(letter, error):
                break
        else:
            Mail.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), claimed_until=None, error="", body="")
            sent += 1
    return sent


def waiting() -> QuerySet[Mail]:
    """Every letter that is still to be sent."""
    return Mail.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)


def given_up() -> QuerySet[Mail]:
    """Letters that no server took: their ``error`` says why."""
    return Mail.objects.filter(sent_at__isnull=True, attempts__gte=MOST_ATTEMPTS)


def pause_after(attempts: int) -> dt.timedelta:
    """How long to wait after that many failures: 30 s, doubled each time, 6 hours at most."""
    doubled: dt.timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_PAUSE)


def _in(text: Text | str, language: str) -> str:
    return text.best(language) if isinstance(text, Text) else text


def _footer(person: Person | None, kind: str, language: str) -> str:
    site = settings.TERRACITE.site_name
    if person is None or kind in ACCOUNT_KINDS:
        return f"\n-- \n{site}\n{base_url()}/\n"
    return f"\n-- \n{_WHY.best(language).format(site=site, account=f'{base_url()}/account/')}\n"


def _short(key: str) -> str:
    if len(key) <= _KEY_CHARACTERS:
        return key
    return f"{key[:100]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _as_letter(mail: Mail) -> Letter:
    headers = dict(mail.headers)
    if mail.person_id is not None and mail.kind not in ACCOUNT_KINDS:
        headers["List-Unsubscribe"] = f"<{base_url()}/account/>"
    return Letter(to=mail.to, subject=mail.subject, body=mail.body, key=mail.key, headers=headers)


def _claim() -> Mail | None:
    """The next letter that is due, ours for a while."""
    now = timezone.now()
    with transaction.atomic():
        held = Mail.objects.filter(claims.held(now, LEASE)).values("pk")
        due = waiting().filter(claims.due(now, LONGEST_PAUSE)).exclude(pk__in=held)
        letter = due.select_for_update(skip_locked=True).order_by("next_try_at", "id").first()
        if letter is not None:
            Mail.objects.filter(pk=letter.pk).update(claimed_until=now + LEASE)
    return letter


def _postpone(letter: Mail, error: Exception) -> bool:
    """Keep the failure and try later, or give up; True when the server itself is away, for all letters alike."""
    of_letter = isinstance(error, ServiceError) and error.status is not None
    is_away = isinstance(error, TerraciteError) and not of_letter
    refused = of_letter and isinstance(error, ServiceError) and not error.retry
    attempts = MOST_ATTEMPTS if refused else letter.attempts + 1
    again = timezone.now() + pause_after(letter.attempts + 1)
    message = str(error) if isinstance(error, TerraciteError) else f"{type(error).__name__}: {error}"
    log.warning("mail: %s was not sent (attempt %d): %s", letter.key, letter.attempts + 1, message)
    Mail.objects.filter(pk=letter.pk).update(attempts=attempts, next_try_at=again, claimed_until=None, error=message)
    if is_away:
        waiting().filter(next_try_at__lt=again, claimed_until__isnull=True).update(next_try_at=again)
    return is_away
