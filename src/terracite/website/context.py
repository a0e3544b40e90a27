# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every template may show: the site's name, its links and whether its DOIs are only for practice."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from terracite import __version__
from terracite.website.navigation import links
from terracite.website.templatetags.show import language


def site(request: HttpRequest) -> dict[str, object]:
    """Values of every page; the navigation is made only when a template asks for it."""
    values = settings.TERRACITE
    return {
        "LANGUAGE_CODE": language(),
        "site_name": values.site_name,
        "base_url": values.base_url.rstrip("/"),
        "terracite_version": __version__,
        "is_practice": values.registrar == "test",
        "here": request.get_full_path(),
        "navigation": lambda: links(request),
    }
