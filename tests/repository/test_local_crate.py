# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crate becomes a dataset, once: sending it again changes nothing, a changed one changes what may change."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from published import record
from terracite.config import Settings
from terracite.crate.provenance import Provenance
from terracite.crate.write import CrateBuilder
from terracite.errors import ConfigError, DepositError, MoveError
from terracite.record.model import FileRole, OriginKind, Text
from terracite.repository import copying
from terracite.repository.local import receive_crate
from terracite.repository.models import Dataset, DatasetVersion, Deposit, Event, StoredFile, Upload
from terracite.repository.records import record_of
from terracite.repository.states import State

pytestmark = pytest.mark.django_db

MOMENT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
UUID_OF_RECORD = UUID("6f1e4d1c-3a1f-5d5e-9a55-0d2f3c7b8a11")
CSV = b"site,ndvi\nA,0.81\nB,0.34\n"


@pytest.fixture
def instance(tmp_path: Path, settings: Any) -> Settings:
    settings.TERRACITE = replace(settings.TERRACITE, data_dir=tmp_path / "instance")
    return settings.TERRACITE


def crate(folder: Path, files: dict[str, bytes] | None = None, **values: Any) -> Path:
    provenance = Provenance(("terracite", "timeseries", "run"), (("terracite", "0.1.0"),), MOMENT, MOMENT)
    with CrateBuilder(folder) as builder:
        for path, content in (files or {"sites.csv": CSV, "README.md": b"Sites.\n"}).items():
            (builder.staging / path).parent.mkdir(parents=True, exist_ok=True)
            (builder.staging / path).write_bytes(content)
            role = FileRole.DOCUMENTATION if path.endswith(".md") else FileRole.DATA
            builder.add(path, role, "text/plain", "text", Text(en=f"About {path}"))
        builder.finish(record(uuid=UUID_OF_RECORD, **values), provenance)
    return folder


def send(instance: Settings, folder: Path, depositor: str = "alice", **wishes: Any) -> dict[str, str]:
    return receive_crate(instance, folder, depositor=depositor, **wishes)


def versions() -> list[tuple[int, str]]:
    return list(DatasetVersion.objects.order_by("number").values_list("number", "state"))


def test_a_crate_becomes_a_draft_with_its_files_and_where_values_came_from(instance: Settings, tmp_path: Path) -> None:
    answer = send(instance, crate(tmp_path / "ndvi"), deposit_title="Savanna")
    version = DatasetVersion.objects.get()
    assert answer == {
        "identifier": str(version.dataset.uuid),
        "version": "1",
        "url": f"{instance.base_url}/datasets/{version.dataset.uuid}/v1/",
        "state": "draft",
        "doi": "",
        "action": "created",
    }
    described = record_of(version)
    assert (described.title, described.uuid) == (record().title, version.uuid)
    origin = described.origin("title.fr")
    assert (origin.kind, origin.detail) == (OriginKind.IMPORTED, "crate ndvi") if origin else False
    assert described.origin("funding") is None
    assert [(file.path, file.role, file.description.en) for file in described.files] == [
        ("README.md", FileRole.DOCUMENTATION, "About README.md"),
        ("sites.csv", FileRole.DATA, "About sites.csv"),
    ]
    assert (version.dataset.deposit.title_en, version.dataset.deposit.disciplines) == (
        "Savanna",
        ["continental_surfaces"],
    )


