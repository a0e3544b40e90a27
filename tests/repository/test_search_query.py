# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search finds what is published by words of both languages, place, time and facets, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from published import deposit, publish, record
from terracite.errors import StorageError
from terracite.record.model import Access, AccessKind, Box, Discipline, Extent, Period, Representation, Text
from terracite.repository import search
from terracite.repository.models import DatasetVersion
from terracite.repository.search import SearchQuery, index
from terracite.repository.search.address import from_parameters, to_parameters
from terracite.repository.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_index(tmp_path: Path, settings: Any) -> Path:
    settings.TERRACITE = replace(settings.TERRACITE, data_dir=tmp_path)
    return tmp_path / "index"


def titles(**wanted: Any) -> list[str]:
    return sorted(hit.title.en for hit in search.query(SearchQuery(**wanted)).hits)


def named(title: str, **values: Any) -> DatasetVersion:
    return publish(record(title=Text(en=title, fr=values.pop("fr", "")), **values))


@pytest.mark.parametrize(
    "text",
    [
        "vegetation",
        "végétation",
        "VEGETATIONS",
        "séries de végétation sur La Réunion",
        "l'indice de végétation",
        "forest",
        "forets",
        "40KCB",
        "t40kcb",
        "ndvi",
        "NDV",
        "Martin",
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        '"vegetation series"',
        "the vegetation of Reunion",
    ],
)
def test_a_dataset_is_found_by_words_names_and_identifiers(text: str) -> None:
    publish()
    search.rebuild()
    assert titles(text=text) == ["Vegetation series over Reunion Island"]


@pytest.mark.parametrize("text", ["mangrove", "40KCC", '"series vegetation"', "vegetation mangrove", "10.5072/none"])
def test_a_dataset_is_not_found_by_what_it_does_not_say(text: str) -> None:
    publish()
    search.rebuild()
    assert titles(text=text) == []


def test_a_doi_finds_its_dataset_alone_in_any_spelling() -> None:
    version, _other = publish(), publish()
    search.rebuild()
    for spelling in (version.doi, f"https://doi.org/{version.doi}", f"doi:{version.doi.upper()}"):
        assert [hit.doi for hit in search.query(SearchQuery(text=spelling)).hits] == [version.doi]


def test_nonsense_is_a_search_like_any_other() -> None:
    publish()
    for text in ("&&& ***", 'AND OR NOT "', "title_en:x [1 TO", "\x00", "e" * 5000, "d'"):
        assert search.query(SearchQuery(text=text)).total in (0, 1)


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_only_published_versions_are_found(state: State) -> None:
    search.index_version(publish(state=state))
    assert search.query(SearchQuery()).total == 0


def test_the_index_follows_each_version_by_itself() -> None:
    first = named("First")
    search.rebuild()
    second = publish(record(title=Text(en="Second")), dataset=first.dataset, number=2)
    DatasetVersion.objects.filter(pk=first.pk).update(state=State.SUPERSEDED.value)
    search.index_version(second)
    assert titles() == ["Second"]
    search.index_version(first)  # late, or twice: the database decides
    assert titles() == ["Second"]
    DatasetVersion.objects.filter(pk=second.pk).update(state=State.WITHDRAWN.value)
    search.index_version(second)
    assert titles() == []


def test_remove_takes_a_dataset_out() -> None:
    version, _ = named("One"), named("Two")
    search.rebuild()
    search.remove(version)
    assert titles() == ["Two"]


def test_a_missing_or_old_index_is_made_again(own_index: Path) -> None:
    named("One")
    assert titles() == ["One"]
    (own_index / "current").write_text("v0-000001")
    assert titles() == ["One"]


def test_a_rebuild_leaves_one_generation_and_nothing_half_made(own_index: Path) -> None:
    named("One")
    assert [search.rebuild(), search.rebuild()] == [1, 1]
    assert sorted(path.name for path in own_index.iterdir()) == ["current", "v2-000002", "write.lock"]


