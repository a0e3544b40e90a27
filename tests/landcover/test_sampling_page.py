# SPDX-License-Identifier: AGPL-3.0-or-later
"""The interpretation page: what is in it, what is not, and how it is driven by keyboard."""

from __future__ import annotations

import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from landcover.conftest import CELL, CRS, LEFT, NAMES, TOP, Scene
from terracite.cli import main
from terracite.errors import ConfigError, ProblemsError
from terracite.landcover.classmap import open_map
from terracite.landcover.recipe import PeriodPart
from terracite.landcover.sampling import Wanted, drawn, files, plan
from terracite.landcover.sampling.answers import read_answers, read_points
from terracite.landcover.sampling.pages import Views, chips, views_of, write_pages
from terracite.landcover.sampling.pages.views import _of_layers
from terracite.raster.grid import Block, Grid

CHROMIUM = os.environ.get("TERRACITE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def sample(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five points drawn on the true map."""
    folder = tmp_path_factory.mktemp("page")
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": CRS, "nodata": 0}
    height, width = landscape.truth.shape
    place = {"height": height, "width": width, "transform": from_origin(LEFT, TOP, CELL, CELL)}
    with rasterio.open(folder / "map.tif", "w", **profile, **place) as image:
        image.write(landscape.truth, 1)
        image.update_tags(**{f"CLASS_{code}": f"{name}</script>" for code, name in NAMES.items()})
    found = plan(open_map(folder / "map.tif"), Wanted(method="random", points=5))
    files.write(folder / "sample", found, drawn(found))
    return folder / "sample" / "points.gpkg"


@pytest.fixture(scope="module")
def page(sample: Path, landscape: Scene) -> Path:
    path = sample.with_name("page.html")
    write_pages(path, read_points(sample), views_of([landscape.recipe]), dates=3)
    return path


def data_of(page: Path) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL).group(1))


