# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records as geoflow's rows, cell by cell, and the records in the rows of others."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import EXAMPLES, PAGE, full_record, pacific_record, publishable_draft
from record.plausible import plausible_records
from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.record.geoflow import read_geoflow, read_geoflow_table, write_geoflow_table
from terracite.record.geoflow.columns import CONTACT_NAMES, NAMES
from terracite.record.geoflow.people import agent_called, identifier_of
from terracite.record.model import (
    AccessKind,
    Agent,
    Box,
    DateKind,
    Extent,
    KeywordKind,
    Organisation,
    Record,
    Representation,
    ResourceType,
    Text,
)
from terracite.record.reading import MAX_BYTES

#: column -> keys that geoflow's validator takes (None: one text without a key)
KEYS: dict[str, str | None] = {
    "Identifier": "id id_version uuid doi conceptdoi packageId",
    "Title": "title alternative",
    "Description": "abstract purpose credit info edition status maintenance",
    "Subject": "theme place temporal discipline stratum taxon dataCentre featureType instrument platform process "
    "project service product subTopicCategory topic",
    "Creator": "metadata author coAuthor collaborator contributor custodian distributor editor funder mediator "
    "originator owner pointOfContact principalInvestigator processor publisher resourceProvider rightsHolder sponsor "
    "stakeholder user",
    "Date": "creation publication revision released adopted unavailable edition embargo metadata",
    "Type": "generic zenodoResourceType",
    "Language": None,
    "SpatialCoverage": "ewkt wkt srid",
    "TemporalCoverage": None,
    "Format": "resource distribution",
    "Relation": "ftp http download parent thumbnail ref grant",
    "Rights": "license use useLimitation useConstraint accessConstraint otherConstraint accessRight accessConditions",
    "Provenance": "statement process",
    "Data": "access source sourceType upload uploadType spatialRepresentationType variable",
}
KEY = re.compile(r'(?P<key>\w+)(?:#(?P<locale>[A-Z]{2}))?(?:\[(?:"(?:[^"]|"")*"|[^\]"]*)\])?(?:@.*)?')


def _rows(document: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(document.decode(), newline="")))


def _row(record: Record) -> dict[str, str]:
    (row,) = _rows(FORMATS["geoflow"].write(record, PAGE))
    return row


def _contacts(record: Record) -> list[dict[str, str]]:
    return _rows(FORMATS["geoflow-contacts"].write(record, PAGE))


def _cut(text: str, mark: str) -> list[str]:
    """The text cut where an even number of quotation marks follows, which is all that geoflow looks at."""
    parts, start = [], 0
    for found in re.finditer(mark, text):
        if text.count('"', found.end()) % 2 == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _as_geoflow_reads(cell: str) -> list[tuple[str, str, list[str]]]:
    """Key, locale and values of each component, cut without any knowledge of our own reader."""
    found = []
    for component in cell.split("_\n"):
        head, *rest = _cut(component, ":(?!//)")
        key = KEY.fullmatch(head)
        assert key, head
        assert rest, component
        found.append((key["key"], key["locale"] or "", _cut(":".join(rest), ",")))
    return found


def test_the_columns_are_those_of_geoflow_in_its_order() -> None:
    assert list(_row(full_record())) == list(NAMES) == list(KEYS)
    assert list(_contacts(full_record())[0]) == list(CONTACT_NAMES)


