# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product types of the registry, against the names that real products have."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terracite.raster.products import ProductFile, UnknownFile, guess, named, registry, walk
from terracite.raster.read import read_physical
from terracite.raster.series import series
from terracite.timeseries.archive import scan

L2A = "S2A_MSIL2A_20220203T063501_N0400_R134_T40KCB_20220203T091213"
OLD = "S2A_USER_PRD_MSIL2A_PDMC_20160412T123456_R020_V20160411T063512_20160411T063620"
OLD_GRANULE = "S2A_USER_MSI_L2A_TL_EPA__20160412T101112_A004188_T40KCB_N02.01"
THEIA = "SENTINEL2A_20170203-071245-541_L2A_T38KPD_C_V1-0"
SYNTHESIS = "SENTINEL2X_20180315-000000-000_L3A_T31TCJ_C_V1-1"


def kinds(product: str, paths: list[str]) -> dict[str, str]:
    """The kind of each path; "?" when it is not of the type."""
    found = ((path, named(product).parse(path)) for path in paths)
    return {path: item.kind if item else "?" for path, item in found}


def safe(name: str, band: str, granule: str = "L2A_T40KCB_A034568_20220203T063501") -> ProductFile:
    size = band[-3:]
    found = named("safe-l2a").parse(f"L2A/40KCB/{name}.SAFE/GRANULE/{granule}/IMG_DATA/R{size}/{band}.jp2")
    assert found is not None, band
    return found


def test_the_types_that_are_known() -> None:
    assert set(registry()) >= {
        *("sen2chain", "sits", "bdc", "sen2r", "safe-l2a", "safe-l1c", "theia-l2a", "theia-l3a", "iota2")
    }


def test_a_band_of_a_safe_gets_its_facts_from_the_folder_of_the_product() -> None:
    path = Path(f"L2A/40KCB/{L2A}.SAFE/GRANULE/L2A_T40KCB_A034568_20220203T063501/IMG_DATA/R10m")
    name = "T40KCB_20220203T063501_B04_10m.jp2"
    assert named("safe-l2a").parse(str(path / name)) == ProductFile(
        path=path / name,
        kind="index",
        product="safe-l2a",
        product_id=L2A,
        tile="40KCB",
        index="B04",
        sensed_at=dt.datetime(2022, 2, 3, 6, 35, 1, tzinfo=dt.UTC),
        platform="S2A",
        orbit="134",
        baseline="0400",
        discriminator="20220203T091213",
        level="L2A",
    )


def test_bands_are_taken_at_their_own_resolution() -> None:
    bands = {
        name: safe(L2A, f"T40KCB_20220203T063501_{name}").index
        for name in ("B02_10m", "B08_10m", "B05_20m", "B8A_20m", "B11_20m", "B01_60m", "B09_60m", "B04_20m", "B11_60m")
    }
    assert bands == {
        **{"B02_10m": "B02", "B08_10m": "B08", "B05_20m": "B05", "B8A_20m": "B8A", "B11_20m": "B11"},
        **{"B01_60m": "B01", "B09_60m": "B09", "B04_20m": "B04_20m", "B11_60m": "B11_60m"},
    }


def test_a_product_of_2016_holds_tiles_as_granules() -> None:
    found = safe(OLD, f"{OLD_GRANULE.removesuffix('_N02.01')}_B04_10m", OLD_GRANULE)
    assert (found.tile, found.index, found.product_id, found.baseline) == ("40KCB", "B04", OLD, "0201")
    assert found.sensed_at == dt.datetime(2016, 4, 11, 6, 35, 12, tzinfo=dt.UTC)  # the second timestamp


def test_products_of_the_other_level_are_not_looked_into(tmp_path: Path) -> None:
    for level, band in (("L1C", "B04"), ("L2A", "B04_10m")):
        folder = tmp_path / level / f"{L2A.replace('L2A', level)}.SAFE/GRANULE/x"
        folder.mkdir(parents=True)
        (folder / f"T40KCB_20220203T063501_{band}.jp2").touch()
    for product, other in (("safe-l2a", "L1C"), ("safe-l1c", "L2A")):
        found = {item.path.parts[len(tmp_path.parts)]: item for item in walk(tmp_path, product)}
        seen = {level: item.kind if isinstance(item, ProductFile) else "?" for level, item in found.items()}
        assert seen == {product[-3:].upper(): "index", other: "product"}


