# SPDX-License-Identifier: AGPL-3.0-or-later
"""A station's own tree: types from a path pattern and from a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terracite.cli import main
from terracite.errors import ArchiveError
from terracite.raster.products import ProductFile, named, walk
from terracite.raster.products_file import load, of_pattern

STATION = """
[reunion]
label = { en = "Images of the station", fr = "Images de la station" }
scale = 1e-4
nodata = -32768
valid = [-10000, 10000]
masks = ["clouds"]
clear = [0]
platforms = { S2A = "Sentinel-2A" }
index_names = { ndvi = "NDVI" }
examples = ["2022/40KCB/20220103T063511_S2A_ndvi.tif"]

[[reunion.files]]
path = "{year}/{tile}/{date}_{platform}_{index}.tif"

[[reunion.files]]
kind = "mask"
path = "{year}/{tile}/masks/{date}_{mask=clouds|shadows}.tif"
"""


@pytest.fixture
def station(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(STATION)
    return path


def refused(content: str, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "wrong.toml"
    path.write_text(content)
    with pytest.raises(ArchiveError) as caught:
        load(path)
    return caught.value.message.replace(str(path), "FILE"), caught.value.hint


def test_a_path_pattern_is_a_product_type() -> None:
    found = of_pattern("{tile}/{index}/{date}_{index}.tif").parse("new/40KCB/NDVI/20220103_NDVI.tif")
    assert found == ProductFile(
        path=Path("new/40KCB/NDVI/20220103_NDVI.tif"),
        kind="index",
        product="plain",
        tile="40KCB",
        index="NDVI",
        sensed_at=dt.datetime(2022, 1, 3, tzinfo=dt.UTC),
    )


def test_a_name_that_comes_again_must_say_the_same() -> None:
    kind = of_pattern("{index}_{date}_{index}.tif")
    assert kind.parse("NDVI_20220103_NDVI.tif") is not None
    assert kind.parse("NDVI_20220103_EVI.tif") is None


@pytest.mark.parametrize(
    ("pattern", "path", "sensed"),
    [
        ("{date}.tif", "2022-01-03.tif", dt.datetime(2022, 1, 3, tzinfo=dt.UTC)),
        ("{date}.tif", "20220103T063511.tif", dt.datetime(2022, 1, 3, 6, 35, 11, tzinfo=dt.UTC)),
        ("{date}.tif", "20220103-063511.tif", dt.datetime(2022, 1, 3, 6, 35, 11, tzinfo=dt.UTC)),
        ("ndvi_{month}.tif", "ndvi_2022-03.tif", dt.datetime(2022, 3, 1, tzinfo=dt.UTC)),
        ("ndvi_{month}.tif", "ndvi_202203.tif", dt.datetime(2022, 3, 1, tzinfo=dt.UTC)),
        ("{year}/final/*.tif", "2021/final/map.tif", dt.datetime(2021, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_dates_as_people_write_them(pattern: str, path: str, sensed: dt.datetime) -> None:
    found = of_pattern(pattern).parse(path)
    assert found is not None
    assert found.sensed_at == sensed


def test_a_date_that_is_none_is_not_taken() -> None:
    assert of_pattern("{date}.tif").parse("20220231.tif") is None


@given(
    tile=st.from_regex(r"[A-Za-z0-9-]{1,8}", fullmatch=True),
    index=st.sampled_from(["NDVI", "EVI", "ndwi"]),
    sensed=st.dates(dt.date(1984, 1, 1), dt.date(2039, 12, 31)),
    above=st.sampled_from(["", "a/", "a/b.c/"]),
)
def test_whatever_lies_as_the_pattern_says_is_read_back(tile: str, index: str, sensed: dt.date, above: str) -> None:
    found = of_pattern("{tile}/x_{index}/{date}_(v1).tif").parse(f"{above}{tile}/x_{index}/{sensed:%Y%m%d}_(v1).tif")
    assert found is not None
    assert (found.tile, found.index) == (tile, index)
    assert found.sensed_at == dt.datetime(sensed.year, sensed.month, sensed.day, tzinfo=dt.UTC)


def test_a_file_describes_images_masks_and_how_to_read_them(station: Path) -> None:
    kind = load(station)
    image = kind.parse("2022/40KCB/20220103T063511_S2A_ndvi.tif")
    mask = kind.parse("2022/40KCB/masks/20220103T063511_clouds.tif")
    sidecar = kind.parse("2022/40KCB/20220103T063511_S2A_ndvi.tif.aux.xml")
    assert image is not None
    assert (image.tile, image.index, image.platform, image.product) == ("40KCB", "NDVI", "S2A", "reunion")
    assert mask is not None
    assert (mask.kind, mask.mask, mask.tile, mask.sensed_at) == ("mask", "clouds", "40KCB", image.sensed_at)
    assert sidecar is not None
    assert sidecar.kind == "sidecar"
    assert kind.parse("2022/40KCB/masks/20220103T063511_snow.tif") is None
    assert (kind.scale, kind.nodata, kind.valid, kind.clear) == (1e-4, -32768, (-10000, 10000), (0,))


def test_what_is_always_the_same_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('[alone]\nfixed = { tile = "40KCB", index = "NDVI" }\n[[alone.files]]\npath = "{date}.tif"\n')
    found = load(path).parse("any/20220103.tif")
    assert found is not None
    assert (found.tile, found.index) == ("40KCB", "NDVI")


def test_a_type_of_a_file_is_known_by_its_name_and_a_change_is_seen(station: Path) -> None:
    assert named(str(station)).label["fr"] == "Images de la station"
    assert named("reunion") is named(str(station))
    station.write_text(STATION.replace("1e-4", "1e-3 "))
    assert named(str(station)).scale == 1e-3
    assert named("reunion").scale == 1e-3


def test_the_walk_uses_the_folders(station: Path) -> None:
    image = station.parent / "archive/2022/40KCB/20220103T063511_S2A_ndvi.tif"
    image.parent.mkdir(parents=True)
    image.touch()
    (found,) = walk(station.parent / "archive", load(station))
    assert isinstance(found, ProductFile)
    assert (found.tile, found.index, found.path) == ("40KCB", "NDVI", image)


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ("scale =", "scael =", "'FILE' has a setting 'scael' that is not known.", "Did you mean 'scale'?"),
        ("{tile}/{date}", "{tiel}/{date}", "'FILE' has '{tiel}', which is not known.", "Did you mean '{tile}'?"),
        ('kind = "mask"', 'kind = "cloud"', "'FILE' has files of the kind 'cloud'.", "Known kinds: index, mask,"),
        ("{index}.tif", "{index}", "'FILE': the path '{year}/{tile}/{date}_{platform}_{index}' must end", "Such as"),
        ("S2A_ndvi", "ndvi", "'FILE': the example '2022/40KCB/20220103T063511_ndvi.tif' fits none", "Correct the"),
        ("[reunion]", "other = 1\n[reunion]", "The product file 'FILE' must hold one table, and holds 2", "Begin"),
        ("scale =", "scale", "The product file 'FILE' is not TOML:", "Write patterns between single quotes."),
        ("[-10000, 10000]", "3", "'FILE' cannot be understood:", "Compare it with the example"),
    ],
)
def test_mistakes_are_named_with_their_cure(before: str, after: str, message: str, hint: str, tmp_path: Path) -> None:
    said, cure = refused(STATION.replace(before, after, 1), tmp_path)
    assert said.startswith(message), said
    assert cure.startswith(hint), cure


def test_a_tree_without_dates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="says nowhere what the date"):
        of_pattern("{tile}_{index}.tif")
    with pytest.raises(ArchiveError, match="cannot be read"):
        named(str(tmp_path / "none.toml"))
    assert refused("[a]\n[[a.files]]\npath = 'x_{date}.tif'\n[sen2chain]\n", tmp_path)[0].endswith("holds 2 entries.")


def test_a_known_type_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(STATION.replace("reunion", "sen2chain"))
    with pytest.raises(ArchiveError, match="There is a product type 'sen2chain' already"):
        named(str(path))


def test_the_inventory_of_a_stations_own_tree(
    station: Path, write_image: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.full((64, 64), 5000, np.int16)
    values[:16] = -32768
    cloud = np.zeros((64, 64), np.uint8)
    cloud[:, :32] = 1
    for day in ("0103", "0108"):
        write_image(f"archive/2022/40KCB/2022{day}T063511_S2A_ndvi.tif", values)
        write_image(f"archive/2022/40KCB/masks/2022{day}T063511_clouds.tif", cloud)
    archive = str(station.parent / "archive")
    main(["timeseries", "inventory", archive, "--product", str(station), "--csv"])
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "40KCB" in line]
    assert row.startswith("40KCB,NDVI,2,2022-01-03")
    pattern = "{year}/{tile}/{date}_{platform}_{index}.tif"
    main(["timeseries", "inventory", archive, "--product", pattern, "--csv"])
    assert "40KCB,ndvi,2,2022-01-03" in capsys.readouterr().out


@pytest.mark.parametrize("page", ["docs/how-to/image-trees.md", "docs/fr/arborescences.md"])
def test_the_example_of_the_documentation_works(page: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    (tmp_path / "station.toml").write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert load(tmp_path / "station.toml").masks == ("clouds", "shadows")


def test_the_command_lists_types_and_says_what_a_path_is(station: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["timeseries", "products"])
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "theia-l2a Theia Level-2A products (MUSCATE)" in lines
    main(["timeseries", "products", "safe-l2a"])
    assert "offset since baseline 0400: -0.1" in capsys.readouterr().out
    main(["timeseries", "products", str(station), "2022/40KCB/20220103T063511_S2A_ndvi.tif", "other.tif"])
    assert capsys.readouterr().out.splitlines() == [
        "2022/40KCB/20220103T063511_S2A_ndvi.tif: kind index, tile 40KCB, index NDVI, "
        "sensed_at 2022-01-03 06:35:11+00:00, platform S2A",
        "other.tif: not known",
    ]