BOXES = {
    "Reunion": Box(west=55.2, south=-21.4, east=55.9, north=-20.8),
    "Fiji": Box(west=177, south=-19, east=-179, north=-16),
    "World": Box(west=-180, south=-90, east=180, north=90),
}


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ((55, -22, 56, -20), ["Reunion", "World"]),
        ((55.9, -20.8, 60, 0), ["Reunion", "World"]),  # edges touch
        ((-179.5, -18, -179.2, -17), ["Fiji", "World"]),
        ((178, -18, -178, -17), ["Fiji", "World"]),
        ((170, -18, 176, -17), ["World"]),
        ((-10, 40, 10, 50), ["World"]),
    ],
)
def test_a_box_finds_what_it_touches(box: tuple[float, ...], found: list[str]) -> None:
    for name, extent in BOXES.items():
        named(name, extents=(Extent(box=extent),))
    west, south, east, north = box
    assert titles(box=Box(west=west, south=south, east=east, north=north)) == found


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, dt.date(2019, 12, 31), []),
        (None, dt.date(2020, 1, 1), ["Past"]),
        (dt.date(2020, 6, 1), dt.date(2020, 6, 2), ["Past"]),
        (dt.date(2021, 1, 1), dt.date(2021, 12, 31), []),
        (dt.date(2030, 1, 1), None, ["Ongoing"]),
        (dt.date(2020, 12, 31), dt.date(2022, 1, 1), ["Ongoing", "Past"]),
    ],
)
def test_a_period_finds_what_it_touches(start: dt.date | None, end: dt.date | None, found: list[str]) -> None:
    named("Past", periods=(Period(start=dt.date(2020, 1, 1), end=dt.date(2020, 12, 31)),))
    named("Ongoing", periods=(Period(start=dt.date(2022, 1, 1), ongoing=True),))
    named("Without", periods=())
    assert titles(start=start, end=end) == found


def three_kinds() -> None:
    named("Map", licence="CC-BY-4.0")
    named("Table", representation=Representation.TABLE, disciplines=(Discipline.OCEAN,), licence="CC0-1.0")
    named("Both", disciplines=(Discipline.OCEAN, Discipline.BIODIVERSITY))


def test_facets_count_and_widen_within_one_facet() -> None:
    three_kinds()
    results = search.query(SearchQuery(disciplines=("ocean",)))
    assert sorted(hit.title.en for hit in results.hits) == ["Both", "Table"]
    counts = {name: {item.value: item.count for item in items} for name, items in results.facets.items()}
    assert counts == {
        "discipline": {"ocean": 2, "biodiversity": 1, "continental_surfaces": 1},
        "kind": {"grid": 1, "textTable": 1},
        "format": {"NetCDF-4": 2},
        "licence": {"CC-BY-4.0": 1, "CC0-1.0": 1},
        "access": {"open": 2},
    }
    assert titles(disciplines=("ocean", "continental_surfaces")) == ["Both", "Map", "Table"]
    assert titles(disciplines=("ocean",), types=("grid",)) == ["Both"]
    assert [item.chosen for item in results.facets["discipline"]] == [True, False, False]


def test_a_chosen_value_that_finds_nothing_stays_in_its_facet() -> None:
    three_kinds()
    results = search.query(SearchQuery(licences=("Apache-2.0",)))
    assert (results.total, results.facets["licence"][-1].value, results.facets["licence"][-1].count) == (
        0,
        "Apache-2.0",
        0,
    )


def test_access_and_deposit_restrict() -> None:
    version = publish(access=Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2027, 1, 1)))
    publish(group=deposit("Another"))
    assert search.query(SearchQuery(access=("embargoed",))).total == 1
    assert search.query(SearchQuery(deposit=str(version.dataset.deposit.uuid))).hits[0].doi == version.doi


def test_an_empty_answer_names_the_nearest_wider_searches() -> None:
    three_kinds()
    results = search.query(SearchQuery(text="vegetatoin", licences=("CC0-1.0",), disciplines=("biodiversity",)))
    assert results.total == 0
    assert [(item.dropped, item.total) for item in search.query(SearchQuery(text="vegetatoin")).relaxations] == [
        ("spelling", 3)
    ]
    looser = search.query(SearchQuery(text="map", licences=("CC0-1.0",))).relaxations
    assert {item.dropped: item.total for item in looser} == {"licence": 1, "text": 1}
    for item in looser:
        assert search.query(item.query).total == item.total


def test_sorting_and_pages() -> None:
    for day, title in enumerate(("Écume", "abricot", "Zone"), start=1):
        publish(record(title=Text(en=title)), at=dt.datetime(2026, 1, day, tzinfo=dt.UTC))

    def in_order(**wanted: Any) -> list[str]:
        return [hit.title.en for hit in search.query(SearchQuery(**wanted)).hits]

    assert in_order(sort="title") == ["abricot", "Écume", "Zone"]
    assert in_order(sort="newest") == in_order() == ["Zone", "abricot", "Écume"]
    assert in_order(sort="oldest") == ["Écume", "abricot", "Zone"]
    assert in_order(sort="title", size=2, page=2) == ["Zone"]
    results = search.query(SearchQuery(size=2, page=9))
    assert (results.hits, results.total, results.pages) == ((), 3, 2)


def test_a_word_in_the_title_counts_most() -> None:
    named("Soil", abstract=Text(en="Nothing else."))
    named("Water", abstract=Text(en="Water over soil, seen from the soil."))
    assert [hit.title.en for hit in search.query(SearchQuery(text="soil")).hits] == ["Soil", "Water"]


