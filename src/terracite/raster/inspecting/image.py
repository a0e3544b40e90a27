# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from images: GeoTIFF, COG, JPEG 2000. Runs in the child process of `inspect`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.windows import Window

from terracite.errors import RasterError
from terracite.raster.grid import LONLAT, Grid, transformer
from terracite.raster.inspect import ClassFact, Document, Facts, Point, VariableFact, iso_or_none
from terracite.raster.inspect_kinds import Kind
from terracite.raster.inspecting.placing import ring_of

_DRIVERS = {"tiff": "GTiff", "jp2": "JP2OpenJPEG"}
_SAMPLE = 1024  #: side of what is decoded to see whether the pixels are whole
_DECODE_ALL = 400_000_000  #: cells: above this only five places are decoded
_MOST_VARIABLES = 200
_MOST_CLASSES = 256
_LEAST_PRESENT, _ALL_PRESENT = 0.02, 0.97  #: shares of cells with data between which an outline says something
_MAIN_PART = 0.95
_OUTLINE_CELLS = 256
_TAGS = {
    "TIFFTAG_DOCUMENTNAME": "title", "TIFFTAG_IMAGEDESCRIPTION": "summary", "TIFFTAG_ARTIST": "creator_name",
    "TIFFTAG_COPYRIGHT": "license",
}  # fmt: skip
_OWN_TAGS = frozenset({"AREA_OR_POINT", "CLASSES", "OVR_RESAMPLING_ALG", "time_coverage_start", "time_coverage_end"})
_PICTURE_COLOURS = 100  #: a colour table with more colours than this is a picture's, not a map's
CLASSES_TAG = "CLASSES"  #: JSON list of {"code", "label", "colour"} that Terracite writes into its maps

_ATTRIBUTES = {
    "TIFFTAG_DOCUMENTNAME": "title", "TIFFTAG_IMAGEDESCRIPTION": "summary", "TIFFTAG_ARTIST": "creator_name",
    "TIFFTAG_COPYRIGHT": "licence", "TIFFTAG_SOFTWARE": "software",
    "title": "title", "summary": "summary", "license": "licence", "licence": "licence", "creator_name": "creator_name",
}  # fmt: skip


def facts(path: Path, kind: Kind) -> Facts:
    """What an image holds; raises what GDAL raises when its pixels cannot be decoded."""
    import warnings

    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    with rasterio.open(path, driver=_DRIVERS[kind.name]) as image:
        values = _sample(image)
        found = Facts(
            format=_format(image, kind),
            media_type=_media_type(image, kind),
            representation="grid",
            variables=_variables(image),
            classes=_classes(image, values),
            attributes=_attributes(image),
            start=iso_or_none(image.tags().get("time_coverage_start")),
            end=iso_or_none(image.tags().get("time_coverage_end")),
            rows=image.height,
            columns=image.width,
            bands=image.count,
            warnings=_warnings(image, values),
            documents=_documents(image, path.name),
        )
        return _placed(found, image, values)


def _documents(image: Any, name: str) -> tuple[Document, ...]:
    """The tags as attributes: those of TIFF by their ACDD names, those of NetCDF that GDAL carried over."""
    tags = {_TAGS.get(tag, tag.removeprefix("NC_GLOBAL#")): text for tag, text in image.tags().items()}
    kept = {tag: text[:5000] for tag, text in tags.items() if text.strip() and text.strip()[0] not in "{<["}
    if moment := re.fullmatch(r"(\d{4}):(\d{2}):(\d{2}) (\d{2}:\d{2}:\d{2})", kept.pop("TIFFTAG_DATETIME", "").strip()):
        kept["date_created"] = f"{moment[1]}-{moment[2]}-{moment[3]}"
    attributes = {tag: text for tag, text in kept.items() if not tag.startswith("TIFFTAG") and tag not in _OWN_TAGS}
    if not attributes:
        return ()
    return (Document(name, json.dumps({"attributes": attributes, "variables": {}}, ensure_ascii=False), "acdd"),)


def _format(image: Any, kind: Kind) -> str:
    if kind.name != "tiff":
        return kind.format
    if not image.crs:
        return "TIFF"
    return "COG" if _is_cog(image) else "GeoTIFF"


def _media_type(image: Any, kind: Kind) -> str:
    if kind.name != "tiff" or not image.crs:
        return kind.media_type
    return "image/tiff; application=geotiff" + ("; profile=cloud-optimized" if _is_cog(image) else "")


def _is_cog(image: Any) -> bool:
    return bool(image.tags(ns="IMAGE_STRUCTURE").get("LAYOUT") == "COG")


