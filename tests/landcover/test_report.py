# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words and drawings of the report."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import rasterio

from landcover.conftest import Scene, facts_of
from terracite.landcover import pictures
from terracite.landcover.checks import prepare
from terracite.landcover.outcome import Outcome, judge
from terracite.landcover.report import round_length, words
from terracite.landcover.report.accuracy import accuracy
from terracite.landcover.wording import _of, day, number


def test_both_languages_have_the_same_words_and_blanks() -> None:
    text = resources.files("terracite.landcover").joinpath("data/report.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    assert set(tables) == {"fr", "en"}
    assert words("fr").keys() == words("en").keys()
    for key, french in words("fr").items():
        assert french.count("{") == words("en")[key].count("{"), key
        assert french, key


@pytest.mark.parametrize(("metres", "length"), [(960, 500), (1000, 1000), (1999, 1000), (2000, 2000), (16_000, 10_000)])
def test_the_scale_bar_has_a_round_length(metres: float, length: float) -> None:
    assert round_length(metres) == length


def test_numbers_and_dates_as_people_write_them() -> None:
    assert number(1234.56, "en") == "1,234.6"
    assert number(1234.56, "fr") == "1\u202f234,6"
    assert number(float("nan"), "fr") == "–"
    assert day(dt.date(2022, 3, 1), "fr") == "1er mars 2022"
    assert day(dt.date(2022, 3, 2), "en") == "2 March 2022"


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("La Réunion", "de La Réunion"), ("Abidjan", "d'Abidjan"), ("l'ouest de Bahia", "de l'ouest de Bahia"),
        ("12,30° S, 45,10° O", "autour de 12,30° S, 45,10° O"),
    ],
)  # fmt: skip
def test_french_joins_the_place(name: str, phrase: str) -> None:
    assert _of(name) == phrase


@pytest.mark.parametrize(("design", "told"), [("map", "they are left out"), ("random", "they count as errors")])
def test_points_without_a_class_are_said_to_count_only_where_they_do(
    landscape: Scene, design: Literal["map", "random"], told: str
) -> None:
    prepared = prepare(landscape.recipe)
    sample = replace(prepared.sample, areas_ha=None, strata=("all",) * 120)  # type: ignore[type-var]
    validation = prepared.recipe.validation
    part = validation.sample.model_copy(update={"design": design})  # type: ignore[union-attr]
    recipe = replace(prepared.recipe, validation=validation.model_copy(update={"sample": part}))
    prepared = replace(prepared, recipe=recipe, sample=sample)
    holed = landscape.truth.copy()
    holed[:30] = 0
    facts = facts_of(prepared, holed)
    judged = judge(prepared, facts)
    assert judged is not None
    assert judged.accuracy is not None
    assert (float(judged.accuracy.overall.value) == 1) == (design == "map")
    outcome = Outcome(prepared, (), (), None, {}, (), facts, judged, dt.date(2023, 1, 1))  # type: ignore[arg-type]
    assert told in accuracy(outcome, "en", words("en"))


def test_pictures_are_reduced_and_leave_holes_open(tmp_path: Path) -> None:
    values = np.kron(np.array([[1, 2], [0, 2]], np.uint8), np.ones((50, 50), np.uint8))
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 100, "width": 100, "crs": "EPSG:32740"}
    with rasterio.open(tmp_path / "m.tif", "w", transform=rasterio.Affine(1, 0, 0, 0, -1, 0), **profile) as image:
        image.write(values, 1)
    content = pictures.map_png(tmp_path / "m.tif", {1: "#ff0000", 2: "#00ff00"}, 10)
    with rasterio.MemoryFile(content) as memory, memory.open() as picture:
        pixels = picture.read()
    assert pixels.shape == (4, 10, 10)
    assert pixels[:, 0, 0].tolist() == [255, 0, 0, 255]
    assert pixels[:, 0, 9].tolist() == [0, 255, 0, 255]
    assert pixels[3, 9, 0] == 0
    assert pictures.map_png(tmp_path / "m.tif", {1: "#ff0000", 2: "#00ff00"}, 10) == content
