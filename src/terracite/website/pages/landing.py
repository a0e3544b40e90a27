# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a dataset: what its DOI leads to, and the preview of a draft (the very same page)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from terracite.record import citation
from terracite.record.formats import FORMATS
from terracite.record.model import DateKind, FileRole, MapClass, Record
from terracite.record.schema_org import json_ld_text, to_schema_org
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.permissions import can_download, can_read_review, can_view, moves_of
from terracite.repository.records import differences, record_of
from terracite.repository.states import State
from terracite.website import snippets
from terracite.website.maps import locator
from terracite.website.templatetags.show import box_words, language

FILES_SHOWN = 100
CITATION_FORMATS = ("bibtex", "ris", "csl")
METADATA_FORMATS = tuple(name for name in FORMATS if name not in {*CITATION_FORMATS, "citation"})


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of the table of files."""

    file: StoredFile
    url: str  #: "" when this reader may not have it
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list of versions, with what changed since the one before."""

    version: DatasetVersion
    url: str
    is_this: bool
    changed: tuple[str, ...]


@require_safe
def latest(request: HttpRequest, dataset: UUID) -> HttpResponse:  # noqa: ARG001
    """The address of a dataset without a version leads to its latest public one."""
    public = DatasetVersion.objects.filter(dataset__uuid=dataset, published_at__isnull=False)
    newest = public.select_related("dataset").exclude(state=State.WITHDRAWN).order_by("-number").first()
    newest = newest or public.select_related("dataset").order_by("-number").first()
    if newest is None:
        raise Http404
    return HttpResponseRedirect(addresses.landing_path(newest))


@require_safe
def landing(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """The page of one version; its tombstone once it is withdrawn; a preview before it is published."""
    versions = DatasetVersion.objects.select_related("dataset__deposit")
    version = get_object_or_404(versions, dataset__uuid=dataset, number=number)
    if not can_view(request.user, version):
        raise Http404
    if version.state == State.WITHDRAWN:
        return render(request, "tombstone.html", {"version": version, "record": record_of(version)}, status=410)
    return render(request, "landing.html", page_values(version, request.user))


def page_values(version: DatasetVersion, person: Any) -> dict[str, object]:
    """Everything that the landing template shows of ``version`` to ``person``."""
    record = record_of(version)
    url = addresses.landing_url(version)
    boxes = tuple(extent.box for extent in record.extents)
    files = _files(version, person)
    main = _main(record, files)
    return {
        "version": version,
        "record": record,
        "url": url,
        "deposit": version.dataset.deposit,
        "is_preview": not version.is_public,
        "issued": record.date(DateKind.ISSUED) or (version.published_at.date() if version.published_at else None),
        "map": locator.locator(boxes, "; ".join(box_words(box) for box in boxes)),
        "files": files[:FILES_SHOWN],
        "files_left": max(0, len(files) - FILES_SHOWN),
        "all_bytes": sum(line.file.bytes for line in files),
        "formats": sorted({line.file.format or line.file.media_type for line in files if _is_data(line.file)}),
        "main": main,
        "may_download": bool(files) and all(line.url for line in files),
        "archive": addresses.archive_path(version),
        "thumbnail": next((line.url for line in files if line.file.path == record.thumbnail), ""),
        "citation": citation.formatted_html(record, language()),
        "citation_formats": [_format_line(version, name) for name in CITATION_FORMATS],
        "metadata_formats": [_format_line(version, name) for name in METADATA_FORMATS],
        "snippets": snippets.for_file(main.file.path, addresses.base_url() + main.url) if main else (),
        "classes": _shares(record.classes),
        "versions": _versions(version),
        "newer": _newer(version),
        "moves": moves_of(person, version),
        "may_read_review": can_read_review(person, version),
        "json_ld": json_ld_text(to_schema_org(record, url)) if version.is_public else "",
    }


def _is_data(file: StoredFile) -> bool:
    return file.role == FileRole.DATA


def _files(version: DatasetVersion, person: Any) -> list[FileLine]:
    lines = []
    for file in version.files.all():
        file.version = version  # the same object: roles are looked up once
        url = addresses.file_path(version, file.path) if can_download(person, file) else ""
        lines.append(FileLine(file, url, _facts(file.facts)))
    return sorted(lines, key=lambda line: (not _is_data(line.file), line.file.path))


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Of what was read from a file, the little that helps to choose it."""
    return {name: facts[name] for name in ("columns", "rows", "bands", "crs", "resolution_m") if facts.get(name)}


def _format_line(version: DatasetVersion, name: str) -> tuple[object, str]:
    return FORMATS[name].label, addresses.metadata_path(version, name)


def _main(record: Record, files: list[FileLine]) -> FileLine | None:
    """The file to open first, when this reader may."""
    main = snippets.main_file(record)
    return next((line for line in files if main and line.file.path == main.path and line.url), None)


def _shares(classes: tuple[MapClass, ...]) -> list[tuple[MapClass, float | None]]:
    """Each class with its share of the area, from 0 to 100."""
    total = sum(item.area_ha or 0.0 for item in classes)
    return [(item, 100 * item.area_ha / total if total and item.area_ha is not None else None) for item in classes]


def _versions(version: DatasetVersion) -> list[VersionLine]:
    """The public versions of the dataset, newest first, each with the fields that differ from the one before."""
    public = list(version.dataset.versions.filter(published_at__isnull=False).order_by("number"))
    lines = []
    before: Record | None = None
    for one in public:
        one.dataset = version.dataset
        record = record_of(one)
        changed = tuple(name for name in differences(before, record) if name not in _ALWAYS_DIFFER) if before else ()
        lines.append(VersionLine(one, addresses.landing_path(one), one.pk == version.pk, changed))
        before = record
    return lines[::-1]


_ALWAYS_DIFFER = {"uuid", "doi", "dates", "version", "publisher", "parent", "schema_version"}


def _newer(version: DatasetVersion) -> str:
    newest = (
        version.dataset.versions.filter(state=State.PUBLISHED, number__gt=version.number).order_by("-number").first()
    )
    if newest is None:
        return ""
    return reverse("landing", args=[version.dataset.uuid, newest.number])