def test_the_same_crate_again_changes_nothing(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    first = send(instance, folder)
    before = (Event.objects.count(), list(StoredFile.objects.values()), list(DatasetVersion.objects.values()))
    again = send(instance, folder)
    assert again == first | {"action": "unchanged"}
    assert (
        Event.objects.count(),
        list(StoredFile.objects.values()),
        list(DatasetVersion.objects.values()),
    ) == before


def test_a_changed_crate_changes_the_draft(instance: Settings, tmp_path: Path) -> None:
    send(instance, crate(tmp_path / "ndvi"))
    changed = crate(tmp_path / "ndvi", {"sites.csv": CSV + b"C,0.5\n"}, title=Text(en="Better title"))
    assert send(instance, changed)["action"] == "updated"
    version = DatasetVersion.objects.get()
    assert (version.title_en, [file.path for file in version.files.all()]) == ("Better title", ["sites.csv"])
    assert version.files.get().bytes == len(CSV) + 6


def test_a_changed_crate_of_a_published_dataset_becomes_its_next_version(instance: Settings, tmp_path: Path) -> None:
    first = send(instance, crate(tmp_path / "ndvi"))
    DatasetVersion.objects.update(state=State.PUBLISHED.value, published_at=MOMENT, doi="10.5072/one")
    answer = send(instance, crate(tmp_path / "ndvi", {"sites.csv": CSV + b"C,0.5\n"}))
    assert (answer["action"], answer["version"], answer["identifier"]) == (
        "continued",
        "2",
        first["identifier"],
    )
    assert versions() == [(1, "published"), (2, "draft")]
    assert send(instance, tmp_path / "ndvi")["action"] == "unchanged"


@pytest.mark.parametrize(
    ("state", "message"),
    [(State.SUBMITTED, "being reviewed"), (State.ACCEPTED, "being reviewed"), (State.WITHDRAWN, "withdrawn")],
)
def test_a_changed_crate_waits_while_its_dataset_may_not_change(
    instance: Settings, tmp_path: Path, state: State, message: str
) -> None:
    send(instance, crate(tmp_path / "ndvi"))
    DatasetVersion.objects.update(state=state.value)
    changed = crate(tmp_path / "ndvi", title=Text(en="Better title"))
    with pytest.raises(MoveError, match=message):
        send(instance, changed)
    assert DatasetVersion.objects.get().title_en == record().title.en


def test_a_rejected_crate_may_come_again_as_a_new_dataset(instance: Settings, tmp_path: Path) -> None:
    first = send(instance, crate(tmp_path / "ndvi"))
    DatasetVersion.objects.update(state=State.REJECTED.value)
    assert send(instance, tmp_path / "ndvi")["identifier"] != first["identifier"]


def test_crates_share_the_deposit_of_one_title(instance: Settings, tmp_path: Path) -> None:
    send(instance, crate(tmp_path / "one"), deposit_title="Savanna")
    other = crate(tmp_path / "two")
    Dataset.objects.update(source_uuid=None)  # as if the second crate had another record
    send(instance, other, deposit_title="Savanna")
    assert (Deposit.objects.count(), Dataset.objects.count()) == (1, 2)


def test_somebody_elses_crate_is_left_alone(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    send(instance, folder)
    with pytest.raises(MoveError, match="Somebody else"):
        send(instance, folder, depositor="bob")


def test_a_crate_is_submitted_to_the_desks_that_are_named(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    answer = send(instance, folder, submit=True, disciplines=("ocean", "biodiversity"))
    assert answer["state"] == "submitted"
    version = DatasetVersion.objects.get()
    assert sorted(review.discipline for review in version.reviews.all()) == ["biodiversity", "ocean"]
    assert send(instance, folder, submit=True)["action"] == "unchanged"


def test_a_draft_is_submitted_by_sending_it_once_more(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    send(instance, folder)
    answer = send(instance, folder, submit=True)
    assert (answer["action"], answer["state"]) == ("submitted", "submitted")


def test_a_refused_submission_keeps_the_draft_and_says_what_is_missing(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi", abstract=Text(), licence="")
    with pytest.raises(DepositError, match=r"(?s)abstract.*licence"):
        send(instance, folder, submit=True)
    assert versions() == [(1, "draft")]
    assert send(instance, folder)["action"] == "unchanged"


def test_changed_bytes_are_refused_and_the_reception_goes_on_later(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    (folder / "sites.csv").write_bytes(CSV.replace(b"1", b"2"))
    with pytest.raises(DepositError, match=r"sites\.csv"):
        send(instance, folder)
    (folder / "sites.csv").write_bytes(CSV)
    assert send(instance, folder)["action"] == "updated"
    assert [file.path for file in StoredFile.objects.all()] == ["README.md", "sites.csv"]


def test_an_interrupted_copy_goes_on_in_the_middle_of_a_file(
    instance: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "RESUMABLE_FROM_BYTES", 1 << 20)
    content = random.Random(1).randbytes(5 << 20)
    folder = crate(tmp_path / "ndvi", {"a/cube.nc": content, "README.md": b"x\n"})
    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        heard.append((done, total))
        if len(heard) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(instance, folder, told=hear)
    assert (Upload.objects.get().state, StoredFile.objects.filter(path="a/cube.nc").count()) == ("receiving", 0)
    assert heard[-1] == (2 + (2 << 20), 2 + len(content))  # the README first
    heard.clear()
    send(instance, folder, told=lambda done, total: heard.append((done, total)))

    assert (heard[0], heard[-1]) == ((3 << 20, len(content)), (len(content), len(content)))
    stored = StoredFile.objects.get(path="a/cube.nc")
    assert (stored.bytes, stored.description_en, stored.role) == (len(content), "About a/cube.nc", "data")
    assert DatasetVersion.objects.count() == 1


def test_missing_files_and_unknown_desks_are_all_named(instance: Settings, tmp_path: Path) -> None:
    folder = crate(tmp_path / "ndvi")
    with pytest.raises(DepositError, match="botany"):
        send(instance, folder, disciplines=("botany",))
    for name in ("sites.csv", "README.md"):
        (folder / name).unlink()
    with pytest.raises(DepositError, match=r"(?s)README\.md.*sites\.csv"):
        send(instance, folder)


def test_one_process_works_on_one_instance(instance: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="elsewhere"):
        send(replace(instance, data_dir=tmp_path / "elsewhere"), crate(tmp_path / "ndvi"))
