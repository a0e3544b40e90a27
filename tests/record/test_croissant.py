# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from record.examples import PAGE, full_record, pacific_record, publishable_draft
from terracite.errors import RecordError
from terracite.record.croissant import read_croissant, to_croissant
from terracite.record.model import (
    Agent,
    DataFile,
    DateKind,
    FileRole,
    Keyword,
    Organisation,
    Origin,
    OriginKind,
    Period,
    Record,
    RecordDate,
    ReferenceSystem,
    Related,
    Resolution,
    ResourceType,
    Step,
    Text,
    Variable,
)
from terracite.record.reading import Reading

VERSION = "http://mlcommons.org/croissant/1.1"
TABLE = DataFile(path="data/a b.csv", bytes=12, sha256="ab" * 32, media_type="text/csv")
OTHER_TABLE = TABLE.model_copy(update={"path": "data/c.csv"})
VARIABLES = (
    Variable(name="t2m", label=Text(en="Air temperature"), unit="K", standard_name="air_temperature"),
    Variable(name="station name"),
)


def _record(**changes: Any) -> Record:
    return full_record().model_copy(update=changes)


def _written(**changes: Any) -> dict[str, Any]:
    return to_croissant(_record(**changes), PAGE)


def _read(document: object) -> Reading:
    return read_croissant(json.dumps(document).encode())


def _foreign(**properties: object) -> dict[str, Any]:
    """A document as others write them: the context of version 1.0, the required properties."""
    context = {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "geocr": "http://mlcommons.org/croissant/geo/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "citeAs": "cr:citeAs",
        "recordSet": "cr:recordSet",
        "field": "cr:field",
        "subField": "cr:subField",
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "isLiveDataset": "cr:isLiveDataset",
        "containedIn": "cr:containedIn",
        "includes": "cr:includes",
    }
    required = {"@type": "sc:Dataset", "conformsTo": VERSION, "name": "Flowers", "description": "Measures of flowers."}
    return {"@context": context, **required, **properties}


def _kinds(value: Any) -> Iterator[str]:
    """Every type in a document."""
    if isinstance(value, list):
        for item in value:
            yield from _kinds(item)
    elif isinstance(value, dict):
        kinds = value.get("@type", [])
        yield from kinds if isinstance(kinds, list) else [kinds]
        for item in value.values():
            yield from _kinds(item)


# Writing


def test_what_croissant_requires_is_there() -> None:
    document = _written()
    assert document["@type"] == "sc:Dataset"
    assert document["conformsTo"] == [VERSION, f"{VERSION[:-3]}RAI/1.0", f"{VERSION[:-3]}geo/1.0"]
    required = ("name", "description", "license", "url", "creator", "datePublished", "distribution")
    assert [name for name in required if not document.get(name)] == []


def test_the_context_says_the_language_of_the_metadata_and_leaves_value_to_schema_org() -> None:
    context = _written()["@context"]
    assert (context["@language"], context["@vocab"], context["cr"]) == (
        "fr",
        "https://schema.org/",
        "http://mlcommons.org/croissant/",
    )
    assert "value" not in context


def test_files_are_file_objects_with_checksum_size_and_address() -> None:
    first = _written()["distribution"][0]
    assert {name: first[name] for name in ("@type", "@id", "name", "contentSize", "sha256", "contentUrl")} == {
        "@type": "cr:FileObject",
        "@id": "map/landcover%202023.tif",
        "name": "map/landcover 2023.tif",
        "contentSize": "123456 B",
        "sha256": "0a" * 32,
        "contentUrl": f"{PAGE}files/map/landcover%202023.tif",
    }


def test_there_is_one_dataset_in_the_document() -> None:
    related = (Related(identifier="10.5072/other", relation="IsDerivedFrom", resource_type="Dataset"),)
    document = _written(related=related)
    assert list(_kinds(document)).count("sc:Dataset") == 1
    assert "Dataset" not in _kinds(document)
    assert _read(document).record.related == related


def test_a_map_of_another_kind_is_a_dataset_with_an_additional_type() -> None:
    document = _written(resource_type=ResourceType.COLLECTION)
    assert (document["@type"], document["additionalType"]) == ("sc:Dataset", "Collection")


def test_creators_are_a_plain_list_in_order() -> None:
    assert [agent["name"] for agent in _written()["creator"]] == ["Zoé Lebrun", "Rakoto", "Collectif Mascareignes"]