def _agrees_with_geoflow(record: Record) -> None:
    row, contacts = _row(record), _contacts(record)
    for column, keys in KEYS.items():
        if keys is not None and row[column]:
            found = _as_geoflow_reads(row[column])
            assert {key for key, _, _ in found} <= set(keys.split()), column
            assert {locale for _, locale, _ in found} <= {"", "FR", "EN"}
            assert found[0][1] == "", "the first component is in the language of the metadata"
    ids = [contact["Identifier"].split("_\n")[0].removeprefix("id:") for contact in contacts]
    called = [name for line in row["Creator"].split("_\n") if line for name in line.split(":")[1].split(",")]
    assert set(called) <= set(ids), "geoflow cuts this cell at every colon and comma"
    assert all(line.count(":") == 1 for line in row["Creator"].split("_\n") if line)
    kinds = {line.split(":")[0] for contact in contacts for line in contact["Identifier"].split("_\n")}
    assert kinds <= {"id", "orcid"}, "geoflow refuses any other"
    _has_dates_that_geoflow_reads(row)
    if row["Data"]:
        assert "source" in {key for key, _, _ in _as_geoflow_reads(row["Data"])}, "mandatory in this cell"
    if row["Provenance"]:
        assert row["Provenance"].startswith("statement:"), "mandatory in this cell"


def _has_dates_that_geoflow_reads(row: dict[str, str]) -> None:
    coverage = [part for part in row["TemporalCoverage"].split("/") if part]
    dates = (
        [value.strip('"') for _, _, values in _as_geoflow_reads(row["Date"]) for value in values] if row["Date"] else []
    )
    for text in (*coverage, *dates):
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?", text), text


@pytest.mark.parametrize("case", EXAMPLES)
def test_the_examples_are_cut_by_geoflow_as_they_are_meant(case: str) -> None:
    _agrees_with_geoflow(EXAMPLES[case]())


@given(record=plausible_records())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_is_cut_by_geoflow_as_it_is_meant(record: Record) -> None:
    _agrees_with_geoflow(record)


def test_the_full_record_is_written_cell_by_cell() -> None:
    row = _row(full_record())
    assert row["Identifier"].split("_\n") == [
        "id:6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11",
        "uuid:6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11",
        "doi:10.5072/6f0d3c3e",
        "conceptdoi:10.5072/concept",
    ]
    assert row["Title"].split("_\n")[1] == "title#EN:Land cover of La Réunion in 2023 (tile 40KCB)"
    assert row["Creator"].split("_\n") == [
        "author:Lebrun; Zoé (0000-0002-1825-0097),Rakoto;,Collectif Mascareignes (ror 03yrm5c26)",
        "pointOfContact:Lebrun; Zoé",
        "publisher:Entrepôt d’essai (ror 02feahw73)",
        "funder:Agence d’essai (ror 00rbzpz17)",
        "processor:Ng; Li",
    ]
    assert row["Type"] == "generic:dataset_\nzenodoResourceType:dataset"
    assert (row["Language"], row["TemporalCoverage"]) == ("fra", "2023-01-01/2023-12-31")
    assert row["SpatialCoverage"].split("_\n") == [
        "srid:32740",
        'ewkt:"SRID=4326;POLYGON((55.2 -21.4,55.9 -21.4,55.9 -20.8,55.2 -20.8,55.2 -21.4))"',
    ], "geoflow takes the last SRID for that of the geometry"
    assert row["Format"] == "resource:image/tiff[GeoTIFF (COG)]"
    assert row["Rights"].split("_\n")[:2] == ["license:CC-BY-4.0", "accessRight:open"]


def test_emails_are_in_neither_table() -> None:
    entities, contacts = write_geoflow_table([(full_record(), PAGE)])
    assert b"@example.org" not in entities + contacts


def test_contacts_say_more_than_ids() -> None:
    lebrun, rakoto, group, *_ = _contacts(full_record())
    assert lebrun["Identifier"] == "id:Lebrun; Zoé (0000-0002-1825-0097)_\norcid:0000-0002-1825-0097"
    assert lebrun["OrganizationName"] == "Institut de télédétection de l’océan Indien; Université de La Réunion"
    assert (lebrun["LastName"], lebrun["FirstName"], lebrun["WebsiteUrl"]) == (
        "Lebrun",
        "Zoé",
        "https://orcid.org/0000-0002-1825-0097",
    )
    assert (rakoto["LastName"], rakoto["FirstName"], rakoto["OrganizationName"]) == ("Rakoto", "", "")
    assert (group["OrganizationName"], group["WebsiteUrl"]) == ("Collectif Mascareignes", "https://ror.org/03yrm5c26")


