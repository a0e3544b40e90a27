# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles, overview and values of a map: for those who may download the file, and nobody else."""

from __future__ import annotations

import io
from uuid import uuid4

import numpy as np
import pytest
import rasterio
import rasterio.warp
from django.test import Client
from PIL import Image

from terracite.raster.previewing import raster
from terracite.repository.models import DatasetVersion, Preview
from terracite.repository.previews import making, preview_of

from . import scene

PLACE = rasterio.Affine(1200, 0, 320_000, 0, -1200, 7_680_000)  # as in scene.map_bytes


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """The child process is tested with the engine."""

    def make(maker, path, folder, alive):
        return raster.make(path, folder)

    monkeypatch.setattr(making, "run", make)


def drawn(version: DatasetVersion, path: str = "map.tif") -> Preview:
    file = version.files.get(path=path)
    row = preview_of(file)
    making.make_pending()
    row.refresh_from_db()
    assert row.state == "ready", row.problem
    return row


def address(version: DatasetVersion, what: str, rest: str = "") -> str:
    return f"/datasets/{version.dataset.uuid}/v{version.number}/{what}/map.tif{rest}"


def middle(preview: Preview, suffix: str = "png") -> str:
    from terracite.raster.previewing.mercator import tiles_of

    finest = preview.facts["zooms"][1]
    part = tiles_of(tuple(preview.facts["box"]), finest)[0]
    return f"/{finest}/{part.left}/{part.top}.{suffix}"


def test_a_tile_has_the_colours_of_the_classes_of_the_record(published, client):
    preview = drawn(published)
    answer = client.get(address(published, "tiles", middle(preview)))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    picture = Image.open(io.BytesIO(answer.content)).convert("RGBA")
    assert picture.size == (256, 256)
    seen = {"#{:02x}{:02x}{:02x}".format(*pixel[:3]) for _, pixel in picture.getcolors(65536) if pixel[3]}
    assert seen == {"#1b6b3a", "#c8b560", "#8cc152", "#b0413e", "#2b7a9b"}
    assert {pixel[3] for _, pixel in picture.getcolors(65536)} == {0, 255}


def test_the_same_tile_as_webp(published, client):
    answer = client.get(address(published, "tiles", middle(drawn(published), "webp")))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.content)).size == (256, 256)


