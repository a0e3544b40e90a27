# SPDX-License-Identifier: AGPL-3.0-or-later
"""One contract for whatever sends letters: the folder, and a mail server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from services.small_smtp import PASSWORD, Mailbox, small_smtp
from terracite.config import Settings
from terracite.errors import ConfigError, ServiceError
from terracite.services.mail import FolderMailer, Letter, Mailer, SmtpMailer, mailer_for, sender_of
from terracite.services.ports import free_port

SENDER = "Dépôt <no-reply@data.example.org>"
LETTER = Letter("alice@example.org", "Publié : l'été", "Bonjour Chloé,\n\nC'est prêt.\n.\n", "notice:1")
Received = Callable[[], list[EmailMessage]]


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


class MailerContract:
    """What any of them does; subclasses give ``mailer`` and ``received``."""

    def test_a_letter_arrives_word_for_word(self, mailer: Mailer, received: Received) -> None:
        number = mailer.send(LETTER)
        (letter,) = received()
        assert (letter["To"], letter["Subject"], letter["Message-ID"]) == (LETTER.to, LETTER.subject, number)
        assert letter["From"] == SENDER
        assert letter.get_content().replace("\r\n", "\n") == LETTER.body
        assert letter["Auto-Submitted"] == "auto-generated"

    def test_the_same_letter_keeps_its_number(self, mailer: Mailer) -> None:
        assert mailer.send(LETTER) == mailer.send(LETTER)

    @pytest.mark.parametrize("text", ["a\r\nBcc: eve@example.org", "a\nX-Evil: 1\n\nbody", "a\u2028b\x00\x1b"])
    def test_nothing_can_add_a_header(self, mailer: Mailer, received: Received, text: str) -> None:
        headers = {"Reply-To": text, "Subject": "another", "To": "eve@example.org"}
        mailer.send(Letter(LETTER.to, text, text, "k", headers))
        (letter,) = received()
        assert letter["To"] == LETTER.to
        assert not {"bcc", "x-evil"} & {name.lower() for name in letter}
        assert letter["Subject"].startswith("a")

    @pytest.mark.parametrize("to", ["", "alice", "a@b\r\nBcc: eve@example.org", "alice@example.org, eve@example.org"])
    def test_one_address_and_no_more(self, mailer: Mailer, received: Received, to: str) -> None:
        with pytest.raises(ServiceError):
            mailer.send(Letter(to, "s", "b", "k"))
        assert received() == []


class TestFolder(MailerContract):
    @pytest.fixture
    def mailer(self, tmp_path: Path) -> Mailer:
        return FolderMailer(tmp_path / "mail", SENDER)

    @pytest.fixture
    def received(self, tmp_path: Path) -> Received:
        return lambda: [parsed(path.read_bytes()) for path in sorted((tmp_path / "mail").glob("*"))]

    def test_it_says_where_the_letter_is(self, mailer: Mailer, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "terracite.services.mail"):
            mailer.send(LETTER)
        assert "to alice@example.org" in caplog.text

    def test_the_words_can_be_read_as_they_are(self, mailer: Mailer, tmp_path: Path) -> None:
        mailer.send(LETTER)
        (path,) = (tmp_path / "mail").iterdir()
        assert "Bonjour Chloé" in path.read_text(encoding="utf-8")

    def test_a_folder_that_cannot_be_made_is_tried_again(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("in the way")
        with pytest.raises(ServiceError) as caught:
            FolderMailer(tmp_path / "mail", SENDER).send(LETTER)
        assert (caught.value.retry, caught.value.status) == (True, None)


class TestSmtp(MailerContract):
    @pytest.fixture
    def box(self) -> Iterator[Mailbox]:
        with small_smtp() as box:
            yield box

    @pytest.fixture
    def mailer(self, box: Mailbox) -> Mailer:
        return SmtpMailer(box.url, SENDER)

    @pytest.fixture
    def received(self, box: Mailbox) -> Received:
        return lambda: [parsed(letter.replace(b"\r\n..", b"\r\n.")) for letter in box.letters]

    def test_it_logs_in(self, mailer: Mailer, box: Mailbox) -> None:
        mailer.send(LETTER)
        assert (box.passwords, box.recipients) == ([PASSWORD], [LETTER.to])

    @pytest.mark.parametrize(
        ("command", "answer", "status", "retry"),
        [
            ("RCPT", "550 nobody here", 550, False),
            ("RCPT", "451 busy", 451, True),
            ("DATA", "552 too large", 552, False),
            ("AUTH", "535 wrong password", None, True),
            ("MAIL", "553 not your sender", None, True),
            ("EHLO", "421 going down", None, True),
        ],
    )
    def test_refusals_of_a_letter_and_of_everything(
        self, mailer: Mailer, box: Mailbox, command: str, answer: str, status: int | None, retry: bool
    ) -> None:
        box.refuse[command] = answer
        box.refuse |= {"HELO": answer} if command == "EHLO" else {}
        with pytest.raises(ServiceError) as caught:
            mailer.send(LETTER)
        assert (caught.value.status, caught.value.retry) == (status, retry)
        assert PASSWORD not in str(caught.value)

    def test_a_server_that_is_away_is_tried_again(self) -> None:
        with pytest.raises(ServiceError) as caught:
            SmtpMailer(f"smtp://127.0.0.1:{free_port()}", SENDER).send(LETTER)
        assert (caught.value.retry, caught.value.status) == (True, None)

    def test_a_password_goes_over_no_bare_line(self, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("terracite.services.mail._HERE", frozenset())
        with pytest.raises(ServiceError, match="bare line"):
            SmtpMailer(box.url, SENDER).send(LETTER)
        assert box.passwords == []


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(mailer_for(Settings(data_dir=tmp_path)), FolderMailer)
    assert isinstance(mailer_for(Settings(mail_url="smtps://u:p@mail.example.org")), SmtpMailer)


@pytest.mark.parametrize("url", ["mail.example.org", "http://h", "smtp://", "smtp://h:port", "smtp://u:secret@h:99999"])
def test_a_wrong_address_of_the_server_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="mail_url") as caught:
        mailer_for(Settings(mail_url=url))
    assert "secret" not in str(caught.value)


def test_who_letters_come_from() -> None:
    named = Settings(site_name="Lagoon", base_url="https://data.example.org")
    assert sender_of(named) == "Lagoon <no-reply@data.example.org>"
    assert sender_of(Settings(mail_from="Données <data@example.org>")) == "Données <data@example.org>"
    with pytest.raises(ConfigError, match="mail_from"):
        sender_of(Settings(mail_from="nobody"))
