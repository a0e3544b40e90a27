# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a dataset: what its DOI leads to, and the preview of a draft (the very same page).

Its cost does not grow with files and versions: a constant number of queries, few columns of every file, everything
of those that are shown.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terracite.record.model import AccessKind, DateKind, MapClass, Record
from terracite.record.schema_org import json_ld_text, to_schema_org
from terracite.repository import access_requests, addresses, search, usage
from terracite.repository.models import DatasetVersion
from terracite.repository.permissions import (
    can_answer_access,
    can_ask_for_access,
    can_read_review,
    hides_people,
    moves_of,
)
from terracite.repository.states import State
from terracite.website import signposting, snippets
from terracite.website.counting import count_view
from terracite.website.maps import locator
from terracite.website.pages.landing import citations, files, graphs, kept, versions
from terracite.website.templatetags.show import box_words
from terracite.website.visible import visible_version

FILES_IN_JSON_LD = 60  #: more are left to the document of schema.org: a page is to be light


@require_safe
def latest(request: HttpRequest, dataset: UUID) -> HttpResponse:  # noqa: ARG001
    """The address of a dataset without a version leads to its latest public one."""
    public = DatasetVersion.objects.filter(dataset__uuid=dataset, published_at__isnull=False)
    public = public.select_related("dataset").defer("record")
    newest = public.exclude(state=State.WITHDRAWN).order_by("-number").first() or public.order_by("-number").first()
    if newest is None:
        raise Http404
    return HttpResponseRedirect(addresses.landing_path(newest))


@require_safe
def landing(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """The page of one version; its tombstone once it is withdrawn; a preview before it is published."""
    key = kept.key_of(request, dataset, number)
    if key and (page := kept.pages.get(key)):
        count_view(request, page.version)
        return page.answer(request)
    version = visible_version(request, dataset, number)
    if version.state == State.WITHDRAWN:
        values = tombstone_values(version)
        response = render(request, "tombstone.html", values, status=410)
    else:
        values = page_values(version, request.user, request.GET)
        response = render(request, "landing.html", values)
        count_view(request, version)
    if version.is_public:
        entries = [] if version.state == State.WITHDRAWN else files.open_to_all(version, values["entries"])
        entries = entries if len(entries) <= signposting.MOST_ITEMS else []
        public = [line.version for line in reversed(values["versions"])]
        links = signposting.landing_links(version, values["record"], entries, every_format=False, public=public)
        response["Link"] = signposting.header(links)
    if key and response.status_code == HTTPStatus.OK:
        previews = [line.preview for line in values["listing"].files if line.preview]
        kept.keep(key, request, version, response, previews)
    return response


def tombstone_values(version: DatasetVersion) -> dict[str, Any]:
    """What stays of a withdrawn version: who, what, when, why, and how it was cited. Its files are not named."""
    record = files.record_without_files(version)
    all_lines = versions.lines(version)
    return {
        "version": version,
        "record": record,
        "url": addresses.landing_url(version),
        "issued": _issued(version, record),
        "cite": citations.shown(version, record, ""),
        "versions": all_lines,
        "others": [line for line in all_lines if not line.is_this and line.is_readable],
    }


def page_values(version: DatasetVersion, person: Any, asked: QueryDict | None = None) -> dict[str, Any]:
    """Everything that the landing template shows of ``version`` to ``person``; ``asked``: ?folder, ?page, ?style."""
    asked = asked if asked is not None else QueryDict()
    entries = files.entries_of(version)
    files.load_few(version, entries)
    record = files.record_without_files(version)
    rights = files.Rights(version, person, entries)
    url = addresses.landing_url(version)
    boxes = tuple(extent.box for extent in record.extents)
    main = files.main_line(version, record, entries, rights)
    listing = files.listing(version, entries, rights, person, asked.get("folder", ""), asked.get("page", ""))
    all_lines = versions.lines(version)
    moves = moves_of(person, version)
    counted = usage.usage_of(version) if version.is_public else usage.Usage()
    return {
        "version": version,
        "record": record,
        "url": url,
        "deposit": None if hides_people(person) else version.dataset.deposit,
        "hides_people": hides_people(person),
        "is_preview": not version.is_public,
        "is_older": version.state == State.SUPERSEDED,
        "issued": _issued(version, record),
        "map": locator.locator(boxes, "; ".join(box_words(box) for box in boxes)),
        "entries": entries,
        "listing": listing,
        "all_bytes": sum(entry.bytes for entry in entries),
        "formats": files.formats(entries),
        "main": main,
        "may_download": bool(entries) and rights.to_all(entries),
        "may_ask": can_ask_for_access(person, version),
        "asking": _asking(version, person),
        "is_restricted": version.access == AccessKind.RESTRICTED,
        "archive": addresses.archive_path(version),
        "checksums": f"{addresses.landing_path(version)}sha256sums.txt",
        "thumbnail": files.thumbnail(version, record, entries, rights),
        "cite": citations.shown(version, record, asked.get("style", "")),
        "metadata_formats": citations.metadata_formats(version),
        "snippets": snippets.for_file(main.file.path, addresses.base_url() + main.url) if main else (),
        "classes": _shares(record.classes),
        "versions": all_lines,
        "differs": versions.since_before(version, record, entries, all_lines),
        "corrections": versions.corrections(version),
        "newer": next((line.url for line in all_lines if line.is_latest and not line.is_this), "")
        if version.is_public
        else "",
        "mentions": search.mentioning(version) if version.is_public else (),
        "usage": counted,
        "months": graphs.bars(counted.months),
        "moves": moves,
        "is_own": not {"new_version", "correct_metadata", "withdraw"}.isdisjoint(moves),
        "may_read_review": can_read_review(person, version),
        "json_ld": _json_ld(record, entries, url) if version.is_public else "",
    }


def _asking(version: DatasetVersion, person: Any) -> int | None:
    """How many wait for an answer about the files; None for whoever does not answer."""
    if version.access != AccessKind.RESTRICTED or not version.is_public or not can_answer_access(person, version):
        return None
    return access_requests.waiting(version).count()


def _issued(version: DatasetVersion, record: Record) -> Any:
    return record.date(DateKind.ISSUED) or (version.published_at.date() if version.published_at else None)


def _json_ld(record: Record, entries: list[files.Entry], url: str) -> str:
    """The record for search engines; of many files the first ones, and where the whole list is."""
    first = tuple(entry.as_data_file() for entry in entries[:FILES_IN_JSON_LD])
    node = to_schema_org(record.model_copy(update={"files": first}), url)
    if len(entries) > len(first):
        node["size"] = f"{sum(entry.bytes for entry in entries)} bytes"
        node["subjectOf"] = {
            "@type": "DataDownload",
            "encodingFormat": "application/ld+json",
            "contentUrl": f"{url}metadata/schema.org",
        }
    return json_ld_text(node)


def _shares(classes: tuple[MapClass, ...]) -> list[tuple[MapClass, float | None]]:
    """Each class with its share of the area, from 0 to 100."""
    total = sum(item.area_ha or 0.0 for item in classes)
    return [(item, 100 * item.area_ha / total if total and item.area_ha is not None else None) for item in classes]
