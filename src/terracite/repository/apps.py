# SPDX-License-Identifier: AGPL-3.0-or-later
"""The repository as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class RepositoryConfig(AppConfig):
    """Deposits, moderation, publication; its pages live in `terracite.website`."""

    name = "terracite.repository"
    label = "repository"
    verbose_name = "Repository"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Remember whom a dataset names once it is published or corrected."""
        from django.db.models.signals import post_save

        from terracite.repository.authorities import signals

        post_save.connect(signals.after_save, sender=self.get_model("DatasetVersion"), dispatch_uid="authorities")
