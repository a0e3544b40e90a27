# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every real document of DataCite: the examples of the schemas, bolognese's and inveniosoftware's, Zenodo, OAI-PMH."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from terracite.errors import RecordError
from terracite.record.datacite import read_datacite, read_datacite_json
from terracite.record.dublin_core import read_oai_dc
from terracite.record.model import Agent, Box, ContributorRole, DateKind, Organisation, ResourceType, Text
from terracite.record.reading import Reading

#: of other formats, though they lie among those of DataCite
OTHERS = {
    "aida.json", "cgimp_package.json", "cit_package.json", "codemeta.json", "codemeta_v2.json", "edam_package.json",
    "citeproc.json", "citeproc-no-author.json", "citeproc-no-categories.json", "crossref.xml",
    "crossref_schema_4.6_values.xml",
}  # fmt: skip
BROKEN = "datacite-example-relateditems.xml"  #: <issue> closed by </volume>
UNTITLED = "bolognese/datacite-example-complicated-tba.xml"  #: its title is ":unav"


@pytest.fixture(scope="module")
def readings(shared_data: Path) -> dict[str, Reading]:
    """By path: "schema-examples/4.7/datacite-example-full-v4.xml"."""
    folder = shared_data / "metadata" / "datacite"
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".xml", ".json"} and path.name not in {*OTHERS, BROKEN} and "schema_org" not in path.name:
            read = read_datacite if path.suffix == ".xml" else read_datacite_json
            found[path.relative_to(folder).as_posix()] = read(path.read_bytes())
    return found


def test_all_of_them_have_a_title_but_one(readings: dict[str, Reading]) -> None:
    assert len(readings) == 265
    assert [name for name, reading in readings.items() if not reading.record.title] == [UNTITLED]


def test_what_was_not_understood_is_counted(readings: dict[str, Reading]) -> None:
    """A change of these figures is a change of what real documents give; read the difference before writing it."""
    found = Counter(item.kind for reading in readings.values() for item in reading.remarks)
    assert found == {"unknown_code": 28, "unreadable": 9, "missing": 4, "repaired": 3, "twice": 1}


def test_json_and_xml_of_one_record_have_the_same_title(readings: dict[str, Reading]) -> None:
    pairs = [(name, name.replace(".xml", ".json")) for name in readings if name.endswith(".xml")]
    both = [(readings[one].record, readings[two].record) for one, two in pairs if two in readings]
    assert len(both) == 44
    assert [one.title for one, two in both if one.title != two.title] == []
    assert [one.publisher for one, two in both if one.publisher != two.publisher] == []


def test_what_is_not_xml_or_not_datacite_is_refused(shared_data: Path) -> None:
    folder = shared_data / "metadata" / "datacite" / "bolognese"
    with pytest.raises(RecordError, match="not XML"):
        read_datacite((folder / BROKEN).read_bytes())
    for path in sorted(folder.glob("schema_org*.json")):
        with pytest.raises(RecordError, match="not DataCite"):
            read_datacite_json(path.read_bytes())


def test_the_full_example_of_4_7(readings: dict[str, Reading]) -> None:
    reading = readings["schema-examples/4.7/datacite-example-full-v4.xml"]
    record = reading.record
    assert record.doi == "10.82433/B09Z-4K37"
    assert record.title == Text(fr="Example TranslatedTitle", en="Example Title")
    assert record.creators[1] == Agent(organisation="ExampleOrganization", ror="https://ror.org/04wxnsj81")
    assert record.publisher == Organisation(name="Example Publisher", ror="https://ror.org/04z8jg394")
    assert [extent.box for extent in record.extents] == [Box(west=-123.27, south=49.195, east=-123.02, north=49.315)]
    assert record.licence == "CC-BY-4.0"
    assert {date.kind for date in record.dates} == set(DateKind) - {DateKind.COLLECTED}
    assert len(record.contributors) == 21
    assert reading.remarks == ()


