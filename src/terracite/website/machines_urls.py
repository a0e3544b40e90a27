# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses for machines: metadata in every format, files, site map, OAI-PMH and the REST API.

The landing page itself is a page: ``datasets/<uuid>/v<number>/``, named "landing".
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terracite.website import machines

VERSION = "datasets/<uuid:dataset>/v<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
]