@pytest.mark.parametrize(
    ("baseline", "offset"),
    [("", 0.0), ("0206", 0.0), ("0301", 0.0), ("0400", -0.1), ("0509", -0.1), ("0500", -0.1)],
)
def test_the_offset_of_reflectance_depends_on_the_baseline(baseline: str, offset: float) -> None:
    assert named("safe-l2a").offset_of(baseline) == offset
    assert named("safe-l1c").offset_of(baseline) == offset
    assert named("sen2chain").offset_of(baseline) == 0.0


def test_a_series_image_of_a_safe_knows_its_offset() -> None:
    names = (L2A, L2A.replace("N0400", "N0301").replace("20220203", "20211230"))
    (one,) = series(safe(name, f"T40KCB_{name[11:26]}_B04_10m") for name in names)
    assert [(image.baseline, image.offset) for image in one.images] == [("0301", 0.0), ("0400", -0.1)]


def test_theia_bands_masks_and_the_rest() -> None:
    tree = {
        f"{THEIA}/{THEIA}_FRE_B4.tif": "index",
        f"{THEIA}/{THEIA}_SRE_B8A.tif": "index",
        f"{THEIA}/MASKS/{THEIA}_CLM_R1.tif": "mask",
        f"{THEIA}/MASKS/{THEIA}_CLM_R2.tif": "auxiliary",
        f"{THEIA}/MASKS/{THEIA}_DFP_B11.tif": "auxiliary",
        f"{THEIA}/MASKS/{THEIA}_DTF_R1-D03.tif": "auxiliary",
        f"{THEIA}/{THEIA}_ATB_R1.tif": "auxiliary",
        f"{THEIA}/{THEIA}_QKL_ALL.jpg": "quicklook",
        f"{THEIA}/{THEIA}_MTD_ALL.xml": "info",
        f"{THEIA}.zip": "package",
        f"{THEIA}/{THEIA}_FRE_B1.tif": "?",  # Theia has no such band
        f"{THEIA}/{THEIA.replace('20170203', '20170231')}_FRE_B4.tif": "?",
    }
    assert kinds("theia-l2a", list(tree)) == tree
    flat = named("theia-l2a").parse(f"{THEIA}/{THEIA}_FRE_B4.tif")
    assert flat is not None
    assert (flat.tile, flat.index, flat.platform, flat.baseline, flat.level) == (
        *("38KPD", "B04", "SENTINEL2A", "1-0", "L2A"),
    )
    assert flat.sensed_at == dt.datetime(2017, 2, 3, 7, 12, 45, tzinfo=dt.UTC)
    sloped = named("theia-l2a").parse(f"{THEIA}/{THEIA}_SRE_B4.tif")
    assert sloped is not None
    assert sloped.index == "B04-SRE"  # never taken for the other


def test_theia_syntheses() -> None:
    tree = {
        f"{SYNTHESIS}_FRC_B8.tif": "index",
        f"MASKS/{SYNTHESIS}_FLG_R1.tif": "mask",
        f"MASKS/{SYNTHESIS}_DTS_R1.tif": "auxiliary",
        f"MASKS/{SYNTHESIS}_WGT_R2.tif": "auxiliary",
        f"{SYNTHESIS}_MTD_ALL.xml": "info",
    }
    assert kinds("theia-l3a", list(tree)) == tree
    assert named("theia-l3a").clear == (2, 3, 4)


