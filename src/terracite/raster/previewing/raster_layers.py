# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of an image is shown: a picture in true colours, classes, or each band on a ramp. Decisions only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.windows import Window

from terracite.errors import InspectionError
from terracite.raster.inspecting.image import CLASSES_TAG

MOST_LAYERS = 12
MOST_CLASSES = 255
_FEW_VALUES = 40  #: whole numbers with no more different values than this are taken for classes
_SAMPLE, _PATCH = 1024, 256
_NAMED = {"red": ("b4", "b04", "red"), "green": ("b3", "b03", "green"), "blue": ("b2", "b02", "blue")}


@dataclass(frozen=True, slots=True)
class Layer:
    """Something of an image that a reader can choose to see."""

    kind: str  #: "classes", "continuous" or "colours"
    bands: tuple[int, ...]
    name: str
    label: str = ""
    unit: str = ""
    dtype: str = "float32"  #: of what is kept
    scale: float = 1.0  #: what is kept, times this, plus offset, is the value
    offset: float = 0.0
    stretch: tuple[tuple[float, float], ...] = ()  #: of each band, for "colours" that are not 0-255 already
    named: tuple[dict[str, Any], ...] = ()  #: code, label, colour of classes, as the file says


def layers_of(image: Any) -> list[Layer]:
    """The layers to show, the first one first; raises `InspectionError` when there are none."""
    usable = [number for number in image.indexes if image.colorinterp[number - 1] != ColorInterp.alpha]
    kinds = {np.dtype(image.dtypes[number - 1]).kind for number in usable}
    if not usable or kinds & set("cV"):
        raise InspectionError(
            "Complex numbers are not drawn.", hint="A second file with the amplitude, or another real number, can be."
        )
    colours = _true_colours(image, usable)
    if colours:
        return [_picture(image, colours)]
    return [_band(image, number) for number in usable[:MOST_LAYERS]]


def _true_colours(image: Any, usable: list[int]) -> tuple[int, ...]:
    """Red, green and blue bands: by their roles, by their names, or as three bands of a picture; () when none."""
    roles = dict(zip(image.colorinterp, image.indexes, strict=False))
    by_role = [roles.get(role) for role in (ColorInterp.red, ColorInterp.green, ColorInterp.blue)]
    if all(by_role):
        return tuple(number for number in by_role if number)
    texts = {(text or "").lower(): number for text, number in zip(image.descriptions, image.indexes, strict=True)}
    by_name = [next((texts[name] for name in names if name in texts), None) for names in _NAMED.values()]
    if all(by_name):
        return tuple(number for number in by_name if number)
    same = len({image.dtypes[number - 1] for number in usable}) == 1
    unnamed = not any(image.descriptions)
    return tuple(usable) if len(usable) == 3 and same and unnamed and image.dtypes[0] in {"uint8", "uint16"} else ()


def _picture(image: Any, bands: tuple[int, ...]) -> Layer:
    names = [image.descriptions[number - 1] or f"band {number}" for number in bands]
    stretch: tuple[tuple[float, float], ...] = ()
    if any(image.dtypes[number - 1] != "uint8" for number in bands):
        stretch = tuple(_ends(image, number) for number in bands)
    return Layer("colours", bands, ", ".join(names), dtype="uint8", stretch=stretch)


def _ends(image: Any, number: int) -> tuple[float, float]:
    values = valid_sample(image, number)
    if not values.size:
        return 0.0, 1.0
    low, high = np.percentile(values, [2, 98]).tolist()
    return low, high if high > low else low + 1.0


def _band(image: Any, number: int) -> Layer:
    text = image.descriptions[number - 1] or ""
    name = text or (f"band {number}" if image.count > 1 else "")
    named = _named(image, number)
    kept = kept_dtype(image.dtypes[number - 1])
    scale, offset = float(image.scales[number - 1]), float(image.offsets[number - 1])
    is_classes = bool(named) or (
        np.dtype(kept).kind in "iu" and (scale, offset) == (1.0, 0.0) and not image.units[number - 1]
        and _few_values(valid_sample(image, number))
    )  # fmt: skip
    kind = "classes" if is_classes else "continuous"
    unit = image.units[number - 1] or ""
    return Layer(kind, (number,), name, text, unit, kept, scale, offset, named=tuple(named))


def kept_dtype(dtype: str) -> str:
    """How values are kept: whole numbers up to 32 bits as they are, everything else to seven figures."""
    same = {"uint8", "int16", "uint16", "int32", "uint32", "float32"}
    return dtype if dtype in same else "int16" if dtype == "int8" else "float32"


def _few_values(values: NDArray[Any]) -> bool:
    return bool(values.size) and np.unique(values).size <= _FEW_VALUES


def _named(image: Any, number: int) -> list[dict[str, Any]]:
    """Classes that Terracite wrote beside its maps, else the colour table."""
    try:
        listed = json.loads(image.tags().get(CLASSES_TAG, "[]"))[:MOST_CLASSES]
        found = [{"code": int(i["code"]), "label": str(i.get("label", "")), "colour": _hex(i)} for i in listed]
    except (ValueError, TypeError, KeyError, AttributeError):
        found = []
    if found or image.colorinterp[number - 1] != ColorInterp.palette:
        return found if number == 1 else []
    table = image.colormap(number)
    return [
        {"code": code, "label": "", "colour": "#{:02x}{:02x}{:02x}".format(*rgba[:3])}
        for code, rgba in sorted(table.items())
        if rgba[3] and code != image.nodata
    ]


def _hex(item: dict[str, Any]) -> str:
    text = str(item.get("colour", "")).lower()
    return text if len(text) == 7 and text[0] == "#" and all(c in "0123456789abcdef" for c in text[1:]) else ""


def valid_sample(image: Any, number: int) -> NDArray[Any]:
    """Values with data of a band, from all over the image, without reading all of a large one."""
    if image.width * image.height <= 64_000_000 or image.overviews(number):
        size = (min(image.height, _SAMPLE), min(image.width, _SAMPLE))
        read = image.read(number, out_shape=size, masked=True)
        return np.ma.masked_invalid(read).compressed()
    right, bottom = max(0, image.width - _PATCH), max(0, image.height - _PATCH)
    steps = (0, 0.25, 0.5, 0.75, 1)
    patches = [
        image.read(number, window=Window(int(right * x), int(bottom * y), _PATCH, _PATCH), masked=True)
        for x in steps
        for y in steps
    ]
    return np.concatenate([np.ma.masked_invalid(patch).compressed() for patch in patches])
