# SPDX-License-Identifier: AGPL-3.0-or-later
"""The data sets of `make accuracy`, each as series whose gaps are filled. Nothing is chosen by looking at labels."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Layout
from terracite.raster.gaps import fill

Values = NDArray[np.float32]


@dataclass(frozen=True)
class DataSet:
    """Samples to learn from."""

    values: Values  #: (samples, features): channel by channel, each on every date; then what does not change in time
    layout: Layout
    labels: NDArray[np.int64]
    lonlat: NDArray[np.float64]  #: (samples, 2), degrees
    groups: NDArray[np.int64]  #: polygon; or the sample itself


def _known(stack: Values, labels: Any, lonlat: Any, groups: Any = None, still: Values | None = None) -> DataSet:
    """``stack``: (samples, channels, dates); ``still``: (samples, features) that do not change in time."""
    count, channels, dates = stack.shape
    parts = [stack.reshape(count, -1)] + ([] if still is None else [still])
    return DataSet(
        np.ascontiguousarray(np.hstack(parts), np.float32),
        Layout(channels, dates),
        np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.int64),
        np.asarray(lonlat, np.float64),
        np.arange(count) if groups is None else np.asarray(groups, np.int64),
    )


def filled(stack: Values, days: NDArray[np.float64]) -> Values:
    """(samples, channels, time) with its gaps filled linearly in time, as a map's are."""
    series = np.ascontiguousarray(stack.transpose(2, 0, 1))
    return np.ascontiguousarray(fill(series, days, days)[0].transpose(1, 2, 0))


def br_mt(data: Path) -> DataSet:
    """1,892 points of Mato Grosso, 23 dates of 6 MODIS bands, 9 classes."""
    return _table(data / "sits-samples/br_mt_1892_9classes_modis6bands.parquet")


def t20lkp(data: Path) -> DataSet:
    """481 points of Rondônia, 36 dates of 11 bands and indices of Sentinel-2, 3 classes."""
    return _table(data / "sits-samples/S2_T20LKP_481_3classes_11bands.parquet")


def cbers(data: Path) -> DataSet:
    """922 points of Bahia, 23 dates of NDVI and EVI of CBERS-4, 4 classes."""
    return _table(data / "cbers-bahia/cbers_samples_922_4classes_6bands.parquet", ("NDVI", "EVI"))


def _table(path: Path, channels: tuple[str, ...] = ()) -> DataSet:
    import pandas as pd

    frame = pd.read_parquet(path).sort_values(["sample_id", "date"])
    others = {"sample_id", "longitude", "latitude", "label", "date"}
    kept = channels or tuple(name for name in frame.columns if name not in others)
    heads = frame.groupby("sample_id").first()
    stack = frame[list(kept)].to_numpy(np.float32).reshape(len(heads), -1, len(kept)).transpose(0, 2, 1)
    return _known(stack, heads["label"].to_numpy(str), heads[["longitude", "latitude"]].to_numpy())


def dtwsat(data: Path) -> DataSet:
    """603 points of Mato Grosso on a MODIS cube: the 22 dates of an agricultural year, 6 bands, 5 classes."""
    import pandas as pd
    import pyproj
    import rasterio

    folder = data / "dtwsat-mt/data"
    days = [dt.date.fromisoformat(day).toordinal() for day in (folder / "timeline").read_text().split()]
    points = pd.read_csv(folder / "samples.csv")
    start = np.searchsorted(days, [dt.date.fromisoformat(day).toordinal() for day in points["from"]])
    bands = ("ndvi", "evi", "red", "blue", "nir", "mir")
    stack = np.empty((len(points), len(bands), 22), np.float32)
    for place, band in enumerate(bands):
        with rasterio.open(folder / f"{band}.tif") as image:
            cube = np.where(np.abs(image.read()) < 10, image.read(), np.nan)  # no data is 1.7e308
            to_image = pyproj.Transformer.from_crs("EPSG:4326", image.crs, always_xy=True)
            cols, rows = ~image.transform * to_image.transform(points["longitude"].values, points["latitude"].values)
        row, col = np.floor(rows).astype(int), np.floor(cols).astype(int)
        for offset in range(22):
            stack[:, place, offset] = cube[start + offset, row, col]
    lonlat = points[["longitude", "latitude"]].to_numpy()
    return _known(filled(stack, np.arange(22) * 16.0), points["label"].to_numpy(str), lonlat)


def dtwsat_splits(data: Path) -> list[NDArray[np.intp]]:
    """The rows trained with in each of the 100 published splits; the others are tested."""
    known = json.loads((data / "dtwsat-mt/cv_partitions_train_indices_1based.json").read_text())
    return [np.array(known[name]) - 1 for name in sorted(known)]


