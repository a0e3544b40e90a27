# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store follows what is published, whoever publishes it: the outbox, an import, a correction."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from terracite.repository.authorities.remembering import remember
from terracite.repository.models import DatasetVersion


def after_save(instance: DatasetVersion, **_: Any) -> None:
    """Once the transaction holds, and only for what is public."""
    if instance.published_at is not None:
        transaction.on_commit(lambda: remember(instance), robust=True)  # a list of names never stops a publication
