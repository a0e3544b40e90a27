# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of maps on disk: consistent, counted, measured, the same in any blocks."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
from shapely.geometry import Point

from landcover.test_scales import UTM, written
from landcover.test_years import KNOWN, _maps, _truth
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ProblemsError
from terracite.landcover.recipe import SamplePart
from terracite.landcover.years import walking
from terracite.landcover.years.chain import chain_of
from terracite.landcover.years.opening import open_years
from terracite.landcover.years.series import How, make_series

CODES = np.array([1, 2, 7], np.uint8)
SHAPE = (60, 70)
YEARS = (2019, 2020, 2021, 2022)


class Scene:
    """Four years of a truth in which nothing leaves water, their maps (codes, 0 = a gap), and what is known of them."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(11)
        chain = chain_of(KNOWN, 0.95, None, ["water>*"])
        truth = _truth(rng, chain.matrix, SHAPE[0] * SHAPE[1], len(YEARS))
        _, mapped = _maps(truth, rng, 0.8, 0.0)
        codes = CODES[mapped]
        codes[rng.random(codes.shape) < 0.05] = 0
        codes[:40] = 0  # never mapped
        self.truth = CODES[truth].T.reshape(-1, *SHAPE)
        self.codes = codes.T.reshape(-1, *SHAPE)
        self.paths = [written(folder / f"map_{year}.tif", one) for year, one in zip(YEARS, self.codes, strict=True)]
        self.matrix = folder / "matrix.csv"
        pairs = [(a, b, 80 if a == b else 10) for a in CODES for b in CODES]
        lines = [f"{a},{b},{count}" for a, b, count in pairs]
        self.matrix.write_text("\n".join(["map_code,reference_code,count", *lines]) + "\n")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("years"))


def _read(path: Path) -> np.ndarray:
    with rasterio.open(path) as image:
        return np.asarray(image.read().squeeze())


def _series(scene: Scene, output: Path, **how: object):
    years = open_years(scene.paths, (), {0: scene.matrix})
    chain = chain_of(KNOWN, 0.95, None, ["water>*"])
    return make_series(years, How(chain, **how), output)  # type: ignore[arg-type]


def test_the_command_makes_a_crate_of_the_series(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["landcover", "years", *map(str, scene.paths), "--forbid", "water>*", "--confusion", str(scene.matrix)]
    main([*command, "-o", str(tmp_path / "series"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["years"] == list(YEARS)
    crate = open_crate(tmp_path / "series")
    assert verify(crate.folder) == []
    assert crate.record.title.en == "Consistent series of land-cover maps 2019-2022"
    assert "terracite landcover change" in crate.record.abstract.en
    assert len(crate.provenance.inputs) == 5
    after = np.stack([_read(crate.folder / f"landcover_{year}.tif") for year in YEARS])
    sure = np.stack([_read(crate.folder / f"confidence_{year}.tif") for year in YEARS])
    for before, later in itertools.pairwise(after):
        assert not ((before == 1) & (later != 1)).any()  # water stays
    raw = [((a == 1) & (b > 1)).sum() for a, b in itertools.pairwise(scene.codes)]
    assert min(raw) > 100
    mapped = (scene.codes > 0).any(axis=0)
    assert not after[:, ~mapped].any()
    assert (after[:, mapped] > 0).all()  # gaps are filled
    assert (sure[:, mapped] > 0).all()
    right = [(one == scene.truth)[:, mapped].mean() for one in (scene.codes, after)]
    assert right[1] - right[0] > 0.1
    assert facts["cells_changed"] == [int(((c > 0) & (c != a)).sum()) for c, a in zip(scene.codes, after, strict=True)]
    assert facts["cells_filled"] == [int(((c == 0) & mapped).sum()) for c in scene.codes]
    with rasterio.open(crate.folder / "changes.tif") as image:
        last, count = image.read()
    differs = np.stack([a != b for a, b in itertools.pairwise(after)])
    np.testing.assert_array_equal(count, np.where(mapped, differs.sum(axis=0), 65_535))
    years = np.where(differs, np.array(YEARS[1:])[:, None, None], 0).max(axis=0)
    np.testing.assert_array_equal(last, np.where(mapped, years, 65_535))
    with (crate.folder / "transitions.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["mapped_ha"]) for row in rows) == pytest.approx(3 * mapped.sum() / 100, rel=3e-4)
    assert {(row["from_code"], row["to_code"]) for row in rows} <= {
        (str(a), str(b)) for a in CODES for b in CODES if a != 1 or b == 1
    }
    main([*command, "-o", str(tmp_path / "series"), "--json"])
    assert json.loads(capsys.readouterr().out)["changed"] is False


def test_blocks_change_nothing_and_gaps_may_stay(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _series(scene, tmp_path / "one", fill=False)
    monkeypatch.setattr(walking, "SIZE", 17)
    _series(scene, tmp_path / "two", fill=False)
    for name in ("landcover_2020.tif", "confidence_2020.tif", "changes.tif", "transitions.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    np.testing.assert_array_equal(_read(tmp_path / "one/landcover_2020.tif") == 0, scene.codes[1] == 0)


def test_estimated_transitions_do_not_depend_on_blocks(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    years = open_years(scene.paths, (), {0: scene.matrix})
    begun = chain_of(KNOWN, 0.7, None, ["water>*"])
    found = walking.learn(years, begun)
    np.testing.assert_allclose(np.diag(found.matrix), [1, 0.95, 0.95], atol=0.04)
    monkeypatch.setattr(walking, "_LATTICE", 7)
    np.testing.assert_allclose(walking.learn(years, begun).matrix, found.matrix, rtol=1e-9)


def test_the_effect_is_measured_on_the_points_of_the_year(scene: Scene, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows, cols = np.nonzero(scene.codes[1] > 0)
    at = rng.choice(rows.size, 300, replace=False)
    x, y = 300_000 + 10 * (cols[at] + 0.5), 7_700_000 - 10 * (rows[at] + 0.5)
    true = scene.truth[1][rows[at], cols[at]]
    points = [Point(*one) for one in zip(x, y, strict=True)]
    geopandas.GeoDataFrame({"class": true}, geometry=points, crs=UTM[0]).to_file(tmp_path / "points.gpkg")
    part = SamplePart.model_validate({"file": tmp_path / "points.gpkg", "design": "random"})
    made = _series(scene, tmp_path / "series", samples={2020: part})
    [effect] = made.effects
    before = (scene.codes[1][rows[at], cols[at]] == true).mean()
    after = (_read(tmp_path / "series/landcover_2020.tif")[rows[at], cols[at]] == true).mean()
    assert float(effect.found.first.overall.value) == pytest.approx(before)
    assert float(effect.found.second.overall.value) == pytest.approx(after)
    gain = effect.found.overall
    assert float(gain.value) == pytest.approx(after - before)
    assert float(gain.low) > 0.03  # paired: the same points
    [quality] = open_crate(tmp_path / "series").record.quality
    assert "against the map of the year alone" in quality.note.en
    with (tmp_path / "series/accuracy.csv").open() as file:
        [line] = csv.DictReader(file)
    assert float(line["difference"]) == pytest.approx(after - before, abs=1e-6)


def test_probabilities_weigh_more_than_a_class(scene: Scene, tmp_path: Path) -> None:
    """A cell whose first year is in doubt takes the class of the other years; one that is sure does not."""
    from terracite.landcover.years.evidence import Year

    height, width = 2, 3
    codes = np.array([[1, 1, 0], [2, 2, 2]], np.uint8)
    maps = [
        written(tmp_path / f"m{year}.tif", codes if year == 2019 else np.full((height, width), 2, np.uint8))
        for year in YEARS
    ]
    percents = np.zeros((3, height, width), np.uint8)
    percents[:, 0, 0], percents[:, 0, 1], percents[:, 0, 2], percents[:, 1] = (
        (50, 48, 2),
        (100, 0, 0),
        255,
        [[0], [100], [0]],
    )
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", dtype="uint8", count=3, height=height, width=width, crs=UTM[0],
        transform=UTM[1],
    ) as image:  # fmt: skip
        image.write(percents)
    years = open_years(maps, YEARS, {0: scene.matrix})
    years = (Year(2019, years[0].map, tmp_path / "p.tif", None), *years[1:])
    make_series(years, How(chain_of(KNOWN, 0.9, None, ())), tmp_path / "series")
    assert _read(tmp_path / "series/landcover_2019.tif").tolist() == [[2, 1, 2], [2, 2, 2]]


def test_maps_that_make_no_series_are_told_with_the_cure(scene: Scene, tmp_path: Path) -> None:
    smaller = written(tmp_path / "map_2020.tif", np.ones((5, 5), np.uint8))
    renamed = tmp_path / "map_2021.tif"
    renamed.write_bytes(scene.paths[0].read_bytes())
    with rasterio.open(renamed, "r+") as image:
        image.update_tags(CLASS_7="scrub")
    nameless = tmp_path / "map.tif"
    nameless.write_bytes(scene.paths[0].read_bytes())
    with pytest.raises(ProblemsError) as refusal:
        open_years([scene.paths[0], smaller, renamed, nameless], (), {0: scene.matrix})
    told = str(refusal.value)
    assert "map_2020.tif: lies on another grid than 'map_2019.tif'. Bring it there: gdalwarp" in told
    assert "map_2021.tif: calls the classes 7 otherwise" in told
    assert "terracite landcover generalise" in told
    assert "map.tif: does not tell its year. Give them in the order of the maps: --years" in told
    with pytest.raises(ProblemsError, match=r"--confusion 2019=FILE") as refusal:
        open_years(scene.paths[:2], (), {})
    assert len(refusal.value.problems) == 2


def test_a_rare_class_stays_rare(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    truth = np.where(rng.random(SHAPE) < 0.02, 1, np.where(rng.random(SHAPE) < 0.5, 2, 7)).astype(np.uint8)
    wrong = rng.random((2, *SHAPE)) < 0.1
    codes = np.where(wrong, CODES[rng.integers(0, 3, wrong.shape)], truth).astype(np.uint8)
    paths = [written(tmp_path / f"map_{year}.tif", one) for year, one in zip(YEARS, codes, strict=False)]
    points = rng.integers(0, truth.size, 1000)
    counts = np.zeros((8, 8), int)
    np.add.at(counts, (codes[0].ravel()[points], truth.ravel()[points]), 1)
    lines = [f"{a},{b},{counts[a, b]}" for a in CODES for b in CODES]
    matrix = tmp_path / "matrix.csv"
    matrix.write_text("\n".join(["map_code,reference_code,count", *lines]) + "\n")
    years = open_years(paths, (), {0: matrix})
    make_series(years, How(chain_of(KNOWN, 0.95, None, [])), tmp_path / "series")
    first = _read(tmp_path / "series" / "landcover_2019.tif")
    assert (codes[0] == 1).mean() > 0.04  # by mistakes
    assert 0.01 < (first == 1).mean() < 0.03
