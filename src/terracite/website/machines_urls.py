# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses for machines: metadata in every format, files, site map, OAI-PMH and the REST API.

The landing page itself is a page: ``datasets/<uuid>/v<number>/``, named "landing".
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from terracite.website import downloads, machines
from terracite.website.api.application import api
from terracite.website.oai import oai
from terracite.website.pages import landing

VERSION = "datasets/<uuid:dataset>/v<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("api/v1/", api.urls),
    path("oai", oai, name="oai"),
    path(VERSION + "metadata/<str:name>", machines.metadata, name="metadata"),
    path(VERSION + "usage.json", landing.usage_json, name="usage"),
    path(VERSION + "sha256sums.txt", landing.checksums, name="checksums"),
    path(VERSION + "linkset.json", machines.linkset, name="linkset"),
    path(VERSION + "files/<path:path>", downloads.one_file, name="file"),
    path(VERSION + "files.zip", downloads.many_files, name="all-files"),
]
