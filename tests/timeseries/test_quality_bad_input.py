# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bad input through the whole run: named, counted, skipped or stopped as it should be, and nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from terracite.crate.verify import verify
from terracite.raster.netcdf import open_series
from terracite.timeseries.options import Options
from terracite.timeseries.quality import Certificate, Level, checks, examine_files
from terracite.timeseries.run import RunResult, run
from timeseries.station import NODATA, product_id, put_image, put_mask

SIDE = 256
DAYS = ("20210104T063511", "20210109T063511", "20210114T063511")
VICTIM = DAYS[1]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three dates with masks, JPEG 2000 without loss; the middle one is the victim."""
    rng = np.random.default_rng(1)
    root = tmp_path / "library"
    for number, day in enumerate(DAYS):
        values = (4000 + 10 * number + rng.integers(-500, 500, (SIDE, SIDE))).astype(np.int16)
        values[:20] = NODATA
        put_image(root, day, values, suffix="jp2")
        put_mask(root, day, (np.arange(SIDE // 2)[:, None] < 10 * number) * np.ones((1, SIDE // 2), np.uint8))
    return root


def image(root: Path) -> Path:
    return next(root.glob(f"INDICES/NDVI/40KCB/*{VICTIM}*/*_NDVI.jp2"))


def mask(root: Path) -> Path:
    return next(root.glob(f"CLOUDMASKS/40KCB/*{VICTIM}*/*_CM001.jp2"))


def sidecar(root: Path) -> Path:
    return image(root).with_name(image(root).name + ".aux.xml")


def ran(root: Path) -> tuple[RunResult, Certificate]:
    """A run that must leave the archive alone and its crates whole, and the certificate of its series."""
    before = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in root.rglob("*")}
    result = run(root, root.parent / "out", Options())
    assert {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in root.rglob("*")} == before
    assert all(verify(folder) == [] for folder in result.crates)
    return result, examine_files([root.parent / "out/40KCB-NDVI-2021/NDVI_40KCB_2021.nc"])


def days(certificate: Certificate) -> list[int]:
    return [date.sensed_at.day for date in certificate.dates]


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_an_image_cut_short_is_named_and_the_others_kept(library: Path, share: float) -> None:
    content = image(library).read_bytes()
    image(library).write_bytes(content[: int(len(content) * share)])
    result, certificate = ran(library)
    (problem,) = (problem for problem in result.problems if problem.where == str(image(library)))
    assert "cannot be read" in problem.what
    assert "copy or produce it again" in problem.cure
    assert days(certificate) == [4, 14]
    assert certificate.total("outside") == 0


def test_an_image_with_a_hole_of_zeros_is_refused(library: Path) -> None:
    content = bytearray(image(library).read_bytes())
    content[len(content) // 2 : len(content) // 2 + 5000] = bytes(5000)
    image(library).write_bytes(content)
    result, certificate = ran(library)
    assert str(image(library)) in {problem.where for problem in result.problems}
    assert days(certificate) == [4, 14]


def test_an_image_with_garbage_in_it_is_found_by_its_values(library: Path) -> None:
    """It decodes without complaint: only the numbers tell."""
    content = bytearray(image(library).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = np.random.default_rng(2).bytes(2000)
    image(library).write_bytes(content)
    _, certificate = ran(library)
    if 9 in days(certificate):  # unless the decoder noticed
        assert next(check.level for check in checks(certificate, "en") if check.name == "range") is Level.LOOK
        assert certificate.dates[1].outside > 0


def test_an_unreadable_mask_costs_the_mask_not_the_image(library: Path) -> None:
    mask(library).write_bytes(mask(library).read_bytes()[:200])
    result, certificate = ran(library)
    assert str(mask(library)) in {problem.where for problem in result.problems}
    assert [date.masked for date in certificate.dates] == [0, None, 20 * 2 * SIDE - 20 * SIDE]


@pytest.mark.parametrize("shape", [(SIDE // 2, SIDE // 2), (SIDE, SIDE - 1)])
def test_an_image_of_the_wrong_size_is_left_out_with_its_reason(library: Path, shape: tuple[int, int]) -> None:
    put_image(library, VICTIM, np.full(shape, 4000), suffix="jp2")
    result, certificate = ran(library)
    (problem,) = (problem for problem in result.problems if problem.where == str(image(library)))
    assert "cells, the other images of its series" in problem.what
    assert days(certificate) == [4, 14]


def test_a_sidecar_that_moves_the_image_is_found(library: Path) -> None:
    moved = "<GeoTransform>400000,10,0,7700020,0,-10</GeoTransform>"
    text = sidecar(library).read_text(encoding="utf-8").replace("<PAMDataset>", f"<PAMDataset>{moved}")
    sidecar(library).write_text(text, encoding="utf-8")
    result, certificate = ran(library)
    assert str(image(library)) in {problem.where for problem in result.problems}
    assert days(certificate) == [4, 14]


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("<PAMDataset><half")])
def test_nodata_is_known_without_a_sidecar(library: Path, spoil: Callable[[Path], object]) -> None:
    spoil(sidecar(library))
    _, certificate = ran(library)
    assert [date.nodata for date in certificate.dates] == [20 * SIDE] * 3
    assert certificate.total("undeclared") == 0


def test_a_sidecar_with_another_nodata_is_seen_in_the_certificate(library: Path) -> None:
    text = sidecar(library).read_text(encoding="utf-8")
    sidecar(library).write_text(text.replace("1.63830000000000E+04", "4010"), encoding="utf-8")
    _, certificate = ran(library)
    if 9 in days(certificate) and certificate.dates[1].nodata != 20 * SIDE:  # unless the scan put it right
        assert certificate.dates[1].undeclared == 20 * SIDE
        assert next(check.level for check in checks(certificate, "en") if check.name == "range") is Level.LOOK


def test_a_mask_that_does_not_reach_the_image_hides_it_rather_than_clearing_it(library: Path) -> None:
    """Cells without a mask must never count as clear."""
    put_mask(library, VICTIM, np.zeros((SIDE // 2, SIDE // 2), np.uint8), shift_m=1280)
    _, certificate = ran(library)
    date = certificate.dates[1]
    assert date.masked is None or date.masked == (SIDE - 20) * 128


def test_a_file_renamed_to_another_date_is_found(library: Path) -> None:
    name = product_id("20210209T063511")
    values = 4000 + np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 777
    put_image(library, VICTIM, values, suffix="jp2")
    put_image(library, "20210209T063511", values, suffix="jp2")
    _, certificate = ran(library)
    assert [tuple(date.sensed_at.month for date in pair) for pair in certificate.repeats] == [(1, 2)]
    assert name in {date.product_id for date in certificate.dates}


def _command(library: Path, output: Path, file_kb: int | None = None) -> subprocess.CompletedProcess[str]:
    code = "import sys; from terracite.cli import main; main(sys.argv[1:])"
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({file_kb}000, {file_kb}000)); "
    command = [sys.executable, *(["-B"] if file_kb else []), "-c", (limit if file_kb else "") + code]
    command += ["timeseries", "run", str(library), "--output", str(output)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ))


@pytest.mark.parametrize("file_kb", [1, 60])
def test_a_target_without_room_leaves_no_half_crate_and_the_next_run_finishes(library: Path, file_kb: int) -> None:
    output = library.parent / "out"
    stopped = _command(library, output, file_kb)
    assert stopped.returncode == 1
    assert any(line.startswith("Error: ") for line in stopped.stderr.splitlines())
    assert "Free some space" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not list(output.glob("**/*.partial"))
    assert all(verify(folder) == [] for folder in output.glob("[!.]*"))
    result, certificate = ran(library)
    assert days(certificate) == [4, 9, 14]
    assert result.problems == ()


def test_a_full_target_keeps_the_old_crate(library: Path) -> None:
    output = library.parent / "out"
    ran(library)
    series = output / "40KCB-NDVI-2021" / "NDVI_40KCB_2021.nc"
    before = series.read_bytes()
    put_image(library, "20210119T063511", np.full((SIDE, SIDE), 4000), suffix="jp2")
    assert _command(library, output, 60).returncode == 1
    assert series.read_bytes() == before
    assert verify(series.parent) == []
    with open_series(series) as opened:
        assert len(opened.times) == 3


def test_a_target_that_cannot_be_made_is_an_error_not_a_traceback(library: Path) -> None:
    (library.parent / "file").write_text("in the way", encoding="utf-8")
    stopped = _command(library, library.parent / "file" / "out")
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1].startswith("Error: ")
