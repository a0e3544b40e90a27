# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps made into one: by hand, as the Orfeo ToolBox does it, and as a crate that cites what it is made of."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landcover.conftest import CRS, LEFT, TOP
from terracite.cli import main
from terracite.crate.read import open_crate
from terracite.crate.verify import verify
from terracite.errors import RasterError, TerraciteError
from terracite.landcover.fusion import FusionError, Options, fuse
from terracite.landcover.fusion.beliefs import masses, overall_accuracy
from terracite.landcover.fusion.combine import dempster, vote
from terracite.landcover.mapping.matrices import read_matrix
from terracite.record.rules import blockers, check

NAN = float("nan")
COUNTS = {(1, 1): 8.0, (1, 2): 2.0, (2, 2): 6.0, (2, 1): 4.0}


def _cell(*codes: int) -> np.ndarray:
    return np.array(codes, np.uint8)[:, None, None]


def _said(found: object) -> tuple[int, int, int, int]:
    return tuple(int(getattr(found, name)[0, 0]) for name in ("classes", "support", "conflict", "undecided"))  # type: ignore[return-value]


def test_the_matrix_of_the_command_accuracy_is_read(tmp_path: Path) -> None:
    rows = ["map_code,reference_code,points,area_share", "1,1,8,0.4", "1,2,2,0.1", "2,2,6,0.3", "2,1,4,0.2"]
    (tmp_path / "matrix.csv").write_text("\n".join(rows))
    assert read_matrix(tmp_path / "matrix.csv") == COUNTS


def test_votes() -> None:
    even = np.ones(3)
    assert _said(vote(_cell(2, 2, 1), even, None)) == (2, 67, 33, 0)
    assert _said(vote(_cell(2, 0, 1), even, None)) == (0, 50, 50, 1)  # as many
    assert _said(vote(_cell(0, 0, 0), even, None)) == (0, 255, 255, 255)
    assert _said(vote(_cell(2, 1, 1), np.array([3.0, 1, 1]), None)) == (2, 60, 40, 0)
    trust = np.array([0.2, 0.9, 0.0], np.float32)[:, None, None]
    assert _said(vote(_cell(2, 1, 2), even, trust)) == (1, 82, 18, 0)


def test_dempster_by_hand() -> None:
    table = np.zeros((3, 256))
    table[:, 1:4] = [[0.8, 0.6, 0.5], [0.7, 0.7, 0.7], [0.9, 0.2, 0.5]]
    # class 1: 0.8 and 0.2; class 2: 0.7 x 0.2 and 0.3 x 0.8; neither: 0.2 x 0.24
    assert _said(dempster(_cell(1, 2, 2), table, None)) == (1, round(100 * 0.192 / 0.268), 73, 0)
    assert _said(dempster(_cell(2, 1, 0), table, None)) == (1, round(100 * 0.28 / 0.58), 42, 0)
    assert _said(dempster(_cell(2, 2, 2), table, None)) == (2, round(100 * 0.084 / 0.18), 82, 0)
    assert _said(dempster(_cell(3, 0, 1), np.full((3, 256), 0.5), None)) == (0, 33, 25, 1)
    assert _said(dempster(_cell(9, 0, 0), np.full((3, 256), np.nan), None)) == (0, 0, 0, 1)  # nothing is known
    assert _said(dempster(_cell(1, 2, 0), np.ones((3, 256)), None)) == (0, 0, 100, 1)  # certain, and contrary
    half = np.full((3, 1, 1), 0.5, np.float32)  # class 1: 0.4, 0.1, any 0.5; class 2: 0.35, 0.15, any 0.5
    assert _said(dempster(_cell(1, 2, 0), table, half)) == (1, round(100 * 0.4 * 0.65 / 0.86), 14, 0)


def test_what_a_word_is_worth() -> None:
    assert masses(COUNTS, "precision")[:4].tolist() == pytest.approx([NAN, 0.8, 0.6, NAN], nan_ok=True)
    assert masses(COUNTS, "recall")[:4].tolist() == pytest.approx([NAN, 8 / 12, 6 / 8, NAN], nan_ok=True)
    assert masses(COUNTS, "accuracy")[:4].tolist() == pytest.approx([NAN, 0.7, 0.7, NAN], nan_ok=True)
    assert masses(COUNTS, "kappa")[1] == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert overall_accuracy(COUNTS) == pytest.approx(0.7)


