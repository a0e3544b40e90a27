# SPDX-License-Identifier: AGPL-3.0-or-later
"""The database of an instance: SQLite in its data folder, or PostgreSQL at an address."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from terracite.config import Settings
from terracite.errors import ConfigError

#: Write-ahead log: readers never wait for the one writer. The last two trade nothing but memory for speed: 4 MB for
#: each thread that serves pages, which keeps its connection, since to open one takes as long as a page from memory.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4000;"
)


def database_settings(settings: Settings) -> dict[str, object]:
    """Django's description of the database; raises `ConfigError` for an address it cannot use."""
    return _postgresql(settings.database_url) if settings.database_url else _sqlite(settings)


def _sqlite(settings: Settings) -> dict[str, object]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": settings.database_path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
    }


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ConfigError(
            "'database_url' is not the address of a PostgreSQL database.",
            hint="Write postgresql://user:password@host:5432/name, or leave it out for SQLite.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,  # the first request after the server was restarted gets a new connection
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
