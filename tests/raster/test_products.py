# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the name of a file says."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.errors import ArchiveError
from terracite.raster.products import ProductFile, UnknownFile, guess, named, registry, walk

ID = "S2A_MSIL2A_20180721T063511_N0206_R134_T40KCB_20230411T081122"
OLD_ID = "S2A_OPER_PRD_MSIL2A_PDMC_20160412T123456_R020_V20160411T063512_20160411T063620"
MASKS = ("CM001", "CM002-B11", "CM003-PRB1-ITER5", "CM004-CSH1-CMP1-CHP1-TCI1-ITER0", "OCM_v1_5_0")
SEN2CHAIN = registry()["sen2chain"]


def parsed(name: str, folder: str = f"INDICES/NDVI/40KCB/{ID}") -> ProductFile:
    found = SEN2CHAIN.parse(f"{folder}/{name}")
    assert found is not None, name
    return found


def test_an_index_image_says_everything_and_its_time_is_the_sensing_time() -> None:
    path = f"INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2"
    assert SEN2CHAIN.parse(path) == ProductFile(
        path=Path(path),
        kind="index",
        product="sen2chain",
        product_id=ID,
        tile="40KCB",
        index="NDVI",
        sensed_at=dt.datetime(2018, 7, 21, 6, 35, 11, tzinfo=dt.UTC),  # the last timestamp is five years later
        platform="S2A",
        orbit="134",
        baseline="0206",
        discriminator="20230411T081122",
        level="L2A",
    )


@pytest.mark.parametrize("mask", MASKS)
def test_masks_and_masked_images(mask: str) -> None:
    beside = parsed(f"{ID}_{mask}.jp2", f"CLOUDMASKS/40KCB/{ID}")
    applied = parsed(f"{ID}_NDWIGAO_{mask}.jp2")
    assert (beside.kind, beside.index, beside.mask) == ("mask", "", mask)
    assert (applied.kind, applied.index, applied.mask) == ("index", "NDWIGAO", mask)


@pytest.mark.parametrize(
    ("name", "kind", "index", "mask"),
    [
        (f"{ID}_NDVI_CM001_QL.tif", "quicklook", "NDVI", "CM001"),
        (f"{ID}_NDVI_QL.tif", "quicklook", "NDVI", ""),
        (f"{ID}_NDVI.jp2.aux.xml", "sidecar", "", ""),
        (f"{ID}_NDVI_CM001.jp2.aux.xml", "sidecar", "", ""),
        (f"{ID}_NDVI.xml", "info", "", ""),
        # as Sen2Chain wrote them before its masks had versions
        (f"{ID}_NDVI_MASKED.jp2", "index", "NDVI", "CM001"),
        (f"{ID}_NDVI_QUICKLOOK.tif", "quicklook", "NDVI", ""),
        (f"{ID}_CLOUD_MASK.jp2", "mask", "", "CM001"),
        (f"{ID}_CLOUD_MASK_B11.jp2", "mask", "", "CM002-B11"),
    ],
)
def test_the_other_files_of_sen2chain(name: str, kind: str, index: str, mask: str) -> None:
    found = parsed(name)
    assert (found.kind, found.index, found.mask, found.product_id) == (kind, index, mask, ID)


def test_before_december_2016_the_second_timestamp_counts_and_the_folder_tells_the_tile() -> None:
    found = parsed(f"{OLD_ID}_NDVI.jp2", f"INDICES/NDVI/40KCB/{OLD_ID}")
    assert found.sensed_at == dt.datetime(2016, 4, 11, 6, 35, 12, tzinfo=dt.UTC)
    assert (found.tile, found.orbit, found.platform, found.baseline) == ("40KCB", "020", "S2A", "")


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        f"{ID}.jp2",
        f"{ID}_NDVI.jp2.part",
        f"copy of {ID}_NDVI.jp2",
        f"{ID}_CM009.jp2",
        f"{ID.replace('20180721', '20181332')}_NDVI.jp2",
        f"{ID.replace('T40KCB', 'T40AOB')}_NDVI.jp2",
    ],
)
def test_other_names_are_not_known(name: str) -> None:
    assert SEN2CHAIN.parse(f"INDICES/NDVI/40KCB/{ID}/{name}") is None


@settings(max_examples=25, deadline=None)
@given(
    platform=st.sampled_from(["S2A", "S2B", "S2C", "S2D"]),
    sensed=st.datetimes(dt.datetime(2015, 6, 23), dt.datetime(2039, 12, 31)).map(  # noqa: DTZ001
        lambda time: time.replace(microsecond=0)
    ),
    baseline=st.integers(200, 9999),
    orbit=st.integers(1, 143),
    zone=st.integers(1, 60),
    square=st.from_regex(r"[C-X][A-Z]{2}", fullmatch=True),
    index=st.sampled_from(["NDVI", "NDWIGAO", "MNDWI", "IRECI", "BIRNIR", "EVI"]),
    mask=st.sampled_from(["", *MASKS]),
)
def test_whatever_is_written_into_a_name_is_read_back(
    platform: str, sensed: dt.datetime, baseline: int, orbit: int, zone: int, square: str, index: str, mask: str
) -> None:
    tile = f"{zone:02d}{square}"
    product_id = f"{platform}_MSIL2A_{sensed:%Y%m%dT%H%M%S}_N{baseline:04d}_R{orbit:03d}_T{tile}_20240101T000000"
    found = parsed(f"{product_id}_{index}{'_' if mask else ''}{mask}.jp2")
    assert (found.platform, found.tile, found.index, found.mask) == (platform, tile, index, mask)
    assert (found.baseline, found.orbit) == (f"{baseline:04d}", f"{orbit:03d}")
    assert found.sensed_at == sensed.replace(tzinfo=dt.UTC)