def _maps(folder: Path) -> tuple[list[Path], list[Path]]:
    """Three maps of some truth and their matrices as the Orfeo ToolBox writes them."""
    rng, maps, matrices = np.random.default_rng(4), list[Path](), list[Path]()
    truth = rng.integers(1, 5, (40, 50))
    for number, right in enumerate((0.8, 0.65, 0.5)):
        values = np.where(rng.random(truth.shape) < right, truth, rng.integers(1, 5, truth.shape)).astype(np.uint8)
        values[rng.random(truth.shape) < 0.05] = 0
        table = np.zeros((4, 4), int)
        tested = (values > 0) & (rng.random(truth.shape) < 0.5)
        np.add.at(table, (truth[tested] - 1, values[tested] - 1), 1)
        maps.append(_write(folder / f"map{number}.tif", values))
        matrices.append(folder / f"matrix{number}.csv")
        lines = ["#Reference labels (rows):1,2,3,4", "#Produced labels (columns):1,2,3,4"]
        matrices[-1].write_text("\n".join([*lines, *(",".join(map(str, row)) for row in table)]) + "\n")
    return maps, matrices


def _write(path: Path, values: np.ndarray, cell: float = 10, left: float = LEFT) -> Path:
    height, width = values.shape
    transform = rasterio.transform.from_origin(left, TOP, cell, cell)
    with rasterio.open(
        path, "w", driver="GTiff", dtype=values.dtype, count=1, height=height, width=width, crs=CRS,
        transform=transform, nodata=0,
    ) as image:  # fmt: skip
        image.write(values, 1)
    return path


def _read(path: Path) -> np.ndarray:
    with rasterio.open(path) as image:
        return np.asarray(image.read(1))


@pytest.mark.skipif(not shutil.which("otbcli_FusionOfClassifications"), reason="the Orfeo ToolBox is not here")
@pytest.mark.parametrize("measure", ["vote", "precision", "kappa"])
def test_the_orfeo_toolbox_says_the_same(tmp_path: Path, measure: str) -> None:
    maps, matrices = _maps(tmp_path)
    how = ["-method", "majorityvoting"]
    options = Options(confusion=tuple(matrices))
    if measure != "vote":
        how = ["-method", "dempstershafer", "-method.dempstershafer.mob", measure]
        how += ["-method.dempstershafer.cmfl", *map(str, matrices)]
        options = Options("dempster-shafer", measure, confusion=tuple(matrices))
    command = ["otbcli_FusionOfClassifications", "-il", *map(str, maps), *how, "-nodatalabel", "0"]
    command += ["-undecidedlabel", "9", "-out", str(tmp_path / "theirs.tif")]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    fuse(maps, tmp_path / "ours.tif", options)
    ours = np.where(_read(tmp_path / "ours_undecided.tif") == 1, 9, _read(tmp_path / "ours.tif"))
    told = np.sum([_read(path) > 0 for path in maps], axis=0)
    clear = told != 1  # there, and by vote, the Orfeo ToolBox takes "no data" for the class of the majority
    np.testing.assert_array_equal(ours[clear], _read(tmp_path / "theirs.tif")[clear])
    assert clear.mean() > 0.98


def test_windows_and_other_grids_change_nothing(tmp_path: Path) -> None:
    maps, matrices = _maps(tmp_path)
    coarse = _write(tmp_path / "coarse.tif", _read(maps[1])[::2, ::2], 20)
    options = Options("dempster-shafer", confusion=tuple(matrices))
    fuse([maps[0], coarse, maps[2]], tmp_path / "one.tif", options)
    repeated = _write(tmp_path / "repeated.tif", np.kron(_read(coarse), np.ones((2, 2), np.uint8)))
    small = Options("dempster-shafer", confusion=tuple(matrices), block=17)
    fuse([maps[0], repeated, maps[2]], tmp_path / "two.tif", small)
    for layer in ("", "_support", "_conflict", "_undecided"):
        assert (tmp_path / f"one{layer}.tif").read_bytes() == (tmp_path / f"two{layer}.tif").read_bytes(), layer