def test_keywords_are_words_and_their_terms_stand_under_about() -> None:
    document = _written()
    assert document["keywords"][0] == {"@language": "fr", "@value": "végétation"}
    assert not any(isinstance(word, dict) and "@type" in word for word in document["keywords"])
    assert [term["termCode"] for term in document["about"] if "termCode" in term][:3] == [
        "continental_surfaces",
        "biodiversity",
        "8922",
    ]


def test_words_alone_are_keywords_alone() -> None:
    words = (Keyword(label=Text(fr="canne")), Keyword(label=Text(fr="sol")))
    document = _written(keywords=words, topics=(), disciplines=())
    assert document["keywords"] == ["canne", "sol"]
    assert "about" not in document
    assert _read(document).record.keywords == words


def test_equal_words_of_a_term_and_of_a_keyword_both_come_back() -> None:
    words = (Keyword(label=Text(fr="sol"), uri="https://example.org/sol"), Keyword(label=Text(fr="sol")))
    assert _read(_written(keywords=words)).record.keywords == words


def test_a_title_in_the_other_language_says_so() -> None:
    document = _written(title=Text(en="Map"), abstract=Text(en="A map of everything there is on the island, and more."))
    assert document["name"] == {"@language": "en", "@value": "Map"}
    assert document["description"]["@language"] == "en"


def test_a_draft_has_no_date_of_publication_and_no_invented_licence() -> None:
    document = to_croissant(publishable_draft().model_copy(update={"licence": ""}), PAGE)
    assert "datePublished" not in document
    assert document["license"] == {"@type": "CreativeWork", "name": "No licence stated"}
    assert _read(document).record.licence == ""


def test_the_citation_is_bibtex() -> None:
    assert _written()["citeAs"].startswith("@dataset{lebrun_2024_occupation,")
    assert "citeAs" not in to_croissant(Record(), PAGE)


def test_a_series_that_goes_on_is_live() -> None:
    assert to_croissant(pacific_record(), PAGE)["isLiveDataset"] is True
    assert _written()["isLiveDataset"] is False


def test_one_date_of_each_kind_the_others_in_dublin_core() -> None:
    dates = tuple(RecordDate(kind=DateKind.ISSUED, on=dt.date(year, 1, 1)) for year in (2020, 2021))
    document = _written(dates=dates)
    assert (document["datePublished"], document["dct:issued"]) == ("2020-01-01", ["2021-01-01"])
    assert _read(document).record.dates == dates


def test_geography_is_said_in_the_words_of_geocroissant() -> None:
    document = _written()
    assert document["geocr:coordinateReferenceSystem"] == "EPSG:32740"
    assert document["geocr:spatialResolution"] == {"@type": "QuantitativeValue", "value": 10.0, "unitText": "m"}
    assert document["geocr:temporalResolution"] == "P1Y"


def test_a_document_without_geography_or_lineage_names_croissant_alone() -> None:
    assert to_croissant(Record(), PAGE)["conformsTo"] == VERSION


def test_how_the_data_were_made_is_told_in_one_language() -> None:
    assert _written()["rai:dataCollection"].startswith("Produite à partir de séries")


def test_the_columns_of_the_only_table_are_the_variables() -> None:
    table = _written(files=(TABLE,), variables=VARIABLES, classes=())["recordSet"]
    assert [item["@id"] for item in table] == ["#table-1"]
    assert table[0]["field"] == [
        {
            "@type": "cr:Field",
            "@id": "#table-1/t2m",
            "name": "t2m",
            "description": {"@language": "en", "@value": "Air temperature"},
            "dataType": "sc:Float",
            "unitText": "K",
            "equivalentProperty": "http://vocab.nerc.ac.uk/standard_name/air_temperature/",
            "source": {"fileObject": {"@id": "data/a%20b.csv"}, "extract": {"column": "t2m"}},
        },
        {
            "@type": "cr:Field",
            "@id": "#table-1/station%20name",
            "name": "station name",
            "dataType": "sc:Text",
            "source": {"fileObject": {"@id": "data/a%20b.csv"}, "extract": {"column": "station name"}},
        },
    ]


