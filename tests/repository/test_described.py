# SPDX-License-Identifier: AGPL-3.0-or-later
"""What documents among the files say of a dataset, and what is not believed."""

from __future__ import annotations

import json

import pytest

from terracite.raster.inspect import Document, Facts, VariableFact
from terracite.record.model import Record
from terracite.repository.described import readme
from terracite.repository.described.agents import agents_in
from terracite.repository.described.reading import with_described

README = """---
license: CC-BY-4.0
keywords: [land cover, Réunion]
---
# Occupation du sol de La Réunion en 2023

Carte de l'occupation du sol de La Réunion, faite avec les images de Sentinel-2 de l'année 2023, pour le suivi des
paysages et des cultures.

## Auteurs
- Alice Martin (Université de La Réunion)
- Bob Roux

## Contact
Alice Martin <alice.martin@example.org>

## Méthode
Forêt aléatoire apprise sur 4 000 points.
"""
EML = """<eml:eml xmlns:eml="eml://ecoinformatics.org/eml-2.1.1" xml:lang="en"><dataset>
<title>Birds of the island</title>
<creator><individualName><givenName>Alice</givenName><surName>Martin</surName></individualName>
<organizationName>University</organizationName><electronicMailAddress>a@example.org</electronicMailAddress></creator>
<creator></creator><abstract><para>One.</para><para>Two.</para></abstract>
<keywordSet><keyword>bird</keyword></keywordSet><intellectualRights><para>This work is licensed under a
<ulink url="http://creativecommons.org/licenses/by/4.0/legalcode"><citetitle>CC BY</citetitle></ulink></para>
</intellectualRights><coverage><geographicCoverage><geographicDescription>Réunion</geographicDescription>
<boundingCoordinates><westBoundingCoordinate>55</westBoundingCoordinate>
<eastBoundingCoordinate>56</eastBoundingCoordinate>
<northBoundingCoordinate>-20</northBoundingCoordinate><southBoundingCoordinate>-22</southBoundingCoordinate>
</boundingCoordinates></geographicCoverage><temporalCoverage><rangeOfDates>
<beginDate><calendarDate>2019-01-01</calendarDate>
</beginDate><endDate><calendarDate>2019-12-31</calendarDate></endDate></rangeOfDates></temporalCoverage></coverage>
<methods>
<methodStep><description><para>Counted at dawn.</para></description></methodStep></methods></dataset>
</eml:eml>"""
CFF = """cff-version: 1.2.0
title: "Birds of the island"
abstract: >-
  Counts at dawn,
  one year.
authors:
  - family-names: Martin
    given-names: Alice
    orcid: https://orcid.org/0000-0002-1825-0097
  - name: "Parc national"
license: CC-BY-4.0
keywords:
  - birds
date-released: 2020-02-03
"""
BAG = "Source-Organization: Université de La Réunion\nContact-Name: Alice Martin\nContact-Email: alice@example.org\n" \
      "Bagging-Date: 2020-01-01\nExternal-Description: Counts of birds\n at dawn.\n"  # fmt: skip


def described(text: str, kind: str, **facts: object) -> Record:
    """The record that one document makes."""
    found = with_described(Facts("x", "x", documents=(Document("doc", text, kind),), **facts))  # type: ignore[arg-type]
    assert found.documents == ()
    return Record.model_validate(found.described)


def people(record: Record) -> list[str]:
    return [agent.name for agent in record.creators]


def test_a_readme_in_french():
    record = described(README, "readme")

    assert record.title.fr == "Occupation du sol de La Réunion en 2023"
    assert record.abstract.fr.startswith("Carte de l'occupation du sol")
    assert (record.licence, people(record)) == ("CC-BY-4.0", ["Martin, Alice", "Roux, Bob"])
    assert record.lineage.statement.fr == "Forêt aléatoire apprise sur 4 000 points."
    assert [agent.email for agent in record.contacts] == ["alice.martin@example.org"]
    assert (record.keywords[0].label.en, record.keywords[0].thesaurus) == ("land cover", "gemet")


def test_eml():
    record = described(EML, "eml")

    assert (record.title.en, record.abstract.en) == ("Birds of the island", "One.\n\nTwo.")
    assert (people(record), record.licence) == (["Martin, Alice"], "CC-BY-4.0")
    assert [agent.email for agent in record.contacts] == ["a@example.org"]
    assert (record.extents[0].box.south, record.extents[0].place.en) == (-22, "Réunion")
    assert record.periods[0].interval() == "2019-01-01/2019-12-31"
    assert record.lineage.statement.en == "Counted at dawn."


