# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recipe becomes a crate: right, judged honestly, described; and again after a kill, the same to the byte."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from lxml import etree, html

from landcover.conftest import Scene
from terracite.crate.verify import verify
from terracite.errors import CrateError, RecipeError
from terracite.landcover.run import RunResult, plan_only, run
from terracite.landcover.work import Work
from terracite.record.formats import FORMATS
from terracite.record.model import DateKind, Organisation, RecordDate
from terracite.record.rules import blockers, check


@pytest.fixture(scope="module")
def made(landscape: Scene, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run(landscape.recipe, tmp_path_factory.mktemp("crates") / "map")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_map_is_right_and_so_is_what_is_said_of_it(made: RunResult, landscape: Scene) -> None:
    with rasterio.open(made.crate.folder / "landcover.tif") as image:
        classes = image.read(1)
        assert image.colormap(1)[3] == (47, 125, 79, 255)
        assert image.tags()["CLASS_2"] == "Field"
        assert image.nodata == 0
    right = float((classes == landscape.truth).mean())
    assert right > 0.9
    assert made.outcome is not None
    assert made.outcome.accuracy is not None
    accuracy = made.outcome.accuracy
    assert abs(float(accuracy.overall.value) - right) < 3 * float(accuracy.overall.error) + 0.01
    true_areas = np.bincount(landscape.truth.ravel(), minlength=4)[1:] * 0.01
    assert (np.abs(accuracy.areas.value - true_areas) <= 3 * accuracy.areas.error + 0.01).all()
    assert made.outcome.facts.areas_ha is not None
    assert made.outcome.facts.areas_ha.sum() == pytest.approx(classes.size * 0.01, rel=1e-3)


def test_confidence_and_clear_dates_go_with_every_cell(made: RunResult) -> None:
    with rasterio.open(made.crate.folder / "confidence.tif") as image:
        confidence = image.read(1)
    with rasterio.open(made.crate.folder / "clear_dates.tif") as image:
        clear = image.read(1)
    assert confidence.min() >= 34  # the most votes among three classes
    assert confidence.max() == 100
    assert 1 <= clear.min() < clear.max() <= 12


def test_the_crate_is_whole_and_its_record_can_be_published(made: RunResult) -> None:
    assert verify(made.crate.folder) == []
    record = made.crate.record
    assert [finding.rule for finding in blockers(check(record))] == []
    assert record.title.fr == "Carte d'occupation du sol d'Étang-Salé, 2022"
    assert record.title.en == "Land-cover map of Étang-Salé, 2022"
    measured = {item.name.en: item for item in record.quality}
    names = [f"{kind}: {name}" for kind in ("User's accuracy", "Producer's accuracy", "Estimated area")
             for name in ("Water", "Field", "Forest")]  # fmt: skip
    scores = [f"Model score by {name} (not independent: it is not the accuracy of the map)"
              for name in ("polygon", "spatial block")]  # fmt: skip
    assert list(measured)[:12] == ["Overall accuracy of the map", *names, *scores]
    assert made.outcome is not None
    assert made.outcome.accuracy is not None
    area, estimate = measured["Estimated area: Field"], made.outcome.accuracy.areas
    assert (area.value, area.low, area.high, area.unit) == (
        *(round(float(one[1]), 2) for one in (estimate.value, estimate.low, estimate.high)), "ha",
    )  # fmt: skip
    assert "sample of 120 points, 95 % interval; stratified (Stehman 2014)" in area.note.en
    assert [(item.code, item.label.en) for item in record.classes] == [(1, "Water"), (2, "Field"), (3, "Forest")]
    assert all(item.area_ha is not None for item in record.classes)
    assert record.reference_systems[0].code == "EPSG:32740"
    assert {file.path for file in record.files} >= {"landcover.tif", "report.html", "README.md", "recipe.toml"}
    assert made.crate.provenance.recipe == "recipe.toml"
    assert len(made.crate.provenance.inputs) == 24 + 3


def test_accuracy_reaches_every_format_of_the_record(made: RunResult) -> None:
    issued = RecordDate(kind=DateKind.ISSUED, on=dt.date(2026, 11, 22))
    published = {"doi": "10.5072/example", "publisher": Organisation(name="Terracite")}
    record = made.crate.record.model_copy(update=published | {"dates": (*made.crate.record.dates, issued)})
    url = "https://data.example.org/datasets/1"
    formats = ("iso19115-3", "iso19139", "datacite", "dcat-ap-jsonld", "schema.org", "stac")
    written = {name: FORMATS[name].write(record, url) for name in formats}
    for name, document in written.items():
        text = document.decode()
        for told in ("Overall accuracy of the map", "Producer's accuracy: Forest", "Estimated area: Field"):
            assert told in text.replace("&apos;", "'").replace("&#39;", "'"), (name, told)
    iso = etree.fromstring(written["iso19115-3"])
    results = iso.iterfind(".//{*}DQ_ThematicClassificationCorrectness")
    assert len(list(results)) == len(record.quality)


def test_the_styles_have_the_colours_and_names_of_the_classes(made: RunResult) -> None:
    folder = made.crate.folder
    style = etree.parse(folder / "landcover.fr.sld")
    entries = [
        (one.get("quantity"), one.get("color"), one.get("label")) for one in style.iterfind(".//{*}ColorMapEntry")
    ]
    assert entries == [("1", "#2b6ca3", "Eau"), ("2", "#c7d64f", "Champ <cultivé>"), ("3", "#2f7d4f", "Forêt")]
    with rasterio.open(folder / "landcover.tif") as image:
        colours = image.colormap(1)
    lines = [line.split() for line in (folder / "legend.clr").read_text().splitlines()]
    assert lines.pop() == ["nv", "0", "0", "0", "0"]
    assert {int(code): tuple(map(int, rest)) for code, *rest in lines} == {code: colours[code] for code in (1, 2, 3)}


def test_no_path_of_this_machine_leaks_into_the_crate(made: RunResult, landscape: Scene) -> None:
    for path in made.crate.folder.iterdir():
        assert str(landscape.folder).encode() not in path.read_bytes(), path.name


def test_the_report_says_the_same_in_two_languages_and_needs_no_network(made: RunResult) -> None:
    text = (made.crate.folder / "report.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert {heading.get("lang") for heading in page.iter("h1")} == {"fr", "en"}
    assert page.get("lang") == "en"
    english, french = (page.xpath(f"//div[@class='page']/div[@lang='{language}']")[1] for language in ("en", "fr"))
    assert len(list(english.iter("td"))) == len(list(french.iter("td"))) > 30
    assert "Champ <cultivé>" in french.text_content()
    assert "not the accuracy of the map" in english.text_content()
    assert "n'est pas l'exactitude de la carte" in french.text_content()
    assert all(image.get("src").startswith("data:image/png;base64,") for image in page.iter("img"))
    assert "http" not in text.replace("http://www.w3.org", "")
    assert "<script" not in text


def test_the_second_run_changes_nothing(made: RunResult, landscape: Scene) -> None:
    before = _files(made.crate.folder)
    again = run(landscape.recipe, made.crate.folder)
    assert not again.changed
    assert again.outcome is None
    assert _files(made.crate.folder) == before


_KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from terracite.landcover.progress import Silent
from terracite.landcover.run import run

class Fatal(Silent):
    @contextmanager
    def progress(self, label):
        def told(done, total):
            if label == "mapping blocks" and done == 2:
                os.kill(os.getpid(), signal.SIGKILL)
        yield told

run(Path(sys.argv[1]), Path(sys.argv[2]), Fatal())
"""


def test_after_a_kill_the_run_goes_on_and_the_result_is_the_same(made: RunResult, scene: Scene) -> None:
    output = scene.folder / "map"
    command = [sys.executable, "-c", _KILLED, str(scene.recipe), str(output)]
    killed = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not output.exists()
    blocks = sorted((scene.folder / ".map.work").glob("block-*.npz"))
    assert len(blocks) == 2
    written = [block.stat().st_mtime_ns for block in blocks]
    blocks[1].write_bytes(b"damaged")  # as a full disk might leave it

    said: list[str] = []
    made_again = run(scene.recipe, output, _Notes(said))
    assert made_again.changed
    assert "model: trained by the run before" in said
    assert "map: 6 blocks, 1 of them from the run before" in said
    assert written
    for name in ("landcover.tif", "confidence.tif", "clear_dates.tif", "model.npz", "areas.csv", "report.html"):
        assert (output / name).read_bytes() == (made.crate.folder / name).read_bytes(), name
    assert sorted(path.name for path in scene.folder.iterdir() if path.name.startswith(".")) == []


class _Notes:
    def __init__(self, said: list[str]) -> None:
        self.said = said

    def step(self, message: str) -> None:
        self.said.append(message)

    warn = step

    def progress(self, label: str):  # type: ignore[no-untyped-def]
        from terracite.landcover.progress import Silent

        return Silent().progress(label)


def test_a_broken_image_is_named_and_left_out(scene: Scene) -> None:
    broken = sorted(scene.images.glob("*_NDVI.tif"))[4]
    broken.write_bytes(broken.read_bytes()[:700])
    said: list[str] = []
    result = run(scene.recipe, scene.folder / "map", _Notes(said))
    assert any(line.startswith(f"left out: {broken.name}") for line in said)
    assert result.outcome is not None
    assert [problem.where for problem in result.outcome.skipped] == [broken.name]
    assert result.outcome.layers[0].days.size == 11
    assert broken.name in (result.crate.folder / "report.html").read_text()


def test_without_a_probability_sample_no_accuracy_is_claimed(scene: Scene) -> None:
    scene.with_recipe('[validation.sample]\nfile = "points.gpkg"\nstrata_file = "strata.csv"\n', "")
    result = run(scene.recipe, scene.folder / "map")
    record = result.crate.record
    assert not any("accuracy of the map" in item.name.en and "not" not in item.name.en for item in record.quality)
    assert "was not measured" in record.abstract.en
    report = html.fromstring((result.crate.folder / "report.html").read_text())
    headings = [heading.text for heading in report.xpath("//div[@lang='en']//h2")]
    assert headings == [
        "How right is this map?", "What was mapped, and from what", "Areas",
        "Model score (not the accuracy of the map)", "How far each cell can be trusted", "What this map does not say",
        "Cite this map",
        "How the map was made",
    ]  # fmt: skip
    assert "errors included" in record.notes.en


def test_another_recipe_starts_afresh(scene: Scene) -> None:
    first = run(scene.recipe, scene.folder / "map")
    scene.with_recipe("trees = 20", "trees = 10")
    second = run(scene.recipe, scene.folder / "map")
    assert second.changed
    assert first.crate.record.uuid == second.crate.record.uuid
    card = json.loads((second.crate.folder / "model.json").read_text())
    assert card["parameters"]["trees"] == 10


def test_cells_never_clear_have_no_class(scene: Scene) -> None:
    for path in scene.images.iterdir():
        with rasterio.open(path, "r+") as image:
            values = image.read(1)
            values[:7, -5:] = -9999
            image.write(values, 1)
    result = run(scene.recipe, scene.folder / "map")
    assert result.outcome is not None
    assert result.outcome.facts.unmapped_cells == 35
    for name in ("landcover.tif", "confidence.tif", "clear_dates.tif"):
        with rasterio.open(result.crate.folder / name) as image:
            assert not image.read(1)[:7, -5:].any()
            assert image.read(1)[7:, :].all()


def test_a_reference_elsewhere_is_told(scene: Scene) -> None:
    import geopandas

    frame = geopandas.read_file(scene.folder / "polygons.gpkg")
    frame.geometry = frame.geometry.translate(xoff=50_000)
    frame.to_file(scene.folder / "polygons.gpkg")
    with pytest.raises(RecipeError, match="lies on the images"):
        run(scene.recipe, scene.folder / "map")
    assert not (scene.folder / "map").exists()


def test_the_plan_says_what_would_be_done(landscape: Scene) -> None:
    facts = plan_only(landscape.recipe)
    assert facts["blocks"] == 6
    assert facts["images"] == {"NDVI": 12, "EVI": 12}
    assert facts["features"] == 2 * 14
    assert facts["probability_sample"] == 120


def test_a_second_run_at_the_same_crate_waits_its_turn(scene: Scene, tmp_path: Path) -> None:
    with Work.open(tmp_path / "map", "another run"):
        with pytest.raises(CrateError, match="Another process is making 'map'") as refusal:
            run(scene.recipe, tmp_path / "map")
        assert refusal.value.hint == "Wait until it has finished."
    assert run(scene.recipe, tmp_path / "map").changed
