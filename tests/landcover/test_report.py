# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words and drawings of the report."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import rasterio

from landcover.conftest import Scene, facts_of
from terracite.errors import Problem
from terracite.landcover import pictures, report
from terracite.landcover.area_tables import AreaTable, Place
from terracite.landcover.checks import prepare
from terracite.landcover.estimation import Estimate, UnitEstimate
from terracite.landcover.estimation.units import Method
from terracite.landcover.features import plan
from terracite.landcover.outcome import Outcome, judge
from terracite.landcover.products import warnings
from terracite.landcover.recipe.french import in_french
from terracite.landcover.report import round_length, words
from terracite.landcover.report.accuracy import accuracy
from terracite.landcover.report.caveats import caveats
from terracite.landcover.report.importance import importance
from terracite.landcover.report.right import right
from terracite.landcover.report.score import score
from terracite.landcover.report.units import units
from terracite.landcover.scoring import ModelScore
from terracite.landcover.wording import _of, day, number
from terracite.record.model import Text


def test_both_languages_have_the_same_words_and_blanks() -> None:
    text = resources.files("terracite.landcover").joinpath("data/report.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    assert set(tables) == {"fr", "en"}
    assert words("fr").keys() == words("en").keys()
    for key, french in words("fr").items():
        assert french.count("{") == words("en")[key].count("{"), key
        assert french, key


def test_every_word_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(report.__file__).parent.glob("*.py"))
    whole = {*re.findall(r"""["']([A-Za-z0-9_]+)["']""", code), *"EWNS"}  # letters of a text
    begun = tuple(re.findall(r"""f["']([a-z]+_)\{""", code))  # say[f"scheme_{one.scheme}"]
    assert {"count_", "learnt_", "name_", "scheme_"} <= set(begun)
    assert [key for key in words("en") if key not in whole and not key.startswith(begun)] == []


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
    holed = landscape.truth.copy()
    holed[:30] = 0
    outcome = outcome_of(landscape, holed, design)
    assert outcome.accuracy is not None
    assert (float(outcome.accuracy.overall.value) == 1) == (design == "map")
    assert told in accuracy(outcome, "en", words("en"))


def test_how_right_is_told_in_words_first_and_the_figures_agree(landscape: Scene) -> None:
    wrong = landscape.truth.copy()
    wrong[:40, 40:80] = 1  # fields taken for water
    outcome = outcome_of(landscape, wrong, "random")
    assert outcome.accuracy is not None
    overall = outcome.accuracy.overall
    value, low, high = (f"{100 * float(one):.0f}" for one in (overall.value, overall.low, overall.high))
    english, french = (right(outcome, language, words(language)) for language in ("en", "fr"))
    assert f"Of 100 places taken at random on the map, about {value} ({low} to {high}) are mapped right." in english
    assert f"Sur 100 endroits tirés au hasard sur la carte, environ {value} ({low} à {high}) sont" in french
    assert "The least sure is “Water”" in english
    assert "Most often missed is “Field”" in english
    assert english.count('<rect class="sure"') == int(low)
    assert english.count("<rect") == 100
    figures = accuracy(outcome, "en", words("en"))
    assert f"{100 * float(overall.value):.1f} ({100 * float(overall.low):.1f} to" in figures
    assert "Looked at by: Chloé." in figures


def test_without_a_sample_nobody_knows_and_a_model_that_does_not_travel_is_told(landscape: Scene) -> None:
    outcome = replace(outcome_of(landscape, landscape.truth, "random"), judgement=None)
    near, far = (
        np.array([[[30, 1, 0], [0, 30, 0], [0, 0, 30]]] * 2),
        np.array([[[20, 10, 9], [9, 20, 0], [0, 0, 0]]] * 2),
    )
    scored = replace(outcome, scores=(ModelScore("polygon", near), ModelScore("block", far, 0.25, (2,))))
    assert "nobody knows" in right(outcome, "en", words("en"))
    assert "no samples nearby" not in right(outcome, "en", words("en"))
    assert "Expect about 59 of 100 where there are no samples nearby" in right(scored, "en", words("en"))
    told = score(scored, "fr", words("fr"))
    assert "n&#x27;est pas l&#x27;exactitude de la carte" in told
    assert "Carrés de 0,250° (environ 28 km)" in told
    assert "Ces classes n&#x27;ont été relevées qu&#x27;en un seul endroit" in told
    assert "less right where there are no samples nearby" in caveats(scored, "en", words("en"))


def test_what_the_model_rests_on_is_a_list_and_a_curve(landscape: Scene) -> None:
    entries = [{"kind": "series", "name": "NDVI", "drop": 0.4, "half_width": None}]
    entries += [{"kind": "date", "name": f"2022-0{n}-01", "drop": n / 100, "half_width": 0.01} for n in (1, 2, 3)]
    outcome = replace(outcome_of(landscape, landscape.truth, "random"), card={"importance": {"groups": entries}})
    drawn = importance(outcome, "fr", words("fr"))
    assert "NDVI" in drawn
    assert "la plus utile : 1er mars 2022" in drawn
    assert drawn.count("<circle") == 3
    assert importance(replace(outcome, card={}), "fr", words("fr")) == ""


