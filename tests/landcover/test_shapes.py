# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small patches removed: by hand, against the definition done patch by patch, and as files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin
from scipy import ndimage

from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import ProblemsError
from terracite.landcover.classmap import open_map
from terracite.landcover.shapes import Effects, Regular, options_of, regular_strips
from terracite.landcover.shapes.sieve import sieved

NONE = np.zeros(256, np.bool_)


def written(path: Path, codes: NDArray[np.uint8], **more: object) -> Path:
    profile = {"driver": "GTiff", "dtype": codes.dtype.name, "count": 1, "nodata": 0, "crs": "EPSG:32740"}
    profile |= {"transform": from_origin(300_000, 7_700_000, 10, 10), **more}
    with rasterio.open(path, "w", height=codes.shape[0], width=codes.shape[1], **profile) as image:
        image.write(codes, 1)
        image.update_tags(CLASS_1="Forest", CLASS_2="Water", CLASS_3="Maize")
    return path


def noise(rng: np.random.Generator, rows: int, cols: int, classes: int, *, grain: int = 1, holes: bool) -> NDArray:
    found = rng.integers(0 if holes else 1, classes + 1, (rows, cols)).astype(np.uint8)
    return np.kron(found, np.ones((grain, grain), np.uint8))[:rows, :cols]


def all_rows(codes: NDArray, rows: int, minimum: int, keep: NDArray = NONE, corners: bool = False) -> NDArray:
    strips = (codes[top : top + rows] for top in range(0, len(codes), rows))
    return np.concatenate(list(sieved(strips, len(codes), minimum, keep, corners)))


def one_by_one(codes: NDArray, minimum: int, keep: NDArray, corners: bool) -> NDArray:
    """The definition: the smallest patch first, the whole map labelled anew for each."""
    found, alone = codes.astype(int), np.zeros(codes.shape, bool)
    while (patch := _smallest(found, minimum, keep, corners, alone)) is not None:
        first, cells = patch
        around = np.zeros(256, int)
        for shift in ((0, 1), (0, -1), (1, 1), (1, -1)):
            edge = np.roll(np.pad(cells, 1), shift[1], shift[0])[1:-1, 1:-1] & ~cells
            around += np.bincount(found[edge], minlength=256)
        around[0] = 0
        if not around.any():
            alone |= cells
            continue
        longest = np.flatnonzero(around == around.max())
        found[cells] = longest[((first * 2654435761) >> 7) % len(longest)]
    return found.astype(np.uint8)


def _smallest(found: NDArray, minimum: int, keep: NDArray, corners: bool, alone: NDArray) -> tuple[int, NDArray] | None:
    shape = np.ones((3, 3)) if corners else None
    patches = []
    for code in np.unique(found[(found > 0) & ~keep[found]]):
        labels, count = ndimage.label(found == code, shape)
        for label in range(1, count + 1):
            cells = labels == label
            if cells.sum() < minimum and not alone[cells].any():
                patches.append((int(cells.sum()), int(np.flatnonzero(cells)[0]), cells))
    return min(patches, key=lambda one: one[:2])[1:] if patches else None


@pytest.mark.parametrize("seed", range(8))
def test_the_sieve_is_its_definition_whatever_the_strips(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, cols = rng.integers(1, 22, 2)
    codes = noise(rng, rows, cols, int(rng.integers(2, 5)), grain=1 + seed % 2, holes=seed % 3 == 0)
    keep = NONE.copy()
    keep[2] = seed % 4 == 1
    minimum, corners = int(rng.integers(2, 12)), seed in (2, 5)
    expected = one_by_one(codes, minimum, keep, corners)
    for strip in (1, 4):
        assert np.array_equal(all_rows(codes, strip, minimum, keep, corners), expected), strip


def test_patches_across_seams_are_one_patch() -> None:
    codes = np.ones((40, 9), np.uint8)
    codes[3:37, 4] = 2  # 34 cells over many strips of 5 rows
    codes[20, 6] = 3
    found = all_rows(codes, 5, 34)
    assert (found == 2).sum() == 34
    assert (found == 3).sum() == 0
    assert (all_rows(codes, 5, 35) == 1).all()


def test_islands_and_kept_classes_stay() -> None:
    codes = np.zeros((5, 5), np.uint8)
    codes[0, 0] = codes[4, 4] = 1
    codes[4, 3] = 2
    keep = NONE.copy()
    keep[2] = True
    expected = codes.copy()
    expected[4, 4] = 2
    assert np.array_equal(all_rows(codes, 2, 9, keep), expected)


def test_the_majority_filter_by_hand(tmp_path: Path) -> None:
    codes = np.array([[1, 1, 2, 2], [1, 3, 2, 2], [1, 1, 0, 2], [3, 3, 3, 3]], np.uint8)
    known = open_map(written(tmp_path / "map.tif", codes))
    found = {
        (keep, rows): np.concatenate([after for *_, after in regular_strips(known, Regular(3, keep=keep), rows)])
        for keep in ((), (3,))
        for rows in (1, 2, 9)
    }
    # (1, 1): 5 of class 1; (2, 1): 4 of class 3, 3 of class 1; (2, 0): 3 of each, a tie
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [1, 3, 0, 2], [3, 3, 3, 3]]
    assert all(values.tolist() == expected for (keep, _), values in found.items() if not keep)
    expected[1][1] = 3
    assert all(values.tolist() == expected for (keep, _), values in found.items() if keep)


