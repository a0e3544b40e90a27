# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps of files: tiles, overview picture, value and series at a place. The right to download is asked for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terracite.record.model import AccessKind
from terracite.repository import previews
from terracite.repository.models import DatasetVersion, Preview, PreviewState, StoredFile
from terracite.repository.previews import maps, pictures, series
from terracite.repository.states import State
from terracite.website.downloads import check_right
from terracite.website.visible import visible_version

_KINDS = {"raster", "cube"}
_PUBLIC = {State.PUBLISHED.value, State.SUPERSEDED.value}


@require_safe
def tile(
    request: HttpRequest, dataset: UUID, number: int, path: str, z: int, x: int, y: int, suffix: str
) -> HttpResponseBase:
    """One tile of 256 x 256 cells; 404 outside the zooms that the preview has."""
    if suffix not in pictures.MEDIA_TYPES:
        raise Http404
    version, preview = _map_of(request, dataset, number, path)
    layer = _layer(request, version, preview)
    etag = f'"{preview.sha256[:16]}.{_age(preview)}.{layer.style}.{layer.plane}.{z}.{x}.{y}.{suffix}"'

    def drawn() -> HttpResponse:
        content = maps.tile(preview, layer, z, x, y, suffix)
        if content is None:
            raise Http404
        return HttpResponse(content, content_type=pictures.MEDIA_TYPES[suffix])

    return _with_headers(request, version, etag, drawn)


@require_safe
def overview(request: HttpRequest, dataset: UUID, number: int, path: str) -> HttpResponseBase:
    """The whole map in one picture."""
    version, preview = _map_of(request, dataset, number, path)
    layer = _layer(request, version, preview)
    etag = f'"{preview.sha256[:16]}.{_age(preview)}.{layer.style}.{layer.plane}.overview"'
    return _with_headers(
        request, version, etag, lambda: HttpResponse(maps.overview(preview, layer), content_type="image/png")
    )


@require_safe
def value(request: HttpRequest, dataset: UUID, number: int, path: str) -> HttpResponseBase:
    """The value at a place, as JSON: what the finest tiles hold there, which are cells of the file."""
    version, preview = _map_of(request, dataset, number, path)
    layer = _layer(request, version, preview)
    lon, lat = place(request)
    found = maps.value_at(preview, layer, lon, lat)
    answer = {"lon": lon, "lat": lat, "value": found, "unit": layer.unit, "label": label_of(layer, found)}
    answer["text"] = words(layer, found)
    return _with_headers(request, version, "", lambda: JsonResponse(answer))


@require_safe
def steps(request: HttpRequest, dataset: UUID, number: int, path: str) -> HttpResponseBase:
    """The series at a place, as JSON or as a picture (``?as=svg``)."""
    version, preview = _map_of(request, dataset, number, path)
    layer = _layer(request, version, preview)
    lon, lat = place(request)
    found = series.at(preview, layer, lon, lat)
    if request.GET.get("as") == "svg":
        drawn = series.svg(found, layer.unit)
        return _with_headers(request, version, "", lambda: HttpResponse(drawn, content_type="image/svg+xml"))
    answer: dict[str, Any] = {"lon": lon, "lat": lat, "unit": layer.unit, "steps": preview.facts["steps"]}
    return _with_headers(request, version, "", lambda: JsonResponse(answer | {"values": found.values}))


def place(request: HttpRequest) -> tuple[float, float]:
    """``lon`` and ``lat`` of the address; 400 when they are not numbers."""
    try:
        lon, lat = (float(request.GET[name].strip().replace(",", ".")) for name in ("lon", "lat"))
    except (KeyError, ValueError):
        raise BadRequest(_("Give a longitude and a latitude in degrees.")) from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise BadRequest(_("Give a longitude and a latitude in degrees."))
    return lon, lat


def words(layer: maps.Layer, found: float | tuple[float, ...] | None) -> str:
    """A value as a reader says it."""
    if found is None:
        return str(_("No data here."))
    if isinstance(found, tuple):
        return ", ".join(f"{one:g}" for one in found)
    if layer.kind == "classes":
        label = label_of(layer, found)
        return f"{found:g} ({label})" if label else f"{found:g}"
    return f"{found:.7g} {layer.unit}".strip()


def label_of(layer: maps.Layer, found: object) -> str:
    """The name of the class with that code."""
    return next((item["label"] for item in layer.classes if item["code"] == found), "")


def named_classes(version: DatasetVersion) -> dict[int, tuple[str, str]]:
    """Code -> label and colour of the classes of the record, in the reader's language."""
    from terracite.website.templatetags.show import language

    known = {}
    for item in version.record.get("classes", ()):
        label = item.get("label", {})
        text = label.get(language()) or label.get("en") or label.get("fr") or ""
        known[int(item["code"])] = (str(text), str(item.get("colour", "")))
    return known


def _map_of(request: HttpRequest, dataset: UUID, number: int, path: str) -> tuple[DatasetVersion, Preview]:
    version = visible_version(request, dataset, number)
    file: StoredFile = get_object_or_404(version.files.all(), path=path)
    file.version = version
    check_right(request, [file])
    preview = previews.preview_of(file)
    if preview is None or preview.state != PreviewState.READY or preview.kind not in _KINDS:
        raise Http404
    return version, preview


def _layer(request: HttpRequest, version: DatasetVersion, preview: Preview) -> maps.Layer:
    numbers = [request.GET.get(name, "0") for name in ("layer", "step")]
    if not all(text.isdecimal() and len(text) < 6 for text in numbers):
        raise Http404
    layer = maps.layer_of(preview, int(numbers[0]), int(numbers[1]), named_classes(version))
    if layer is None:
        raise Http404
    return layer


def _age(preview: Preview) -> int:
    return int(preview.made_at.timestamp()) if preview.made_at else 0


def _with_headers(
    request: HttpRequest, version: DatasetVersion, etag: str, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """Public caches keep what is open for an hour; anything else is asked for again, and the right with it."""
    known = {part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")}
    response = HttpResponse(status=304) if etag and etag in known else make()
    is_open = version.state in _PUBLIC and version.access == AccessKind.OPEN.value
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600" if is_open and etag else "private, no-cache"
    if is_open:
        response["Access-Control-Allow-Origin"] = "*"
    return response