def test_a_citation_file_and_a_bag():
    cited, bagged = described(CFF, "cff"), described(BAG, "bag-info")

    assert (cited.abstract.en, people(cited)) == ("Counts at dawn, one year.", ["Martin, Alice", "Parc national"])
    assert (cited.creators[0].orcid, cited.licence, cited.dates[0].text) == (
        "0000-0002-1825-0097",
        "CC-BY-4.0",
        "2020-02-03",
    )
    assert (bagged.abstract.en, people(bagged)) == ("Counts of birds at dawn.", ["Université de La Réunion"])
    assert (bagged.contacts[0].name, bagged.dates) == ("Martin, Alice", ())  # a bag is made after its data


def attributes(**said: str) -> str:
    return json.dumps({"attributes": said, "variables": {}})


def test_attributes_of_a_netcdf_file():
    said = attributes(
        title="Sea temperature of the bay",
        creator_name="Alice Martin",
        creator_email="martin@example.org",
        keywords="Oceans > Ocean Temperature > Water Temperature",
        keywords_vocabulary="GCMD Science Keywords",
        license="https://creativecommons.org/licenses/by/4.0/",
        history="2020-02-03T04:05:06Z Gap filling by bob@example.org",
        references="Martin et al., 2020",
    )
    record = described(said, "acdd", variables=(VariableFact("t", "", "sea_water_temperature", "K"),))

    assert (people(record), record.licence, record.topics) == (["Martin, Alice"], "CC-BY-4.0", ("oceans",))
    assert record.keywords[0].uri.startswith("https://gcmd.earthdata.nasa.gov/")
    assert (record.dates[0].text, record.related) == ("2020-02-03", ())
    assert record.lineage.steps[0].description.en == "Gap filling by […]"
    assert record.contacts[0].email == "martin@example.org"


@pytest.mark.parametrize(
    "said",
    [
        {"title": "untitled"},
        {"title": "sp041-20160908T1738"},
        {"title": "<dataset title>"},
        {"summary": "Lorem ipsum dolor sit amet"},
        {"license": "Freely available"},
        {"institution": "Varies, see http://example.org"},
        {"creator_name": "Unknown"},
        {"creator_name": "Stream Engine"},  # a person's name, or not?
        {"date_created": "1970-01-01"},
        {"date_created": "2999-01-01"},
        {"history": "YYYY/MM/JJ: data generated"},
        {"time_coverage_start": "1970-01-01", "time_coverage_end": "1970-01-01"},
        {"keywords": "none, unknown"},
        {"geospatial_lat_min": "0", "geospatial_lat_max": "0", "geospatial_lon_min": "0", "geospatial_lon_max": "0"},
    ],
)
def test_what_is_not_to_be_believed_fills_nothing(said):
    empty = Record()
    found = described(attributes(**said), "acdd")
    filled = {name for name in Record.model_fields if getattr(found, name) != getattr(empty, name)} - {"uuid"}

    assert filled == set()


@pytest.mark.parametrize("text", ["", "<a", "{" * 5000, "\0", "---\n---\n", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
@pytest.mark.parametrize("kind", ["", "acdd", "eml", "readme", "cff", "bag-info"])
def test_documents_that_are_none_say_nothing(text, kind):
    assert not described(text, kind).title


def test_names_of_people_and_organisations():
    text = "Bob Roux, email: Bob.A.Roux@example.org & Alice Martin, email: alice.martin@example.org"

    assert [(agent.name, agent.email) for agent in agents_in(text)] == [
        ("Roux, Bob", "Bob.A.Roux@example.org"),
        ("Martin, Alice", "alice.martin@example.org"),
    ]
    (one,) = agents_in("Chloé Petit - University of La Réunion, cpetit@example.org")
    assert (one.name, one.affiliations[0].name) == ("Petit, Chloé", "University of La Réunion")
    assert [agent.name for agent in agents_in("Bureau of Meteorology")] == ["Bureau of Meteorology"]


def test_the_language_of_a_text():
    assert [readme.language_of(text) for text in ("les données de la baie", "the data of the bay", "")] == [
        "fr",
        "en",
        "en",
    ]
