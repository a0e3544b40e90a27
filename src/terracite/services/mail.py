# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sending letters: over SMTP, or, with no mail server, into a folder where a person can read them.

A letter keeps its ``Message-ID`` however often it is sent, so that a mail system that gets it twice can tell.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

from terracite.config import Settings
from terracite.errors import ConfigError, ServiceError

CONNECT_S = 15.0  #: for connecting, and for each answer of the server
_PORTS = {"smtp": 25, "smtps": 465}
_OURS = frozenset({"from", "to", "subject", "date", "message-id", "content-type", "mime-version"})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address. ``key``: the same letter has the same one, however often it is sent."""

    to: str
    subject: str
    body: str
    key: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """What sends letters.

    A `ServiceError` with ``status`` speaks of this letter; one without, of the server: all letters have to wait.
    """

    def send(self, letter: Letter) -> str:
        """Send it; returns its ``Message-ID``."""
        ...


class FolderMailer:
    """Keeps each letter as ``<digest of its key>.eml`` and says so in a line of the log; sent twice, kept once."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, letter: Letter) -> str:
        message = message_of(letter, self._sender, "8bit")  # readable as it is
        path = self._folder / f"{_digest(letter.key)}.eml"
        beside = path.with_suffix(f".{uuid4().hex}.tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(message.as_bytes())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            hint = "Free some space, or correct the rights on the folder: it is tried again by itself."
            raise ServiceError(
                f"The letter cannot be kept in '{self._folder}': {error.strerror}.", hint=hint, retry=True
            ) from error
        log.info("mail: to %s, '%s', kept as %s", letter.to, message["Subject"], path)
        return str(message["Message-ID"])


class SmtpMailer:
    """Hands each letter to a mail server, over TLS where there is TLS; a password never goes over a bare line."""

    def __init__(self, url: str, sender: str) -> None:
        self._server, self._sender = _server(url), sender

    def send(self, letter: Letter) -> str:
        message = message_of(letter, self._sender)
        with self._opened() as smtp:
            try:
                smtp.send_message(message, from_addr=parseaddr(self._sender)[1], to_addrs=[letter.to])
            except smtplib.SMTPRecipientsRefused as error:
                raise _refused(self._host, *next(iter(error.recipients.values()))) from error
            except smtplib.SMTPDataError as error:
                raise _refused(self._host, error.smtp_code, error.smtp_error) from error
            except (smtplib.SMTPException, OSError) as error:  # the sender refused, too: a matter of settings
                raise self._unusable(error) from error
        return str(message["Message-ID"])

    @property
    def _host(self) -> str:
        return self._server.hostname or ""

    def _unusable(self, error: Exception) -> ServiceError:
        hint = "Check mail_url, mail_from and the network: it is tried again by itself."
        return ServiceError(
            f"The mail server {self._host} cannot be used: {one_line(str(error))}.", hint=hint, retry=True
        )

    @contextmanager
    def _opened(self) -> Iterator[smtplib.SMTP]:
        port = self._server.port or _PORTS[self._server.scheme]
        smtp: smtplib.SMTP | None = None
        try:
            if self._server.scheme == "smtps":
                smtp = smtplib.SMTP_SSL(self._host, port, timeout=CONNECT_S, context=_certificates())
            else:
                smtp = smtplib.SMTP(self._host, port, timeout=CONNECT_S)
            self._greet(smtp)
        except (smtplib.SMTPException, OSError) as error:
            if smtp is not None:
                smtp.close()
            raise error if isinstance(error, ServiceError) else self._unusable(error) from error
        try:
            yield smtp
        finally:  # the letter went or not: a server that is slow to say goodbye changes nothing
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo()
        is_private = self._server.scheme == "smtps"
        if not is_private and smtp.has_extn("starttls"):
            smtp.starttls(context=_certificates())
            smtp.ehlo()
            is_private = True
        if not self._server.username:
            return
        if not is_private and self._host not in _HERE:
            hint = "Use smtps://, or a server that offers STARTTLS."
            raise ServiceError(
                f"{self._host} takes the password over a bare line only: it was not sent.", hint=hint, retry=True
            )
        smtp.login(unquote(self._server.username), unquote(self._server.password or ""))


def mailer_for(settings: Settings) -> Mailer:
    """What the settings name; `ConfigError` for an address or a sender that is none."""
    sender = sender_of(settings)
    return SmtpMailer(settings.mail_url, sender) if settings.mail_url else FolderMailer(settings.mail_dir, sender)


def sender_of(settings: Settings) -> str:
    """Who letters come from, such as ``Terracite <no-reply@data.example.org>``."""
    given = settings.mail_from or f"no-reply@{urlsplit(settings.base_url).hostname or 'localhost'}"
    name, address = parseaddr(given)
    if not is_address(address) and settings.mail_from:
        hint = "Write an address, such as 'Repository <data@example.org>'."
        raise ConfigError(f"'mail_from' is not an address: {given!r}.", hint=hint)
    return str(Address(one_line(name) or one_line(settings.site_name), addr_spec=address))


def message_of(letter: Letter, sender: str, encoding: str = "quoted-printable") -> EmailMessage:
    """The letter as a message: plain text, nothing of it able to add a header or a recipient."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = one_line(letter.subject)
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{_digest(letter.key)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in letter.headers.items():
            if name.lower() not in _OURS:
                message[name] = one_line(value)
    except (ValueError, HeaderParseError, MessageError, IndexError) as error:
        raise ServiceError(f"This letter cannot be sent: {error}.", hint="Correct the address.", status=501) from error
    message.set_content(letter.body.replace("\r\n", "\n"), charset="utf-8", cte=encoding)
    return message


def one_line(text: str) -> str:
    """The text without what could begin another header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def is_address(text: str) -> bool:
    """Whether this is one bare address, in ASCII, as any mail server takes it."""
    name, _, host = text.rpartition("@")
    return bool(name and host) and text.isascii() and text.isprintable() and not set(text) & set(' ,;<>()"')


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        usable = parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        hint = (
            "Write smtp://user:password@host:587 or smtps://user:password@host."  # the value itself may hold a password
        )
        raise ConfigError("'mail_url' is not the address of a mail server.", hint=hint)
    return parts


def _refused(host: str, code: int, said: bytes | str) -> ServiceError:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    later = 400 <= code < 500
    hint = "It is tried again by itself." if later else "Correct the address of the person, or mail_url and mail_from."
    return ServiceError(f"{host} answered {code}: {one_line(text)[:200]}.", hint=hint, status=code, retry=later)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
