# SPDX-License-Identifier: AGPL-3.0-or-later
"""The website as a Django application (no models of its own)."""

from __future__ import annotations

from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "terracite.website"
    label = "website"
