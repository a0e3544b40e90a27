# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of the website. Those for machines are in `machines_urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from terracite.website.pages import about, errors, home, landing, language, search

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/<str:language>/", language.choose, name="language"),
    path("search/", search.search, name="search"),
    path("datasets/<uuid:dataset>/", landing.latest, name="latest"),
    path("datasets/<uuid:dataset>/v<int:number>/", landing.landing, name="landing"),
    path("about/", about.about, name="about"),
    path("help/", about.assistance, name="help"),
    path("machines/", about.machines, name="machines"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("", include("terracite.website.machines_urls")),
]
handler404 = errors.not_found
handler403 = errors.forbidden
handler500 = errors.failed