def test_of_several_tables_only_those_the_variables_were_read_from_have_columns() -> None:
    files = (TABLE, OTHER_TABLE, TABLE.model_copy(update={"path": "README.csv", "role": FileRole.DOCUMENTATION}))
    assert "recordSet" not in _written(files=files, variables=VARIABLES, classes=())
    origins = {"variables": Origin(kind=OriginKind.EXTRACTED, detail="data/c.csv, map.tif")}
    told = _written(files=files, variables=VARIABLES, classes=(), origins=origins)["recordSet"]
    assert [item["name"] for item in told] == ["data/c.csv"]


def test_the_legend_is_an_enumeration_with_its_rows() -> None:
    (legend,) = _written()["recordSet"]
    assert (legend["dataType"], legend["key"]) == ("sc:Enumeration", {"@id": "#classes/code"})
    assert legend["data"][0] == {"#classes/code": 1, "#classes/name": "Forêt", "#classes/colour": "#1b7837"}


def test_emails_are_never_written() -> None:
    assert "@example.org" not in json.dumps(_written())


# Reading


def test_what_we_write_needs_no_remark_and_leaves_no_part_of_croissant_over() -> None:
    table = _record(files=(TABLE,), variables=VARIABLES, thumbnail="")
    for record in (full_record(), pacific_record(), publishable_draft(), table):
        reading = _read(to_croissant(record, PAGE))
        assert reading.remarks == ()
        assert [item for item in reading.leftovers if not item.where.endswith(".@id")] == []


def test_variables_are_the_innermost_fields_of_others() -> None:
    fields = [
        {"@type": "cr:Field", "@id": "rows/petal", "name": "petal", "description": "Length", "dataType": "sc:Float"},
        {
            "@type": "cr:Field",
            "@id": "rows/place",
            "subField": [
                {"@type": "cr:Field", "@id": "rows/place/lat"},
                {"@type": "cr:Field", "@id": "rows/place/lon"},
            ],
        },
    ]
    reading = _read(_foreign(recordSet={"@type": "cr:RecordSet", "@id": "rows", "field": fields}))
    assert reading.record.variables == (
        Variable(name="petal", label=Text(en="Length")),
        Variable(name="place/lat"),
        Variable(name="place/lon"),
    )
    assert ("$.recordSet.field[0].dataType", "sc:Float") in [(item.where, item.value) for item in reading.leftovers]


@pytest.mark.parametrize("kind", ["sc:Enumeration", "cr:Split", ["sc:Enumeration", "https://example.org/x"]])
def test_enumerations_and_splits_are_no_variables(kind: object) -> None:
    field = {"@type": "cr:Field", "@id": "genders/name", "dataType": "sc:Text"}
    table = {"@type": "cr:RecordSet", "@id": "genders", "dataType": kind, "field": [field]}
    assert _read(_foreign(recordSet=[table])).record.variables == ()


def test_files_with_size_and_checksum_are_files_and_others_are_links() -> None:
    distribution = [
        {
            "@type": "cr:FileObject",
            "@id": "flowers.csv",
            "name": "flowers.csv",
            "contentUrl": "https://example.org/download/flowers.csv",
            "contentSize": "2 kB",
            "encodingFormat": "text/csv",
            "sha256": "AB" * 32,
        },
        {"@type": "cr:FileObject", "@id": "all", "contentUrl": "https://example.org/all.zip", "sha256": "main"},
        {"@type": "cr:FileSet", "@id": "images", "containedIn": {"@id": "all"}, "includes": "*.jpg"},
    ]
    reading = _read(_foreign(distribution=distribution))
    assert reading.record.files == (DataFile(path="flowers.csv", bytes=2000, sha256="ab" * 32, media_type="text/csv"),)
    assert [(item.identifier, item.relation) for item in reading.record.related] == [
        ("https://example.org/all.zip", "HasPart")
    ]
    assert ("$.distribution[2].includes", "*.jpg") in [(item.where, item.value) for item in reading.leftovers]


def test_geocroissant_of_others_is_read() -> None:
    told = {
        "geocr:coordinateReferenceSystem": "EPSG:4326",
        "geocr:spatialResolution": {"@type": "QuantitativeValue", "value": 1.5, "unitText": "km"},
        "geocr:temporalResolution": "P1M",
    }
    record = _read(_foreign(**told)).record
    assert record.reference_systems == (ReferenceSystem(code="EPSG:4326"),)
    assert record.resolutions == (Resolution(distance_m=1500.0),)
    assert record.time_resolution == "P1M"


