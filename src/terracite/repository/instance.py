# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening an instance for commands, workers and scripts: Django set up, tables up to date.

Django reads its settings once per process, from the environment; `open_instance` puts them there first.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings as active

from terracite import config
from terracite.config import Settings
from terracite.errors import ConfigError

DJANGO_SETTINGS = "terracite.website.settings"
_MIGRATION_LOCK = 7_236_011_405  #: any number, the same in every process


def open_instance(settings: Settings | None = None) -> Settings:
    """Set Django up and bring the tables up to date; called again, it does nothing new.

    ``settings``: those of the instance, found as usual when None; returned with full paths. Raises `ConfigError` when
    this process already works on another instance.
    """
    wanted = settings or (active.TERRACITE if apps.ready else config.load())
    wanted = replace(wanted, data_dir=wanted.data_dir.absolute())
    if apps.ready:
        _check_same(Path(active.TERRACITE.data_dir).absolute(), wanted.data_dir)
    else:
        os.environ.update(environment(wanted))
        django.setup()
    _migrate(wanted.data_dir)
    return wanted


def environment(settings: Settings) -> dict[str, str]:
    """The environment variables from which `terracite.config.load` makes the same settings in another process."""
    values = {f"TERRACITE_{item.name.upper()}": _as_text(getattr(settings, item.name)) for item in fields(settings)}
    return values | {"DJANGO_SETTINGS_MODULE": DJANGO_SETTINGS}


def _check_same(opened: Path, wanted: Path) -> None:
    if opened != wanted:
        raise ConfigError(
            f"This process works on the instance in '{opened}', not '{wanted}'.",
            hint="Start another process for the other instance.",
        )


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value.absolute()) if isinstance(value, Path) else str(value)


def _migrate(data_dir: Path) -> None:
    """Bring the tables up to date, one process at a time; quick when there is nothing to do."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with _one_at_a_time(data_dir), _alone_in_the_database():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_in_the_database() -> Iterator[None]:
    """Several machines may share one PostgreSQL, where a lock on a file of one of them says nothing to the others."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_MIGRATION_LOCK])
