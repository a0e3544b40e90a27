# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a preview, its small files, its lines in lists: what they show, to whom, and that nothing runs."""

from __future__ import annotations

import io
import json
from urllib.parse import quote

import geopandas as gpd
import pytest
import shapely
from django.template import Context, Template
from django.test import Client
from PIL import Image

from terracite.raster.previewing import makers
from terracite.repository import files, previews
from terracite.repository.models import DatasetVersion, Preview
from terracite.repository.previews import making
from terracite.website import previewing
from terracite.website.previewing.texts import harmless

NASTY = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """The makers without their child process, which the tests of the engine try."""
    import importlib

    def run(maker: makers.Maker, path, folder, alive):
        return importlib.import_module(f"terracite.raster.previewing.{maker.module}").make(path, folder)

    monkeypatch.setattr(making, "run", run)


def address(version: DatasetVersion, path: str, part: str = "") -> str:
    middle = f"preview-part/{part}" if part else "preview"
    return f"/datasets/{version.dataset.uuid}/v{version.number}/{middle}/{quote(path)}"


def add(version: DatasetVersion, person, path: str, content: bytes) -> None:
    file = files.add_file(version, person, path, io.BytesIO(content))
    previews.preview_of(file)


def made(version: DatasetVersion, person, path: str, content: bytes) -> Preview:
    add(version, person, path, content)
    previews.make_pending()
    file = version.files.get(path=path)
    row = previews.preview_of(file)
    assert row is not None
    return row


def features(**columns) -> bytes:
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.Point(55.4, -21.1)] * len(columns["a"]), crs=4326)
    return frame.to_json().encode()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#336699").save(out, "PNG")
    return out.getvalue()


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_a_table_is_shown_with_its_columns(draft, cast, alice):
    row = made(draft, cast.alice, "a.csv", b"name;height (m)\nx;1,5\ny;2,5\n")
    assert (row.state, row.problem) == ("ready", "")

    page = text_of(alice.get(address(draft, "a.csv")))

    assert "2 rows, 2 columns" in page
    assert 'class="histogram"' in page
    assert 'aria-label="Histogram: 24 classes from 1.5 to 2.5' in page
    assert "<td>1,5</td>" in page
    assert "mean 2" in page


def test_features_are_drawn_without_a_script_and_served_for_one(draft, cast, alice):
    made(draft, cast.alice, "plots.geojson", features(a=[1, 2]))

    page = text_of(alice.get(address(draft, "plots.geojson")))
    data = alice.get(address(draft, "plots.geojson", "layer-0.geojson"))

    assert 'class="spot"' in page
    assert 'aria-label="plots: 2 points"' in page
    assert data.headers["Content-Type"] == "application/geo+json"
    assert "sandbox" in data.headers["Content-Security-Policy"]
    assert len(json.loads(data.content)["features"]) == 2


def test_a_picture_is_served_smaller_with_its_description(draft, cast, alice):
    made(draft, cast.alice, "photo.png", picture())
    file = draft.files.get(path="photo.png")
    file.description_en = "The plot in June"
    file.save()

    page = text_of(alice.get(address(draft, "photo.png")))
    small = alice.get(address(draft, "photo.png", "thumbnail.webp"))

    assert 'alt="The plot in June"' in page
    assert small.headers["Content-Type"] == "image/webp"
    assert alice.get(address(draft, "photo.png", "picture.webp"), HTTP_IF_NONE_MATCH="*").status_code == 200


def test_the_readme_is_rendered_and_harmless(draft, cast, alice):
    nasty = (
        "# Title\n\n## Part\n\n<script>alert(1)</script>\n\n[run](javascript:alert(1)) [site](https://example.org)\n\n"
        "![x](https://example.org/spy.png) <img src=x onerror=alert(1)>\n\n| a |\n|---|\n| <b onclick=x>1</b> |\n"
    )
    made(draft, cast.alice, "doc/README.md", nasty.encode())

    page = text_of(alice.get(address(draft, "doc/README.md")))

    assert "<h3>Title</h3>" in page
    assert '<a href="https://example.org" rel="nofollow noopener noreferrer">site</a>' in page
    for mark in ("<script>alert", "<img src=x", "spy.png", 'href="javascript', "<b onclick"):
        assert mark not in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    "html",
    ['<p onclick="x">a</p>', "<style>p{}</style><p>a</p>", "<svg><script>x</script></svg><p>a</p>",
     '<p id="content">a</p>',
     "<p>a</p><iframe src=x></iframe>", '<p style="position:fixed">a</p>', "<p>a</p><!-- x -->"],
)  # fmt: skip
def test_what_a_child_wrote_is_never_trusted(html):
    assert harmless(html) == "<p>a</p>"