def eolearn(data: Path) -> DataSet:
    """9,934 cells of a Slovenian patch in 74 polygons: 68 cloudy dates of NDVI, 13 bands on 5 dates, 4 classes."""
    import geopandas
    from rasterio.features import rasterize
    from rasterio.transform import from_bounds

    folder = data / "eolearn-slovenia/TestEOPatch"
    ndvi = np.load(folder / "data/NDVI.npy")[..., 0].astype(np.float32)
    ndvi[np.load(folder / "mask/CLM.npy")[..., 0] != 0] = np.nan
    stamps = json.loads((folder / "timestamps.json").read_text())
    days = np.array([dt.datetime.fromisoformat(stamp).toordinal() for stamp in stamps], np.float64)
    codes = np.load(folder / "mask_timeless/LULC.npy")[..., 0]
    corners = np.array(json.loads((folder / "bbox.geojson").read_text())["coordinates"][0])
    grid = from_bounds(*corners.min(axis=0), *corners.max(axis=0), codes.shape[1], codes.shape[0])
    shapes = geopandas.read_file(folder / "vector_timeless/LULC.gpkg").geometry
    polygons = rasterize([(shape, number) for number, shape in enumerate(shapes, 1)], codes.shape, transform=grid)
    used = np.isin(codes, (2, 3, 4, 8)) & (polygons > 0)  # cultivated land has 11 cells
    bands = np.load(data / "eolearn-slovenia/REFERENCE_SCENES.npy")[:, used]
    series = filled(ndvi[:, used].T[:, None, :], days)
    still = bands.transpose(1, 2, 0).reshape(len(series), -1)
    return _known(series, codes[used], np.zeros((len(series), 2)), polygons[used], still)


def worldcereal_optical(data: Path) -> DataSet:
    """French parcels of 2023: 45 ten-day steps of NDVI, NDWI and 9 bands of Sentinel-2, crops of 10 parcels or more."""
    return _worldcereal(data, radar=False)


def worldcereal_both(data: Path) -> DataSet:
    """The same parcels with VV, VH and their ratio of Sentinel-1 (decibels)."""
    return _worldcereal(data, radar=True)


def _worldcereal(data: Path, *, radar: bool, steps: int = 45) -> DataSet:
    import pandas as pd

    frame = pd.read_parquet(data / "worldcereal/2023_FRA_LPIS_POLY_110.geoparquet")
    names = json.loads((data / "worldcereal/class_mappings.json").read_text())["CROPTYPE_INSEASON_FRANCE"]
    frame["crop"] = frame["ewoc_code"].astype(str).map(names).fillna("ignore")
    heads = frame.groupby("sample_id").first()
    common = heads["crop"].value_counts()
    wanted = set(common[(common >= 10) & (common.index != "ignore")].index)
    heads = heads[heads["crop"].isin(wanted)]
    times = np.sort(frame["timestamp"].unique())[:steps]
    stack = np.stack([_channel(frame, heads.index, times, name) for name in (*_S2, *_S1)], axis=1)
    optical, linear = stack[:, : len(_S2)] / 10_000, stack[:, len(_S2) :]
    red, nir, swir = (optical[:, _S2.index(f"S2-L2A-{band}")] for band in ("B04", "B08", "B11"))
    indices = [(nir - red) / (nir + red), (swir - nir) / (swir + nir)]
    decibels = 20 * np.log10(linear) - 83  # how WorldCereal packs them
    ratio = decibels[:, :1] - decibels[:, 1:2]
    channels = np.concatenate([np.stack(indices, axis=1), optical, decibels, ratio], axis=1)
    series = filled(channels.astype(np.float32), np.arange(steps) * 10.0)
    seen = np.isfinite(series).all(axis=(1, 2))  # one parcel is without a single clear date
    chosen = series[seen] if radar else series[seen, : len(indices) + len(_S2)]
    heads = heads[seen]
    return _known(chosen, heads["crop"].to_numpy(str), heads[["lon", "lat"]].to_numpy())


_S2 = tuple(f"S2-L2A-B{number}" for number in ("02", "03", "04", "05", "06", "07", "08", "11", "12"))
_S1 = ("S1-SIGMA0-VH", "S1-SIGMA0-VV")


def _channel(frame: Any, samples: Any, times: Any, name: str) -> Values:
    table = frame.pivot_table(index="sample_id", columns="timestamp", values=name, observed=True)
    values = table.reindex(index=samples, columns=times).to_numpy(np.float32)
    return np.where((values == 65535) | (values <= 0), np.nan, values)
