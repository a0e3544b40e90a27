# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which images make a series."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from terracite.raster.products import ProductFile, registry, walk
from terracite.raster.series import SeriesImage, select, series, valid_dn

KIND = registry()["sen2chain"]


def product(date: str, baseline: str = "0400", disc: str = "20240101T000000") -> str:
    return f"S2A_MSIL2A_{date}T063511_N{baseline}_R134_T40KCB_{disc}"


def files(*names: str) -> list[ProductFile]:
    found = [KIND.parse(name) for name in names]
    assert all(found)
    return [file for file in found if file]


def only_image(*names: str, mask: str = "auto") -> SeriesImage:
    (found,) = series(files(*names), mask=mask)
    (image,) = found.images
    return image


OLD, NEW = product("20220103", "0301", "20220103T080000"), product("20220103", "0510", "20240501T000000")
AGAIN = product("20220103", "0510", "20240601T000000")


@pytest.mark.parametrize("order", list(permutations([OLD, NEW, AGAIN])))
def test_highest_baseline_then_latest_discriminator_in_whatever_order(order: tuple[str, ...]) -> None:
    chosen = select(files(*(f"{name}_NDVI.jp2" for name in order)))
    assert [file.product_id for file in chosen.kept] == [AGAIN]
    assert [(file.product_id, reason) for file, reason in chosen.duplicates] == [
        (OLD, f"Baseline 0301 was replaced by 0510: '{AGAIN}_NDVI.jp2' is kept."),
        (NEW, f"Processed again later: '{AGAIN}_NDVI.jp2' is kept."),
    ]


def test_a_copy_in_another_folder_is_a_duplicate() -> None:
    chosen = select(files(f"a/{NEW}_NDVI.jp2", f"b/{NEW}_NDVI.jp2"))
    assert [str(file.path.parent) for file in chosen.kept] == ["b"]
    assert chosen.duplicates[0][1] == f"The same image is also at 'b/{NEW}_NDVI.jp2', which is kept."


def test_quicklooks_and_sidecars_are_passed_over() -> None:
    chosen = select(files(f"{NEW}_NDVI_QL.tif", f"{NEW}_NDVI.jp2.aux.xml", f"{NEW}_NDVI.xml"))
    assert (chosen.kept, chosen.duplicates) == ((), ())


def test_images_are_ordered_by_sensing_time_not_by_processing_time() -> None:
    late, early = product("20220113", disc="20220113T080000"), product("20220103", disc="20240101T000000")
    (found,) = series(files(f"{late}_NDVI.jp2", f"{early}_NDVI.jp2"))
    assert [image.product_id for image in found.images] == [early, late]
    assert (found.tile, found.index, found.product) == ("40KCB", "NDVI", "sen2chain")
    assert (found.start.day, found.end.day) == (3, 13)


def test_the_raw_image_comes_with_its_mask() -> None:
    image = only_image(f"{NEW}_NDVI.jp2", f"{NEW}_NDVI_CM001.jp2", f"{NEW}_CM001.jp2", f"{NEW}_CM003-PRB1-ITER5.jp2")
    assert image.path == Path(f"{NEW}_NDVI.jp2")
    assert (image.mask, image.mask_path) == ("CM001", Path(f"{NEW}_CM001.jp2"))
    assert image.masked_path == Path(f"{NEW}_NDVI_CM001.jp2")


def test_without_a_mask_file_the_masked_image_tells_the_mask() -> None:
    image = only_image(f"{NEW}_NDVI.jp2", f"{NEW}_NDVI_CM001.jp2")
    assert (image.mask, image.mask_path, image.masked_path) == ("CM001", None, Path(f"{NEW}_NDVI_CM001.jp2"))


def test_an_image_that_exists_only_masked_is_used() -> None:
    image = only_image(f"{NEW}_NDVI_CM002-B11.jp2", f"{NEW}_NDVI_CM001.jp2")
    assert (image.path, image.mask, image.mask_path) == (Path(f"{NEW}_NDVI_CM001.jp2"), "CM001", None)


def test_an_image_without_any_mask() -> None:
    image = only_image(f"{NEW}_NDVI.jp2")
    assert (image.mask, image.mask_path, image.masked_path) == ("", None, None)


def test_one_mask_is_used_for_as_many_dates_as_possible() -> None:
    dates = ["20220103", "20220108", "20220113"]
    names = [f"{product(date)}_NDVI.jp2" for date in dates]
    names += [f"{product(date)}_CM003-PRB1-ITER5.jp2" for date in dates[:2]]
    names += [f"{product(date)}_CM001.jp2" for date in dates[1:2]]
    names += [f"{product(dates[2])}_OCM_v1_5_0.jp2"]
    (found,) = series(files(*names))
    assert [image.mask for image in found.images] == ["CM003-PRB1-ITER5", "CM003-PRB1-ITER5", "OCM_v1_5_0"]


def test_a_mask_can_be_asked_for_or_none() -> None:
    names = (f"{NEW}_NDVI.jp2", f"{NEW}_CM001.jp2", f"{NEW}_CM003-PRB1-ITER5.jp2", f"{NEW}_NDVI_CM001.jp2")
    asked = only_image(*names, mask="CM003-PRB1-ITER5")
    assert (asked.mask, asked.mask_path) == ("CM003-PRB1-ITER5", Path(f"{NEW}_CM003-PRB1-ITER5.jp2"))
    none = only_image(*names, mask="none")
    assert (none.mask, none.mask_path, none.masked_path) == ("", None, None)


def test_the_mask_of_another_baseline_serves_when_there_is_no_other() -> None:
    image = only_image(f"{NEW}_NDVI.jp2", f"{OLD}_CM001.jp2")
    assert image.mask_path == Path(f"{OLD}_CM001.jp2")


def test_numbers_of_an_index_stay_in_its_physical_range() -> None:
    assert valid_dn("NDVI", KIND) == (-10000, 10000)
    assert valid_dn("EVI", KIND) == (-16384, 16382)  # not bounded: what the type can hold
    assert valid_dn("BIGR", KIND) == (0, 16382)


def test_real_series(shared_data: Path) -> None:
    tree = [item for item in walk(shared_data / "sen2rts-s2-ndvi", "sen2r") if isinstance(item, ProductFile)]
    (found,) = series(tree)
    assert (found.tile, found.index, len(found.images)) == ("sampleroi", "NDVI", 60)
    assert all(
        image.mask_path and image.mask_path.name == image.path.name.replace("NDVI", "SCL") for image in found.images
    )
    cbers = [item for item in walk(shared_data / "cbers-bahia", "bdc") if isinstance(item, ProductFile)]
    assert [(item.index, len(item.images), item.end.isoformat()[:10]) for item in series(cbers)] == [
        ("EVI", 23, "2019-08-28"),
        ("NDVI", 23, "2019-08-28"),
    ]