def test_nothing_in_cells_names_or_attributes_runs(draft, cast, alice):
    name = "a'b&c <i>.csv"
    made(draft, cast.alice, name, f'"{NASTY}",b\n'.replace('"">', '"""">').encode() + b"=cmd|'/c calc'!A1,2\n" * 3)
    made(draft, cast.alice, "x.geojson", features(a=[NASTY], **{NASTY: ["v"]}))

    for path in (name, "x.geojson"):
        page = text_of(alice.get(address(draft, path)))
        assert "<script>alert" not in page
        assert "<i>.csv" not in page


def test_it_waits_and_asks_again_with_and_without_a_script(draft, cast, alice):
    add(draft, cast.alice, "a.csv", b"a,b\n1,2\n")
    wanted = address(draft, "a.csv")

    page = text_of(alice.get(wanted))
    assert f'<noscript><meta http-equiv="refresh" content="5;url={wanted}?waited=1">' in page
    assert alice.get(address(draft, "a.csv", "state")).json() == {"state": "waiting"}
    assert "http-equiv" not in text_of(alice.get(f"{wanted}?waited=40"))

    previews.make_pending()
    assert alice.get(address(draft, "a.csv", "state")).json() == {"state": "ready"}
    assert "http-equiv" not in text_of(alice.get(wanted))


def test_what_failed_and_what_is_not_drawn_say_so(draft, cast, alice):
    made(draft, cast.alice, "bad.png", b"\x89PNG\r\n\x1a\n nothing more")
    files.add_file(draft, cast.alice, "cloud.las", io.BytesIO(b"LASF" + bytes(400)))

    assert "There is no preview of this file." in text_of(alice.get(address(draft, "bad.png")))
    assert "This format is not drawn here." in text_of(alice.get(address(draft, "cloud.las")))


def test_the_files_before_and_after_are_one_step_away(draft, alice):
    page = text_of(alice.get(address(draft, "README.md")))

    assert f'href="{address(draft, "map.tif")}" rel="next"' in page
    assert 'rel="prev"' not in page


def test_only_who_may_read_the_file_sees_its_preview(draft, cast, alice, chloe):
    made(draft, cast.alice, "plots.geojson", features(a=[1]))
    parts = ("", "layer-0.geojson", "state")

    assert [alice.get(address(draft, "plots.geojson", part)).status_code for part in parts] == [200, 200, 200]
    for stranger in (Client(), chloe):
        assert [stranger.get(address(draft, "plots.geojson", part)).status_code for part in parts] == [404] * 3
    assert alice.get(address(draft, "plots.geojson")).headers["Cache-Control"] == "private, no-store"


def test_under_embargo_nothing_leaks(published, cast, alice):
    file = published.files.get(path="README.md")
    previews.preview_of(file)
    previews.make_pending()
    DatasetVersion.objects.filter(pk=published.pk).update(access="embargoed", embargo_until="2999-01-01")
    published.refresh_from_db()

    for part in ("", "state", "text.html"):
        answer = Client().get(address(published, "README.md", part))
        assert (answer.status_code, b"embargo" in answer.content) == (403, True)
    assert text_of(alice.get(address(published, "README.md")))
    assert previewing.inline(published, file, None) is None
    assert not previewing.lead(published, None)


def test_an_open_preview_may_be_kept_by_caches(published, cast):
    Preview.objects.all().delete()
    file = published.files.get(path="README.md")
    previews.preview_of(file)
    previews.make_pending()

    assert Client().get(address(published, "README.md")).headers["Cache-Control"] == "private, no-cache"
    assert previewing.lead(published, None).readme_html.startswith("<h3>Land cover</h3>")


@pytest.mark.parametrize("part", ["rows.json", "text.html", "..%2Frows.json", "none.webp", "x"])
def test_only_pictures_and_features_have_an_address(draft, cast, alice, part):
    made(draft, cast.alice, "a.csv", b"a,b\n1,2\n")

    assert alice.get(address(draft, "a.csv", part)).status_code == 404


def test_bad_addresses_and_methods(draft, alice):
    assert alice.get(address(draft, "nowhere.csv")).status_code == 404
    assert alice.post(address(draft, "README.md")).status_code == 405


def test_lines_of_a_list_cost_few_queries(draft, cast, django_assert_max_num_queries):
    made(draft, cast.alice, "a.csv", b"a,b\n1,2\n")
    for number in range(5):
        made(draft, cast.alice, f"p{number}.png", picture())
    listed = Template("{% load previews %}{% for file in files %}{% preview_line file %}{% endfor %}")

    with django_assert_max_num_queries(10):
        shown = listed.render(Context({"files": draft.files.all(), "user": cast.alice}))

    assert shown.count("thumbnail.webp") == 5
    assert "1 row, 2 columns" in shown


def test_a_page_in_french(draft, cast, alice):
    made(draft, cast.alice, "a.csv", b"a,b\n1,2\n")

    page = text_of(alice.get(address(draft, "a.csv") + "?lang=fr"))

    assert "1 ligne, 2 colonnes" in page
    assert "Premières lignes" in page