def test_names_of_the_other_types() -> None:
    modis = named("sits").parse("TERRA_MODIS_h12v10_EVI_2014-03-22.jp2")
    cbers = named("bdc").parse("rasters/CB4_64_16D_STK_022024_2018-12-19_2018-12-31_NDVI.tif")
    sen2r = named("sen2r").parse("sampleroi/SCL/S2B2A_20200413_022_sampleroi_SCL_10.tif")
    assert modis is not None
    assert (modis.platform, modis.tile, modis.index, modis.sensed_at) == (
        "TERRA", "h12v10", "EVI", dt.datetime(2014, 3, 22, tzinfo=dt.UTC),
    )  # fmt: skip
    assert cbers is not None
    assert (cbers.platform, cbers.tile, cbers.index) == ("CB4", "022024", "NDVI")
    assert (cbers.sensed_at, cbers.ended_at) == (
        dt.datetime(2018, 12, 19, tzinfo=dt.UTC),
        dt.datetime(2018, 12, 31, tzinfo=dt.UTC),
    )
    assert sen2r is not None
    assert (sen2r.kind, sen2r.mask, sen2r.orbit, sen2r.platform) == ("mask", "SCL", "022", "S2B")


def test_every_type_is_whole() -> None:
    assert {"sen2chain", "sits", "bdc", "sen2r"} <= set(registry())
    for kind in registry().values():
        assert set(kind.label) == {"en", "fr"}
        assert kind.valid[0] < kind.valid[1]
        assert bool(kind.masks) == bool(kind.clear)


def test_a_mistyped_type_gets_a_suggestion() -> None:
    with pytest.raises(ArchiveError, match="Did you mean 'sen2chain'"):
        named("sen2chian")


def test_masks_are_ranked_as_the_registry_says() -> None:
    assert sorted(MASKS, key=SEN2CHAIN.mask_rank) == [MASKS[0], MASKS[3], MASKS[2], MASKS[4], MASKS[1]]


def touch(root: Path, relative: str) -> Path:
    path = root / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 3)
    return path


def test_walking_finds_all_and_hides_nothing(tmp_path: Path) -> None:
    image = touch(tmp_path, f"data/INDICES/NDVI/40KCB/{ID}/{ID}_NDVI.jp2")
    touch(tmp_path, f"data/INDICES/NDVI/40KCB/{ID}/notes.txt")
    safe = touch(tmp_path, f"data/L2A/40KCB/{ID}.SAFE/GRANULE/inside.jp2").parents[1]
    (tmp_path / "data" / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data")  # a loop
    found = {item.path: item for item in walk(tmp_path / "data", "sen2chain")}
    known = {path: item.kind for path, item in found.items() if isinstance(item, ProductFile)}
    unknown = {path.name: item.reason for path, item in found.items() if isinstance(item, UnknownFile)}
    assert known == {image: "index", safe: "product"}
    assert unknown == {
        "notes.txt": "Its name is not one of Sen2Chain library.",
        "broken": "The file cannot be reached: No such file or directory.",
    }
    first = found[image]
    assert isinstance(first, ProductFile)
    assert (first.bytes, first.modified) == (3, image.stat().st_mtime)


def test_linked_products_are_followed(tmp_path: Path) -> None:
    touch(tmp_path, f"elsewhere/{ID}/{ID}_NDVI.jp2")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / ID).symlink_to(tmp_path / "elsewhere" / ID)
    assert [item.path.name for item in walk(tmp_path / "data", "sen2chain")] == [f"{ID}_NDVI.jp2"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    (reported,) = walk(tmp_path, "sen2chain")
    closed.chmod(0o700)
    assert isinstance(reported, UnknownFile)
    assert reported.reason == "The folder cannot be read: Permission denied."


def test_no_folder_no_walk(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="There is no folder"):
        walk(tmp_path / "missing", "sen2chain")


def test_guessing_a_type(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No image of a known type"):
        guess(tmp_path)
    touch(tmp_path, "TERRA_MODIS_h12v10_EVI_2014-03-22.jp2")
    touch(tmp_path, f"{ID}_NDVI.jp2")
    touch(tmp_path, f"{ID}_EVI.jp2")
    assert guess(tmp_path) == "sen2chain"


@pytest.mark.parametrize(
    ("folder", "product", "count", "unknown"),
    [
        ("sits-sinop-raster", "sits", 23, 3),
        ("cbers-bahia", "bdc", 46, 3),
        ("sen2rts-s2-ndvi", "sen2r", 120, 10),
    ],
)
def test_real_trees(shared_data: Path, folder: str, product: str, count: int, unknown: int) -> None:
    found = list(walk(shared_data / folder, product))
    assert guess(shared_data / folder) == product
    assert sum(isinstance(item, ProductFile) for item in found) == count
    assert sum(isinstance(item, UnknownFile) for item in found) == unknown


def test_real_product_names(shared_data: Path) -> None:
    """Every real SAFE name of today's shape is a product folder; a few in the collection are not SAFE folders."""
    names = [path.name.removeprefix("esa_") for path in (shared_data / "s2-safe" / "stactools").glob("*.SAFE")]
    known = [name for name in names if SEN2CHAIN.is_product_folder(name)]
    assert len(names) == 11
    assert sorted(set(names) - set(known)) == ["S2A_MSIL1C_20200717T221941_R029_T01LAC_20200717T234135.SAFE"]
