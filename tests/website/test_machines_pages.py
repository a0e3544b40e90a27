# SPDX-License-Identifier: AGPL-3.0-or-later
"""A landing page answers machines: formats by negotiation, typed links, files by range, nothing that is not open."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from published import person, publish, record
from terracite.record.formats import FORMATS
from terracite.record.model import Access, AccessKind
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.states import State
from terracite.services.storage import storage_for
from terracite.website import zipped
from terracite.website.negotiation import choose
from terracite.website.ranges import Range, UnsatisfiableRangeError, asked_range

pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 40
EMBARGO = Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2099, 1, 1))


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, settings: Any) -> Any:
    settings.TERRACITE = replace(settings.TERRACITE, data_dir=tmp_path)
    return settings.TERRACITE


def stored(instance: Any, files: dict[str, bytes] | None = None, **values: Any) -> DatasetVersion:
    files = {"maps/carte été.nc": BYTES} if files is None else files
    version = publish(files=files, **values)
    for content in files.values():
        storage_for(instance).put_bytes(f"sha256/{hashlib.sha256(content).hexdigest()}", content)
    return version


def get(path: str, *, user: str = "", **headers: str) -> Any:
    client = Client(headers={name.replace("_", "-"): value for name, value in headers.items()})
    if user:
        client.force_login(person(user))
    return client.get(path)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


HTML_AND_FORMATS = ["text/html", "application/ld+json", "application/x-bibtex"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("APPLICATION/LD+JSON ; profile=x", "application/ld+json"),
        ("text/html;q=0.3, application/x-bibtex;q=0.7", "application/x-bibtex"),
        ("application/*", "application/ld+json"),
        ("*/*, text/html;q=0", "application/ld+json"),
        ("image/png", None),
        ("application/ld+json;q=0", None),
        ("text/html;q=much", None),
        ("nonsense", "text/html"),
    ],
)
def test_the_most_liked_form_is_chosen(accept: str, chosen: str | None) -> None:
    assert choose(accept, HTML_AND_FORMATS) == chosen


@given(st.text(max_size=60))
def test_any_accept_header_is_survived(accept: str) -> None:
    assert choose(accept, HTML_AND_FORMATS) in {*HTML_AND_FORMATS, None}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_at_its_own_address_by_accept_and_by_name(name: str) -> None:
    version = publish()
    direct = get(addresses.metadata_path(version, name))
    assert direct.status_code == 200
    assert direct["Content-Type"].startswith(FORMATS[name].media_type)
    assert f'<{addresses.landing_url(version)}>; rel="describes"' in direct["Link"]
    asked = get(f"{addresses.landing_path(version)}?format={name}")
    assert asked.content == direct.content
    assert b"alice@example.org" not in direct.content
    if not FORMATS[name].negotiable:
        return
    negotiated = get(addresses.landing_path(version), accept=FORMATS[name].media_type)
    assert negotiated.content == direct.content
    assert (negotiated["Content-Location"], "Accept" in negotiated["Vary"]) == (
        addresses.metadata_path(version, name),
        True,
    )


def test_what_is_not_offered_is_refused_with_what_is() -> None:
    path = addresses.landing_path(publish())
    assert get(path, accept="image/png").status_code == 406
    unknown = get(f"{path}?format=datacit")
    assert (unknown.status_code, b"datacite" in unknown.content) == (400, True)
    assert get(path.replace("/v1/", "/v1/metadata/nothing")).status_code == 404


def test_the_page_itself_is_for_browsers_and_says_where_the_rest_is() -> None:
    version = publish()
    answer = get(addresses.landing_path(version), accept="text/html,application/xml;q=0.9,*/*;q=0.8")
    assert answer["Content-Type"].startswith("text/html")
    links = parsed(answer["Link"])
    file = version.files.get()
    assert links["cite-as"] == [f"https://doi.org/{version.doi}"]
    assert links["author"] == ["https://orcid.org/0000-0002-1825-0097"]
    assert links["type"] == ["https://schema.org/AboutPage", "https://schema.org/Dataset"]
    assert links["item"] == [f"http://127.0.0.1:8000{addresses.file_path(version, file.path)}"]
    assert len(links["describedby"]) == sum(item.negotiable for item in FORMATS.values())
    assert len(links["license"]) == len(links["linkset"]) == 1


def parsed(header: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in header.split(", <"):
        target, _, rest = part.lstrip("<").partition(">")
        found.setdefault(rest.partition('rel="')[2].partition('"')[0], []).append(target)
    return found


def test_every_link_leads_somewhere(instance: Any) -> None:
    version = stored(instance)
    links = parsed(get(addresses.landing_path(version))["Link"])
    for relation in ("describedby", "item", "linkset"):
        for target in links[relation]:
            assert get(target.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_linkset_holds_the_links_of_page_files_and_metadata() -> None:
    version = publish()
    answer = get(addresses.landing_path(version) + "linkset.json")
    contexts = {context["anchor"]: context for context in json.loads(answer.content)["linkset"]}
    landing = contexts[addresses.landing_url(version)]
    assert answer["Content-Type"] == "application/linkset+json"
    assert len(contexts) == 1 + len(FORMATS) + 1
    assert landing["cite-as"] == [{"href": f"https://doi.org/{version.doi}"}]
    (item,) = landing["item"]
    assert contexts[item["href"]]["collection"] == [{"href": addresses.landing_url(version), "type": "text/html"}]


def test_a_named_block_of_code_has_a_role(instance: Any) -> None:
    version = stored(instance, {"map.tif": BYTES})
    version.files.update(media_type="image/tiff", format="COG")
    page = html.fromstring(get(addresses.landing_path(version), accept="text/html").content)
    assert {block.get("role") for block in page.xpath("//pre[@aria-label]")} == {"group"}


def test_links_name_media_types_without_parameters() -> None:
    version = publish(files={"map.tif": b"II*"})
    version.files.update(media_type='image/tiff; application=geotiff; note="a, b"')
    landing = addresses.landing_path(version)
    target = f"http://127.0.0.1:8000{addresses.file_path(version, 'map.tif')}"
    assert f'<{target}>; rel="item"; type="image/tiff", ' in get(landing)["Link"]
    contexts = json.loads(get(landing + "linkset.json").content)["linkset"]
    assert contexts[0]["item"] == [{"href": target, "type": "image/tiff"}]


def test_many_files_are_left_to_the_linkset() -> None:
    version = publish(files={f"{number}.nc": bytes([number]) for number in range(60)})
    answer = get(addresses.landing_path(version))
    assert ("item" in parsed(answer["Link"]), len(answer["Link"]) < 4000) == (False, True)
    contexts = json.loads(get(addresses.landing_path(version) + "linkset.json").content)["linkset"]
    assert len(contexts[0]["item"]) == 60


def test_versions_point_to_each_other() -> None:
    first = publish(state=State.SUPERSEDED)
    second = publish(dataset=first.dataset, number=2)
    before, after = (parsed(get(addresses.landing_path(one))["Link"]) for one in (first, second))
    assert (before["successor-version"], before["latest-version"]) == ([addresses.landing_url(second)],) * 2
    assert (after["predecessor-version"], "successor-version" in after) == ([addresses.landing_url(first)], False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-0", Range(0, 1)),
        ("bytes=10-19", Range(10, 10)),
        ("bytes=90-", Range(90, 10)),
        ("bytes=90-500", Range(90, 10)),
        ("bytes=-10", Range(90, 10)),
        ("bytes=-500", Range(0, 100)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-1", None),
        ("bytes=-", None),
        ("items=0-1", None),
    ],
)
def test_ranges_are_understood(header: str, expected: Range | None) -> None:
    assert asked_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_ranges_behind_the_end_are_refused(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        asked_range(header, 100)


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_range_is_the_slice_it_names(size: int, first: int, last: int) -> None:
    content = bytes(size)
    try:
        part = asked_range(f"bytes={first}-{last}", size)
    except UnsatisfiableRangeError:
        assert content[first : last + 1] == b""
    else:
        taken = content if part is None else content[part.start : part.start + part.length]
        assert taken == (content if last < first else content[first : last + 1])


def test_a_file_comes_whole_and_safe(instance: Any) -> None:
    version = stored(instance)
    answer = get(addresses.file_path(version, "maps/carte été.nc"))
    assert (answer.status_code, body(answer)) == (200, BYTES)
    assert (answer["Content-Length"], answer["Accept-Ranges"]) == (str(len(BYTES)), "bytes")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''carte%20%C3%A9t%C3%A9.nc"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"] == f'"{hashlib.sha256(BYTES).hexdigest()}"'


def test_a_file_comes_by_range_and_is_not_sent_twice(instance: Any) -> None:
    path = addresses.file_path(stored(instance), "maps/carte été.nc")
    part = get(path, range="bytes=1000-1999")
    assert (part.status_code, body(part)) == (206, BYTES[1000:2000])
    assert (part["Content-Range"], part["Content-Length"]) == (f"bytes 1000-1999/{len(BYTES)}", "1000")
    behind = get(path, range="bytes=99999-")
    assert (behind.status_code, behind["Content-Range"]) == (416, f"bytes */{len(BYTES)}")
    assert body(get(path, range="bytes=-5")) == BYTES[-5:]
    assert get(path, range="bytes=0-9", if_range=part["ETag"]).status_code == 206
    assert get(path, range="bytes=0-9", if_range='"older"').status_code == 200
    unchanged = get(path, if_none_match=f'W/"x", {part["ETag"]}')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert get(path, if_none_match="*").status_code == 304
    head = Client(headers={"Range": "bytes=0-9"}).head(path)
    assert (head.status_code, head["Content-Length"], body(head)) == (200, str(len(BYTES)), b"")
    assert Client().post(path).status_code == 405


def test_an_empty_file_is_a_file(instance: Any) -> None:
    version = stored(instance, {"empty.txt": b""})
    answer = get(addresses.file_path(version, "empty.txt"))
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, "0", b"")
    assert get(addresses.file_path(version, "empty.txt"), range="bytes=0-").status_code == 416


def test_all_files_come_as_one_zip_of_known_size(instance: Any) -> None:
    files = {"a.nc": BYTES, "deep/b.txt": b"x", "empty.txt": b""}
    version = stored(instance, files)
    answer = get(addresses.archive_path(version))
    content = body(answer)
    assert answer["Content-Length"] == str(len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        prefix = f"{version.dataset.uuid}-v1/"
        assert {name.removeprefix(prefix): archive.read(name) for name in archive.namelist()} == files


@given(st.dictionaries(st.text("abcé/", min_size=1, max_size=8), st.binary(max_size=50), max_size=4))
def test_any_zip_has_the_size_that_was_said(files: dict[str, bytes]) -> None:
    def entry(name: str, content: bytes) -> zipped.Entry:
        return zipped.Entry(name, len(content), lambda: [content])

    entries = [entry(name, content) for name, content in files.items()]
    content = b"".join(zipped.chunks(entries))
    assert len(content) == zipped.total_size(entries)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [archive.read(item) for item in archive.infolist()] == list(files.values())


def test_files_under_embargo_are_closed_everywhere(instance: Any) -> None:
    version = stored(instance, access=EMBARGO)
    landing = addresses.landing_path(version)
    for path in (addresses.file_path(version, "maps/carte été.nc"), addresses.archive_path(version)):
        refused = get(path)
        assert (refused.status_code, "2099" in refused.content.decode()) == (403, True)
        assert get(path, user="chloe").status_code == 403
        own = get(path, user="alice")
        assert (own.status_code, own["Cache-Control"]) == (200, "private, no-store")
    assert "item" not in parsed(get(landing)["Link"])
    assert "item" not in json.loads(get(landing + "linkset.json").content)["linkset"][0]


def test_a_draft_is_unknown_to_strangers_in_every_form(instance: Any) -> None:
    version = stored(instance, state=State.DRAFT)
    DatasetVersion.objects.update(published_at=None)
    landing = addresses.landing_path(version)
    paths = [landing, landing + "?format=json", landing + "linkset.json", addresses.archive_path(version)]
    paths += [addresses.metadata_path(version, "datacite"), addresses.file_path(version, "maps/carte été.nc")]
    assert {get(path).status_code for path in paths} == {404}
    assert get(landing, accept="application/ld+json").status_code == 404
    preview = get(landing + "?format=json", user="alice")
    assert (preview.status_code, preview["Cache-Control"]) == (200, "private, no-store")
    assert "Link" not in get(landing, user="alice")


def test_a_withdrawn_dataset_keeps_its_record_and_no_files(instance: Any) -> None:
    version = stored(instance, state=State.WITHDRAWN)
    assert get(addresses.metadata_path(version, "datacite")).status_code == 410
    assert get(addresses.landing_path(version)).status_code == 410
    for path in (addresses.file_path(version, "maps/carte été.nc"), addresses.archive_path(version)):
        assert get(path).status_code == 404


def test_unknown_files_are_404(instance: Any) -> None:
    version = stored(instance)
    for path in ("nothing.nc", "../secret-key", "maps/../maps/carte été.nc"):
        assert get(addresses.landing_path(version) + "files/" + path).status_code == 404


def test_the_site_map_lists_what_is_published() -> None:
    version = publish()
    publish(state=State.DRAFT)
    publish(state=State.WITHDRAWN)
    root = etree.fromstring(get("/sitemap.xml").content)
    found = [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == ["http://127.0.0.1:8000/", addresses.landing_url(version)]
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in get("/robots.txt").content.decode()


def test_a_faulty_draft_says_why_a_format_is_not_there() -> None:
    version = publish(record(creators=(), title={}), state=State.DRAFT)
    DatasetVersion.objects.update(published_at=None)
    answer = get(addresses.metadata_path(version, "datacite"), user="alice")
    assert (answer.status_code, bool(answer.content)) in {(200, True), (409, True)}
