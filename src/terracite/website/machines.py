# SPDX-License-Identifier: AGPL-3.0-or-later
"""What machines ask of the website: metadata in every format, links, robots.txt and the site map."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from terracite.errors import RecordError
from terracite.record.formats import FORMATS, Format, format_named
from terracite.record.model import Record
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.records import record_of
from terracite.repository.states import State
from terracite.website import negotiation, signposting
from terracite.website.counting import count_view
from terracite.website.visible import open_files, visible_version

SITEMAP_LIMIT = 50_000  #: of the sitemaps.org protocol
HTML = "text/html"
#: other names under which readers ask for a format
ALIASES = {
    "application/xhtml+xml": HTML,
    "application/xml": "iso19115-3",
    "text/xml": "iso19115-3",
    "application/vnd.schemaorg.ld+json": "schema.org",
    "application/bibtex": "bibtex",
    "text/plain": "citation",
}

View = Callable[..., HttpResponseBase]


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
    versions = DatasetVersion.objects.filter(state=State.PUBLISHED.value).select_related("dataset")
    entries = "".join(_sitemap_entry(version) for version in versions.order_by("-datestamp", "-id")[:SITEMAP_LIMIT])
    home = f"<url><loc>{escape(addresses.base_url())}/</loc></url>"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{home}{entries}</urlset>'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@require_safe
def metadata(request: HttpRequest, dataset: UUID, number: int, name: str) -> HttpResponse:
    """The record of a version in one format."""
    version = visible_version(request, dataset, number)
    try:
        chosen = format_named(name)
    except RecordError as error:
        raise Http404(str(error)) from error
    count_view(request, version)
    return _document(version, chosen)


@require_safe
def linkset(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """Every link of a public version (Signposting level 2)."""
    version = visible_version(request, dataset, number)
    if not version.is_public:
        raise Http404
    content = signposting.linkset(_links(version, record_of(version)))
    return JsonResponse(content, content_type=signposting.LINKSET_TYPE, json_dumps_params={"indent": 1})


def for_machines(page: View) -> View:
    """The landing page's view, answering machines too: by ``?format=`` and by Accept.

    The page itself decides who may see it; nothing else is answered to somebody who may not.
    """

    @wraps(page)
    def negotiated(request: HttpRequest, dataset: UUID, number: int) -> HttpResponseBase:
        asked = _asked_format(request)
        response: HttpResponseBase
        if asked == HTML:
            response = page(request, dataset=dataset, number=number)
        elif isinstance(asked, Format):
            version = visible_version(request, dataset, number)
            count_view(request, version)
            response = _document(version, asked)
            response["Content-Location"] = addresses.metadata_path(version, asked.name)
        else:
            response = asked
        patch_vary_headers(response, ["Accept"])
        return response

    return negotiated


def _asked_format(request: HttpRequest) -> Any:
    """`HTML`, a `Format`, or the answer that refuses."""
    if name := request.GET.get("format", ""):
        try:
            return HTML if name == "html" else format_named(name)
        except RecordError as error:
            return _refusal(400, str(error))
    offered = {HTML: HTML} | {item.media_type: item.name for item in FORMATS.values() if item.negotiable} | ALIASES
    media_type = negotiation.choose(request.headers.get("Accept", ""), list(offered))
    if media_type is None:
        return _refusal(406, f"This dataset can be read as: {', '.join(offered)}.")
    name = offered[media_type]
    return HTML if name == HTML else FORMATS[name]


def _refusal(status: int, text: str) -> HttpResponse:
    return HttpResponse(text + "\n", status=status, content_type="text/plain; charset=utf-8")


def _document(version: DatasetVersion, chosen: Format) -> HttpResponse:
    try:
        content = chosen.write(record_of(version), addresses.landing_url(version))
    except RecordError as error:
        return _refusal(409 if not version.is_public else 500, str(error))
    response = HttpResponse(content, content_type=f"{chosen.media_type}; charset=utf-8")
    if version.state == State.WITHDRAWN.value:
        response.status_code = 410
    response["Content-Disposition"] = (
        content_disposition_header(False, f"{version.dataset.uuid}-v{version.number}{chosen.extension}") or "inline"
    )
    if version.is_public:
        response["Link"] = signposting.back_header(version, "describes")
        response["Access-Control-Allow-Origin"] = "*"
    else:
        response["Cache-Control"] = "private, no-store"
    return response


def _links(version: DatasetVersion, record: Record) -> list[signposting.Link]:
    return signposting.landing_links(version, record, open_files(version))


def _sitemap_entry(version: DatasetVersion) -> str:
    changed = version.datestamp or version.updated
    return f"<url><loc>{escape(addresses.landing_url(version))}</loc><lastmod>{changed:%Y-%m-%d}</lastmod></url>"