def test_a_crate_says_what_it_is_made_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maps, matrices = _maps(tmp_path)
    with rasterio.open(maps[0], "r+") as image:
        image.update_tags(CLASS_1="Water")
        image.write_colormap(1, {1: (1, 2, 3, 255)})
    command = ["landcover", "fuse", *map(str, maps), "--method", "weighted", "--output", str(tmp_path / "fused")]
    main([*command, *(f"--confusion={path}" for path in matrices), "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert sum(facts["cells"].values()) + facts["undecided"] + facts["unmapped"] == 2000
    crate = open_crate(tmp_path / "fused")
    assert verify(crate.folder) == []
    record = crate.record
    assert [source.title for source in record.lineage.sources[:3]] == ["map0.tif", "map1.tif", "map2.tif"]
    assert [source.title for source in record.lineage.sources[3:]] == [path.name for path in matrices]
    assert all(source.checksum.startswith("sha256:") for source in record.lineage.sources)
    assert len(crate.provenance.inputs) == 6
    assert record.title.en == "Land-cover map fused from 3 maps"
    assert next((item.code, item.label.en, item.colour) for item in record.classes) == (1, "Water", "#010203")
    assert record.classes[0].area_ha == pytest.approx(facts["cells"]["1"] * 0.01)
    assert {"landcover.tif", "support.tif", "conflict.tif", "undecided.tif", "landcover.fr.qml"} <= {
        file.path for file in record.files
    }
    assert {finding.field for finding in blockers(check(record))} == {"creators", "contacts", "licence", "periods"}
    again = fuse([tmp_path / "fused", maps[0]], tmp_path / "again", Options())  # a crate is a map, too
    assert open_crate(again.path).record.lineage.sources[0].identifier == record.uuid.urn


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"method": "dempster-shafer"}, "What 'map0.tif' is worth is not known"),
        ({"method": "weighted"}, "or --weights"),
        ({"weights": (1.0,)}, "There are 1 weights for 3 maps"),
        ({"weights": (0.0, 0.0, 0.0)}, "Weights are positive numbers"),
        ({"confusion": (Path("a.csv"),)}, "There are 1 confusion matrices for 3 maps"),
        ({"by_confidence": True}, "'map0.tif' has no confidence.tif"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    maps, _ = _maps(tmp_path)
    with pytest.raises(FusionError) as refusal:
        fuse(maps, tmp_path / "fused.tif", Options(**change))  # type: ignore[arg-type]
    assert told in f"{refusal.value} {refusal.value.hint}"


def test_maps_that_cannot_be_fused_are_named(tmp_path: Path) -> None:
    maps, _ = _maps(tmp_path)
    far = _write(tmp_path / "far.tif", np.ones((9, 9), np.uint8), left=LEFT + 90_000)
    empty = _write(tmp_path / "empty.tif", np.zeros((9, 9), np.uint8))
    heights = _write(tmp_path / "heights.tif", np.full((9, 9), 312.5, np.float32))
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"nothing")
    for given, kind, told in (
        ([maps[0], far], FusionError, "'far.tif' lies elsewhere than 'map0.tif'"),
        ([maps[0]], FusionError, "One map alone"),
        ([empty, empty], FusionError, "No cell has a class"),
        ([maps[0], tmp_path / "none.tif"], FusionError, "There is no map"),
        ([maps[0], heights], RasterError, "'heights.tif' is no map of classes: it has the value 312.5"),
        ([maps[0], broken], RasterError, "broken.tif' cannot be opened"),
    ):
        with pytest.raises(TerraciteError, match=told) as refusal:
            fuse(given, tmp_path / "fused.tif")
        assert isinstance(refusal.value, kind)
        assert refusal.value.hint
    assert not (tmp_path / "fused.tif").exists()
    before = maps[0].read_bytes()
    with pytest.raises(TerraciteError, match="which it is made from"):
        fuse(maps, maps[0])
    assert maps[0].read_bytes() == before
