# SPDX-License-Identifier: AGPL-3.0-or-later
"""The settings of one instance: one TOML file, overridden by ``TERRACITE_*`` environment variables.

Everything an instance owns lives under ``data_dir``, so that it can be copied away whole.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path

from terracite.errors import ConfigError

SECRET_FIELDS = frozenset({"secret_key", "datacite_password", "database_url", "mail_url"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an instance keeps its data and which engine does each job."""

    data_dir: Path = Path("terracite-data")  #: database, files, index: the whole instance
    site_name: str = "Terracite"  #: shown on every page
    base_url: str = "http://127.0.0.1:8000"  #: public address, without a trailing slash
    language: str = "en"  #: default language of the website, "en" or "fr"
    debug: bool = False  #: tracebacks on pages: never in public
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")  #: names the website answers to
    database_url: str = ""  #: "" = SQLite under data_dir; else postgresql://user:password@host/name
    secret_key: str = field(default="", repr=False)  #: "" = one is made and kept under data_dir
    registrar: str = "test"  #: "test" (prefix 10.5072) or "datacite"
    doi_prefix: str = "10.5072"  #: 10.5072 is nobody's: its DOIs lead nowhere
    datacite_url: str = "https://api.test.datacite.org"  #: production: https://api.datacite.org
    datacite_user: str = ""  #: the repository account
    datacite_password: str = field(default="", repr=False)  #: from the environment rather than a file
    publisher_name: str = "Terracite"  #: cited as publisher
    publisher_ror: str = ""  #: its ROR address
    mail_url: str = field(default="", repr=False)  #: "" = kept under data_dir/mail; else smtp://user:password@host:port
    mail_from: str = ""  #: sender of letters; "" = no-reply@ the host of base_url
    max_file_bytes: int = 0  #: 0 = no ceiling
    max_deposit_bytes: int = 0  #: all files of one deposit, the same content counted once; 0 = no ceiling
    max_person_bytes: int = 0  #: all deposits of one owner together; 0 = no ceiling
    upload_hours: int = 168  #: an upload that gets no bytes for so long is removed
    keep_messages_days: int = 365  #: messages, letters, answered requests and notices; 0 = for ever
    calls_per_minute: int = 600  #: calls that one token may make of the REST API; 0 = no ceiling
    trusted_proxies: tuple[str, ...] = ()  #: proxies before it, whose X-Forwarded-For is believed; "unix": a socket
    web_processes: int = 0  #: processes that answer requests; 0 = one for each core, two at most
    antivirus_url: str = ""  #: "" = none; else tcp://host:3310 or unix:///path of ClamAV's clamd
    files_url: str = ""  #: "" = a folder under data_dir; else s3://bucket/prefix (keys and endpoint from AWS_*)

    @property
    def database_path(self) -> Path:
        """The SQLite database of the embedded default."""
        return self.data_dir / "terracite.sqlite3"

    @property
    def files_dir(self) -> Path:
        """Where the bytes of deposits are kept."""
        return self.data_dir / "files"

    @property
    def uploads_dir(self) -> Path:
        """Where uploads wait until they are whole: a disk that every web process of the instance sees."""
        return self.data_dir / "uploads"

    @property
    def mail_dir(self) -> Path:
        """Where letters are kept when no mail server is set."""
        return self.data_dir / "mail"

    @property
    def index_dir(self) -> Path:
        """The disposable search index."""
        return self.data_dir / "index"


def load(path: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Settings from ``path`` (or ``$TERRACITE_CONFIG``, or ``./terracite.toml`` if there), then the environment.

    Raises `ConfigError` for a file that is missing, is not TOML or holds an unknown setting.
    """
    env = dict(os.environ) if environ is None else environ
    chosen = path or (Path(env["TERRACITE_CONFIG"]) if env.get("TERRACITE_CONFIG") else None)
    if chosen is None and Path("terracite.toml").is_file():
        chosen = Path("terracite.toml")
    values = _read(chosen) if chosen else {}
    for name in _KINDS:
        if (text := env.get(f"TERRACITE_{name.upper()}")) is not None:
            values[name] = _from_text(name, text)
    return replace(Settings(), **values)  # type: ignore[arg-type]


def ensure_secret_key(settings: Settings) -> str:
    """The instance's secret key; made once and kept under ``data_dir`` when none is set."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process made it a moment ago
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


_KINDS = {item.name: type(getattr(Settings(), item.name)) for item in fields(Settings)}


def _read(path: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no settings file '{path}'.", hint="Check the path, or leave it out.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"'{path}' is not valid TOML: {error}.", hint="Correct that line.") from error
    return {name: _checked(name, value, path) for name, value in content.items()}


def _checked(name: str, value: object, path: Path) -> object:
    if name not in _KINDS:
        near = get_close_matches(name, _KINDS, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known settings: {', '.join(_KINDS)}."
        raise ConfigError(f"'{path}' has an unknown setting '{name}'.", hint=hint)
    kind = _KINDS[name]
    if kind is tuple and isinstance(value, list):
        return tuple(value)
    if issubclass(kind, Path) and isinstance(value, str):
        return path.parent / value
    if not isinstance(value, kind):
        raise ConfigError(f"'{name}' in '{path}' should be {kind.__name__}, not {value!r}.", hint="Correct its value.")
    return value


def _from_text(name: str, text: str) -> object:
    kind = _KINDS[name]
    if kind is bool:
        return text.strip().lower() in {"1", "true", "yes", "on"}
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise ConfigError(f"TERRACITE_{name.upper()} is not a whole number: {text!r}.") from error
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return Path(text) if issubclass(kind, Path) else text