def test_maps_of_iota2_get_their_year_from_a_folder() -> None:
    tree = {
        "oso_2021/final/Classif_Seed_0.tif": "index",
        "oso_2021/final/Confidence_Seed_0.tif": "index",
        "oso_2021/final/PixelsValidity.tif": "index",
        "oso_2021/final/Classif_Seed_0_ColorIndexed.tif": "quicklook",
        "oso_2021/final/ProbabilityMap_seed_0.tif": "auxiliary",
        "oso_2021/final/RESULTS.txt": "info",
        "oso_2021/final/notes.tif": "?",
    }
    assert kinds("iota2", list(tree)) == tree
    found = named("iota2").parse("oso_2021/final/Classif_Seed_0.tif")
    assert found is not None
    assert (found.index, found.sensed_at) == ("CLASSES", dt.datetime(2021, 1, 1, tzinfo=dt.UTC))


def test_what_sen2chain_keeps_beside_indices_and_masks() -> None:
    tree = {
        f"L2A/40KCB/QL/{L2A}_QL-100m.tif": "quicklook",
        f"L2A/40KCB/QL/{L2A}_QL-100m.jpg": "quicklook",
        f"L2A/40KCB/QL/{L2A}_QL-100m.jpg.aux.xml": "sidecar",
        f"L1C/40KCB/{L2A.replace('L2A', 'L1C')}.zip": "package",
        f"CLOUDMASKS/40KCB/{L2A}/MSK_CLDPRB_20m.jp2": "auxiliary",
        f"CLOUDMASKS/40KCB/{L2A}/T40KCB_20220203T063501_SCL_20m.jp2": "auxiliary",
        f"CLOUDMASKS/40KCB/{L2A}/{L2A}_CM001.tif": "mask",
        f"TEMP/{L2A}_CM002-B11_tmp_mask_2.tif": "temporary",
        f"TEMP/{L2A}_CM003-PRB1-ITER5_tmp_cm003.tif": "temporary",
        f"CLOUDMASKS/40KCB/{L2A}/{L2A}_OCM_v1_5_0_tmp.tif": "temporary",
        f"INDICES/NDVI/40KCB/{L2A}/{L2A}_NDVI_OCM_v1_5_0_QL.tif": "quicklook",
    }
    assert kinds("sen2chain", list(tree)) == tree
    copied = named("sen2chain").parse(f"CLOUDMASKS/40KCB/{L2A}/MSK_CLDPRB_20m.jp2")
    assert copied is not None
    assert (copied.product_id, copied.tile, copied.orbit) == (L2A, "40KCB", "134")


def real_products(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "s2-safe" / "stactools").glob("*.SAFE/expected_output.json"))


def test_names_of_real_products_mean_what_their_stac_items_say(shared_data: Path) -> None:
    """Every image of 11 real products, and what stactools made of the metadata inside them."""
    checked: Counter[str] = Counter()
    for expected in real_products(shared_data):
        item = json.loads(expected.read_text())
        said = item["properties"]
        name = said["s2:product_uri"]
        product = named("safe-l1c" if "MSIL1C" in name else "safe-l2a")
        for asset in item["assets"].values():
            found = product.parse(f"{name}/{asset['href'].removeprefix('./')}")
            assert found is not None, asset["href"]
            checked[found.kind] += 1
            if found.kind not in {"index", "mask"}:
                continue
            assert (found.product_id, found.tile) == (name.removesuffix(".SAFE"), said["grid:code"][5:])
            assert found.sensed_at is not None
            assert found.sensed_at.isoformat()[:19] == said["datetime"][:19]
            assert product.platform_name(found.platform).lower() == said["platform"]
            assert (int(found.orbit), found.baseline) == (
                said["sat:relative_orbit"],
                said["s2:processing_baseline"].replace(".", ""),
            )
            if found.kind == "index":
                (band,) = asset["raster:bands"]
                assert (band["scale"], band["offset"]) == (product.scale, product.offset_of(found.baseline))
                assert band["nodata"] == product.nodata
                assert asset["eo:bands"][0]["name"] == found.index[:3]
    assert checked == {"index": 223, "mask": 8, "auxiliary": 56, "quicklook": 36, "info": 50}


