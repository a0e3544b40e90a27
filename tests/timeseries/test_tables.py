# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of a run: sen2val's ids, geoflow's rules, and records that come back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from terracite.record.geoflow import read_geoflow_table, read_workflow
from terracite.record.geoflow.checking import check_table
from terracite.record.model import Record, ResourceType
from terracite.timeseries.archive import Scan
from terracite.timeseries.options import Options, agent
from terracite.timeseries.tables import CONTACTS, ENTITIES, WORKFLOW, family, write_tables
from terracite.timeseries.versions import Versions
from terracite.timeseries.yearly import yearly

OPTIONS = Options(creators=(agent("Payet, Alice; alice@example.org"), agent("Station X")))
NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)


def _page(record: Record) -> str:
    return f"https://example.org/{record.uuid}"


@pytest.fixture(scope="module")
def records(found: Scan) -> tuple[Record, ...]:
    """Of two indices of a tile, NDVI in two years, as if a station had made them."""
    ndvi, other = (replace(one, versions=Versions(("1.4.1",), ("02.11.00",))) for one in yearly(found, OPTIONS))
    later = tuple(replace(image, sensed_at=image.sensed_at.replace(year=2023)) for image in ndvi.images)
    return family([ndvi, replace(ndvi, year=2023, images=later), other], OPTIONS, NOW)


@pytest.fixture(scope="module")
def folder(records: tuple[Record, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "tables"
    assert write_tables(folder, records, page=_page) == (folder / ENTITIES, folder / CONTACTS, folder / WORKFLOW)
    return folder


def _rows(folder: Path) -> list[Record]:
    entities, contacts = (folder / ENTITIES).read_bytes(), (folder / CONTACTS).read_bytes()
    return [reading.record for reading in read_geoflow_table(entities, contacts)]


def test_ids_and_parents_are_those_of_sen2val(folder: Path) -> None:
    text = (folder / ENTITIES).read_text(encoding="utf-8")
    ids = [part.partition("_\n")[0] for part in text.replace("\r\n", "\n").split("id:data_")[1:]]
    assert ids == [
        "NDVI_SEN2CHAIN",
        "NDWIGAO_SEN2CHAIN",
        "40KCB_NDVI_SEN2CHAIN",
        "40KCB_NDVI_2022_SEN2CHAIN",
        "40KCB_NDVI_2023_SEN2CHAIN",
        "40KCB_NDWIGAO_SEN2CHAIN",
        "40KCB_NDWIGAO_2022_SEN2CHAIN",
    ]
    assert text.count("parent:data_40KCB_NDVI_SEN2CHAIN") == 2
    assert text.count("parent:data_NDVI_SEN2CHAIN") == 1


def test_geoflow_accepts_the_tables(folder: Path, records: tuple[Record, ...]) -> None:
    from terracite.record.geoflow import read_contacts
    from terracite.record.reading import Notes

    people = read_contacts((folder / CONTACTS).read_bytes(), Notes("geoflow"))
    known = {name for one in people for name in one.ids}
    entities = check_table((folder / ENTITIES).read_bytes(), contacts=known)
    assert (entities.rows, entities.errors) == (len(records), 0)
    assert {item.rule for item in entities.findings} <= {"uuid"}, "ours are of version 5, so that they stay the same"
    assert check_table((folder / CONTACTS).read_bytes()).findings == ()


def test_records_come_back_from_the_tables(folder: Path, records: tuple[Record, ...]) -> None:
    for back, record in zip(_rows(folder), records, strict=True):
        assert back.uuid == record.uuid
        assert (back.title, back.abstract, back.purpose) == (record.title, record.abstract, record.purpose)
        assert [one.display_name for one in back.creators] == [one.display_name for one in record.creators]
        assert (back.periods, back.licence) == (record.periods, record.licence)
        assert [extent.box for extent in back.extents] == [extent.box for extent in record.extents]
        assert [keyword.label for keyword in back.keywords] == [keyword.label for keyword in record.keywords]
    assert [one.resource_type for one in _rows(folder)].count(ResourceType.COLLECTION) == 4


def test_titles_say_what_each_row_is(records: tuple[Record, ...]) -> None:
    assert [record.title.en for record in records[:4]] == [
        "Sentinel-2 NDVI time series (Réunion), 2022–2023",
        "Sentinel-2 NDWIGAO time series (Réunion), from 2022",
        "Sentinel-2 NDVI time series of tile 40KCB (Réunion), 2022–2023",
        "Sentinel-2 NDVI time series of tile 40KCB (Réunion), 2022",
    ]


def test_the_workflow_names_the_tables(folder: Path) -> None:
    workflow = read_workflow((folder / WORKFLOW).read_bytes())
    assert [table.source for table in (*workflow.entities, *workflow.contacts)] == [ENTITIES, CONTACTS]
    content = json.loads((folder / WORKFLOW).read_bytes())
    assert [action["id"] for action in content["actions"]] == ["geometa-create-iso-19115"]


def test_no_email_is_in_the_tables(folder: Path) -> None:
    assert all(b"alice@" not in path.read_bytes() for path in folder.iterdir())


def test_other_records_keep_their_uuid(tmp_path: Path) -> None:
    record = Record(title={"en": "Other"})  # type: ignore[arg-type]
    entities, *_ = write_tables(tmp_path, [record], page=_page)
    assert f"id:{record.uuid}" in entities.read_text(encoding="utf-8")
    named: Callable[[Record], str] = lambda _: "mine"  # noqa: E731
    entities, *_ = write_tables(tmp_path, [record], page=_page, identify=named)
    assert "id:mine" in entities.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [CONTACTS, ENTITIES, WORKFLOW]
