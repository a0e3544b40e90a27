# SPDX-License-Identifier: AGPL-3.0-or-later
"""Features: which are asked for, and that each is what it is called."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from terracite.errors import RecipeError
from terracite.landcover.features import FeaturePlan, bands, of_series, plan
from terracite.landcover.recipe import FeaturesPart, PeriodPart
from terracite.raster import indices as known_indices
from terracite.raster.gaps import fill

START = dt.date(2022, 1, 1)
DAYS = START.toordinal() + np.arange(0, 360, 12.0)
PERIOD = PeriodPart(start=START, end=dt.date(2022, 12, 20), step_days=20)
SHAPE = (5, 7)


@dataclass(frozen=True)
class Images:
    """A layer that is only asked what it is."""

    index: str
    still: bool = False
    platforms: tuple[str, ...] = ("Sentinel-2A",)
    last: dt.date = dt.date.max

    @property
    def days(self) -> np.ndarray:
        return np.empty(0) if self.still else DAYS[self.last.toordinal() >= DAYS]

    def during(self, period: PeriodPart) -> Images:
        return replace(self, last=period.end or dt.date.max)


def _layers(*names: str, still: tuple[str, ...] = (), **more: Any) -> list[Any]:
    return [Images(name, **more) for name in names] + [Images(name, still=True) for name in still]


def _series(layers: list[Any], seed: int = 1) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng, found = np.random.default_rng(seed), {}
    for layer in layers:
        values = rng.uniform(0.05, 0.6, (1 if layer.still else DAYS.size, *SHAPE)).astype(np.float32)
        if not layer.still:
            values[rng.random(values.shape) < 0.3] = np.nan
        found[layer.index] = (values, layer.days)
    return found


def _made(layers: list[Any], **table: Any) -> tuple[FeaturePlan, dict[str, np.ndarray]]:
    """The plan of a table, and the features by name."""
    wanted = plan(layers, PERIOD, FeaturesPart(**table))
    return wanted, dict(zip(wanted.names, of_series(_series(layers), wanted).values, strict=True))


def _filled(layers: list[Any], wanted: FeaturePlan) -> dict[str, np.ndarray]:
    series = _series(layers)
    return {name: fill(*series[name], wanted.days)[0] for name in series if series[name][1].size}


def _refusals(layers: list[Any], period: PeriodPart = PERIOD, **table: Any) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        plan(layers, period, FeaturesPart(**table))
    return [str(problem) for problem in caught.value.problems]


# --- channels


def test_without_a_table_every_image_is_a_channel_and_what_is_still_comes_last() -> None:
    layers = _layers("B4", "B8", still=("DEM",))
    wanted = plan(layers, PERIOD)
    assert wanted.indices == ("B4", "B8")
    assert (wanted.layout.channels, wanted.layout.dates) == (2, 18)
    assert wanted.names[:2] == ("B4 2022-01-01", "B4 2022-01-21")
    assert wanted.names[-1] == "DEM"
    found = of_series(_series(layers), wanted)
    assert np.array_equal(found.values[-1], _series(layers)["DEM"][0][0])
    assert np.array_equal(found.values[18:36], _filled(layers, wanted)["B8"])
    assert found.clear.max() < DAYS.size  # a still image is no clear date


def test_indices_are_computed_on_every_date_after_gaps_are_filled() -> None:
    layers = _layers("B02", "B04", "B08", "B11")
    wanted, found = _made(layers, bands=["B8"], indices=["NDVI", "ndwi", {"name": "X", "formula": "B4 ** 2 - B08"}])
    assert wanted.indices == ("B08", "NDVI", "ndwi", "X")
    assert [channel.name for channel in wanted.images] == ["B04", "B08", "B11"]  # B02 is not read
    filled = _filled(layers, wanted)
    ndvi = known_indices.ndvi(filled["B08"], filled["B04"])
    np.testing.assert_allclose(found["NDVI 2022-03-02"], ndvi[3], rtol=1e-5)
    oso = (filled["B11"] - filled["B08"]) / (filled["B11"] + filled["B08"])
    np.testing.assert_allclose(found["ndwi 2022-01-01"], oso[0], rtol=1e-5)
    np.testing.assert_allclose(found["X 2022-01-01"], filled["B04"][0] ** 2 - filled["B08"][0], rtol=1e-5)


@pytest.mark.parametrize("name", sorted(known_indices.FORMULAS))
def test_an_index_is_what_the_library_of_formulas_says(name: str) -> None:
    needs, formula = known_indices.FORMULAS[name]
    layers = _layers(*needs)
    wanted, found = _made(layers, bands=[], indices=[name])
    filled = _filled(layers, wanted)
    expected = formula(*(filled[band] for band in needs))
    np.testing.assert_allclose(found[f"{name} 2022-01-01"], expected[0], rtol=2e-4)


def test_bands_play_the_same_part_whatever_the_sensor() -> None:
    landsat = _layers("B4", "B5", platforms=("Landsat 8",))
    _, found = _made(landsat, bands=[], indices=["NDVI"])
    same = _filled(landsat, plan(landsat, PERIOD))
    np.testing.assert_allclose(found["NDVI 2022-01-01"], known_indices.ndvi(same["B5"], same["B4"])[0], rtol=1e-5)
    assert [bands.band(*one).role for one in (("BAND16", ["CBERS-4"]), ("L7.B4", ["Landsat 7"]))] == ["nir", "nir"]


def test_each_orbit_has_its_own_index() -> None:
    layers = _layers("VV ASC 15", "VH ASC 15", "VV DES 8", "VH DES 8", "VV DES 110", platforms=("Sentinel-1A",))
    wanted, found = _made(layers, bands=[], indices=["VHVV"])
    assert wanted.indices == ("VHVV ASC 15", "VHVV DES 8")
    filled = _filled(layers, wanted)
    expected = filled["VH DES 8"] / filled["VV DES 8"]
    np.testing.assert_allclose(found["VHVV DES 8 2022-01-01"], expected[0], rtol=1e-5)


def test_brightness_is_over_every_reflectance_that_there_is() -> None:
    layers = _layers("B2", "B3", "B8", "NDVI")
    wanted, found = _made(layers, bands=[], indices=["BRIGHTNESS", "NDVI"])
    filled = _filled(layers, wanted)
    expected = np.sqrt(sum(filled[name][0].astype(float) ** 2 for name in ("B2", "B3", "B8")))
    np.testing.assert_allclose(found["BRIGHTNESS 2022-01-01"], expected, rtol=1e-5)
    assert np.array_equal(found["NDVI 2022-01-01"], filled["NDVI"][0])  # there is an image of that name


def test_a_formula_of_still_images_is_still_and_one_with_dates_is_not() -> None:
    layers = _layers("B8", still=("DEM", "PAN"))
    table = [{"name": "high", "formula": "where(DEM > 0.3, 1, PAN)"}, {"name": "mixed", "formula": "B8 * DEM"}]
    wanted, found = _made(layers, static=["PAN"], indices=table)
    assert wanted.indices == ("B8", "mixed")
    assert wanted.names[-2:] == ("PAN", "high")
    dem, pan = (_series(layers)[name][0][0] for name in ("DEM", "PAN"))
    assert np.array_equal(found["high"], np.where(dem > 0.3, 1, pan).astype(np.float32))


def test_a_date_that_cannot_be_computed_is_filled_from_the_others() -> None:
    layers = _layers("B4", "B8")
    wanted = plan(layers, PERIOD, FeaturesPart(bands=(), indices=[{"name": "X", "formula": "1 / B4"}]))
    series = _series(layers)
    values = np.full((DAYS.size, *SHAPE), 0.5, np.float32)
    values[10:15] = 0.0  # 120 to 168 days
    values[:, 0, 0] = 0.0  # never
    found = of_series({**series, "B4": (values, DAYS)}, wanted)
    assert np.array_equal(found.usable, np.arange(35).reshape(SHAPE) != 0)
    assert (found.values[6:9, 1:] == 2.0).all()


def test_a_map_of_still_images_alone_has_no_dates() -> None:
    layers = _layers(still=("RED", "NIR"))
    wanted, found = _made(layers, indices=["NDVI"], statistics=["mean"])
    assert wanted.names == ("RED", "NIR", "NDVI")
    assert wanted.layout.in_time == 0
    series = _series(layers)
    series["RED"][0][0, 0, 0] = np.nan
    made = of_series(series, wanted)
    assert made.usable.sum() == made.usable.size - 1
    assert found["NDVI"].shape == SHAPE


# --- what comes after the dates


def test_statistics_are_what_numpy_says_of_the_filled_dates() -> None:
    layers = _layers("NDVI", "EVI")
    names = ("mean", "sd", "min", "max", "range", "median", "p05", "p10", "p25", "p75", "p90", "p95")
    wanted, found = _made(layers, dates=False, statistics=names)
    assert wanted.names[:2] == ("NDVI mean", "NDVI sd")
    assert len(wanted.names) == 24
    assert wanted.layout.in_time == 0
    values = _filled(layers, wanted)["EVI"].astype(float)
    expected = {
        "mean": values.mean(0), "sd": values.std(0), "min": values.min(0), "max": values.max(0),
        "range": np.ptp(values, axis=0), "median": np.median(values, axis=0),
        **{name: np.percentile(values, int(name[1:]), axis=0) for name in names if name[0] == "p"},
    }  # fmt: skip
    for name, one in expected.items():
        np.testing.assert_allclose(found[f"EVI {name}"], one, rtol=1e-4, atol=1e-6)
    _, few = _made(layers, dates=False, statistics=("min", "range"))
    assert np.array_equal(few["EVI range"], found["EVI range"])


def test_a_season_is_the_median_of_its_months() -> None:
    layers = _layers("NDVI")
    wanted, found = _made(layers, seasons={"wet": [12, 1, 2], "dry": [6, 7]})
    assert wanted.names[-2:] == ("NDVI wet", "NDVI dry")
    months = np.array([date.month for date in wanted.dates])
    values = _filled(layers, wanted)["NDVI"]
    np.testing.assert_allclose(found["NDVI wet"], np.median(values[np.isin(months, [12, 1, 2])], axis=0), rtol=1e-6)


def test_phenology_finds_the_season_that_was_drawn() -> None:
    layers = _layers("NDVI")
    wanted = plan(layers, PERIOD, FeaturesPart(phenology=("NDVI",)))
    day = DAYS - START.toordinal()
    season = (0.2 + 0.5 * np.exp(-(((day - 180) / 40) ** 2))).astype(np.float32)
    values = np.full((DAYS.size, 1, 2), 0.3, np.float32)
    values[:, 0, 0] = season
    found = dict(zip(wanted.names, of_series({"NDVI": (values, DAYS)}, wanted).values[:, 0], strict=True))
    assert found["NDVI seasons"].tolist() == [1, 0]  # the second cell never changes
    assert found["NDVI season 1 peak"][0] == pytest.approx(181, abs=4)
    assert found["NDVI season 1 start"][0] == pytest.approx(181 - 33, abs=5)
    assert found["NDVI season 1 length"][0] == pytest.approx(67, abs=8)
    assert found["NDVI season 1 amplitude"][0] == pytest.approx(0.5, abs=0.06)
    assert found["NDVI season 2 peak"].tolist() == [0, 0]


def test_strips_do_not_change_a_value_and_a_plan_can_be_sent_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = _layers("B4", "B8", still=("DEM",))
    table = FeaturesPart(bands=(), indices=["NDVI"], statistics=["median"], phenology=["NDVI"], seasons={"s": [5]})
    wanted = plan(layers, PERIOD, table)
    whole = of_series(_series(layers), wanted)
    monkeypatch.setattr("terracite.landcover.features.compute._STRIP_BYTES", 1)
    again = of_series(_series(layers), pickle.loads(pickle.dumps(wanted)))
    assert np.array_equal(whole.values, again.values)
    assert np.array_equal(whole.clear, again.clear)


# --- what is wrong


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"bands": ["B88"]}, "features.bands.0: there is no image 'B88'. Did you mean 'B8'?"),
        ({"bands": ["B8", "B08"]}, "features.bands.1: 'B08' is given twice. Name it once."),
        ({"bands": ["DEM"]}, "features.bands.0: 'DEM' does not change in time. Name it in static."),
        (
            {"indices": ["NDVY"]},
            "features.indices.0: there is no index 'NDVY'. Did you mean 'NDVI'? Or give its formula.",
        ),
        (
            {"indices": ["NBR"]},
            "features.indices.0: NBR needs shortwave infrared at 2.2 µm (B12 of Sentinel-2), which no image is. "
            "Add that band to [[images]], or leave NBR out.",
        ),
        (
            {"indices": [{"name": "X", "formula": "B8 - B44"}]},
            "features.indices.0: X needs 'B44', which no image is. Did you mean 'B4'?",
        ),
        (
            {"indices": [{"name": "B4", "formula": "B8 * 2"}]},
            "features.indices.0.name: there is an image or an index 'B4' already. Give another name.",
        ),
        ({"indices": [{"name": "X", "formula": "2"}]}, "features.indices.0.formula: it speaks of no band."),
        ({"phenology": ["NDVI"]}, "features.phenology.0: there is no band or index 'NDVI'."),
        ({"seasons": {"cold": [12]}}, "features.seasons.cold: none of the dates lies in these months."),
        ({"bands": [], "static": []}, "features: asks for no feature at all. Add bands, indices or statistics."),
    ],
)
def test_mistakes_are_named_with_their_cure(table: dict[str, Any], said: str) -> None:
    layers = _layers("B4", "B8", still=("DEM",))
    period = replace_end(PERIOD) if "seasons" in table else PERIOD
    [problem] = _refusals(layers, period, **table)
    assert problem.startswith(said)


def replace_end(period: PeriodPart) -> PeriodPart:
    return period.model_copy(update={"end": dt.date(2022, 11, 20)})


def test_phenology_needs_regular_dates() -> None:
    period = PeriodPart(step_days=0, start=START, end=dt.date(2022, 1, 14))
    [problem] = _refusals(_layers("NDVI", last=dt.date(2022, 1, 14)), period, phenology=["NDVI"])
    assert "three regular dates" in problem
