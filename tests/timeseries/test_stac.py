# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import shapely

from terracite.errors import ArchiveError
from terracite.raster.grid import Grid, crs_of
from terracite.timeseries.archive import Scan
from terracite.timeseries.stac import item, write_catalogue
from terracite.timeseries.stac.items import EXTENSIONS

Node = dict[str, Any]
HREFS = {"data": "a.jp2", "cloud_mask": "b.jp2"}


@pytest.fixture(scope="module")
def catalogue(found: Scan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_catalogue(found, tmp_path_factory.mktemp("stac"))


def documents(root: Path) -> Iterator[tuple[Path, Node]]:
    """The document and every one that it links to downwards."""
    node = json.loads(root.read_text(encoding="utf-8"))
    yield root, node
    for link in node["links"]:
        if link["rel"] in {"child", "item"}:
            yield from documents(root.parent / unquote(link["href"]))


def made(found: Scan, **changes: Any) -> Node:
    """The Item of the first image, changed."""
    image = replace(found.series[0].images[0], **changes)
    return item(image, found.facts[found.series[0].images[0].path], HREFS)


def test_every_document_is_linked_and_links_back(catalogue: Path, found: Scan) -> None:
    nodes = dict(documents(catalogue))
    kinds = [node["type"] for node in nodes.values()]
    images = sum(len(one.images) for one in found.series)
    assert {kind: kinds.count(kind) for kind in kinds} == {"Catalog": 1, "Collection": 2, "Feature": images}
    assert set(nodes) == set(catalogue.parent.rglob("*.json"))
    for path, node in nodes.items():
        for link in node["links"]:
            if link["rel"] in {"root", "parent", "collection"}:
                assert (path.parent / link["href"]).resolve() in {one.resolve() for one in nodes}
        if node["type"] == "Feature":
            up = next(link for link in node["links"] if link["rel"] == "collection")
            assert nodes[path.parents[1] / "collection.json"]["id"] == node["collection"]
            assert up["href"] == "../collection.json"


def test_links_to_images_lead_to_them(catalogue: Path, found: Scan) -> None:
    reached = {
        (path.parent / unquote(asset["href"])).resolve()
        for path, node in documents(catalogue)
        for asset in node.get("assets", {}).values()
    }
    expected = {image.path.resolve() for one in found.series for image in one.images}
    assert expected <= reached
    assert all(path.is_file() for path in reached)


def test_an_item_tells_what_the_archive_knows(found: Scan) -> None:
    image = found.series[0].images[0]
    facts = found.facts[image.path]
    node = item(image, facts, HREFS)
    assert facts.clear_share is not None
    assert node["properties"] == {
        "datetime": f"{image.sensed_at:%Y-%m-%dT%H:%M:%SZ}",
        "title": f"NDVI 40KCB {image.sensed_at:%Y-%m-%d}",
        "platform": {"S2A": "sentinel-2a", "S2B": "sentinel-2b"}[image.platform],
        "constellation": "sentinel-2",
        "instruments": ["msi"],
        "gsd": 10.0,
        "proj:code": "EPSG:32740",
        "proj:shape": [64, 64],
        "proj:transform": list(facts.grid.transform),
        "proj:bbox": list(facts.grid.bounds),
        "grid:code": "MGRS-40KCB",
        "sat:relative_orbit": int(image.orbit),
        "processing:level": "L2A",
        "processing:version": "03.01",
        "eo:cloud_cover": round(100 * (1 - facts.clear_share / facts.data_share), 2),
    }
    assert node["id"] == f"{image.product_id}_NDVI"
    assert list(node["assets"]) == ["data", "cloud_mask"]
    band = node["assets"]["data"]["bands"][0]
    assert (band["raster:scale"], band["raster:offset"], band["nodata"]) == (1e-4, 0.0, 16383)
    assert node["assets"]["data"]["file:size"] == image.path.stat().st_size
    wanted = ("eo", "file", "grid", "processing", "projection", "raster", "sat")
    assert node["stac_extensions"] == [EXTENSIONS[name] for name in wanted]


def test_the_geometry_is_the_outline_of_the_data_counterclockwise(found: Scan) -> None:
    node = made(found)
    shape = shapely.geometry.shape(node["geometry"])
    outline = shapely.from_wkt(found.facts[found.series[0].images[0].path].footprint)
    assert shapely.hausdorff_distance(shape, outline) < 1e-6
    assert shapely.is_ccw(shapely.get_exterior_ring(shape))
    assert node["bbox"] == pytest.approx(list(shape.bounds))


def test_an_image_without_data_has_its_grid_and_no_cloud_cover(found: Scan) -> None:
    image = found.series[0].images[0]
    facts = replace(found.facts[image.path], footprint="POLYGON EMPTY", data_share=0.0, clear_share=0.0)
    node = item(image, facts, HREFS)
    assert shapely.geometry.shape(node["geometry"]).area > 0
    assert "eo:cloud_cover" not in node["properties"]


def test_across_the_antimeridian_west_is_above_east(found: Scan) -> None:
    image = found.series[0].images[0]
    parts = "MULTIPOLYGON (((179 -17, 180 -17, 180 -16, 179 -16, 179 -17)), ((-180 -17, -179 -17, -179 -16, -180 -17)))"
    node = item(image, replace(found.facts[image.path], footprint=parts), HREFS)
    assert node["bbox"] == [179.0, -17.0, -179.0, -16.0]
    assert node["geometry"]["type"] == "MultiPolygon"


def test_a_composite_has_a_period(found: Scan) -> None:
    end = dt.datetime(2022, 1, 16, tzinfo=dt.UTC)
    properties = made(found, ended_at=end)["properties"]
    assert properties["datetime"] is None
    assert properties["start_datetime"] < properties["end_datetime"] == "2022-01-16T00:00:00Z"


def test_an_image_of_another_kind_declares_only_what_it_has(found: Scan) -> None:
    """No orbit, no baseline, a tile and a reference system of its own."""
    image = replace(found.series[0].images[0], product="sits", product_id="", tile="012010", orbit="", baseline="")
    wkt = str(crs_of("+proj=sinu +R=6371007.181 +units=m").to_wkt())
    facts = replace(found.facts[found.series[0].images[0].path], grid=Grid(wkt, (250, 0, 0, 0, -250, 0), 4, 4))
    node = item(replace(image, level="", platform="TERRA"), replace(facts, clear_share=None), {"data": "a.tif"})
    assert node["id"] == f"012010_{image.sensed_at:%Y%m%dT%H%M%S}_NDVI"
    assert "proj:code" not in node["properties"]
    assert node["properties"]["proj:wkt2"].startswith("PROJCRS")
    assert not {"grid:code", "sat:relative_orbit", "eo:cloud_cover", "processing:version"} & set(node["properties"])
    assert node["stac_extensions"] == [EXTENSIONS[name] for name in ("file", "projection", "raster")]


def test_a_collection_sums_its_items_up(catalogue: Path, found: Scan) -> None:
    node = json.loads((catalogue.parent / "NDVI_40KCB" / "collection.json").read_text(encoding="utf-8"))
    ndvi = found.series[0]
    assert node["extent"]["temporal"]["interval"] == [
        [f"{ndvi.start:%Y-%m-%dT%H:%M:%SZ}", f"{ndvi.end:%Y-%m-%dT%H:%M:%SZ}"]
    ]
    west, south, east, north = node["extent"]["spatial"]["bbox"][0]
    assert 55.2 < west < east < 55.4
    assert -21.3 < south < north < -21.1
    assert node["summaries"]["sat:relative_orbit"] == [20, 120]
    assert node["summaries"]["eo:cloud_cover"]["minimum"] >= 0
    assert list(node["item_assets"]) == ["data", "cloud_mask"]
    assert (node["title"], node["title_fr"]) == ("NDVI images of tile 40KCB", "Images de NDVI de la tuile 40KCB")
    assert sum(link["rel"] == "item" for link in node["links"]) == len(ndvi.images)


def test_an_address_stands_before_the_paths_of_the_archive(found: Scan, tmp_path: Path) -> None:
    root = write_catalogue(found, tmp_path, address="https://example.org/sen2chain/", licence="CC-BY-4.0")
    hrefs = [asset["href"] for _, node in documents(root) for asset in node.get("assets", {}).values()]
    assert hrefs
    assert all(
        href.startswith(("https://example.org/sen2chain/INDICES/", "https://example.org/sen2chain/CLOUDMASKS/"))
        for href in hrefs
    )
    assert json.loads((tmp_path / "NDVI_40KCB" / "collection.json").read_text())["license"] == "CC-BY-4.0"


def test_only_what_changed_is_written_again_and_what_went_away_is_removed(found: Scan, tmp_path: Path) -> None:
    root = write_catalogue(found, tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    (tmp_path / "mine.json").write_text("{}")
    write_catalogue(found, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in times} == times
    gone = found.series[0].images[-1]
    less = replace(found, series=(replace(found.series[0], images=found.series[0].images[:-1]),))
    write_catalogue(less, tmp_path)
    left = dict(documents(root))
    assert {*left, tmp_path / "mine.json"} == set(tmp_path.rglob("*.json"))
    assert f"{gone.product_id}_NDVI" not in {node["id"] for node in left.values()}
    first = next(path for path, node in left.items() if node["type"] == "Feature")
    assert first.stat().st_mtime_ns == times[first]


def test_a_hostile_catalogue_cannot_have_files_elsewhere_removed(found: Scan, tmp_path: Path) -> None:
    precious = tmp_path / "precious.json"
    precious.write_text("{}")
    folder = tmp_path / "stac"
    folder.mkdir()
    links = [{"rel": "item", "href": href} for href in ("../precious.json", str(precious), "%2e%2e/precious.json")]
    (folder / "catalog.json").write_text(json.dumps({"links": links}))
    write_catalogue(found, folder)
    assert precious.is_file()


def test_an_archive_without_images_has_no_catalogue(found: Scan, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no readable image"):
        write_catalogue(replace(found, series=()), tmp_path)
