# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every template may show: the site's name and the reader's language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from terracite import __version__


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name, its public address, the version, and whether its DOIs are only for practice."""
    values = settings.TERRACITE
    return {
        "site_name": values.site_name,
        "base_url": values.base_url.rstrip("/"),
        "terracite_version": __version__,
        "is_practice": values.registrar == "test",
        "here": request.get_full_path(),
    }
