# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is shown of a file without opening it: its facts and legend, tiles, value and series at a place, small files.

The right to see a preview is the right to read its file; these addresses take the token, the pages' take a session.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router

from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, Preview, PreviewKind, PreviewState, StoredFile
from terracite.repository.previews import colours, maps, preview_of
from terracite.repository.states import FileState
from terracite.website.api.access import OptionalToken, caller
from terracite.website.api.finding import VERSION
from terracite.website.api.schemas.common import READING, errors
from terracite.website.api.schemas.previews import (
    ClassOut,
    LayerIn,
    LayerOut,
    MapOut,
    PartOut,
    PlaceIn,
    PreviewOut,
    SeriesOut,
    ValueOut,
)
from terracite.website.api.telling import api_url
from terracite.website.pages import previews as pages
from terracite.website.pages import tiles
from terracite.website.previewing.inline import page_path
from terracite.website.previewing.sentences import sentence

router = Router(tags=["previews"], auth=OptionalToken())
SEEN = {**READING, **errors(403)}
COLOURS = 6  #: of a legend of values
_PICTURES = ("thumbnail.webp", "picture.webp")


def _bytes(*kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": "The bytes", "content": content}}}


@router.get(VERSION + "/preview/{path:path}", response={200: PreviewOut, **SEEN}, summary="How a file is shown")
def about(request: HttpRequest, identifier: UUID, number: int, path: str) -> PreviewOut:
    """State, kind, legend, and the addresses of tiles, value, series and small files. A preview is made once, some
    seconds after the file came or after it was first asked for."""
    file = _readable(request, identifier, number, path)
    row = preview_of(file) if file.state != FileState.QUARANTINED.value else None
    is_ready = row is not None and row.state == PreviewState.READY.value
    return PreviewOut(
        path=file.path,
        kind=row.kind if row else "",
        state=row.state if row else PreviewState.NONE.value,
        problem=row.problem if row else "",
        warnings=[str(one) for one in row.facts.get("warnings", ())] if row else [],
        sentence=str(sentence(row)) if row and is_ready else "",
        page=addresses.base_url() + page_path(file.version, file),
        map=_map(file, row) if row and is_ready and "zooms" in row.facts else None,
        parts=_parts(file, row) if row and is_ready else [],
        facts={name: value for name, value in row.facts.items() if name != "warnings"} if row and is_ready else {},
    )


@router.get(
    VERSION + "/tiles/{path:path}/{int:z}/{int:x}/{int:y}.{str:suffix}",
    response={200: None, 304: None, **SEEN},
    summary="A tile of a map",
    openapi_extra=_bytes("image/png", "image/webp"),
)
def tile(
    request: HttpRequest, identifier: UUID, number: int, path: str, z: int, x: int, y: int, suffix: str,
    wanted: Query[LayerIn],  # noqa: ARG001  for OpenAPI; read from the address
) -> HttpResponseBase:  # fmt: skip
    """256 x 256 cells as png or webp, in web Mercator; 404 outside the zooms of the preview."""
    place = _as_page(request, identifier, number, path)
    return tiles.tile(request, **place, z=z, x=x, y=y, suffix=suffix)


@router.get(
    VERSION + "/overview/{path:path}",
    response={200: None, 304: None, **SEEN},
    summary="A whole map in one picture",
    openapi_extra=_bytes("image/png"),
)
def overview(
    request: HttpRequest, identifier: UUID, number: int, path: str, wanted: Query[LayerIn]  # noqa: ARG001
) -> HttpResponseBase:  # fmt: skip
    """At most 768 cells a side."""
    return tiles.overview(request, **_as_page(request, identifier, number, path))


@router.get(VERSION + "/value/{path:path}", response={200: ValueOut, **SEEN}, summary="The value of a map at a place")
def value(
    request: HttpRequest, identifier: UUID, number: int, path: str, wanted: Query[PlaceIn]  # noqa: ARG001
) -> HttpResponseBase:  # fmt: skip
    """What the file holds there; `text` says it in the caller's language."""
    return tiles.value(request, **_as_page(request, identifier, number, path))


@router.get(VERSION + "/series/{path:path}", response={200: SeriesOut, **SEEN}, summary="The series at a place")
def series(
    request: HttpRequest, identifier: UUID, number: int, path: str, wanted: Query[PlaceIn]  # noqa: ARG001
) -> HttpResponseBase:  # fmt: skip
    """The value of each step of a cube."""
    return tiles.steps(request, **_as_page(request, identifier, number, path))


@router.get(
    VERSION + "/preview-part/{str:name}/{path:path}",
    response={200: None, 304: None, **SEEN},
    summary="A small file of a preview",
    openapi_extra=_bytes("application/geo+json", "image/webp", "image/png"),
)
def part(request: HttpRequest, identifier: UUID, number: int, name: str, path: str) -> HttpResponseBase:
    """Features or a picture; those that there are stand in `parts` of the preview."""
    return pages.part(request, **_as_page(request, identifier, number, path), name=name)


def _as_page(request: HttpRequest, identifier: UUID, number: int, path: str) -> dict[str, Any]:
    """What the page of the same takes, asked by who calls."""
    request.user = caller(request)
    if "\0" in path or number >= 1 << 31:
        raise Http404
    return {"dataset": identifier, "number": number, "path": path}


def _readable(request: HttpRequest, identifier: UUID, number: int, path: str) -> StoredFile:
    return pages.readable_file(request, **_as_page(request, identifier, number, path))


def _map(file: StoredFile, row: Preview) -> MapOut:
    facts, api, path = row.facts, api_url(file.version), quote(file.path)
    found = [maps.layer_of(row, number, 0, tiles.named_classes(file.version)) for number in range(len(facts["layers"]))]
    layers = [_layer(number, layer) for number, layer in enumerate(found) if layer is not None]
    picture = next((layer.picture for layer in found if layer is not None), "png")
    return MapOut(
        space=facts["space"],
        box=facts["box"] or [],
        zooms=facts["zooms"],
        steps=facts["steps"],
        layers=layers,
        tiles=f"{api}/tiles/{path}/{{z}}/{{x}}/{{y}}.{picture}?layer=0&step=0",
        overview=f"{api}/overview/{path}?layer=0&step=0",
        value=f"{api}/value/{path}?layer=0&step=0&lon={{lon}}&lat={{lat}}",
        series=f"{api}/series/{path}?layer=0&lon={{lon}}&lat={{lat}}" if row.kind == PreviewKind.CUBE.value else "",
    )


def _layer(number: int, layer: maps.Layer) -> LayerOut:
    facts, is_range = layer.facts, layer.kind == "values" and not layer.facts.get("is_empty")
    palette, last = colours.ramp(), COLOURS - 1
    return LayerOut(
        number=number,
        name=facts.get("name", ""),
        label=facts.get("label", ""),
        kind=layer.kind,
        unit=layer.unit,
        classes=[ClassOut(**{name: item[name] for name in ClassOut.model_fields}) for item in layer.classes],
        range=[maps.real(layer, value) for value in facts["range"]] if is_range else [],
        colours=[colours.hexadecimal(palette[1 + round(254 * at / last)]) for at in range(COLOURS)] if is_range else [],
    )


def _parts(file: StoredFile, row: Preview) -> list[PartOut]:
    names = list(_PICTURES) if row.kind == PreviewKind.IMAGE.value else []
    if row.kind == PreviewKind.VECTOR.value:
        names = [layer[key] for layer in row.facts.get("layers", ()) for key in ("features", "picture") if layer[key]]
    return [PartOut(name=name, url=_part_url(file.version, file, name)) for name in names]


def _part_url(version: DatasetVersion, file: StoredFile, name: str) -> str:
    return f"{api_url(version)}/preview-part/{name}/{quote(file.path)}"
