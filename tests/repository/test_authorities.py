# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store of people, organisations and funders: registers are read, searches rank, the same file changes nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from terracite.errors import RecordError
from terracite.repository.authorities import checked_orcid, checked_ror, load, search
from terracite.repository.models import Authority

EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "vocab" / "ror" / "example_record_v2_1.json"
ROR = [
    {
        "id": "https://ror.org/05kpkpg04",
        "status": "active",
        "types": ["facility", "funder"],
        "locations": [{"geonames_details": {"name": "Paris", "country_name": "France"}}],
        "names": [
            {"value": "Centre de Coopération Internationale en Recherche Agronomique", "types": ["ror_display"]},
            {"value": "French Agricultural Research Centre", "types": ["label"]},
            {"value": "CIRAD", "types": ["acronym"]},
        ],
    },
    {
        "id": "https://ror.org/005ypkf75",
        "status": "active",
        "types": ["education"],
        "name": "Université de La Réunion",
        "country": {"country_name": "France"},
    },
    {"id": "https://ror.org/00pjdza24", "status": "withdrawn", "names": [{"value": "Gone", "types": ["ror_display"]}]},
    {"id": "https://ror.org/00pjdza25", "status": "active", "names": [{"value": "Wrong", "types": ["ror_display"]}]},
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The dump as ROR ships it: a ZIP with JSON and CSV."""
    path = tmp_path / "v1.70-ror-data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v1.70-ror-data.csv", "id,name\n")
        archive.writestr("v1.70-ror-data.json", json.dumps(ROR, indent=4))
    return path


def names(what: str, text: str) -> list[str]:
    return [entry.name for entry in search(what, text)]


def test_a_register_is_read_once(register) -> None:
    first, again = load(register), load(register)
    assert (first.register, first.made, first.refused) == ("ror", 2, 2)
    assert (again.made, again.changed, again.same) == (0, 0, 2)
    assert Authority.objects.count() == 2


def test_a_renamed_organisation_is_found_by_its_new_name_only(register, tmp_path) -> None:
    load(register)
    newer = tmp_path / "newer.json"
    newer.write_text(json.dumps([ROR[1] | {"name": "Université des Mascareignes"}]), encoding="utf-8")
    assert load(newer).changed == 1
    assert names("organisations", "mascareignes") == ["Université des Mascareignes"]
    assert names("organisations", "reunion") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cirad", "Centre de Coopération Internationale en Recherche Agronomique"),
        ("CIR", "Centre de Coopération Internationale en Recherche Agronomique"),
        ("agronomique cooperation", "Centre de Coopération Internationale en Recherche Agronomique"),
        ("french agric", "Centre de Coopération Internationale en Recherche Agronomique"),
        ("universite de la reunion", "Université de La Réunion"),
        ("ror.org/005ypkf75", "Université de La Réunion"),
    ],
)
def test_names_are_found_folded_by_acronym_and_in_other_languages(register, typed, found) -> None:
    load(register)
    assert names("organisations", typed) == [found]


def test_funders_come_from_ror_and_from_crossref(register, tmp_path) -> None:
    load(register)
    path = tmp_path / "funders.csv"
    path.write_text("uri,primary_name_display\nhttp://dx.doi.org/10.13039/501100001665,Agence Cirad Test\n", "utf-8")
    assert load(path).register == "crossref"
    assert names("funders", "cirad") == [
        "Centre de Coopération Internationale en Recherche Agronomique",
        "Agence Cirad Test",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "orcid,family_name,given_name,affiliation\n0000-0002-1825-0097,Carberry,Josiah,Brown\n0000,No,No,\n"),
        (
            "a.json",
            '[{"orcid-identifier": {"path": "0000-0002-1825-0097"}, "person": {"name": {"family-name": '
            '{"value": "Carberry"}, "given-names": {"value": "Josiah"}}}}]',
        ),
        ("a.jsonl", '{"orcid": "0000-0002-1825-0097", "family_name": "Carberry", "given_name": "Josiah"}\n'),
    ],
)
def test_people_are_read_from_summaries(tmp_path, name, text) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert load(path).made == 1
    assert search("people", "josiah carb")[0].values["orcid"] == "0000-0002-1825-0097"


@pytest.mark.parametrize("text", ["", "[]", "{", "[1]", '[{"a": 1}]', "a,b\n1,2", '[{"id": "https://ror.org/x'])
def test_another_file_is_refused_with_the_cure(tmp_path, text) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match="ROR data dump"):
        load(path)


@pytest.mark.skipif(not EXAMPLE.exists(), reason="no ../shared/data")
def test_the_real_example_of_ror_is_read() -> None:
    assert load(EXAMPLE).made == 1
    entry = search("funders", "university california system")[0]
    assert (entry.identifier, entry.place) == ("https://ror.org/00pjdza24", "Oakland, United States")


def test_check_digits_are_seen() -> None:
    for ror in ("005ypkf75", "00pjdza24", "05kpkpg04"):
        assert checked_ror(ror) == (f"https://ror.org/{ror}", "")
        swapped = ror[0] + ror[2] + ror[1] + ror[3:]
        assert checked_ror(swapped)[1] == "digits"
    assert checked_ror("https://ror.org/hello")[1] == "shape"
    assert checked_orcid("0000-0002-1825-0097")[1] == ""
    assert checked_orcid("0000-0002-1852-0097")[1] == "digits"
    assert checked_orcid("") == ("", "")
