# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters from readers to the contact persons of a public dataset, whose addresses stay hidden."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from terracite.errors import DepositError, Problem
from terracite.record.model import Text
from terracite.repository import addresses, mail
from terracite.repository.models import ContactMessage, DatasetVersion, Person
from terracite.services.mail import is_address, one_line

LONGEST_NAME, LONGEST_TEXT = 200, 5000
#: messages a day: of one sender to anybody, to one dataset from anybody
MOST_OF_SENDER, MOST_TO_DATASET = 10, 30
_SUBJECT = Text(en='A question about "{title}"', fr="Une question sur « {title} »")
_BODY = Text(
    en="{name} writes to you about your dataset\n{title}\n{url}\n\n{text}\n\n"
    "Answer this letter to write to {name} <{email}>. Your address was not shown.",
    fr="{name} vous écrit au sujet de votre jeu de données\n{title}\n{url}\n\n{text}\n\n"
    "Répondez à cette lettre pour écrire à {name} <{email}>. Votre adresse n'a pas été montrée.",
)
_COPY = Text(en="Your message: {title}", fr="Votre message : {title}")


def recipients(version: DatasetVersion) -> list[str]:
    """The addresses of the contact persons, else of the authors, else of the owner of the deposit; at most five."""
    for field in ("contacts", "creators"):
        found = [str(agent.get("email", "")) for agent in version.record.get(field, ())]
        if usable := [address for address in found if is_address(address)]:
            return list(dict.fromkeys(usable))[:5]
    owner = version.dataset.deposit.owner.email
    return [owner] if is_address(owner) else []


def can_be_written_to(version: DatasetVersion) -> bool:
    """Whether there is a form to fill: a public dataset with somebody behind it."""
    return version.is_public and bool(recipients(version))


def send(version: DatasetVersion, *, name: str, email: str, text: str, copy_to: Person | None = None) -> None:
    """Keep the message and write it to the contact persons; to ``copy_to``, the logged-in sender, a copy.

    Raises `DepositError` with every mistake, and when too many were sent today.
    """
    name, email, text = one_line(name), email.strip(), text.strip().replace("\r\n", "\n").replace("\x00", "")
    if problems := _problems(name, email, text):
        raise DepositError("This message cannot be sent yet.", problems)
    to = recipients(version)
    if not version.is_public or not to:
        raise DepositError("There is no one to write to.", [], hint="Write to the repository.")
    with transaction.atomic():
        DatasetVersion.objects.select_for_update().get(pk=version.pk)  # limits are counted one message at a time
        _check_limits(version, email)
        kept = ContactMessage.objects.create(version=version, name=name, email=email, text=text)
        values = {"name": name, "email": email, "text": text, "url": addresses.landing_url(version)}
        subject, body = _filled(_SUBJECT, version, values), _filled(_BODY, version, values)
        for number, address in enumerate(to):
            mail.write(
                address, "contact", f"contact:{kept.pk}:{number}", subject, body, {"Reply-To": email},
                in_language=_language(version),
            )  # fmt: skip
        if copy_to is not None:
            mail.write(copy_to, "contact_copy", f"contact:{kept.pk}:copy", _filled(_COPY, version, values), text)


def _problems(name: str, email: str, text: str) -> list[Problem]:
    found = []
    if not name or len(name) > LONGEST_NAME:
        found.append(Problem("name", "a name is needed.", f"Write {LONGEST_NAME} characters at most."))
    if not _is_email(email):
        found.append(Problem("email", "this is no address.", "Write one such as name@example.org."))
    if not text or len(text) > LONGEST_TEXT:
        found.append(Problem("text", "the message is empty or too long.", f"{LONGEST_TEXT} characters at most."))
    return found


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return is_address(text) and len(text) <= 254


def _check_limits(version: DatasetVersion, email: str) -> None:
    today = ContactMessage.objects.filter(created__gt=timezone.now() - dt.timedelta(days=1))
    sent = today.filter(email__iexact=email).count()
    received = today.filter(version__dataset=version.dataset_id).count()
    if sent >= MOST_OF_SENDER or received >= MOST_TO_DATASET:
        raise DepositError("Too many messages were sent today.", [], hint="Try again tomorrow.")


def _filled(words: Text, version: DatasetVersion, values: dict[str, str]) -> Text:
    """The words in both languages; nothing that a reader typed is read as a template."""
    return Text(
        fr=words.fr.format(**values, title=version.title("fr")), en=words.en.format(**values, title=version.title("en"))
    )


def _language(version: DatasetVersion) -> str:
    return version.dataset.deposit.owner.language or str(version.record.get("language", "en"))
