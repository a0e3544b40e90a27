# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of the website."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from terracite.website.pages import about

urlpatterns: list[URLPattern | URLResolver] = [
    path("about/", about.about, name="about"),
    path("", include("terracite.website.machines_urls")),
]
