# SPDX-License-Identifier: AGPL-3.0-or-later
"""RO-Crate: flat, every reference resolved, and read from the crates of others (invented in their style)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from rocrate.rocrate import ROCrate

from record.examples import EXAMPLES, PAGE, full_record, publishable_draft
from record.strategies import records
from terracite.errors import RecordError
from terracite.record.model import (
    Agent,
    DataFile,
    DateKind,
    Keyword,
    Record,
    RecordDate,
    Related,
    ResourceType,
    Source,
    Text,
)
from terracite.record.reading import Reading
from terracite.record.ro_crate import crate_entities, document, read_ro_crate, write_ro_crate

Entity = dict[str, Any]
OUTSIDE = {"https://w3id.org/ro/crate/1.2"}


def _graph(record: Record, url: str = PAGE) -> list[Entity]:
    graph: list[Entity] = json.loads(document(crate_entities(record, url)))["@graph"]
    return graph


def _crate(*entities: Entity, version: str = "1.1", **root: Any) -> bytes:
    """A crate in the style of others, with a dataset that has ``root``."""
    about = {"conformsTo": {"@id": f"https://w3id.org/ro/crate/{version}"}, "about": {"@id": "./"}}
    descriptor = {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", **about}
    dataset = {"@id": "./", "@type": "Dataset", "name": "A crate", **root}
    context = f"https://w3id.org/ro/crate/{version}/context"
    return json.dumps({"@context": context, "@graph": [descriptor, dataset, *entities]}).encode()


def _read(*entities: Entity, **root: Any) -> Reading:
    return read_ro_crate(_crate(*entities, **root))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict) and value.keys() == {"@id"}:
        yield value["@id"]


# -- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [PAGE, ""], ids=["web", "folder"])
@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_a_flat_graph_of_entities_that_are_there(url: str, record: Record) -> None:
    graph = _graph(record, url)
    identifiers = [entity["@id"] for entity in graph]
    assert len(set(identifiers)) == len(identifiers)
    assert all(entity["@type"] for entity in graph)
    values = [value for entity in graph for value in entity.values()]
    assert set(_references(values)) - set(identifiers) <= OUTSIDE
    literals = {frozenset(("@language", "@value")), frozenset(("@type", "@value")), frozenset(("@id",))}
    found = [item for value in values for item in (value if isinstance(value, list) else [value])]
    assert {frozenset(item) for item in found if isinstance(item, dict)} <= literals
    assert "secret@" not in json.dumps(graph)


def test_the_root_has_what_ro_crate_requires() -> None:
    for make in EXAMPLES.values():
        metadata, root, *_ = _graph(make())
        assert metadata["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
        assert metadata["about"] == {"@id": root["@id"]} == {"@id": PAGE}
        assert root["@type"] == "Dataset"
        assert {"name", "description", "datePublished", "license"} <= root.keys()


def test_in_a_folder_the_root_is_the_folder_and_files_are_paths() -> None:
    _, root, *others = _graph(full_record(), "")
    files = [entity for entity in others if entity["@type"] == "File"]
    assert root["@id"] == "./"
    assert "url" not in root
    assert root["thumbnailUrl"] == "thumbnail.png"
    assert [file["@id"] for file in files] == ["map/landcover%202023.tif", "report.html", "thumbnail.png"]
    assert not any("localPath" in file for file in files)


def test_on_the_web_files_are_addresses_with_their_paths() -> None:
    first = next(entity for entity in _graph(full_record()) if entity["@type"] == "File")
    assert first["@id"] == f"{PAGE}files/map/landcover%202023.tif"
    assert (first["localPath"], first["contentSize"], first["sha256"]) == (
        "map/landcover 2023.tif",
        "123456",
        "0a" * 32,
    )


def test_a_path_in_another_alphabet_stays_readable() -> None:
    record = publishable_draft().model_copy(
        update={"files": (DataFile(path="données/été 1#.csv", bytes=1, sha256="1d" * 32),)}
    )
    assert [entity["@id"] for entity in _graph(record, "")][2] == "données/été%201%23.csv"
    assert read_ro_crate(document(crate_entities(record))).record.files == record.files
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.files == record.files


def test_a_dataset_issued_twice_has_one_date_of_publication() -> None:
    issued = tuple(RecordDate(kind=DateKind.ISSUED, on=dt.date(year, 1, 1)) for year in (2020, 2022))
    record = full_record().model_copy(update={"dates": issued})
    root = _graph(record)[1]
    assert (root["datePublished"], root["dct:issued"]) == ("2020-01-01", "2022-01-01")
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.dates == issued


def test_a_keyword_alone_that_has_a_comma_stays_one() -> None:
    record = Record(language="en", keywords=(Keyword(label=Text(en="a, b")),))
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.keywords == record.keywords


def test_what_is_cited_has_an_address_and_the_rest_is_mentioned() -> None:
    works = (
        Related(identifier="10.5072/one", relation="References"),
        Related(identifier="box 12, shelf 3", relation="Cites"),
        Related(identifier="10.5072/one", relation="IsDocumentedBy"),
        Related(identifier=PAGE, relation="Cites"),
        Related(identifier="https://example.org/two", relation="Cites"),
    )
    record = full_record().model_copy(update={"related": works})
    root = _graph(record)[1]
    assert root["citation"] == [{"@id": "https://doi.org/10.5072/one"}, {"@id": "https://example.org/two"}]
    assert len(root["mentions"]) == 3
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.related == works


def test_one_person_in_two_roles_is_one_entity() -> None:
    person = Agent(family_name="Ng", given_name="Li", orcid="0000-0002-1825-0097")
    record = Record(creators=(person,), contacts=(person,))
    people = [entity["@id"] for entity in _graph(record) if entity["@type"] == "Person"]
    assert people == ["https://orcid.org/0000-0002-1825-0097"]


def test_two_things_under_one_address_stay_two() -> None:
    sources = (Source(title="A", identifier="10.5072/x"), Source(title="B", identifier="10.5072/x"))
    record = full_record().model_copy(update={"lineage": full_record().lineage.model_copy(update={"sources": sources})})
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.lineage.sources == sources


@pytest.mark.parametrize(
    ("record", "published", "expected"),
    [
        (Record(), dt.date(2024, 2, 3), "2024-02-03"),
        (Record(), None, "9999-12-31"),
        (publishable_draft(), dt.date(2024, 2, 3), "2022-01-15"),
    ],
    ids=["given", "never", "created"],
)
def test_a_draft_has_a_date_that_is_read_as_none(record: Record, published: dt.date | None, expected: str) -> None:
    entities = crate_entities(record, PAGE, published)
    assert (entities[1]["datePublished"], entities[1]["creativeWorkStatus"]) == (expected, "Draft")
    assert read_ro_crate(document(entities)).record.dates == record.dates


@pytest.mark.parametrize("case", EXAMPLES)
def test_what_we_write_leaves_nothing_unread(case: str) -> None:
    reading = read_ro_crate(write_ro_crate(EXAMPLES[case](), PAGE))
    assert (reading.remarks, reading.leftovers) == ((), ())


def test_the_library_reads_what_we_write() -> None:
    graph = json.loads(document(crate_entities(full_record())))
    crate = ROCrate(graph)
    assert crate.root_dataset["name"] == full_record().title.fr
    assert [author["name"] for author in crate.root_dataset["author"]] == [
        "Zoé Lebrun",
        "Rakoto",
        "Collectif Mascareignes",
    ]
    assert len(crate.data_entities) == 3


# -- crates of others ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_crate_of_every_version_is_read(version: str) -> None:
    name = "ro-crate-metadata.jsonld" if version == "1.0" else "ro-crate-metadata.json"
    content = _crate(version=version, license={"@id": "https://spdx.org/licenses/CC-BY-4.0"})
    record = read_ro_crate(content.replace(b"ro-crate-metadata.json", name.encode())).record
    assert (record.title.en, record.licence) == ("A crate", "CC-BY-4.0")


def test_people_files_and_places_of_a_crate_are_read() -> None:
    reading = _read(
        {
            "@id": "https://orcid.org/0000-0002-1825-0097",
            "@type": "Person",
            "name": "Li Ng",
            "affiliation": {"@id": "#i"},
        },
        {"@id": "#i", "@type": "Organization", "name": "Institute"},
        {
            "@id": "a%20b.csv",
            "@type": "File",
            "name": "A",
            "contentSize": "12",
            "sha256": "ab" * 32,
            "encodingFormat": "text/csv",
        },
        {"@id": "sub/", "@type": "Dataset", "name": "A folder"},
        {"@id": "https://sws.geonames.org/935317/", "@type": "Place", "name": "Réunion", "geo": {"@id": "#g"}},
        {"@id": "#g", "@type": "GeoCoordinates", "latitude": "-21.1", "longitude": "55.5"},
        author={"@id": "https://orcid.org/0000-0002-1825-0097"},
        hasPart=[{"@id": "a%20b.csv"}, {"@id": "sub/"}],
        contentLocation={"@id": "https://sws.geonames.org/935317/"},
        datePublished="2023-05-01T10:00:00+02:00",
        keywords="sea, ice",
    )
    record = reading.record
    (agent,), (file,), (extent,) = record.creators, record.files, record.extents
    assert (agent.family_name, agent.orcid, agent.affiliations[0].name) == ("Ng", "0000-0002-1825-0097", "Institute")
    assert (file.path, file.bytes, file.media_type) == ("a b.csv", 12, "text/csv")
    assert (extent.box.west, extent.place.en, extent.place_uri) == (55.5, "Réunion", "https://sws.geonames.org/935317/")
    assert [keyword.label.en for keyword in record.keywords] == ["sea", "ice"]
    assert {item.where for item in reading.leftovers} >= {"$.@graph[5].name"}  # the folder, which a record has none of


def test_a_creation_is_a_step_of_the_lineage() -> None:
    reading = _read(
        {
            "@id": "#c",
            "@type": "CreateAction",
            "name": "Run",
            "endTime": "2023-05-01T10:00:00Z",
            "instrument": {"@id": "#s"},
        },
        {"@id": "#s", "@type": "SoftwareApplication", "name": "tool", "softwareVersion": "1.2"},
        mentions={"@id": "#c"},
    )
    (step,) = reading.record.lineage.steps
    assert (step.description.en, step.software, step.on) == (
        "Run",
        "tool 1.2",
        dt.datetime(2023, 5, 1, 10, tzinfo=dt.UTC),
    )


def test_what_a_crate_says_of_other_kinds_is_kept() -> None:
    assert _read(additionalType="SoftwareSourceCode").record.resource_type is ResourceType.SOFTWARE
    assert _read(description="About it").record.abstract == Text(en="About it")


@pytest.mark.parametrize(
    "content",
    [
        {"@context": "https://schema.org", "@type": "Dataset", "name": "x"},
        {"@graph": [{"@id": "ro-crate-metadata.json"}]},
        {"@graph": [{"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}]},
        {"@graph": [{"@id": "ro-crate-metadata.json", "about": "./"}]},
        {"@graph": "ro-crate-metadata.json"},
        [],
    ],
    ids=["no crate", "about nothing", "about nobody", "about a text", "no graph", "empty"],
)
def test_what_has_no_root_is_refused(content: Any) -> None:
    try:
        title = read_ro_crate(json.dumps(content).encode()).record.title
    except RecordError as error:
        assert error.hint  # noqa: PT017 - either is right: refused with a cure, or a record without a title
    else:
        assert not title


def test_two_thousand_authors_come_back_in_their_order() -> None:
    creators = tuple(Agent(family_name=f"Name {number}", given_name="A") for number in range(2000))
    record = full_record().model_copy(update={"creators": creators})
    assert read_ro_crate(write_ro_crate(record, PAGE)).record.creators == creators