def _placed(found: Facts, image: Any, values: NDArray[Any]) -> Facts:
    """With where the image lies, or a warning that it does not say."""
    missing = "The image does not say where it lies"
    if not image.crs:
        return replace(found, warnings=(*found.warnings, f"{missing}: it has no coordinate reference system."))
    grid = Grid.of_dataset(image)
    found = replace(found, crs=grid.crs_label(), crs_wkt=grid.wkt())
    if image.transform.is_identity:
        return replace(found, warnings=(*found.warnings, f"{missing}: it has no origin and cell size."))
    try:
        place = replace(found, box=grid.lonlat_box(), resolution_m=_rounded(grid.cell_size_m))
        return replace(place, footprint=_footprint(image, grid, values))
    except RasterError as error:
        return replace(found, warnings=(*found.warnings, str(error)))


def _footprint(image: Any, grid: Grid, values: NDArray[Any]) -> tuple[Point, ...]:
    """The outline of the data, where a look at the image shows that they leave out a part of its box."""
    if image.nodata is None or values.ndim != 2:
        return ()
    present = ~(np.isnan(values) if np.isnan(image.nodata) else values == image.nodata)
    if not _LEAST_PRESENT < present.mean() < _ALL_PRESENT:
        return ()
    step = max(1, max(present.shape) // _OUTLINE_CELLS)
    shape = _outline(present[::step, ::step], grid)
    parts = sorted(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    return ring_of(parts[-1]) if parts and parts[-1].area > _MAIN_PART * shape.area else ()


def _outline(present: NDArray[np.bool_], grid: Grid) -> Any:
    """The cells that are present as one shape in degrees; each row gives a box from a change to the next."""
    edges = np.diff(np.pad(present.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    down, across = grid.height / present.shape[0], grid.width / present.shape[1]
    shape: Any = shapely.union_all(shapely.box(starts * across, rows * down, ends * across, (rows + 1) * down))
    shape = shape.simplify(max(down, across))
    a, b, c, d, e, f = grid.transform
    to_degrees = transformer(grid.crs, LONLAT)

    def degrees(at: NDArray[np.float64]) -> NDArray[np.float64]:
        columns, lines = at[:, 0], at[:, 1]
        xs, ys = a * columns + b * lines + c, d * columns + e * lines + f
        return np.column_stack(to_degrees.transform(xs, ys))

    return shapely.transform(shape, degrees)


def _sample(image: Any) -> NDArray[Any]:
    """Values of the first band from all over the image; decoding them shows whether the file is whole."""
    if image.width * image.height <= _DECODE_ALL or image.overviews(1):
        size = (min(image.height, _SAMPLE), min(image.width, _SAMPLE))
        values: NDArray[Any] = image.read(1, out_shape=size)
        return values
    right, bottom = max(0, image.width - 256), max(0, image.height - 256)
    places = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)]
    return np.concatenate([image.read(1, window=Window(x, y, 256, 256)).ravel() for x, y in places])


def _variables(image: Any) -> tuple[VariableFact, ...]:
    bands = list(zip(image.indexes, image.descriptions, image.units, strict=True))
    return tuple(
        VariableFact(name=text or f"band {number}", label=text or "", unit=unit or "")
        for number, text, unit in bands[:_MOST_VARIABLES]
    )


def _classes(image: Any, values: NDArray[Any]) -> tuple[ClassFact, ...]:
    """From the classes that Terracite writes beside its maps, else from the colour table."""
    if named := _tagged_classes(image.tags().get(CLASSES_TAG, "")):
        return named
    if image.colorinterp[0] != ColorInterp.palette:
        return ()
    present = set(np.unique(values).tolist())
    used = {
        code: colour
        for code, colour in image.colormap(1).items()
        if code != image.nodata and colour[3] and (any(colour[:3]) or code in present)
    }
    if len(used) > _PICTURE_COLOURS:
        return ()
    return tuple(ClassFact(code, colour="#{:02x}{:02x}{:02x}".format(*rgb)) for code, rgb in sorted(used.items()))


def _tagged_classes(text: str) -> tuple[ClassFact, ...]:
    try:
        listed = json.loads(text)[:_MOST_CLASSES]
        return tuple(
            ClassFact(int(item["code"]), str(item.get("label", "")), str(item.get("colour", ""))) for item in listed
        )
    except (ValueError, TypeError, KeyError):
        return ()


def _attributes(image: Any) -> dict[str, str]:
    tags = image.tags()
    found: dict[str, str] = {}
    for tag, name in _ATTRIBUTES.items():
        text = tags.get(tag, "").strip()[:5000]
        if text and text[0] not in "{<[":  # those are for machines
            found.setdefault(name, text)
    return found | {"data_type": ", ".join(sorted(set(image.dtypes)))}


def _warnings(image: Any, values: NDArray[Any]) -> tuple[str, ...]:
    found = []
    if image.nodata is not None:
        empty = np.isnan(values) if np.isnan(image.nodata) else values == image.nodata
        if empty.all():
            found.append("Every cell that was looked at is nodata.")
    if max(image.shape) > 2048 and not image.overviews(1):
        found.append("The image has no overviews: as a cloud-optimised GeoTIFF it would open faster.")
    return tuple(found)


def _rounded(length_m: float) -> float:
    """Six figures: what is left of rounding in the file's own numbers goes away."""
    return float(f"{length_m:.6g}")
