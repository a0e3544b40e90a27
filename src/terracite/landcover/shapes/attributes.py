# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said of each polygon, in the columns of OSO's vectors or in few plain ones; as batches of Arrow."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from terracite.record.model import MapClass, Text

if TYPE_CHECKING:
    import pyarrow

    from terracite.landcover.shapes.polygons import Polygons

Attributes = Literal["oso", "plain"]
GEOMETRY = "geom"
_NAME = 10  #: characters that a column of a Shapefile may have
_FIXED = {
    "oso": ("id", "Classe", "Nom_fr", "Nom_en", "Confidence", "ConfStd", "Validmean", "Validstd", "Area"),
    "plain": ("id", "class", "name_fr", "name_en", "area_ha"),
}
_SAID = {
    "id": Text(fr="Numéro du polygone", en="Number of the polygon"),
    "Classe": Text(fr="Code de la classe majoritaire", en="Code of the majority class"),
    "Nom_fr": Text(fr="Nom français de la classe", en="French name of the class"),
    "Nom_en": Text(fr="Nom anglais de la classe", en="English name of the class"),
    "Confidence": Text(fr="Confiance moyenne", en="Mean confidence"),
    "ConfStd": Text(fr="Écart-type de la confiance", en="Standard deviation of the confidence"),
    "Validmean": Text(fr="Nombre moyen de dates claires", en="Mean number of clear dates"),
    "Validstd": Text(fr="Écart-type du nombre de dates claires", en="Standard deviation of the clear dates"),
    "Area": Text(fr="Surface", en="Area"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the polygons of a map."""

    kind: Attributes
    classes: tuple[MapClass, ...]  #: of the fine map, in the order of the sums
    layers: tuple[str, ...]  #: rasters beside the map, in the order of the sums: "confidence", "clear_dates"
    hectares: float  #: of one unit of area in the sums; 0 = the projection has no areas

    @property
    def code(self) -> str:
        """The column of the class."""
        return _FIXED[self.kind][1]

    @property
    def area(self) -> str:
        """The column of the area, in hectares."""
        return _FIXED[self.kind][-1]

    @property
    def shares(self) -> tuple[str, ...]:
        """One column for each class: its French name, at most ten letters and digits."""
        return tuple(short_names([one.label.best("fr") for one in self.classes], _FIXED["oso"]))

    def said(self) -> list[tuple[str, Text, str]]:
        """(column, what it holds, unit) of each that is measured."""
        if self.kind == "plain":
            return [("class", _SAID["Classe"], "1"), ("area_ha", _SAID["Area"], "ha")]
        names = [name for name in ("Classe", *_measured(self.layers), "Area") if name]
        units = {"Area": "ha", "Confidence": "percent", "ConfStd": "percent"}
        shares = [
            (name, Text(fr=f"Part de la carte fine : {one.label.best('fr')}",
                        en=f"Share of the fine map: {one.label.best('en')}"), "percent")
            for name, one in zip(self.shares, self.classes, strict=True)
        ]  # fmt: skip
        return [*((name, _SAID[name], units.get(name, "1")) for name in names), *shares]

    def batch(self, found: Polygons, first: int) -> pyarrow.RecordBatch:
        """Polygons with their attributes; ``first``: the number of the first one."""
        import pyarrow as pa

        labels = {one.code: one.label for one in self.classes}
        known = [labels.get(int(code), Text(fr=str(code), en=str(code))) for code in found.codes]
        numbers = np.arange(first, first + len(found.codes), dtype=np.int64)
        area = np.round(found.sums[:, len(self.classes)] * self.hectares, 4) if self.hectares else None
        names = _FIXED[self.kind]
        columns: dict[str, object] = {
            names[0]: numbers, names[1]: found.codes.astype(np.int16),
            names[2]: [one.best("fr") for one in known], names[3]: [one.best("en") for one in known],
        }  # fmt: skip
        if self.kind == "oso":
            columns |= self._measures(found)
        if area is not None:
            columns[self.area] = area
        offsets = np.concatenate([[0], found.ends]).astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(found.wkb)]
        shapes = pa.Array.from_buffers(pa.binary(), len(numbers), buffers)
        fields = {name: pa.array(values) for name, values in columns.items()}
        plain = [pa.field(name, values.type) for name, values in fields.items()]
        return pa.record_batch([*fields.values(), shapes], schema=pa.schema([*plain, _geometry_field()]))

    def _measures(self, found: Polygons) -> dict[str, NDArray[np.float64]]:
        count = len(self.classes)
        cells = found.sums[:, :count].sum(axis=1).astype(np.float64)
        measures = {}
        for number, (mean_name, sd_name) in enumerate(zip(*[iter(_measured(self.layers))] * 2, strict=True)):
            total, squares = found.sums[:, count + 1 + 2 * number : count + 3 + 2 * number].T.astype(np.float64)
            mean = total / cells
            measures[mean_name] = np.round(mean, 2)
            measures[sd_name] = np.round(np.sqrt(np.maximum(squares / cells - mean**2, 0)), 2)
        shares = 100 * found.sums[:, :count] / cells[:, None]
        return measures | {name: np.round(shares[:, place], 2) for place, name in enumerate(self.shares)}


def _geometry_field() -> pyarrow.Field:
    import pyarrow as pa

    told = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps({})}
    return pa.field(GEOMETRY, pa.binary(), metadata=told)


def _measured(layers: Sequence[str]) -> list[str]:
    """The columns of mean and standard deviation of each raster beside the map."""
    names = {"confidence": ("Confidence", "ConfStd"), "clear_dates": ("Validmean", "Validstd")}
    return [name for layer in layers for name in names[layer]]


def short_names(labels: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names as OSO's columns have them: "Urbain dense" is UrbainDens; letters and digits, at most ten, all different.

    >>> short_names(["Urbain dense", "Forêts de feuillus", "Urbain dense"])
    ['UrbainDens', 'ForetsDeFe', 'UrbainDen2']
    """
    used = {name.lower() for name in taken}
    found = []
    for label in labels:
        plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
        words = re.findall(r"[A-Za-z0-9]+", plain)
        name = "".join(word[:1].upper() + word[1:] for word in words)[:_NAME] or "Class"
        name = name if name[0].isalpha() else f"C{name}"[:_NAME]
        turn, stem = 2, name
        while name.lower() in used:
            name = f"{stem[: _NAME - len(str(turn))]}{turn}"
            turn += 1
        used.add(name.lower())
        found.append(name)
    return found