def test_a_hit_shows_the_dataset() -> None:
    version = publish(files={"S2_T40KCB_NDVI_2022.nc": b"12345", "README.md": b"hello"})
    (hit,) = search.query(SearchQuery(text=version.doi)).hits
    assert (hit.path, hit.bytes, hit.file_count) == (f"/datasets/{version.dataset.uuid}/v1/", 10, 2)
    assert (hit.creators, hit.formats, hit.kind) == (("Alice Martin",), ("MD", "NetCDF-4"), "grid")
    assert (hit.boxes, hit.start, hit.end) == (
        ((55.2, -21.4, 55.9, -20.8),),
        dt.date(2022, 1, 1),
        dt.date(2022, 12, 31),
    )
    assert "alice@example.org" not in hit.model_dump_json()


def test_writers_take_turns(own_index: Path) -> None:
    generation_of_one = named("One")
    search.rebuild()
    generation = index.current(own_index)
    assert generation is not None
    order: list[str] = []

    def write_late() -> None:
        with index.locked(own_index), index.writer(generation) as writer:
            order.append("second")
            writer.delete_documents_by_term("uuid", str(generation_of_one.dataset.uuid))

    with index.locked(own_index):
        other = Thread(target=write_late)
        other.start()
        other.join(0.1)
        order.append("first")
    other.join()
    assert (order, titles()) == (["first", "second"], [])


def test_a_writer_that_waits_too_long_says_why(own_index: Path) -> None:
    with index.locked(own_index), pytest.raises(StorageError, match="reindex"), index.locked(own_index, 0.05):
        pass


def test_a_failed_write_leaves_the_index_as_it_was(own_index: Path) -> None:
    version = named("One")
    search.rebuild()
    generation = index.current(own_index)
    assert generation is not None

    def write_and_fail() -> None:
        with index.locked(own_index), index.writer(generation) as writer:
            writer.delete_documents_by_term("uuid", str(version.dataset.uuid))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert titles() == ["One"]


degrees = st.integers(-1800, 1800).map(lambda value: value / 10)
latitudes = st.integers(-900, 900).map(lambda value: value / 10)
boxes = st.builds(
    lambda west, east, one, two: Box(west=west, east=east, south=min(one, two), north=max(one, two)),
    degrees,
    degrees,
    latitudes,
    latitudes,
)
words = st.lists(st.text("aé1-\"'", min_size=1, max_size=8), max_size=3).map(" ".join)
days = st.none() | st.dates()
values = st.lists(st.sampled_from(["ocean", "grid", "CC-BY-4.0"]), unique=True, max_size=2).map(tuple)


@limits(max_examples=25)
@given(
    st.builds(
        SearchQuery,
        text=words,
        box=st.none() | boxes,
        start=days,
        end=days,
        disciplines=values,
        types=values,
        licences=values,
        page=st.integers(1, 50),
        size=st.integers(1, 100),
        sort=st.sampled_from(["relevance", "newest", "oldest", "title"]),
        loose=st.booleans(),
    )
)
def test_a_search_survives_its_address(query: SearchQuery) -> None:
    parameters: dict[str, list[str]] = {}
    for key, value in to_parameters(query):
        parameters.setdefault(key, []).append(value)
    assert from_parameters(parameters) == (query, [])


def test_every_mistake_in_an_address_is_told_and_left_out() -> None:
    bad = {
        "bbox": "1,2,3",
        "start": "soon",
        "end": "9999-13",
        "sort": "up",
        "page": "-1",
        "size": "10000",
        "other": "x",
    }
    query, problems = from_parameters({key: [value] for key, value in bad.items()})
    assert query == SearchQuery()
    assert [problem.where for problem in problems] == ["bbox", "start", "end", "page", "size", "sort"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023", dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023-12", dt.date(2023, 12, 1), dt.date(2023, 12, 31)),
    ],
)
def test_a_year_or_a_month_is_a_whole_period(text: str, start: dt.date, end: dt.date) -> None:
    query, _ = from_parameters({"start": [text], "end": [text]})
    assert (query.start, query.end) == (start, end)


def test_readers_find_everything_while_the_index_is_rebuilt() -> None:
    for number in range(5):
        named(f"Number {number}")
    search.rebuild()
    seen: set[int] = set()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(40):
                seen.add(search.query(SearchQuery(text="vegetation")).total)
        except BaseException as error:  # noqa: BLE001  told by the test below
            failures.append(error)

    reader = Thread(target=read)
    reader.start()
    for _ in range(4):
        search.rebuild()
    reader.join()
    assert (failures, seen) == ([], {5})