def test_metadata_of_real_products_have_the_offset_of_the_registry(shared_data: Path) -> None:
    told = {}
    for path in (shared_data / "s2-safe" / "stactools").glob("*.SAFE/MTD_MSIL2A.xml"):
        text = path.read_text()
        baseline = re.search(r"<PROCESSING_BASELINE>([\d.]+)", text)
        assert baseline is not None
        offsets = {int(number) for number in re.findall(r"<BOA_ADD_OFFSET[^>]*>(-?\d+)", text)} or {0}
        told[baseline[1].replace(".", "")] = offsets
    product = named("safe-l2a")
    assert told == {name: {round(product.offset_of(name) / product.scale)} for name in told}
    assert {"0400", "0509", "0212"} <= set(told)


@pytest.mark.parametrize(("level", "images"), [("L1C", 13), ("L2A", 24)])
def test_every_file_that_a_real_manifest_lists_is_known(shared_data: Path, level: str, images: int) -> None:
    manifest = shared_data / "s2-safe" / "eodag-safe-manifests" / f"manifest.safe.S2_MSI_{level}"
    paths = re.findall(r'fileLocation[^>]*href="\.?/?([^"]+)"', manifest.read_text())
    product = L2A.replace("L2A", level)
    found = kinds(f"safe-{level.lower()}", [f"{product}.SAFE/{path}" for path in paths])
    assert [path for path, kind in found.items() if kind == "?"] == []
    assert Counter(found.values())["index"] == images


def test_real_folders_hold_nothing_that_is_taken_for_something_else(shared_data: Path) -> None:
    found = list(walk(shared_data / "theia-s2-iota2" / "data" / "references", "theia-l2a"))
    known = Counter(item.kind for item in found if isinstance(item, ProductFile))
    assert known == {"auxiliary": 4, "info": 4}  # stacks of bands that iota2 made
    assert [item.path.name for item in found if isinstance(item, UnknownFile)] == ["ref_spot7_5m_20170216.tif"]


def test_the_template_of_maja_names_files_as_the_registry_does(shared_data: Path) -> None:
    text = (shared_data / "theia-s2-iota2/maja-templates/SENTINEL2_MUSCATE_L2_MTD_ALL.xml").read_text()
    names = sorted(set(re.findall(r"SENTINEL2[AB]_[\w-]+\.(?:tif|xml|jpg)", text)))
    found = kinds("theia-l2a", names)
    assert len(names) > 30
    assert [name for name, kind in found.items() if kind == "?"] == []


def test_the_clouds_of_theia_are_any_bit_of_the_mask(tmp_path: Path, write_image: Any) -> None:
    mask = np.zeros((32, 32), np.uint8)
    mask[:8] = 0b11  # clouds
    mask[8:12] = 0b10000  # thin clouds alone
    band = np.full((32, 32), 3000, np.int16)
    band[:, :16] = -10000
    for name, values in ((f"tree/{THEIA}/{THEIA}_FRE_B4.tif", band), (f"tree/{THEIA}/MASKS/{THEIA}_CLM_R1.tif", mask)):
        write_image(name, values)
    assert guess(tmp_path / "tree") == "theia-l2a"
    found = scan(tmp_path / "tree")
    (one,) = found.series
    (image,) = one.images
    assert (one.tile, one.index, image.mask) == ("38KPD", "B04", "CLM")
    facts = found.facts[image.path]
    assert (facts.data_share, facts.clear_share) == (0.5, 0.5 * 20 / 32)
    values = read_physical(image)
    assert float(np.nanmean(values)) == pytest.approx(0.3)
    assert np.isfinite(values).sum() == 20 * 16


def test_maps_of_two_years_make_a_series(tmp_path: Path, write_image: Any) -> None:
    for year in (2020, 2021):
        write_image(f"tree/oso_{year}/final/Classif_Seed_0.tif", np.full((16, 16), 7, np.uint8))
    (one,) = scan(tmp_path / "tree").series
    assert (one.index, [image.sensed_at.year for image in one.images]) == ("CLASSES", [2020, 2021])