def test_with_its_contacts_a_record_comes_back_with_affiliations() -> None:
    (reading,) = read_geoflow_table(*write_geoflow_table([(full_record(), PAGE)]))
    names = [place.name for place in reading.record.creators[0].affiliations]
    assert names == ["Institut de télédétection de l’océan Indien", "Université de La Réunion"]
    assert reading.record.creators[2] == full_record().creators[2]


def test_many_records_share_two_tables() -> None:
    records = [full_record(), publishable_draft(), pacific_record()]
    entities, contacts = write_geoflow_table([(record, PAGE) for record in records])
    readings = read_geoflow_table(entities, contacts)
    assert [reading.record.title for reading in readings] == [record.title for record in records]
    assert len({row["Identifier"] for row in _rows(contacts)}) == len(_rows(contacts))


AGENTS = [
    Agent(family_name="Lebrun", given_name="Zoé", orcid="0000-0002-1825-0097"),
    Agent(family_name="Rakoto"),
    Agent(family_name="李", given_name="明"),
    Agent(family_name="الخوارزمي", given_name="محمد"),
    Agent(family_name="a;b", given_name=" c, d: "),
    Agent(family_name="X (0000-0002-1825-0097)"),
    Agent(organisation='Parc, le: "x" [y]@#_'),
    Agent(organisation="CIRAD (UMR TETIS)", ror="https://ror.org/05kpkpg04"),
    Agent(organisation="Groupe (organisation)"),
    Agent(organisation="NA"),
    Agent(organisation="50 %\n“net”"),
]


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_an_id_is_a_name_that_geoflow_does_not_cut(agent: Agent) -> None:
    identifier = identifier_of(agent)
    assert agent_called(identifier) == agent
    assert not set(identifier) & set(',:@[]"#_\n')
    assert identifier == identifier.strip()


@pytest.mark.parametrize(
    "text", ["jdoe", "person@example.org", "0000-0002-5870-5762", "9963d60c-0c25", "a;b;c", ";", ""]
)
def test_the_id_of_another_table_is_not_taken_for_a_name(text: str) -> None:
    assert agent_called(text) is None


def test_two_thousand_creators_come_back() -> None:
    people = tuple(Agent(family_name=f"Né {number}", given_name="Ó, fils") for number in range(2000))
    record = publishable_draft().model_copy(update={"creators": people})
    assert read_geoflow(FORMATS["geoflow"].write(record, PAGE)).record.creators == people


@pytest.mark.parametrize(
    "text",
    [
        "=SUM(A1)",
        "-5 °C",
        "«\xa0a\xa0»",
        "a_\nb",
        "_",
        "NA",
        '"',
        "a: b, c [d]@e #EN",
        "海の色",
        "لون البحر",
        "\u202eabc",
    ],
)
def test_awkward_titles_come_back(text: str) -> None:
    record = publishable_draft().model_copy(update={"title": Text(fr=text, en=f"{text}?")})
    back = read_geoflow(FORMATS["geoflow"].write(record, PAGE)).record
    assert back.title == record.title if "\n" not in text else "b" in back.title.fr


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        (Box(west=176.5, south=-19.5, east=-178, north=-15.5), "MULTIPOLYGON"),
        (Box(west=-180, south=-90, east=180, north=-60), "POLYGON"),
        (Box(west=0, south=90, east=0, north=90), "POINT"),
        (Box(west=-180, south=0, east=180, north=0), "LINESTRING"),
        (Box(west=55.123456789012, south=-21.1, east=55.2, north=-21), "POLYGON"),
    ],
)
def test_extents_come_back_from_the_antimeridian_and_the_poles(box: Box, kind: str) -> None:
    record = publishable_draft().model_copy(update={"extents": (Extent(box=box),)})
    assert f"SRID=4326;{kind}(" in _row(record)["SpatialCoverage"]
    assert read_geoflow(FORMATS["geoflow"].write(record, PAGE)).record.extents == record.extents


