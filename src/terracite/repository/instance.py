# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening the instance that the settings name, for commands: Django set up, tables up to date."""

from __future__ import annotations

import os

import django
from django.apps import apps


def open_instance() -> None:
    """Set Django up and bring the tables up to date; called again, it does nothing new."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terracite.website.settings")
    if not apps.ready:
        django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
