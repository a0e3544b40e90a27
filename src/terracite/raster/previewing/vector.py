# SPDX-License-Identifier: AGPL-3.0-or-later
"""Features as a page shows them: few on a map, their attributes, a sketch. Runs in the child process of `previews`.

Of each layer: ``layer-N.geojson`` (simplified, then sampled, at most `MOST_BYTES`), ``layer-N.rows.json`` (the first
rows), and for many points ``layer-N.png``, how dense all of them are. Facts say how many of how many are shown.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from terracite.errors import InspectionError
from terracite.raster.previewing import Made
from terracite.raster.previewing.dense import density_picture
from terracite.raster.previewing.features import Box, Features, features_of
from terracite.raster.previewing.layers import Layer, layers_of
from terracite.raster.previewing.sketch import sketch_of
from terracite.raster.previewing.words import cell

MOST_LAYERS = 20
MOST_BYTES = 500_000  #: of the features of one layer
ATTRIBUTES_SHOWN = 8  #: of each feature on the map
_COLUMNS_SHOWN = 100
#: one over the tolerance as a share of the extent, and how many attributes each feature keeps
_COARSER = ((4000, ATTRIBUTES_SHOWN), (2000, ATTRIBUTES_SHOWN), (1000, 4), (500, 2))


@dataclass(slots=True)
class LayerFacts:
    """What a page says of one layer."""

    name: str
    geometry: str  #: "Point", "MultiPolygon", ... or "" for a table without geometry
    count: int
    shown: int  #: how many of them are on the map
    crs: str
    placed: bool  #: whether the place on Earth is known
    box: list[float]  #: west, south, east, north in degrees, or in the layer's own units when not ``placed``
    columns: list[dict[str, str]]
    columns_in_all: int
    features: str = ""  #: name of the file with the features
    picture: str = ""  #: name of the picture of all points
    rows: str = ""  #: name of the file with the first rows
    sketch: dict[str, Any] = field(default_factory=dict)


def make(path: Path, folder: Path) -> Made:
    """Facts ``layers`` and ``layers_in_all``; raises `InspectionError` when there is no layer."""
    layers = layers_of(path)
    if not layers:
        raise InspectionError(f"'{path.name}' has no layer.", hint="Save the layer again.")
    facts = [asdict(_layer(layer, number, folder)) for number, layer in enumerate(layers[:MOST_LAYERS])]
    return Made(facts={"layers": facts, "layers_in_all": len(layers)}, warnings=())


def _layer(layer: Layer, number: int, folder: Path) -> LayerFacts:
    found = features_of(layer)
    facts = LayerFacts(
        name=cell(layer.name),
        geometry=layer.geometry,
        count=max(layer.count, found.seen),
        shown=0,
        crs=layer.crs,
        placed=found.placed,
        box=[round(edge, 6) for edge in found.box] if found.box else [],
        columns=layer.columns[:_COLUMNS_SHOWN],
        columns_in_all=len(layer.columns),
        rows=f"layer-{number}.rows.json",
    )
    rows = [row[:_COLUMNS_SHOWN] for row in found.rows]
    (folder / facts.rows).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    if not found.box:
        return facts
    facts.sketch = sketch_of(found.shapes, found.box)
    if found.placed:
        text, facts.shown = _geojson(found, found.box, layer)
        facts.features = f"layer-{number}.geojson"
        (folder / facts.features).write_text(text, encoding="utf-8")
    if len(found.points):
        facts.picture = f"layer-{number}.png"
        density_picture(found.points, found.box, folder / facts.picture)
    return facts


def _geojson(found: Features, box: Box, layer: Layer) -> tuple[str, int]:
    """The features as GeoJSON of at most `MOST_BYTES`, and how many they are: coarser first, then fewer."""
    import shapely

    west, south, east, north = box
    extent = max(east - west, north - south, 1e-6)
    digits = max(2, min(7, math.ceil(-math.log10(extent)) + 4))
    names = [column["name"] for column in layer.columns[:ATTRIBUTES_SHOWN]]
    shapes, attributes = found.shapes, found.attributes
    for coarse, told in _COARSER:
        simple = shapely.simplify(shapes, extent / coarse, preserve_topology=True)
        names = names[:told]
        text = _collection(simple, attributes, names, digits)
        if len(text) <= MOST_BYTES:
            return text, len(shapes)
    while len(text) > MOST_BYTES and len(shapes) > 1:
        every = max(2, math.ceil(len(text) / MOST_BYTES))
        shapes, attributes, simple = shapes[::every], attributes[::every], simple[::every]
        text = _collection(simple, attributes, names, digits)
    if len(text) > MOST_BYTES:  # one feature with very many parts: its outline
        text = _collection(shapely.envelope(shapes), attributes, names, digits)
    return text, len(shapes)


def _collection(shapes: Any, attributes: list[list[str]], names: list[str], digits: int) -> str:
    import numpy as np
    import shapely

    rounded = shapely.transform(shapes, lambda points: np.round(points, digits))
    features = [
        f'{{"type":"Feature","properties":{_properties(names, values)},"geometry":{shape}}}'
        for shape, values in zip(shapely.to_geojson(rounded), attributes, strict=True)
        if shape
    ]
    return '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"


def _properties(names: list[str], values: list[str]) -> str:
    shown = {name: value[:80] for name, value in zip(names, values, strict=False) if value}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
