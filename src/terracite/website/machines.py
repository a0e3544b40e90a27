# SPDX-License-Identifier: AGPL-3.0-or-later
"""What machines ask of the website: robots.txt and the site map."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.states import State

SITEMAP_LIMIT = 50_000  #: of the sitemaps.org protocol


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Everything public may be crawled; accounts, drafts and desks may not."""
    lines = (
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /deposit/",
        "Disallow: /moderation/",
        f"Sitemap: {addresses.base_url()}/sitemap.xml",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(_request: HttpRequest) -> HttpResponse:
    """Every published landing page with the day of its last change."""
    versions = DatasetVersion.objects.filter(state=State.PUBLISHED).select_related("dataset")
    entries = "".join(_sitemap_entry(version) for version in versions.order_by("-datestamp", "-id")[:SITEMAP_LIMIT])
    home = f"<url><loc>{escape(addresses.base_url())}/</loc></url>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{home}{entries}</urlset>'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _sitemap_entry(version: DatasetVersion) -> str:
    changed = version.datestamp or version.updated
    return f"<url><loc>{escape(addresses.landing_url(version))}</loc><lastmod>{changed:%Y-%m-%d}</lastmod></url>"