def test_several_extents_and_polygons_with_holes_come_back() -> None:
    hole = ((1.2, 1.2), (1.4, 1.2), (1.4, 1.4))
    ring = ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0))
    extents = (
        Extent(
            box=Box(west=1, south=1, east=2, north=2), polygon=(ring, hole), place=Text(fr="Ici"), place_uri="urn:x"
        ),
        Extent(box=Box(west=5, south=5, east=6, north=6)),
    )
    record = publishable_draft().model_copy(update={"extents": extents})
    assert read_geoflow(FORMATS["geoflow"].write(record, PAGE)).record.extents == extents


def test_an_ongoing_series_has_nothing_after_the_stroke() -> None:
    row = _row(pacific_record())
    assert row["TemporalCoverage"] == "2019-05-01T06:00:00Z/", "geoflow reads it as an instant; '..' it refuses"
    assert "status:onGoing" in row["Description"]
    assert read_geoflow(FORMATS["geoflow"].write(pacific_record(), PAGE)).record.periods == pacific_record().periods


@pytest.mark.parametrize("kind", ResourceType)
def test_every_type_comes_back(kind: ResourceType) -> None:
    record = publishable_draft().model_copy(update={"resource_type": kind})
    assert len(_row(record)["Type"].split("_\n")) == 2, "older geoflows take a single component whole"
    assert read_geoflow(FORMATS["geoflow"].write(record, PAGE)).record.resource_type is kind


def test_what_geoflow_would_refuse_is_not_written() -> None:
    record = publishable_draft().model_copy(update={"representation": Representation.TIN, "files": ()})
    assert _row(record)["Data"] == ""
    gridded = record.model_copy(update={"representation": Representation.GRID})
    assert f"source:LandingPage@{PAGE}" in _row(gridded)["Data"], "no Data without a source"


def test_a_table_of_several_rows_gives_its_first_and_says_so() -> None:
    entities, _ = write_geoflow_table([(full_record(), PAGE), (pacific_record(), PAGE)])
    reading = read_geoflow(entities)
    assert reading.record.title == full_record().title
    assert "Reef temperatures" in next(item for item in reading.remarks if item.kind == "twice").message.en


def test_a_workflow_is_refused_with_the_names_of_its_tables() -> None:
    with pytest.raises(RecordError) as refused:
        read_geoflow(b'{"metadata": {"entities": {"handler": "csv", "source": "tables/a.csv"}}}')
    assert "tables/a.csv" in str(refused.value.hint)


@pytest.mark.parametrize("document", [b"", b"a,b,c\n1,2,3\n", b"Identifier,Title,Description\n", bytes(MAX_BYTES + 1)])
def test_what_is_no_table_of_geoflow_is_refused(document: bytes) -> None:
    with pytest.raises(RecordError):
        read_geoflow(document)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("2021-01-01/2021-12-31", dt.date(2021, 1, 1), dt.date(2021, 12, 31)),
        ("2021", dt.date(2021, 1, 1), dt.date(2021, 12, 31)),
        (
            "2023-05-24 09-53-20 - 2023-05-24 10-00-00",
            dt.datetime(2023, 5, 24, 9, 53, 20, tzinfo=dt.UTC),
            dt.datetime(2023, 5, 24, 10, tzinfo=dt.UTC),
        ),
        ("2021-01-01/", dt.date(2021, 1, 1), None),
    ],
)
def test_periods_as_people_write_them(cell: str, start: object, end: object) -> None:
    document = f'Identifier,Title,Description,TemporalCoverage\nid:1,a,b,"{cell}"\n'.encode()
    (period,) = read_geoflow(document).record.periods
    assert (period.start, period.end) == (start, end)


