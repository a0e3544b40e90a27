# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import gc
import os
import shutil
import time
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from terracite.errors import ArchiveError, Problem
from terracite.raster.products import named
from terracite.raster.series import SeriesImage, series
from terracite.timeseries.archive import Scan, scan, scan_with
from terracite.timeseries.facts import ImageFacts, look_at
from terracite.timeseries.listing import refreshed
from terracite.timeseries.looking import Looker
from terracite.timeseries.memory import Memory
from terracite.timeseries.simulate import SimulatedArchive


def _image(path: Path, *, left: float = 321000.0, value: int = 5000, crs: str = "EPSG:32740", height: int = 8) -> Path:
    """A small Sen2Chain index image at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = {"height": height, "width": 8, "count": 1, "dtype": "int16", "crs": crs, "nodata": 16383}
    transform = from_origin(left, 7660000.0, 10, 10)
    with rasterio.open(path, "w", driver="JP2OpenJPEG", transform=transform, **profile) as image:
        image.write(np.full((height, 8), value, np.int16), 1)
    return path


def _named(root: Path, sensed: str, *, baseline: str = "0509", made: str = "20240101T000000", **how: Any) -> Path:
    product = f"S2A_MSIL2A_{sensed}_N{baseline}_R120_T40KCB_{made}"
    return _image(root / "INDICES/NDVI/40KCB" / product / f"{product}_NDVI.jp2", **how)


def test_the_highest_baseline_is_kept_and_the_others_told(found: Scan) -> None:
    baselines = [image.baseline for image in found.series[0].images]
    assert baselines.count("0510") == 2
    assert {file.baseline for file, _ in found.duplicates} == {"0400"}
    assert all("Baseline 0400 was replaced by 0510" in reason for _, reason in found.duplicates)


def test_a_broken_image_is_named_and_its_masked_version_taken(found: Scan, simulated: SimulatedArchive) -> None:
    broken = next(path for path in simulated.root.rglob("*_NDVI.jp2") if path.stat().st_size == 900)
    assert [problem.where for problem in found.problems] == [str(broken)]
    assert f"'{broken.stem}_CM001.jp2' is used instead" in found.problems[0].what
    assert "copy or produce it again" in found.problems[0].cure
    assert broken.with_name(f"{broken.stem}_CM001.jp2") in found.facts


def test_stray_files_are_listed(found: Scan) -> None:
    assert [file.path.name for file in found.unknown] == ["copie de NDVI (2).txt", "README.md"]


def test_a_broken_mask_never_makes_a_cloud_clear(archive: Path) -> None:
    before = scan(archive)
    image = before.series[0].images[0]
    assert image.mask_path is not None
    image.mask_path.write_bytes(b"broken")
    found = scan(archive)
    after = found.series[0].images[0]
    assert (after.mask_path, after.masked_path) == (
        None,
        image.path.with_name(f"{image.path.stem}_CM001.jp2"),
    )
    assert found.facts[after.path].clear_share == pytest.approx(before.facts[image.path].clear_share, abs=0.02)


def test_a_second_scan_opens_only_what_changed(archive: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = scan(archive, state=state)
    assert first.opened == len(first.series[0].images) + 1  # and the broken one
    assert scan(archive, state=state).opened == 1  # the broken one, again
    image = first.series[0].images[3].path
    image.write_bytes(image.read_bytes() + b"\0")
    again = scan(archive, state=state)
    assert again.opened == 2
    assert {path: facts.grid for path, facts in again.facts.items()} == {
        path: facts.grid for path, facts in first.facts.items()
    }


def test_the_memory_is_let_go_of_at_once_even_after_a_broken_image(archive: Path, tmp_path: Path) -> None:
    memory = Memory.load(archive, tmp_path / "state.sqlite", autosave=True)
    assert scan_with(archive, "auto", memory).problems
    alive = weakref.ref(memory)
    gc.disable()
    try:
        del memory
        assert alive() is None
    finally:
        gc.enable()


def test_a_spoilt_memory_costs_only_time(archive: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("{ not json")
    found = scan(archive, state=state)
    assert found.series == scan(archive, state=state).series


def test_the_archive_is_never_written_to(archive: Path, tmp_path: Path) -> None:
    before = sorted(archive.rglob("*"))
    scan(archive, state=tmp_path / "state.json")
    assert sorted(archive.rglob("*")) == before


def test_the_year_is_that_of_sensing_not_of_processing(tmp_path: Path) -> None:
    _named(tmp_path, "20200103T062931", made="20240506T101010")
    found = scan(tmp_path)
    assert found.series[0].images[0].sensed_at.year == 2020


def test_an_image_on_another_grid_is_left_out_and_told(tmp_path: Path) -> None:
    for day in ("03", "08"):
        _named(tmp_path, f"202001{day}T062931")
    odd = _named(tmp_path, "20200113T062931", left=321005.0)
    found = scan(tmp_path)
    assert len(found.series[0].images) == 2
    assert [(problem.where, problem.what) for problem in found.problems] == [
        (str(odd), "Its cells are not those of the other images of its series.")
    ]


def test_two_orbits_at_the_same_time_are_not_mixed_up(tmp_path: Path) -> None:
    for orbit in ("022", "065"):
        name = f"S2A2A_20200109_{orbit}_area_NDVI_10.tif"
        profile = {
            "height": 4,
            "width": 4,
            "count": 1,
            "dtype": "int16",
            "crs": "EPSG:32632",
            "nodata": -32768,
        }
        transform = from_origin(734880, 4973170, 10, 10)
        with rasterio.open(tmp_path / name, "w", driver="GTiff", transform=transform, **profile) as image:
            image.write(np.ones((4, 4), np.int16), 1)
    found = scan(tmp_path, "sen2r")
    assert [image.orbit for image in found.series[0].images] == ["022"]
    assert "same time" in found.problems[0].what


def test_a_linked_tree_is_walked_once(archive: Path, tmp_path: Path) -> None:
    linked = tmp_path / "library"
    linked.mkdir()
    (linked / "INDICES").symlink_to(archive / "INDICES")
    (linked / "again").symlink_to(archive / "INDICES")
    assert len(scan(linked).series[0].images) == len(scan(archive).series[0].images)


def test_a_folder_without_images_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    with pytest.raises(ArchiveError, match="No image of"):
        scan(tmp_path)
    with pytest.raises(ArchiveError, match="There is no folder"):
        scan(tmp_path / "nowhere")
    with pytest.raises(ArchiveError, match="Did you mean 'sen2chain'"):
        scan(tmp_path, "sen2chian")


def test_a_missing_sidecar_changes_nothing(archive: Path) -> None:
    before = scan(archive)
    for path in archive.rglob("*.aux.xml"):
        path.unlink()
    shutil.rmtree(archive / "CLOUDMASKS")
    after = scan(archive)
    assert [facts.data_share for facts in after.facts.values()] == [facts.data_share for facts in before.facts.values()]


def _whats(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(Path(problem.where).name, problem.what) for problem in problems]


def _dates(root: Path, count: int, **how: float) -> list[Path]:
    return [_named(root, f"202001{day:02d}T062931", **how) for day in range(1, count + 1)]


def test_several_roots_make_one_archive(tmp_path: Path) -> None:
    one, two = tmp_path / "disk1" / "data", tmp_path / "disk2" / "data"
    _named(one, "20200103T062931")
    _named(two, "20200108T062931")
    found = scan([one, two])
    assert (found.root, found.roots) == (tmp_path, (one, two))
    assert [image.sensed_at.day for image in found.series[0].images] == [3, 8]
    with pytest.raises(ArchiveError, match="There is no folder"):
        scan([one, tmp_path / "disk3"])


def test_a_file_that_is_being_written_waits_for_the_next_scan(tmp_path: Path) -> None:
    old, new = _named(tmp_path, "20200103T062931"), _named(tmp_path, "20200108T062931")
    for path in old.parent.iterdir():
        os.utime(path, (1.6e9, 1.6e9))
    found = scan(tmp_path, settle_s=600)
    assert [image.path for image in found.series[0].images] == [old]
    assert [(problem.where, problem.cure) for problem in found.waiting] == [
        (str(path), "Scan again when it is finished.") for path in (new, Path(f"{new}.aux.xml"))
    ]
    assert len(scan(tmp_path).series[0].images) == 2


def test_a_file_that_changes_while_it_is_read_waits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = _dates(tmp_path, 2)

    def look(image: SeriesImage) -> ImageFacts:
        facts = look_at(image)
        if image.path == paths[1]:
            image.path.write_bytes(image.path.read_bytes() + b"\0")
        return facts

    monkeypatch.setattr("terracite.timeseries.looking.look_at", look)
    found = scan(tmp_path, state=tmp_path.with_suffix(".sqlite"))
    assert [image.path for image in found.series[0].images] == paths[:1]
    assert [Path(problem.where) for problem in found.waiting] == paths[1:]
    assert found.problems == ()
    monkeypatch.undo()
    assert len(scan(tmp_path, state=tmp_path.with_suffix(".sqlite")).series[0].images) == 2


def test_a_mask_of_another_grid_is_left_out(archive: Path) -> None:
    image = scan(archive).series[0].images[0]
    assert image.mask_path is not None
    with rasterio.open(image.mask_path) as mask:
        profile, values = mask.profile, mask.read()
    profile["transform"] = profile["transform"] @ rasterio.Affine.translation(100, 0)
    with rasterio.open(image.mask_path, "w", **profile) as mask:
        mask.write(values)
    found = scan(archive)
    assert found.series[0].images[0].mask_path is None
    assert (image.mask_path.name, "This mask lies on another grid than its image, and was left out.") in _whats(
        found.problems
    )


def test_a_file_whose_folder_says_another_product_is_left_out(tmp_path: Path) -> None:
    paths = _dates(tmp_path, 2)
    renamed = paths[1].rename(paths[1].with_name(paths[1].name.replace("20200102", "20200109")))
    tile = _named(tmp_path, "20200103T062931")
    elsewhere = tmp_path / "INDICES/NDVI/41KCB" / tile.parent.name / tile.name
    elsewhere.parent.mkdir(parents=True)
    tile.rename(elsewhere)
    found = scan(tmp_path)
    assert [image.path for image in found.series[0].images] == paths[:1]
    assert {Path(problem.where) for problem in found.problems} == {renamed, elsewhere}
    assert all("Its folder says another" in problem.what for problem in found.problems)


def test_suspicions_are_told_and_nothing_is_left_out(tmp_path: Path) -> None:
    paths = _dates(tmp_path, 6)
    tomorrow = time.time() + 86400
    os.utime(paths[0], (tomorrow, tomorrow))
    for path in paths[1:3]:
        os.utime(path, (1e9, 1e9))
    Path(f"{paths[3]}.aux.xml").write_text(
        "<PAMDataset><PAMRasterBand band='1'><NoDataValue>0</NoDataValue></PAMRasterBand></PAMDataset>"
    )
    with paths[4].open("ab") as file:
        file.write(b"\1" * 100 * paths[4].stat().st_size)
    Path(f"{paths[5]}.aux.xml").write_bytes(b"")
    found = scan(tmp_path)
    assert len(found.series[0].images) == 6
    assert [what for _, what in _whats(found.suspicions)] == [
        "Its time of change lies in the future.",
        "Its time of change lies before its sensing time. The same is true of 1 more of 40KCB NDVI.",
        "Its sidecar or header says that 0 means no data; its type of product has 16383.",
        "It has no sidecar that says which number means no data, as its siblings have: 16383, as in its type of "
        "product, is used.",
        "The file is empty.",
    ]
    assert all(problem.cure for problem in found.suspicions)


def test_an_image_far_smaller_than_its_siblings_is_told(tmp_path: Path) -> None:
    paths = _dates(tmp_path, 6)
    for path in paths[1:]:
        path.write_bytes(path.read_bytes() + b"\1" * 20 * path.stat().st_size)
    assert _whats(scan(tmp_path).suspicions) == [
        (paths[0].name, "It is far smaller than its siblings, for the data in it.")
    ]


def test_an_image_of_another_size_and_one_without_its_sidecar_are_told(tmp_path: Path) -> None:
    paths = _dates(tmp_path, 3)
    Path(f"{paths[1]}.aux.xml").unlink()
    _image(paths[2], height=4)
    found = scan(tmp_path)
    assert _whats(found.problems) == [(paths[2].name, "It has 8 x 4 cells, the other images of its series 8 x 8.")]
    ((where, what),) = _whats(found.suspicions)
    assert where == paths[1].name
    assert what.endswith("16383, as in its type of product, is used.")
    assert found.suspicions[0].cure == "Copy the .aux.xml file beside it again."


def test_no_image_of_a_type_without_sidecars_lacks_one(tmp_path: Path) -> None:
    for path in _dates(tmp_path, 3):
        Path(f"{path}.aux.xml").unlink()
    assert scan(tmp_path).suspicions == ()


def test_facts_of_unchanged_images_are_not_kept_waiting(tmp_path: Path) -> None:
    state = tmp_path.with_suffix(".sqlite")
    paths = _dates(tmp_path, 3)
    scan(tmp_path, state=state)
    paths[1].write_bytes(paths[1].read_bytes() + b"\0")
    memory = Memory.load(tmp_path, state, autosave=True)
    with memory.writing() as connection:
        listing = refreshed(connection, [tmp_path], named("sen2chain"))
    (used,) = listing.used()
    assert sorted(used.stamps) == sorted(str(path) for path in tmp_path.rglob("*") if path.is_file())
    assert {file.kind for file in used.files} == {"index"}
    looker = Looker(memory, None)
    (one,) = series(used.files)
    looker.expect(one.images, used.stamps)
    assert set(looker.facts) == {paths[0], paths[2]}
    assert looker.failed(one.images) == {}
    assert looker.opened == 1
    memory.close()


def test_a_tile_in_two_utm_zones_is_told(tmp_path: Path) -> None:
    _dates(tmp_path, 2)
    other = _named(tmp_path, "20200109T062931", crs="EPSG:32741")
    assert _whats(scan(tmp_path).problems) == [
        (other.name, "It is in EPSG:32741, the other images of its series in EPSG:32740.")
    ]
    alone = tmp_path / "alone"
    wrong = _named(alone, "20200109T062931", crs="EPSG:32741")
    assert _whats(scan(alone).suspicions) == [(wrong.name, "It is in EPSG:32741, but tile 40KCB is in EPSG:32740.")]


def test_the_tile_of_another_hemisphere_lies_in_its_own_zone(tmp_path: Path) -> None:
    product = "S2A_MSIL2A_20200103T101011_N0509_R022_T32TLR_20200104T000000"
    _image(tmp_path / f"{product}_NDVI.jp2", crs="EPSG:32632")
    assert scan(tmp_path).suspicions == ()