def test_the_whole_way_does_not_depend_on_the_strips(tmp_path: Path) -> None:
    known = open_map(written(tmp_path / "map.tif", noise(np.random.default_rng(3), 90, 31, 3, holes=True)))
    ways = []
    for rows in (7, 16, 90):
        effects = Effects(np.zeros((256, 256), np.int64))
        strips = list(regular_strips(known, Regular(5, 12), rows, effects))
        assert [top for top, *_ in strips] == list(range(0, 90, rows))
        ways.append((np.concatenate([after for *_, after in strips]), effects.cells))
    before = known.read(next(known.grid.blocks(90)))
    assert all(np.array_equal(ways[0][0], codes) and np.array_equal(ways[0][1], cells) for codes, cells in ways)
    assert np.array_equal(ways[0][0] == 0, before == 0)
    changed = (ways[0][0] != before).sum() / (before > 0).sum()
    assert effects.changed_share == pytest.approx(changed)


def test_a_crate_of_the_regular_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = np.ones((60, 60), np.uint8)
    codes[10:20, 10:20], codes[30, 30], codes[40:42, 40:42] = 2, 3, 2
    path, output = written(tmp_path / "map.tif", codes), tmp_path / "regular"
    options = ["landcover", "regularise", str(path), "--minimum", "0.05ha", "--output", str(output)]
    main([*options, "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["classes"]["3"] == {"before": 1, "after": 0, "lost": 1, "won": 0}
    assert facts["changed_share"] == pytest.approx(5 / 3600, abs=1e-6)
    assert verify(output) == []
    with rasterio.open(output / "landcover.tif") as image:
        assert (image.read(1) == 2).sum() == 100
        assert image.tags()["CLASS_2"] == "Water"
    record = open_crate(output).record
    assert "before regularisation" in record.abstract.best("en")
    assert "avant régularisation" in record.abstract.best("fr")
    assert "3,3,Maize" not in (output / "effects.csv").read_text()
    assert "3,Maize,Maize,1,0,1,0,-100.0" in (output / "effects.csv").read_text()
    main([*options, "--language", "fr"])
    assert "0.14 % des cellules cartographiées changent." in capsys.readouterr().out
    for refused, said in (
        (["--output", str(tmp_path / "x.tif")], "Give --majority"),
        ([*options[3:-1], str(tmp_path)], "other"),
    ):
        with pytest.raises(SystemExit):
            main([*options[:3], *refused])
        assert said in capsys.readouterr().err


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    known = open_map(written(tmp_path / "map.tif", np.ones((3, 3), np.uint8)))
    with pytest.raises(ProblemsError) as caught:
        options_of(known, 4, "12 acres", 6, ["Watr"])
    assert [problem.where for problem in caught.value.problems] == ["--majority", "--connect", "--minimum", "--keep"]
    assert "Did you mean 'Water'?" in str(caught.value)
    with pytest.raises(ProblemsError, match="more than the whole map of 9 cells"):
        options_of(known, minimum="0.1ha")
    assert options_of(known, 3, "250 m2", 8, ["2", "forest"]) == Regular(3, 3, True, (1, 2))


def test_hectares_on_grids_whose_cells_differ(tmp_path: Path) -> None:
    degrees = {"crs": "EPSG:4326", "transform": from_origin(55, -21, 0.001, 0.001)}
    known = open_map(written(tmp_path / "degrees.tif", np.ones((9, 9), np.uint8), **degrees))
    assert options_of(known, minimum="3ha").minimum == 3  # a cell has 1.15 ha
    web = open_map(written(tmp_path / "web.tif", np.ones((9, 9), np.uint8), crs="EPSG:3857"))
    with pytest.raises(ProblemsError, match="Give the minimum in cells"):
        options_of(web, minimum="3ha")
