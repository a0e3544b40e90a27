# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a sample: points for statisticians and for interpreters, strata with their areas, and the design."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError
from terracite.landcover.classes import PALETTE
from terracite.landcover.classmap import named
from terracite.landcover.products.files import rounded
from terracite.landcover.sampling.planning import Plan, class_name
from terracite.landcover.sampling.sample import Sample
from terracite.landcover.sampling.told import as_json
from terracite.raster.grid import LONLAT, transformer
from terracite.record.model import MapClass

POINTS, TABLE, EARTH, STRATA, DESIGN = "points.gpkg", "points.csv", "points.kml", "strata.csv", "design.json"
_AROUND = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))  #: corners of a cell
_THEN = "2000-01-01T00:00:00.000Z"  #: written as the time of change, so that the same sample gives the same bytes


def write(folder: Path, plan: Plan, sample: Sample) -> bool:
    """Write the files of a sample to ``folder``, and say whether anything was written.

    A sample that is there already stays: the same one is left as it is, another one (perhaps half interpreted) is
    never replaced. Raises `ConfigError` then, and where the folder holds other files.
    """
    design = _design(plan, sample)
    if _is_there(folder, design):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write_points(staging / POINTS, plan, sample)
        _write_interpreters(staging, plan, sample)
        rows = [(one.name, round(one.area_ha, 6)) for one in plan.strata]
        write_rows(staging / STRATA, ("stratum", "area_ha"), rows)
        (staging / DESIGN).write_text(json.dumps(design, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        staging.chmod(0o755)
        staging.replace(folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return True


def recipe_lines(folder: Path, plan: Plan, file: str = "interpreted.gpkg") -> str:
    """What to put into the recipe once the points are interpreted."""
    lines = ["[validation.sample]", f"file = {json.dumps(str(folder / file), ensure_ascii=False)}"]
    if plan.wanted.method != "stratified":  # a regular grid is taken as points at random: too cautious, never too bold
        design = "two-stage" if plan.clusters else "random"
        return "\n".join([*lines, f'design = "{design}"'])
    strata = json.dumps(str(folder / STRATA), ensure_ascii=False)
    return "\n".join([*lines, 'design = "strata"', 'stratum_column = "stratum"', f"strata_file = {strata}"])


def write_rows(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


@contextmanager
def timeless() -> Iterator[None]:
    """GeoPackages that do not say when they were written."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _THEN})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _is_there(folder: Path, design: dict[str, Any]) -> bool:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    path = folder / DESIGN
    if not path.is_file():
        raise ConfigError(
            f"'{folder}' holds other files, and no sample.",
            hint="Give a folder that is not there yet, or an empty one.",
        )
    known = json.loads(path.read_text(encoding="utf-8"))
    if known.get("sample") != design["sample"]:
        raise ConfigError(
            f"'{folder}' holds another sample ({known.get('sample')}), which may be interpreted already.",
            hint="Give another folder, or delete that one if nobody works on it.",
        )
    return True


def _design(plan: Plan, sample: Sample) -> dict[str, Any]:
    """Everything about the sample but its points; ``sample`` is its name, made of these."""
    map_ = plan.frame.map
    grid, wanted = map_.grid, plan.wanted
    cells = hashlib.sha256()
    for values in (sample.rows, sample.cols, sample.strata):
        cells.update(values.astype("<i8").tobytes())
    found = {
        "map": {"name": map_.name, "identifier": map_.identifier},
        "grid": {"crs": grid.crs, "transform": list(grid.transform), "width": grid.width, "height": grid.height},
        "nomenclature": [
            {"code": one.code, "fr": one.label.fr, "en": one.label.en, "colour": colour}
            for one, colour in _classes(plan)
        ],
        "seed": wanted.seed,
        "allocation": wanted.allocation if wanted.method == "stratified" else None,
        "drawn": len(sample),
        **as_json(plan),
    }
    content = json.dumps(found, sort_keys=True) + cells.hexdigest()
    return {"sample": hashlib.sha256(content.encode()).hexdigest()[:12], **found}


def _classes(plan: Plan) -> Iterator[tuple[MapClass, str]]:
    """The classes that a point may have, those of the map that nothing names too, with colours to tell them apart."""
    known = plan.frame.map.nomenclature
    strange = [named(one.code, {}, 0) for one in plan.classes if one.code not in known.codes]
    classes = [*known.classes, *strange]
    told_apart = len({one.colour for one in known.classes}) > 1
    for rank, one in enumerate(classes):
        yield one, one.colour if told_apart and one.code in known.codes else PALETTE[rank % len(PALETTE)]


def _write_points(path: Path, plan: Plan, sample: Sample) -> None:
    """The statistician's points: strata and what the map says. Not for who interprets."""
    import geopandas
    import pyogrio

    names = [stratum.name for stratum in plan.strata]
    columns: dict[str, Any] = {
        "id": list(range(1, len(sample) + 1)),
        "stratum": [names[position] for position in sample.strata],
        "map_class": [class_name(plan.frame.map, int(code)) for code in sample.codes],
        "class": np.full(len(sample), None, object),
        "inclusion": sample.inclusion,
    }
    if sample.clusters is not None:
        columns["cluster"] = sample.clusters
    xy = sample.xy(plan)
    frame = geopandas.GeoDataFrame(
        columns, geometry=geopandas.points_from_xy(xy[:, 0], xy[:, 1]), crs=plan.frame.map.grid.wkt()
    )
    with timeless():
        pyogrio.write_dataframe(frame, path, driver="GPKG", layer="points")


def _write_interpreters(folder: Path, plan: Plan, sample: Sample) -> None:
    """Places only: who interprets is not to see what the map says."""
    grid = plan.frame.map.grid
    lon, lat = _degrees(grid.crs, sample.xy(plan))
    rows = [(number, rounded(x, 7), rounded(y, 7)) for number, (x, y) in enumerate(zip(lon, lat, strict=True), 1)]
    write_rows(folder / TABLE, ("id", "lon", "lat"), rows)
    marks = []
    for number, row, col in zip(range(1, len(sample) + 1), sample.rows.tolist(), sample.cols.tolist(), strict=True):
        corners = np.array([grid.corner(col + right, row + down) for right, down in _AROUND])
        around = zip(*_degrees(grid.crs, corners), strict=True)
        outline = " ".join(f"{x:.7f},{y:.7f}" for x, y in around)
        marks.append(
            f"<Placemark><name>{number}</name><styleUrl>#cell</styleUrl><MultiGeometry><Point><coordinates>"
            f"{lon[number - 1]:.7f},{lat[number - 1]:.7f}</coordinates></Point><LineString><tessellate>1</tessellate>"
            f"<coordinates>{outline}</coordinates></LineString></MultiGeometry></Placemark>"
        )
    style = '<Style id="cell"><LineStyle><color>ff00ffff</color><width>2</width></LineStyle></Style>'
    text = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
         "<name>points</name>", style, *marks, "</Document></kml>\n"]
    )  # fmt: skip
    (folder / EARTH).write_text(text, encoding="utf-8")


def _degrees(crs: str, xy: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes from -180 to 180, also of a map that goes on beyond the antimeridian, and latitudes."""
    lon, lat = transformer(crs, LONLAT).transform(xy[:, 0], xy[:, 1])
    return np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon), lat