def test_a_resolution_in_words_is_read_and_one_in_degrees_is_a_remark() -> None:
    assert _read(_foreign(**{"geocr:spatialResolution": "30 m"})).record.resolutions == (Resolution(distance_m=30),)
    degrees = {"@type": "QuantitativeValue", "value": 0.5, "unitText": "degrees"}
    reading = _read(_foreign(**{"geocr:spatialResolution": degrees}))
    assert reading.record.resolutions == ()
    assert [remark.kind for remark in reading.remarks] == ["unreadable"]


def test_what_rai_tells_of_how_the_data_were_made_is_lineage() -> None:
    told = {
        "rai:dataCollection": "Measured in the field.",
        "rai:dataPreprocessingProtocol": ["Cleaned.", "Scaled."],
        "rai:dataLimitations": "One garden.",
        "rai:dataUseCases": "Teaching.",
    }
    reading = _read(_foreign(**told))
    assert reading.record.lineage.statement == Text(en="Measured in the field.")
    assert reading.record.lineage.steps == (
        Step(description=Text(en="Cleaned.")),
        Step(description=Text(en="Scaled.")),
    )
    assert reading.record.purpose == Text(en="Teaching.")
    assert [(item.where, item.value) for item in reading.leftovers] == [("$.rai:dataLimitations", "One garden.")]


def test_a_work_to_cite_instead_of_the_dataset_is_a_related_work() -> None:
    told = "@article{a, author={Lebrun, Zoé}, title={On flowers}, doi={10.5072/flowers}, year={2020}}"
    reading = _read(_foreign(citeAs=told))
    assert [(item.identifier, item.relation) for item in reading.record.related] == [
        ("10.5072/flowers", "IsDescribedBy")
    ]
    own = _read(_foreign(citeAs="@misc{a, title={Flowers}, doi={10.5072/data}}"))
    assert (own.record.related, own.leftovers) == ((), ())
    words = _read(_foreign(citeAs="Please cite us."))
    assert [item.value for item in words.leftovers] == ["Please cite us."]


def test_names_in_both_languages_are_read_from_a_language_map() -> None:
    document = _foreign(name={"en": "Flowers", "fr": "Fleurs"}, description={"en": "Measures.", "fr": "Mesures."})
    record = _read(document).record
    assert record.title == Text(fr="Fleurs", en="Flowers")
    assert record.abstract == Text(fr="Mesures.", en="Measures.")


def test_a_document_that_names_no_version_is_read_with_a_remark() -> None:
    document = _foreign()
    del document["conformsTo"]
    assert [remark.kind for remark in _read(document).remarks] == ["missing"]


def test_a_document_of_version_0_8_is_read() -> None:
    document = {
        "@context": {"@language": "en", "@vocab": "https://schema.org/", "ml": "http://mlcommons.org/schema/"},
        "@type": "sc:Dataset",
        "name": "flowers",
        "license": "CC0-1.0",
        "creator": {"@type": "Organization", "name": "A garden"},
        "distribution": [{"@type": "sc:FileObject", "name": "a.csv", "contentUrl": "https://example.org/a.csv"}],
    }
    record = _read(document).record
    assert (record.title.en, record.licence) == ("flowers", "CC0-1.0")
    assert record.creators == (Agent(organisation="A garden"),)
    assert [item.identifier for item in record.related] == ["https://example.org/a.csv"]


def test_what_is_no_dataset_is_refused() -> None:
    for document in ({"type": "Feature"}, {"@type": "Person", "name": "A"}, {"a": 1}):
        with pytest.raises(RecordError):
            _read(document)


def test_two_thousand_authors_and_any_script_come_back() -> None:
    people = tuple(Agent(family_name=f"Ng{number}", given_name="Li") for number in range(2_000))
    changed = _record(creators=people, title=Text(fr="الغطاء 雲", en="\u0001 x"), publisher=Organisation(name="李"))
    back = _read(to_croissant(changed, PAGE)).record
    assert (back.creators, back.title) == (people, Text(fr="الغطاء 雲", en="x"))
    assert back.publisher == Organisation(name="李")


def test_open_periods_come_back() -> None:
    periods = (Period(start=dt.date(2020, 1, 1), ongoing=True), Period(start=dt.date(2020, 1, 1)))
    assert _read(_written(periods=periods)).record.periods == periods
