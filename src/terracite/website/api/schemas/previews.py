# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is shown of a file without opening it."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field


class ClassOut(Schema):
    code: int
    label: str
    colour: str
    share: float = Field(description="Of the cells with data, 0-1")


class LayerOut(Schema):
    """One layer of a map, and its legend: classes, or a range of values from the first colour to the last."""

    number: int = Field(description="For 'layer' in the addresses")
    name: str
    label: str = ""
    kind: str = Field(description="classes, values or colours")
    unit: str = ""
    classes: list[ClassOut] = []
    range: list[float] = Field([], description="Values of the first and of the last colour")
    colours: list[str] = Field([], description="From the first to the last")


class MapOut(Schema):
    """Addresses to fill in: {z}, {x}, {y} of web maps; ``layer`` and ``step`` by number, ``lon`` and ``lat``."""

    space: str = Field(description="map: web Mercator; cells: columns and rows of a picture without a place")
    box: list[float] = Field(description="west, south, east, north in degrees")
    zooms: list[int] = Field(description="The coarsest and the finest")
    steps: list[str] = Field([], description="Moments, for 'step' by number")
    layers: list[LayerOut]
    tiles: str
    overview: str = Field(description="The whole in one PNG")
    value: str
    series: str = ""


class PartOut(Schema):
    """A small file of a preview: features, a picture."""

    name: str
    url: str


class PreviewOut(Schema):
    """``state``: waiting (ask again later), ready, failed (``problem`` says why) or none."""

    path: str
    kind: str = Field(description="raster, cube, vector, table, text, image or document; empty: not shown")
    state: str
    problem: str = ""
    warnings: list[str] = []
    sentence: str = Field("", description="What it is, in the caller's language")
    page: str = Field(description="Where a person looks at it")
    map: MapOut | None = None
    parts: list[PartOut] = []
    facts: dict[str, Any] = Field({}, description="Columns, counts, sizes... as its maker found them")


class LayerIn(Schema):
    layer: int = Field(0, ge=0, le=99_999)
    step: int = Field(0, ge=0, le=99_999)


class PlaceIn(LayerIn):
    """A place in degrees; of a picture without a place, column and row."""

    lon: float = Field(allow_inf_nan=False, ge=-1e9, le=1e9)
    lat: float = Field(allow_inf_nan=False, ge=-1e9, le=1e9)


class ValueOut(Schema):
    lon: float
    lat: float
    value: float | list[float] | None = None
    unit: str
    label: str = Field("", description="Of a class")
    text: str


class SeriesOut(Schema):
    """One value a step; none where there is no data."""

    lon: float
    lat: float
    unit: str
    steps: list[str]
    values: list[float | None]