def test_every_real_table_is_read(shared_data: Path) -> None:
    folder = shared_data / "geoflow-entities"
    contacts = (folder / "g2oi" / "Action 1.3" / "METADATA_AND_CONFIGS" / "geoflow_g2oi_contacts.csv").read_bytes()
    readings = []
    for path in sorted(folder.rglob("*.csv")):
        if "contacts" not in path.name:
            readings += read_geoflow_table(path.read_bytes(), contacts)
    assert len(readings) == 336
    untitled = [reading for reading in readings if not reading.record.title]
    assert [[remark.message.en for remark in reading.remarks[:1]] for reading in untitled] == [["There is no Title."]]
    assert not [agent for reading in readings for agent in reading.record.creators if "@" in agent.name]
    kinds = Counter(remark.kind for reading in readings for remark in reading.remarks)
    assert set(kinds) <= {"repaired", "unreadable", "missing", "encoding", "unknown_code"}
    assert kinds["encoding"] == 12


def _real(folder: Path, name: str) -> Record:
    contacts = next(folder.rglob("geoflow_g2oi_contacts.csv")).read_bytes()
    return read_geoflow_table(next(folder.rglob(name)).read_bytes(), contacts)[0].record


def test_a_real_row_of_drone_images(shared_data: Path) -> None:
    record = _real(shared_data / "geoflow-entities", "20231011-195158_processed_data.csv")
    assert record.title.fr == "Orthophoto & DEM (MNE) issues d'images drone, UAV, Aeroport, Mayotte - 20220914"
    assert record.doi == "10.5281/zenodo.8432872"
    assert [agent.family_name for agent in record.creators] == ["Poulain", "Urbina-Barreto", "Barde", "Guilhaumon"]
    assert record.publisher == Organisation(
        name="Institut de recherche pour le développement (IRD), MARBEC Research Unit"
    )
    (period,) = record.periods
    assert period.start == dt.datetime(2022, 9, 14, 11, 35, 17, tzinfo=dt.UTC)
    assert (record.dates[0].kind, record.dates[0].on) == (DateKind.ISSUED, dt.date(2023, 10, 11))
    assert (record.access.kind, len(record.lineage.steps)) == (AccessKind.UNKNOWN, 1)
    assert record.related[0].identifier == "https://www.futuremaorereefs.org/"


def test_a_real_row_of_series(shared_data: Path) -> None:
    record = _real(shared_data / "geoflow-entities", "METADATA_SEN2CHAIN_NDVI_38LRK.csv")
    assert record.title.fr == "Localisation des séries d'indices (NDVI) générés sur la tuile 38LRK par Sen2Chain."
    assert (record.periods[0].start, record.periods[0].end) == (dt.date(2016, 5, 16), dt.date(2023, 8, 6))
    assert [system.code for system in record.reference_systems] == ["EPSG:4326"]
    assert ("La Réunion", KeywordKind.PLACE) in [(word.label.fr, word.kind) for word in record.keywords]
    assert record.contacts[0].organisation == "Antenne SEAS-OI"


def test_a_real_row_with_a_polygon(shared_data: Path) -> None:
    record = _real(shared_data / "geoflow-entities", "METADATA_PIMANT.csv")
    (extent,) = record.extents
    assert (len(extent.polygon), extent.polygon[0][0]) == (1, (40.38227109789937, -0.45924264990148006))


def test_a_real_row_with_everything(shared_data: Path) -> None:
    record = _real(shared_data / "geoflow-entities", "geoflow_entities - example.csv")
    assert (record.title.en, record.language) == ("My Title 1", "en")
    assert [variable.name for variable in record.variables] == ["field1", "field2", "field3", "value"]
    assert record.parent is not None
    assert record.parent.identifier == "my-parent-metadata-identifier"
    assert record.keywords[0].uri == "http://vocab/keyword"
    assert ("Chromis chromis", KeywordKind.TAXON) in [(word.label.en, word.kind) for word in record.keywords]
    assert len(record.lineage.steps) == 3
