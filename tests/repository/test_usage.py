# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts after COUNTER: double clicks, sessions, robots, machines, ranges; nothing lost, nobody named."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from published import publish
from terracite.repository import usage
from terracite.repository.models import UsageDay, UsageKind
from terracite.repository.usage import Reader, journal, reader_of, sessions

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/20100101 Firefox/120.0"
NOON = dt.datetime(2026, 3, 5, 12, 10, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def instance(db, tmp_path, settings):
    import dataclasses

    settings.TERRACITE = dataclasses.replace(settings.TERRACITE, data_dir=tmp_path)
    sessions.memory.clear()
    return tmp_path


@pytest.fixture
def version():
    return publish()


def click(version, seconds: float = 0, kind=UsageKind.VIEW, address="192.0.2.1", agent=FIREFOX, **more) -> None:
    moment = NOON + dt.timedelta(seconds=seconds)
    usage.count(version, kind, usage.Request(address, agent, **more), moment)


def sums(version) -> usage.Sums:
    usage.take_in(everything=True)
    return usage.usage_of(version).version


@pytest.mark.parametrize(
    ("agent", "who"),
    [
        (FIREFOX, Reader.PERSON), ("", Reader.MACHINE), ("GDAL/3.6.2", Reader.MACHINE), ("curl/8.1", Reader.MACHINE),
        ("Mozilla/5.0 QGIS/32216/Linux", Reader.MACHINE), ("python-requests/2.31", Reader.MACHINE),
        ("R (4.2.2 x86_64-pc-linux-gnu x86_64 linux-gnu)", Reader.MACHINE),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Reader.ROBOT),
        ("GPTBot/1.2", Reader.ROBOT), ("meta-externalagent/1.1", Reader.ROBOT), ("x" * 100_000, Reader.PERSON),
    ],
)  # fmt: skip
def test_robots_machines_and_people_are_told_apart(agent: str, who: Reader) -> None:
    assert reader_of(agent) is who


def test_a_double_click_counts_once(version) -> None:
    for seconds in (0, 10, 35, 66):  # each within 30 s of the one before, but the last
        click(version, seconds)
    click(version, 5, address="192.0.2.2")
    found = sums(version)
    assert (found.views, found.visits) == (3, 2)


def test_a_session_lasts_an_hour_of_the_clock(version) -> None:
    for minutes in (0, 20, 55, 60):  # 12:10, 12:30, 13:05, 13:10
        click(version, minutes * 60)
    assert (sums(version).views, sums(version).visits) == (4, 2)


def test_a_download_is_a_visit_and_files_count_each(version) -> None:
    for number, item in enumerate(("a.tif", "b.tif", "a.tif")):
        click(version, number, UsageKind.DOWNLOAD, item=item, bytes=100)
    found = sums(version)
    assert (found.downloads, found.takers, found.visits, found.views, found.bytes) == (2, 1, 1, 0, 300)


def test_reading_by_ranges_is_one_download(version) -> None:
    for number in range(100):
        click(version, number * 40, UsageKind.DOWNLOAD, agent="GDAL/3.6", item="a.tif", bytes=10, is_part=number > 0)
    found = sums(version)
    assert (found.machine_downloads, found.downloads, found.bytes) == (1, 0, 1000)


def test_robots_and_drafts_are_not_counted(version) -> None:
    click(version, agent="Googlebot/2.1")
    version.published_at = None
    click(version)
    assert usage.take_in(everything=True) == 0


def test_nothing_that_names_a_visitor_is_written(version, instance) -> None:
    for day in (0, 0, 1):
        click(version, day * 86_400, UsageKind.DOWNLOAD, item="secret/name.tif", address="192.0.2.77")
    lines = "".join(path.read_text() for path in (instance / "usage").iterdir()).splitlines()
    assert not any(told in line for line in lines for told in ("192.0.2", "Firefox", "secret", "name"))
    assert (lines[0] == lines[1], len({tuple(line.split()[-2:]) for line in lines})) == (True, 2)
    usage.take_in(everything=True)
    assert not list((instance / "usage").iterdir())


def test_what_two_web_processes_noted_is_one_double_click(version, monkeypatch) -> None:
    for number, seconds in enumerate((0, 20, 10, 30, 70)):  # in two files, each with a part of the session
        monkeypatch.setattr(journal.os, "getpid", lambda number=number: 1 + number % 2)
        click(version, seconds)
    assert len(list(journal.folder().iterdir())) == 2
    found = sums(version)
    assert (found.views, found.visits) == (2, 1)


def test_only_settled_files_are_taken_and_each_once(version, monkeypatch) -> None:
    click(version)
    assert usage.take_in() == 0
    later = time.time() + journal.SLOT_S + journal.SETTLED_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert (usage.take_in(), usage.take_in(), sums(version).views) == (1, 0, 1)


def test_a_line_cut_short_and_an_unknown_version_are_passed_over(version) -> None:
    click(version)
    path = next(journal.folder().iterdir())
    with path.open("a") as file:
        file.write("1772712600.0 999999 view 0 0 0 aa -\n1772712600.0 7 vi")
    assert sums(version).views == 1
    assert UsageDay.objects.count() == 1


def test_a_full_disk_costs_the_count_only(version, instance) -> None:
    (instance / "usage").write_text("no folder")
    click(version)


def test_months_have_no_gaps_and_the_report_speaks_counter(version) -> None:
    click(version)
    usage.count(version, UsageKind.DOWNLOAD, usage.Request("192.0.2.9", FIREFOX, "a"), NOON + dt.timedelta(days=65))
    usage.take_in(everything=True)
    found = usage.usage_of(version)
    assert [(month.first.month, month.sums.views, month.sums.downloads) for month in found.months] == [
        (3, 1, 0), (4, 0, 0), (5, 0, 1),
    ]  # fmt: skip
    told = usage.report(version, found)
    assert told["totals"]["dataset"]["regular"] == {
        "total-dataset-investigations": 2, "unique-dataset-investigations": 2,
        "total-dataset-requests": 1, "unique-dataset-requests": 1,
    }  # fmt: skip
    assert told["performance"][0]["period"] == {"begin-date": "2026-03-01", "end-date": "2026-03-31"}


def test_it_is_cheap(version) -> None:
    start = time.perf_counter()
    for number in range(200):
        click(version, number, address=f"192.0.2.{number}")
    assert (time.perf_counter() - start) / 200 < 0.001
