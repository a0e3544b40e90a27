# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters: written with a move, sent by the worker, never lost, forgotten once sent."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from services.small_smtp import small_smtp
from terracite.errors import DepositError
from terracite.record.model import Text
from terracite.repository import mail, tasks
from terracite.repository.models import Mail
from terracite.services.mail import FolderMailer
from terracite.services.ports import free_port

HELLO = Text(en="Hello", fr="Bonjour")


def kept(instance) -> list[str]:
    return sorted(path.read_text(encoding="utf-8") for path in (instance / "mail").glob("*.eml"))


def test_the_same_key_is_sent_once(cast, instance):
    first = mail.write(cast.alice, "notice", "k", "Hello", "One")
    assert mail.write(cast.alice, "notice", "k", "Hello", "Two") == first
    assert (tasks.run_due(), tasks.run_due()) == (1, 0)
    (letter,) = kept(instance)
    assert "One" in letter
    assert "Two" not in letter


def test_a_letter_of_a_move_that_failed_was_never_written(cast):
    def fail() -> None:
        with transaction.atomic():
            mail.write(cast.alice, "notice", "k", "Hello", "One")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Mail.objects.exists()


def test_in_the_language_of_the_person_and_how_to_get_no_more(cast, instance):
    cast.alice.language = "fr"
    mail.write(cast.alice, "notice", "k", HELLO, HELLO)
    mail.write(cast.alice, "notice", "l", HELLO, HELLO, in_language="en")
    mail.send_due()
    english, french = sorted(kept(instance), key=lambda text: "Bonjour" in text)
    assert "Subject: Bonjour" in french
    assert "Pour ne plus en recevoir : http://127.0.0.1:8000/account/" in french
    assert "List-Unsubscribe: <http://127.0.0.1:8000/account/>" in french
    assert "To get no more of them" in english


def test_who_wants_no_letters_gets_what_keeps_the_account_safe(cast):
    cast.alice.by_mail = False
    assert mail.write(cast.alice, "notice", "k", "s", "b") is None
    assert mail.write(cast.alice, "password", "l", "s", "b") is not None
    cast.bob.email = ""
    assert mail.write(cast.bob, "password", "m", "s", "b") is None


@pytest.mark.parametrize("address", ["", "nobody", "a@b, c@d", "a@b\nBcc: c@d"])
def test_an_address_that_is_none_is_told(db, instance, address):
    with pytest.raises(DepositError):
        mail.write(address, "invitation", "k", "s", "b")


def test_a_long_key_keeps_apart_what_differs(cast):
    keys = ["x" * 300 + end for end in ("a", "b")]
    assert len({mail.write(cast.alice, "notice", key, "s", "b").key for key in keys}) == 2


def test_the_words_are_forgotten_once_sent(cast):
    letter = mail.write(cast.alice, "notice", "k", "s", "open this: secret")
    mail.send_due()
    letter.refresh_from_db()
    assert (letter.body, letter.error, letter.sent_at is None) == ("", "", False)


def test_over_smtp_and_again_after_the_server_was_away(cast, settings):
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, mail_url=f"smtp://127.0.0.1:{free_port()}")
    for key in "ab":
        mail.write(cast.alice, "notice", key, "s", "b")
    assert mail.send_due() == 0
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]  # one try told that nobody is there
    assert mail.send_due() == 0  # all of them wait
    Mail.objects.update(next_try_at=timezone.now())
    with small_smtp() as box:
        settings.TERRACITE = dataclasses.replace(settings.TERRACITE, mail_url=box.url)
        assert (mail.send_due(), len(box.letters)) == (2, 2)


def test_a_letter_that_is_refused_is_given_up_and_the_others_go(cast, settings):
    with small_smtp() as box:
        settings.TERRACITE = dataclasses.replace(settings.TERRACITE, mail_url=box.url)
        mail.write(cast.alice, "notice", "a", "s", "b")
        box.refuse["RCPT"] = "550 unknown"
        assert mail.send_due() == 0
        box.refuse.clear()
        mail.write(cast.bob, "notice", "b", "s", "b")
        assert mail.send_due() == 1
    assert [letter.key for letter in mail.given_up()] == ["a"]
    assert "550" in mail.given_up().get().error


def test_a_worker_killed_before_ticking_off_sends_the_same_letter_again(cast, instance, monkeypatch):
    mail.write(cast.alice, "notice", "k", "s", "b")
    send = FolderMailer.send

    def send_and_die(self, letter):
        send(self, letter)
        raise KeyboardInterrupt

    monkeypatch.setattr(FolderMailer, "send", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        mail.send_due()
    monkeypatch.undo()
    assert mail.send_due() == 0  # claimed: another worker leaves it alone
    Mail.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    assert mail.send_due() == 1
    assert len(kept(instance)) == 1  # the same name


def test_a_letter_that_breaks_something_does_not_stop_the_others(cast, monkeypatch):
    for key in "ab":
        mail.write(cast.alice, "notice", key, "s", "b")
    as_letter = mail._as_letter
    monkeypatch.setattr(mail, "_as_letter", lambda one: 1 / 0 if one.key == "a" else as_letter(one))
    assert mail.send_due() == 1