def outcome_of(landscape: Scene, mapped: np.ndarray, design: Literal["map", "random"]) -> Outcome:
    """What a run would say of a map ``mapped``, judged by the sample of the landscape as if drawn by ``design``."""
    prepared = prepare(landscape.recipe)
    sample = replace(prepared.sample, areas_ha=None, strata=("all",) * 120)  # type: ignore[type-var]
    validation = prepared.recipe.validation
    part = validation.sample.model_copy(update={"design": design, "interpreted_by": "Chloé"})  # type: ignore[union-attr]
    recipe = replace(prepared.recipe, validation=validation.model_copy(update={"sample": part}))
    prepared = replace(prepared, recipe=recipe, sample=sample)
    facts = facts_of(prepared, mapped)
    judged = judge(prepared, facts)
    assert judged is not None
    counts = dict.fromkeys(("1", "2", "3"), 5)
    card = {"classifier": "random_forest", "training_samples": counts, "training_groups": counts}
    wanted = plan(prepared.layers, prepared.recipe.period)
    return Outcome(prepared, prepared.layers, (), wanted, card, (), facts, judged, dt.date(2023, 1, 1))


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


def test_areas_per_unit_say_where_each_figure_comes_from(landscape: Scene) -> None:
    outcome = outcome_of(landscape, landscape.truth, "random")
    assert units(outcome, "fr", words("fr")) == ""
    direct, assisted, refused = (known(method, missing) for method, missing in METHODS)
    table = table_of(outcome, Place("", mapped(90), 0.0, 1.0, known("direct")), direct, assisted, refused)
    told = replace(outcome, areas=table)
    english, french = (units(told, language, words(language)) for language in ("en", "fr"))
    assert "<b>20.0</b><br><small>" in english
    assert "its 41 points, with the help of the map" in english
    assert "refusée : il manque 18 points" in french
    assert english.count("<i>10.0</i>") == 3
    assert "&lt;i&gt;0" in english
    counted = replace(table, whole=replace(table.whole, estimate=None), units=table.units[:1])
    alone = replace(told, areas=replace(counted, units=(replace(table.units[0], estimate=None),)))
    assert "errors included" in units(alone, "en", words("en"))
    assert "<i>" not in units(alone, "en", words("en"))


def test_the_largest_of_many_units_are_shown_and_where_the_others_are(landscape: Scene) -> None:
    outcome = outcome_of(landscape, landscape.truth, "random")
    table = table_of(outcome, Place("", mapped(900), 0.0, 1.0, known("direct")), *[known("direct")] * 35)
    told = units(replace(outcome, areas=table), "en", words("en"))
    assert told.count("<tr>") == 2 + 30
    assert "The 30 largest of 35 units." in told
    assert "areas_by_unit.csv" in told


def test_a_sample_that_bears_no_estimate_is_told_by_the_run_and_the_report(landscape: Scene) -> None:
    outcome = outcome_of(landscape, landscape.truth, "random")
    problem = Problem("stratum 'west'", "has 1 sample points for an area of 5.", "Draw at least two points in each "
                      "stratum, and only there.")  # fmt: skip
    reason = Text(fr="L'échantillon ne permet aucune estimation.", en="The sample supports no estimate.")
    nothing = UnitEstimate(0, "refused", None, None, 0, reason)
    table = table_of(outcome, Place("", mapped(90), 0.0, 1.0, nothing), nothing)
    told = replace(outcome, areas=replace(table, refusal=(problem,)))
    french = units(told, "fr", words("fr"))
    assert 'class="notice">L&#x27;échantillon ne permet aucune estimation. Ces surfaces sont comptées' in french
    assert french.count("comptée sur la carte") == 2
    heard = [str(note) for note in warnings(told)]
    assert heard[0].startswith("areas: the sample supports no estimate of any unit.")
    assert all(in_french(text.partition(": ")[2]) for text in heard)
    some = table_of(outcome, Place("", mapped(90), 0.0, 1.0, known("direct")), known("refused", 3), known("direct"))
    (heard,) = (str(note) for note in warnings(replace(outcome, areas=some)))
    assert "of 2 units, 1 get no estimate" in heard
    assert in_french(heard.partition(": ")[2])


METHODS: tuple[tuple[Method, int], ...] = (("direct", 0), ("model-assisted", 9), ("refused", 18))


def mapped(total: float) -> np.ndarray:
    return np.full(3, total / 3)


def known(method: Method, missing: int = 0) -> UnitEstimate:
    areas = None if method == "refused" else Estimate(np.full(3, 20.0), np.full(3, 2.0), wilson=False)
    return UnitEstimate(41, method, None, areas, missing, Text())


def table_of(outcome: Outcome, whole: Place, *estimates: UnitEstimate) -> AreaTable:
    classes = outcome.prepared.nomenclature.classes
    places = tuple(Place(f"<i>{number}", mapped(30), 0.0, 1.0, one) for number, one in enumerate(estimates))
    return AreaTable(classes, whole, places, "ha", (1.0, 1.0))