def test_kernel_2_2(readings: dict[str, Reading]) -> None:
    record = readings["bolognese/datacite-metadata-sample-complicated-v2.2.xml"].record
    assert record.title.en == "Właściwości rzutowań podprzestrzeniowych"
    assert record.creators == (
        Agent(family_name="Smith", given_name="John"),
        Agent(organisation="つまらないものですが"),
    )
    assert record.data_languages == ("de",)
    assert [period.end for period in record.periods] == [dt.date(2010, 1, 5)]
    assert (record.version.number, record.resource_type) == ("2", ResourceType.TEXT)


def test_a_polygon(readings: dict[str, Reading]) -> None:
    (extent,) = readings["bolognese/datacite-example-polygon.xml"].record.extents
    assert extent.place == Text(en="Zandmotor, sand suppletion area on the Dutch coast.")
    assert extent.polygon[0][0] == extent.polygon[0][-1] == (4.1738852605822, 52.03913926329928)


def test_json_of_bolognese(readings: dict[str, Reading]) -> None:
    record = readings["bolognese/datacite.json"].record
    assert record.doi == "10.5438/4k3m-nyvg"
    assert record.title == Text(en="Eating your own Dog Food")
    assert record.creators == (Agent(family_name="Fenner", given_name="Martin", orcid="0000-0003-1419-2405"),)
    assert [keyword.label.en for keyword in record.keywords] == ["datacite", "doi", "metadata"]
    software = readings["bolognese/datacite_software.json"].record
    assert (software.resource_type, software.doi) == (ResourceType.SOFTWARE, "10.5063/F1M61H5X")


def test_a_hosting_institution_with_its_ror(readings: dict[str, Reading]) -> None:
    (contributor, *_) = readings["inveniosoftware/4.5/datacite-example-instrument-v4.xml"].record.contributors
    assert contributor.role is ContributorRole.HOSTING_INSTITUTION
    assert contributor.agent.ror == "https://ror.org/02aj13c28"


def test_every_deposit_of_zenodo(shared_data: Path) -> None:
    document = (shared_data / "metadata" / "zenodo" / "zenodo_fixture_records.json").read_bytes()
    whole = read_datacite_json(document)
    assert whole.record.title == Text(en="Deploying ImageFactory")
    assert [item.kind for item in whole.remarks] == ["twice"]  # 89 more
    each = [read_datacite_json(json.dumps(deposit).encode()) for deposit in json.loads(document)]
    assert len(each) == 90
    assert all(reading.record.title and reading.record.creators for reading in each)
    assert Counter(item.kind for reading in each for item in reading.remarks) == {
        "unknown_code": 85  # "cc-by" and "cc-by-sa", of no version
    }
    first = each[0].record
    assert first.creators[0] == Agent(
        family_name="Porecha",
        given_name="Parin",
        orcid="0000-0002-1694-233X",
        affiliations=(Organisation(name="CERN openlab Summer Student"),),
    )
    assert first.date(DateKind.ISSUED) == dt.date(2014, 9, 1)


def test_oai_pmh(shared_data: Path) -> None:
    folder = shared_data / "metadata" / "oai-pmh"
    answers = {
        "datacite": read_datacite((folder / "get_GetRecord_datacite.xml").read_bytes()),
        **{name: read_oai_dc((folder / f"get_GetRecord_{name}.xml").read_bytes()) for name in ("dc", "oai_dc")},
    }
    for reading in answers.values():
        assert reading.record.title == Text(en="Lorem ipsum")
        assert str(reading.record.uuid) == "19887a8a-f6b0-4a63-ae56-7fba0e17801f"
        assert [keyword.label.en for keyword in reading.record.keywords] == ["Tourism--Greece"]
        assert (reading.record.resource_type, reading.remarks) == (ResourceType.IMAGE, ())
        assert "image/svg+xml" in [item.value for item in reading.leftovers]
    others = [path for path in sorted(folder.iterdir()) if "GetRecord" not in path.name]
    assert len(others) == 13
    for path in others:
        for read in (read_oai_dc, read_datacite):
            with pytest.raises(RecordError):
                read(path.read_bytes())