def test_a_page_shows_images_and_series_and_nothing_of_the_map(page: Path, sample: Path, landscape: Scene) -> None:
    text, data = page.read_text(encoding="utf-8"), data_of(page)
    assert [point["id"] for point in data["points"]] == ["1", "2", "3", "4", "5"]
    points = read_points(sample)
    for point, place in zip(data["points"], points.frame.geometry, strict=True):
        assert set(point) == {"id", "lon", "lat", "views", "series"}
        shown, around = point["views"]
        assert (shown["key"], shown["name"], around["key"]) == ("index", "NDVI", "context")
        assert 1 <= len(shown["dates"]) <= 3
        middle = np.mean(shown["cell"], axis=0)
        np.testing.assert_allclose(middle, 50, atol=0.01)  # the cell is in the middle of its picture
        names = [one["name"] for one in point["series"]]
        assert names == ["NDVI", "EVI"]
        row, col = int((TOP - place.y) // CELL), int((place.x - LEFT) // CELL)
        with rasterio.open(landscape.images / "CB4_64_16D_STK_022024_2022-01-03_2022-01-18_NDVI.tif") as image:
            value = image.read(1)[row, col]
        seen = dict(zip(point["series"][0]["dates"], point["series"][0]["values"], strict=True))
        assert seen.get("2022-01-03") == (None if value == -9999 else pytest.approx(value / 1e4, abs=6e-4))
    for secret in ("stratum", "map_class", "inclusion"):
        assert secret not in text
    assert not re.search(r'(?:src|href)="?https?:', text)
    assert "default-src 'none'" in text
    assert text.count("</script>") == 2  # the names of classes end none


def test_large_pages_are_split_and_some_points_can_be_chosen(sample: Path, landscape: Scene, tmp_path: Path) -> None:
    views = views_of([landscape.recipe])
    paths = write_pages(tmp_path / "p.html", read_points(sample), views, dates=1, only=["2", "4"], largest_mb=1e-5)
    assert [path.name for path in paths] == ["p.html", "p-2.html"]
    assert [point["id"] for path in paths for point in data_of(path)["points"]] == ["2", "4"]
    with pytest.raises(ConfigError, match="no point '9'"):
        write_pages(tmp_path / "q.html", read_points(sample), views, only=["9"])


def test_pictures_of_files_are_dated_by_their_names(sample: Path, landscape: Scene, tmp_path: Path) -> None:
    path = tmp_path / "ortho_2021-07-14.tif"
    red = np.where(landscape.truth == 1, 200, 50).astype(np.uint8)
    place = {"crs": CRS, "transform": from_origin(LEFT, TOP, CELL, CELL)}
    with rasterio.open(path, "w", driver="GTiff", dtype="uint8", count=3, height=120, width=160, **place) as image:
        image.write(np.stack([red, red // 2, red // 4]))
    views = views_of([path])
    [page] = write_pages(tmp_path / "page.html", read_points(sample), views)
    [view] = data_of(page)["points"][0]["views"]
    assert (view["key"], view["dates"]) == ("image", ["2021-07-14"])
    with pytest.raises(ProblemsError, match="has 3 bands"):
        views_of([path], (4, 3, 2))
    recipe = tmp_path / "r.toml"
    recipe.write_text('[[images]]\nfolder = "nowhere"\n')
    with pytest.raises(ProblemsError, match="there is no folder"):
        views_of([recipe])


@dataclass(frozen=True)
class Band:
    """A band of two days, everywhere of one value but for a cloud on the second day."""

    index: str
    value: float
    platforms: tuple[str, ...] = ("Sentinel-2A",)
    days = np.array([738_000.0, 738_100.0])
    grid = Grid(CRS, (CELL, 0, LEFT, 0, -CELL, TOP), 160, 120)

    def during(self, period: PeriodPart) -> Band:
        return self

    def read(self, block: Block, grid: Grid) -> np.ndarray:
        values = np.full((2, *block.shape), self.value, np.float32)
        values[1] = np.nan
        return values


def test_bands_are_shown_in_natural_and_infrared_colours() -> None:
    layers = [Band("B02", 0.1), Band("B03", 0.1), Band("B04", 0.1), Band("B08", 0.3)]
    composites, series = _of_layers(layers)
    assert [(one.key, [layer.index for layer in one.layers]) for one in composites] == [
        ("true", ["B04", "B03", "B02"]), ("false", ["B08", "B04", "B03"]),
    ]  # fmt: skip
    assert [name for name, _ in series] == ["NDVI"]
    views = Views(composites, (), series)
    x, y = LEFT + 505, TOP - 505
    reader = chips.Reader(
        chips.Place("1", CRS, x, y, ((x - 5, y + 5), (x + 5, y + 5), (x + 5, y - 5), (x - 5, y - 5))), 90
    )
    ranges = {"true": ((0.0, 0.2),) * 3, "false": ((0.0, 0.3), (0.0, 0.2), (0.0, 0.2))}
    true, false, around = chips.shown(reader, views, ranges, 4)
    assert true["dates"] == false["dates"] == around["dates"]
    assert len(true["dates"]) == 1  # the cloudy day is not shown
    assert true["cell"] == [[44.44, 44.44], [55.56, 44.44], [55.56, 55.56], [44.44, 55.56]]
    [ndvi] = chips.series(reader, views)
    assert (ndvi["values"], ndvi["all"]) == ([0.5], 2)


def test_colours_are_stretched_and_gaps_are_grey() -> None:
    values = np.array([[[0.0, 0.5, 1.0, np.nan]]] * 3, np.float32)
    picture = chips.coloured(values, ((0.0, 1.0),) * 3)
    assert picture[0, :, 0].tolist() == [0, 128, 255, 176]


def test_points_of_others_need_classes(sample: Path, tmp_path: Path) -> None:
    shutil.copy(sample, tmp_path / "points.gpkg")
    with pytest.raises(ProblemsError, match="the classes are not known"):
        read_points(tmp_path / "points.gpkg")
    (tmp_path / "classes.csv").write_text("code,fr,en\n1,Eau,Water\n", encoding="utf-8")
    assert read_points(tmp_path / "points.gpkg", tmp_path / "classes.csv").classes.labels("fr") == ["Eau"]


def test_the_command_writes_a_page(
    sample: Path, landscape: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.csv").write_text("id,why\n3,disagreement\n", encoding="utf-8")
    page = tmp_path / "again.html"
    some = ["--only", str(tmp_path / "some.csv"), "--dates", "1", "--language", "fr"]
    main(["landcover", "sample", "page", str(sample), "--images", str(landscape.recipe), "--output", str(page), *some])
    assert capsys.readouterr().out.strip() == str(page)
    assert '<html lang="fr">' in page.read_text(encoding="utf-8")


def test_a_person_answers_by_keyboard_and_saves(page: Path, sample: Path, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not on this machine (apt install chromium)")
    with ThreadPoolExecutor(1) as thread:  # another browser may live in this one
        saved = thread.submit(_answer, page, tmp_path).result()
    [(name, answers)] = read_answers([saved], read_points(sample)).items()
    assert name == "Alice"
    said = {one.id: (one.code, one.sure, one.note) for one in answers.values()}
    assert said == {
        "1": (2, True, ""), "2": (1, False, "'=1+1 \"odd\", really"), "3": (None, True, ""), "4": (3, True, ""),
    }  # fmt: skip


def _answer(page: Path, folder: Path) -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        tab.goto(page.as_uri())
        keys = tab.keyboard
        keys.type("Alice")
        keys.press("Enter")
        keys.press("2")  # point 1
        assert tab.inner_text("#point") == "Point 2"
        keys.press("n")
        keys.type('=1+1 "odd", really')
        keys.press("Escape")
        keys.press("i")
        keys.press("1")  # point 2
        keys.press("s")  # point 3
        keys.press("1")  # point 4, and back
        keys.press("u")
        assert tab.inner_text("#point") == "Point 4"
        keys.press("3")
        assert tab.inner_text("#status").startswith("Point 4: forest")
        tab.reload()
        assert tab.inner_text("#point") == "Point 5"  # kept by the browser
        with tab.expect_download() as download:
            tab.focus("#export")
            keys.press("Enter")
        saved = folder / "alice.csv"
        download.value.save_as(saved)
        tab.evaluate("localStorage.clear()")
        tab.reload()
        keys.type("Alice")
        keys.press("Enter")
        tab.set_input_files("#import", saved)
        tab.wait_for_function("document.getElementById('place').textContent.startsWith('4 ')")
        tab.click("#language")
        assert tab.inner_text("#place") == "4 sur 5 répondus"
        browser.close()
    assert wrong == []
    return saved
