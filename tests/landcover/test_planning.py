# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan says what a map takes before it is made; hours come from blocks that were really read."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas
import pytest
from shapely.geometry import box

from landcover.conftest import CRS, LEFT, TOP, Scene
from terracite.cli import main
from terracite.landcover.planning import Plan, as_json, as_text, plan
from terracite.landcover.planning.text import human_bytes, human_time


@pytest.fixture(scope="module")
def found(landscape: Scene) -> Plan:
    return plan(landscape.recipe)


def test_images_dates_and_clear_sky_are_counted(found: Plan) -> None:
    assert [(item.index, item.dates, str(item.first), str(item.last)) for item in found.indices] == [
        ("NDVI", 12, "2022-01-03", "2022-09-24"),
        ("EVI", 12, "2022-01-03", "2022-09-24"),
    ]
    assert [item.clear_share for item in found.indices] == [pytest.approx(0.7, abs=0.05)] * 2
    assert found.indices[0].source == "Brazil Data Cube composites"
    assert found.input_bytes > 10_000


def test_the_grid_and_the_features_are_those_of_the_run(found: Plan) -> None:
    assert (found.rows, found.columns, found.cell_size_m, found.crs) == (120, 160, 10, "EPSG:32740")
    assert (found.blocks, found.block, found.dates, found.features) == (6, 64, 14, 28)


def test_polygons_and_cells_of_each_class_are_counted(found: Plan) -> None:
    assert [(item.code, item.groups, item.cells, item.learnt) for item in found.classes] == [
        (1, 5, 320, 150), (2, 5, 320, 150), (3, 5, 320, 150),
    ]  # fmt: skip


def test_hours_memory_and_disk_are_told(found: Plan) -> None:
    assert set(found.seconds) == {"hash", "learn", "map", "write"}
    assert all(seconds >= 0 for seconds in found.seconds.values())
    assert 0.1 < sum(found.seconds.values()) < 600
    assert (found.measured_blocks, found.work_bytes) == (3, 160 * 120 * 4)
    assert found.memory_bytes > 50e6
    assert found.has_room


def test_units_whose_areas_are_wanted_are_counted(found: Plan) -> None:
    assert (found.units, found.sample) == (0, 120)
    assert "unités" not in as_text(found, "fr")
    with_units = replace(found, units=24)
    assert "Areas: of 24 units, estimated from the 120 points of the sample" in as_text(with_units, "en")
    assert "comptées sur la carte" in as_text(replace(with_units, sample=0), "fr")
    assert as_json(with_units)["units"] == 24


def test_people_read_it_in_their_language(found: Plan) -> None:
    french, english = as_text(found, "fr"), as_text(found, "en")
    assert "NDVI : 12 dates du 2022-01-03 au 2022-09-24" in french
    assert "Grille : 160 x 120 cellules de 10 m (EPSG:32740), 6 blocs de 64" in french
    assert "code  classe           polygones  cellules  apprises" in french
    assert "   2  Champ <cultivé>          5       320       150" in french
    assert "Time on this machine: about" in english
    assert "   2  Field          5    320     150" in english
    assert french.count("\n") == english.count("\n")


def test_programs_read_it_as_json(found: Plan) -> None:
    facts = json.loads(json.dumps(as_json(found)))
    assert facts["indices"][0]["first"] == "2022-01-03"
    assert facts["classes"][0]["cells"] == 320
    assert facts["total_seconds"] == pytest.approx(sum(found.seconds.values()))


def test_what_will_fail_later_is_told_and_regions_are_counted(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    halves = [box(LEFT, TOP - 1200, LEFT + 600, TOP), box(LEFT + 600, TOP - 1200, LEFT + 1100, TOP)]
    zones = geopandas.GeoDataFrame({"zone": ["west", "middle"]}, geometry=halves, crs=CRS)
    zones.to_file(scene.folder / "zones.gpkg")
    scene.with_recipe("[nomenclature]\n", '[strata]\nfile = "zones.gpkg"\ncolumn = "zone"\n\n[nomenclature]\n')
    next(scene.images.glob("*2022-02-20*_EVI.tif")).unlink()
    damaged = next(scene.images.glob("*2022-01-03*_NDVI.tif"))
    damaged.write_bytes(damaged.read_bytes()[:3000])
    main(["landcover", "plan", str(scene.recipe), "--language", "fr", "--output", str(scene.folder / "a" / "b")])
    out = capsys.readouterr().out
    assert "code  classe           polygones  cellules  apprises  middle     west  ailleurs" in out
    assert "   1  Eau                      5       320       150   0 (0)  5 (320)         0" in out
    assert "   3  Forêt                    5       320       150   0 (0)    0 (0)   5 (320)" in out
    assert "À regarder :\n" in out
    assert "EVI n'a pas d'image aux dates 2022-02-20, où d'autres en ont. Le trou est rempli" in out
    assert f"{damaged.name} : ne peut pas être lu." in out
    assert not (scene.folder / "a").exists()


@pytest.mark.parametrize(
    ("size", "english", "french"), [(12, "12 B", "12 o"), (1_250, "1.2 kB", "1,2 ko"), (3e9, "3.0 GB", "3,0 Go")]
)
def test_sizes_are_written_as_people_do(size: float, english: str, french: str) -> None:
    assert (human_bytes(size, "en"), human_bytes(size, "fr")) == (english, french)


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 s"), (89, "89 s"), (150, "2 min"), (7500, "2 h 05 min")])
def test_times_are_no_more_precise_than_they_are(seconds: float, said: str) -> None:
    assert human_time(seconds) == said
