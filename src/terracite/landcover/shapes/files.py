# SPDX-License-Identifier: AGPL-3.0-or-later
"""Polygons as files: a GeoPackage written as they come, and every other format from it, a batch at a time."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from terracite.errors import TerraciteError
from terracite.landcover.shapes.attributes import GEOMETRY
from terracite.raster.grid import Grid, crs_of
from terracite.record.model import MapClass

if TYPE_CHECKING:
    import pyarrow

#: format -> suffix, media type, what people call it
FORMATS = {
    "gpkg": (".gpkg", "application/geopackage+sqlite3", "GeoPackage"),
    "shp": (".zip", "application/zip", "Zipped Shapefile"),
    "fgb": (".fgb", "application/x-flatgeobuf", "FlatGeobuf"),
    "pmtiles": (".pmtiles", "application/vnd.pmtiles", "PMTiles"),
    "parquet": (".parquet", "application/vnd.apache.parquet", "GeoParquet"),
}
_BATCH = 8192  #: polygons read at once
_WHEN = "2000-01-01T00:00:00.000Z"  #: in files that would have the time of their making: the same input, the same bytes


class VectorError(TerraciteError, OSError):
    """A file of polygons cannot be written."""


def write_geopackage(path: Path, batches: Iterable[pyarrow.RecordBatch], grid: Grid, layer: str) -> None:
    """Write batches of polygons as they come, with a spatial index."""
    import pyarrow as pa

    stream = iter(batches)
    first = next(stream, None)
    if first is None:
        raise VectorError("There is no polygon to write.", hint="Give a map that has cells with a class.")

    def chained() -> Iterator[pyarrow.RecordBatch]:
        yield first
        yield from stream

    _write(pa.RecordBatchReader.from_batches(first.schema, chained()), path, "GPKG", grid.wkt(), layer)


def convert(source: Path, target: Path, kind: str, grid: Grid, layer: str) -> None:
    """Write a GeoPackage in another of the `FORMATS`."""
    if kind == "parquet":
        _write_parquet(source, target, grid)
    elif kind == "shp":
        _write_shapefile(source, target, grid, layer)
    elif kind == "pmtiles":
        deepest = min(max(round(math.log2(156_543 / (4 * grid.cell_size_m))), 2), 16)
        zooms = {"MINZOOM": str(max(deepest - 8, 0)), "MAXZOOM": str(deepest), "NAME": layer}
        _copy(source, target, "PMTiles", grid, layer, dataset_options=zooms)
    else:
        _copy(source, target, "FlatGeobuf", grid, layer)


@contextmanager
def _read(source: Path) -> Iterator[tuple[Mapping[str, Any], pyarrow.RecordBatchReader]]:
    import pyogrio

    with pyogrio.open_arrow(source, use_pyarrow=True, batch_size=_BATCH) as (facts, reader):
        yield facts, reader


def _copy(source: Path, target: Path, driver: str, grid: Grid, layer: str, **options: object) -> None:
    with _read(source) as (facts, reader):
        _write(reader, target, driver, grid.wkt(), layer, facts["geometry_name"] or "wkb_geometry", **options)


def _write(
    batches: object, path: Path, driver: str, crs: str, layer: str, geometry: str = GEOMETRY, **options: object
) -> None:
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _WHEN})
    try:
        pyogrio.write_arrow(
            batches, path, layer=layer, driver=driver, geometry_name=geometry, geometry_type="Polygon", crs=crs,
            **options,
        )  # fmt: skip
    except pyogrio.errors.DataSourceError as error:
        raise VectorError(f"'{path.name}' cannot be written: {error}.", hint="Check that the disk has room.") from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_shapefile(source: Path, target: Path, grid: Grid, layer: str) -> None:
    with TemporaryDirectory(dir=target.parent) as folder:
        try:
            options = {"layer_options": {"ENCODING": "UTF-8", "2GB_LIMIT": "YES"}}
            _copy(source, Path(folder) / f"{layer}.shp", "ESRI Shapefile", grid, layer, **options)
        except VectorError as error:
            raise VectorError(
                f"'{target.name}' cannot be written: {error.message}",
                hint="A Shapefile holds at most 2 GB: cut the map with --units, simplify it, or choose another format.",
            ) from error
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                info = zipfile.ZipInfo(part.name, (2000, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with part.open("rb") as given, archive.open(info, "w", force_zip64=True) as taken:
                    while piece := given.read(2**20):
                        taken.write(piece)


def _write_parquet(source: Path, target: Path, grid: Grid) -> None:
    """GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _read(source) as (facts, reader):
        name = facts["geometry_name"] or "wkb_geometry"
        crs = json.loads(crs_of(grid.crs).to_json())
        column = {"encoding": "WKB", "geometry_types": ["Polygon"], "crs": crs, "bbox": list(grid.bounds)}
        told = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
        fields = [field.remove_metadata().with_name(GEOMETRY if field.name == name else field.name)
                  for field in reader.schema]  # fmt: skip
        schema = pa.schema(fields, metadata={"geo": json.dumps(told)})
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


def polygon_style(classes: Sequence[MapClass], column: str, language: str) -> str:
    """A style of QGIS for polygons: each class with its colour and its name."""
    entries = "\n".join(
        f'      <category value="{one.code}" symbol="{rank}" render="true" '
        f"label={quoteattr(one.label.best(language))}/>"
        for rank, one in enumerate(classes)
    )
    symbols = "\n".join(
        f'      <symbol type="fill" name="{rank}" alpha="1"><layer class="SimpleFill"><Option type="Map">'
        f'<Option type="QString" name="color" value="{_rgba(one.colour)}"/>'
        '<Option type="QString" name="outline_style" value="no"/></Option></layer></symbol>'
        for rank, one in enumerate(classes)
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n<qgis>\n'
        f'  <renderer-v2 type="categorizedSymbol" attr={quoteattr(column)}>\n    <categories>\n{entries}\n'
        f"    </categories>\n    <symbols>\n{symbols}\n    </symbols>\n  </renderer-v2>\n</qgis>\n"
    )


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"