def test_an_open_tile_is_kept_by_caches_and_asked_for_by_etag(published, client):
    where = address(published, "tiles", middle(drawn(published)))
    first = client.get(where)
    again = client.get(where, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "public, max-age=3600"
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_other_colours_have_another_etag(published, client):
    where = address(published, "tiles", middle(drawn(published)))
    before = client.get(where)["ETag"]
    published.record["classes"][0]["colour"] = "#000000"
    published.save()
    assert client.get(where)["ETag"] != before


def test_what_is_not_a_tile_or_a_layer_is_not_found(published, client):
    there = middle(drawn(published))
    layers = [there + query for query in ("?layer=7", "?step=1", "?layer=-1", "?layer=x")]
    for rest in ["/99/0/0.png", "/0/0/0.gif", "/2/9/0.png", "/30/1/1.png", *layers]:
        path, _, query = rest.partition("?")
        assert (rest, client.get(address(published, "tiles", path) + "?" + query).status_code) == (rest, 404)


def test_a_tile_beside_the_map_is_transparent(published, client):
    preview = drawn(published)
    finest = preview.facts["zooms"][1]
    answer = client.get(address(published, "tiles", f"/{finest}/0/0.png"))
    assert answer.status_code == 200
    assert set(Image.open(io.BytesIO(answer.content)).convert("RGBA").getdata()) == {(0, 0, 0, 0)}


def test_the_value_is_that_of_the_file(published, client):
    drawn(published)
    with rasterio.MemoryFile(scene.map_bytes()) as memory, memory.open() as image:
        cells = image.read(1)
        xs, ys = rasterio.warp.transform(
            image.crs, "EPSG:4326", *zip(*[PLACE * (column + 0.5, row + 0.5) for row, column in PLACES], strict=True)
        )
    for (row, column), lon, lat in zip(PLACES, xs, ys, strict=True):
        answer = client.get(address(published, "value"), {"lon": lon, "lat": lat}).json()
        assert answer["value"] == cells[row, column]
    assert answer["text"] == f"{answer['value']:g} ({answer['label']})"
    assert answer["label"] in {"Forest", "Savanna", "Sugar cane", "Built-up", "Water"}


PLACES = [(0, 0), (3, 7), (20, 49), (39, 0), (39, 49)]


def test_no_value_outside(published, client):
    drawn(published)
    answer = client.get(address(published, "value"), {"lon": "2,5", "lat": "45"}).json()
    assert (answer["value"], answer["text"]) == (None, "No data here.")
    for name in ("value", "series"):
        assert client.get(address(published, name), {"lon": "1e308", "lat": "1e308"}).status_code == 200


def test_a_place_that_is_none_is_refused(published, client):
    drawn(published)
    for query in ({}, {"lon": "x", "lat": "1"}, {"lon": "nan", "lat": "1"}, {"lon": "1"}):
        assert (query, client.get(address(published, "value"), query).status_code) == (query, 400)


def test_the_overview_is_one_picture(published, client):
    drawn(published)
    answer = client.get(address(published, "overview"))
    picture = Image.open(io.BytesIO(answer.content))
    assert answer["Content-Type"] == "image/png"
    assert all(20 < side <= 768 for side in picture.size)


ALL = ("tiles", "overview", "value", "series")


def asked(client: Client, version: DatasetVersion, preview: Preview) -> set[int]:
    rest = {"tiles": middle(preview), "value": "?lon=55.5&lat=-21", "series": "?lon=55.5&lat=-21"}
    return {client.get(address(version, what, rest.get(what, ""))).status_code for what in ALL}


def test_a_draft_is_shown_to_its_owner_only(draft, client, alice, bob, chloe):
    preview = drawn(draft)
    assert [asked(who, draft, preview) for who in (alice, bob, chloe, client)] == [{200}, {404}, {404}, {404}]


def test_at_the_desk_its_moderator_sees_it(submitted, alice, bob, chloe):
    preview = drawn(submitted)
    assert [asked(who, submitted, preview) for who in (alice, bob, chloe)] == [{200}, {200}, {404}]


@pytest.mark.parametrize("access", ["embargoed", "restricted"])
def test_nothing_of_a_closed_file_is_shown(published, client, alice, chloe, access):
    preview = drawn(published)
    DatasetVersion.objects.filter(pk=published.pk).update(access=access)

    assert [asked(who, published, preview) for who in (alice, chloe, client)] == [{200}, {403}, {403}]
    answer = alice.get(address(published, "tiles", middle(preview)))
    assert answer["Cache-Control"] == "private, no-cache"


def test_knowing_an_etag_opens_nothing(published, client):
    preview = drawn(published)
    where = address(published, "tiles", middle(preview))
    etag = client.get(where)["ETag"]
    DatasetVersion.objects.filter(pk=published.pk).update(access="restricted")
    assert client.get(where, headers={"If-None-Match": etag}).status_code == 403


def test_a_withdrawn_version_shows_nothing(published, client):
    preview = drawn(published)
    DatasetVersion.objects.filter(pk=published.pk).update(state="withdrawn")
    assert asked(client, published, preview) <= {403, 404}


def test_before_it_is_drawn_and_what_is_no_map_are_not_found(published, client):
    assert client.get(address(published, "overview")).status_code == 404
    assert client.get(address(published, "overview").replace("map.tif", "README.md")).status_code == 404
    assert client.get(f"/datasets/{uuid4()}/v1/overview/map.tif").status_code == 404


def test_a_page_may_only_be_read(published, client):
    preview = drawn(published)
    assert client.post(address(published, "tiles", middle(preview))).status_code == 405


def test_indices_in_memory_are_bounded(published, client, monkeypatch):
    from terracite.repository.previews import maps

    preview = drawn(published)
    monkeypatch.setattr(maps, "_OPEN_PACKS", 2)
    storage = maps.storage_for(maps.settings.TERRACITE)
    parts = {key.removeprefix(preview.prefix): storage.read_bytes(key) for key in storage.list(preview.prefix)}
    for number in range(4):
        preview.prefix = f"previews/copy{number}"
        for name, content in parts.items():
            storage.put_bytes(preview.prefix + name, content)
        maps.pack_of(preview)
    assert len(maps._packs) == 2


def test_a_picture_in_true_colours_is_webp_and_close_to_its_cells(alice, cast, draft):
    from terracite.repository import files

    cells = np.zeros((3, 300, 300), np.uint8)
    cells[0, :, :150], cells[2, :, 150:] = 200, 180
    profile = {"driver": "GTiff", "width": 300, "height": 300, "count": 3, "dtype": "uint8", "photometric": "RGB"}
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as image:
            image.write(cells)
        files.add_file(draft, cast.alice, "photo.tif", io.BytesIO(memory.read()))
    preview = drawn(draft, "photo.tif")

    answer = alice.get(address(draft, "tiles", "/1/0/0.webp").replace("map.tif", "photo.tif"))
    red, green, blue = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))[100, 50].tolist()
    assert preview.facts["space"] == "picture"
    assert max(abs(red - 200), green, blue) < 12
