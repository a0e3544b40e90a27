# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thousands of files on a page: folded, chosen, taken as one zip; the page's cost does not grow with them."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from published import person, publish, record
from terracite.record.model import Access, AccessKind, Related
from terracite.repository import addresses, search
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.usage import sessions
from terracite.services.storage import storage_for
from terracite.website import zipped
from terracite.website.pages.landing import kept

pytestmark = pytest.mark.django_db
FILES = {"README.md": b"# About", "maps/2022/a.tif": b"II*a", "maps/2023/a.tif": b"II*b", "maps/2023/b c.tif": b"II*c"}


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, settings: Any) -> Any:
    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path)
    sessions.memory.clear()
    return settings.TERRACITE


@pytest.fixture
def version(instance: Any) -> DatasetVersion:
    for content in FILES.values():
        storage_for(instance).put_bytes(f"sha256/{hashlib.sha256(content).hexdigest()}", content)
    return publish(files=FILES)


def many(version: DatasetVersion, count: int, first: int = 0) -> None:
    digest = "0" * 64
    StoredFile.objects.bulk_create(
        StoredFile(
            version=version, path=f"tiles/{number // 500}/t{number:05}.tif", bytes=1000, sha256=digest, state="ok",
            media_type="image/tiff", storage_key=f"sha256/{digest}",
        )
        for number in range(first, first + count)
    )  # fmt: skip


def names(answer: Any) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return [name.partition("/")[2] for name in archive.namelist()]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"path": ["README.md", "maps/2023/b c.tif"]}, ["README.md", "maps/2023/b c.tif"]),
        ({"folder": "maps/2023"}, ["maps/2023/a.tif", "maps/2023/b c.tif"]),
        ({"path": "README.md", "folder": "maps/2022/"}, ["README.md", "maps/2022/a.tif"]),
        ({}, sorted(FILES)),
    ],
)
def test_some_files_come_as_one_zip(version: DatasetVersion, asked: dict[str, Any], given: list[str]) -> None:
    address = addresses.archive_path(version)
    answers = [Client(enforce_csrf_checks=True).post(address, asked), Client().get(address, asked)]
    assert [names(answer) for answer in answers] == [given, given]
    assert not answers[0].cookies


def test_an_unknown_path_is_404_and_a_closed_one_403(version: DatasetVersion) -> None:
    address = addresses.archive_path(version)
    assert Client().get(address, {"path": ["README.md", "../secret"]}).status_code == 404
    assert Client().get(address, {"folder": "map"}).status_code == 404
    assert Client().put(address).status_code == 405
    version.files.filter(path="maps/2022/a.tif").update(state="quarantined")
    assert Client().get(address, {"folder": "maps"}).status_code == 403
    assert Client().get(address, {"path": "README.md"}).status_code == 200


def test_nothing_closed_is_given_by_choosing(instance: Any) -> None:
    closed = publish(files=FILES, access=Access(kind=AccessKind.RESTRICTED))
    assert Client().post(addresses.archive_path(closed), {"path": "README.md"}).status_code == 403
    page = Client().get(addresses.landing_path(closed)).content.decode()
    assert 'name="path"' not in page


def test_folders_are_folded_and_paged(version: DatasetVersion) -> None:
    many(version, 1200)
    client, path = Client(), addresses.landing_path(version)
    top = client.get(path).context["listing"]
    assert [(line.path, line.count) for line in top.folders] == [("maps", 3), ("tiles", 1200)]
    assert [line.file.path for line in top.files] == ["README.md"]
    inner = client.get(path, {"folder": "tiles/1", "page": "2"}).context["listing"]
    assert (inner.page, inner.pages, inner.in_folder, inner.files[0].file.path) == (2, 5, 500, "tiles/1/t00600.tif")
    assert [name for name, _ in inner.crumbs] == ["tiles", "1"]
    assert "page=3" in inner.after
    for wrong in ({"folder": "nothing"}, {"page": "-1"}, {"page": "9" * 30}, {"folder": "../.."}):
        assert client.get(path, wrong).status_code == 200


def test_the_cost_does_not_grow_with_files_or_versions(version: DatasetVersion) -> None:
    def queries(user: str = "") -> int:
        kept.pages.clear()
        client = Client()
        if user:
            client.force_login(person(user))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(addresses.landing_path(version)).status_code == 200
        return len(seen)

    few = queries(), queries("alice")
    many(version, 300)
    before = queries(), queries("alice")
    many(version, 300, first=300)
    for number in range(2, 6):
        publish(dataset=version.dataset, number=number)
    assert (queries(), queries("alice")) == before
    assert few[0] <= 8
    assert before[0] <= 12


def test_checksums_are_read_by_sha256sum(version: DatasetVersion) -> None:
    text = Client().get(addresses.landing_path(version) + "sha256sums.txt").content.decode()
    assert f"{hashlib.sha256(b'II*c').hexdigest()}  maps/2023/b c.tif\n" in text


def test_a_zip_beyond_4_gib_has_the_size_that_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limit of plain zip moved down, so that every zip64 field is written."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    entries = [zipped.Entry(f"{number}.bin", 700, lambda: [bytes(700)]) for number in range(4)]
    entries.append(zipped.Entry("large.bin", 5000, lambda: [bytes(5000)]))
    content = b"".join(zipped.chunks(entries))
    assert len(content) == zipped.total_size(entries)
    assert content.count(b"PK\x06\x06") == 1  # the end record of zip64


def test_memory_stays_small_while_a_large_zip_is_sent() -> None:
    def read() -> Iterator[bytes]:
        return (bytes(1 << 20) for _ in range(64))

    entries = [zipped.Entry("large.bin", 64 << 20, read)]
    assert max(map(len, zipped.chunks(entries))) < 3 << 20


def test_what_names_a_dataset_is_shown_on_its_page(version: DatasetVersion) -> None:
    other = publish(record(related=(Related(identifier=f"https://doi.org/{version.doi}", relation="IsDerivedFrom"),)))
    search.rebuild()
    found = Client().get(addresses.landing_path(version)).context["mentions"]
    assert [hit.uuid for hit in found] == [str(other.dataset.uuid)]
    assert Client().get(addresses.landing_path(other)).context["mentions"] == ()


def test_readings_are_counted_and_shown(version: DatasetVersion) -> None:
    from terracite.repository import usage

    reader = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"})
    path = addresses.landing_path(version)
    robot = Client(headers={"User-Agent": "Googlebot/2.1"})
    for client in (reader, robot):
        assert "sessionid" not in client.get(path).cookies
        client.get(addresses.file_path(version, "README.md"))
        client.head(path)
    usage.take_in(everything=True)
    told = reader.get(path + "usage.json").json()["totals"]["version"]["regular"]
    assert (told["total-dataset-requests"], told["unique-dataset-investigations"]) == (1, 1)
    page = reader.get(path, {"lang": "en"}).content.decode()
    assert "Statistics" in page
    assert 'class="months"' in page
