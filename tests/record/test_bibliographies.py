# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bibliographies of others as related resources, and what is read in the real ones."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from record.examples import PAGE, full_record, publishable_draft
from terracite.errors import RecordError
from terracite.record.citation import read_bibtex, read_csl, read_ris, references
from terracite.record.formats import FORMATS
from terracite.record.model import Agent, ResourceType
from terracite.record.reading import Reading

BIBTEX = rb"""
@string{rse = "Remote Sensing of Environment"}
@comment{not an entry}
@article{olofsson, author = {Olofsson, Pontus and Foody, Giles M. and {The Group, Ltd}}, journal = rse,
  title = {Good practices for {\'e}stimating area}, year = 2014, doi = {https://doi.org/10.1016/j.rse.2014.02.015}}
@book{b2, author = "Ludwig van Beethoven and others", title = "Second", isbn = {978-2-07-036822-8}, year = {2001}}
@dataset{broken, title = {Half
@online{o, title = {A page}, url = {https://example.org/a\_b?c=1\&d=2}}
@article{again, title = {The same}, doi = {10.1016/J.RSE.2014.02.015}}
"""
RIS = b"TY  - JOUR\r\nAU  - Stehman, S.\r\nTI  - One\r\nDO  - 10.1234/one\r\nER  - \r\nTY  - DATA\r\nTI  - Two\r\nUR  - https://example.org/2\r\nER  - \r\n"  # fmt: skip  # noqa: E501
CSL = json.dumps(
    [
        {"type": "article-journal", "title": "One", "DOI": "10.1234/one"},
        {"type": "book", "title": "Two", "ISBN": "2070368229"},
    ]
).encode()


def test_a_bibtex_bibliography_is_a_list_of_related_resources() -> None:
    found = references(BIBTEX)
    assert [(item.identifier, item.identifier_type) for item in found] == [
        ("10.1016/j.rse.2014.02.015", "DOI"),
        ("978-2-07-036822-8", "ISBN"),
        ("Half", ""),
        ("https://example.org/a_b?c=1&d=2", "URL"),
    ]
    assert {item.relation for item in found} == {"References"}
    assert [item.title for item in found] == ["Good practices for éstimating area", "Second", "Half", "A page"]
    assert [item.resource_type for item in found] == ["JournalArticle", "Book", "Dataset", "Other"]


@pytest.mark.parametrize("document", [RIS, CSL, b"\xef\xbb\xbf" + RIS, RIS.replace(b"\r\n", b"\n")])
def test_ris_and_csl_bibliographies_too(document: bytes) -> None:
    assert [item.title for item in references(document)] == ["One", "Two"]


@pytest.mark.parametrize("document", [b"", b"plain", b"{}", b"[]", b"[1]", b"@", b"TY", b"\xff\xfe", b"@comment{x}"])
def test_what_is_no_bibliography_is_refused(document: bytes) -> None:
    with pytest.raises(RecordError) as refused:
        references(document)
    assert refused.value.hint


def test_names_are_understood_as_bibtex_means_them() -> None:
    reading = read_bibtex(BIBTEX)
    assert reading.record.creators == (
        Agent(family_name="Olofsson", given_name="Pontus"),
        Agent(family_name="Foody", given_name="Giles M."),
        Agent(organisation="The Group, Ltd"),
    )
    (beethoven,) = read_bibtex(BIBTEX[BIBTEX.index(b"@book") :]).record.creators
    assert beethoven == Agent(family_name="van Beethoven", given_name="Ludwig")


def test_what_is_broken_or_has_no_place_is_told() -> None:
    reading = read_bibtex(BIBTEX)
    assert {remark.kind for remark in reading.remarks} == {"unreadable", "several"}
    assert [(item.where, item.value) for item in reading.leftovers] == [
        ("line 4, container", "Remote Sensing of Environment")
    ]


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl"])
def test_two_thousand_creators_come_back(name: str) -> None:
    people = tuple(Agent(family_name=f"de la Né {number}", given_name="Ó") for number in range(2000))
    record = publishable_draft().model_copy(update={"creators": people})
    assert FORMATS[name].read(FORMATS[name].write(record, PAGE)).record.creators == people


@pytest.mark.parametrize("name", ["bibtex", "ris", "csl"])
def test_names_of_several_words_without_a_given_name_come_back(name: str) -> None:
    people = (Agent(family_name="van der Meer"), Agent(family_name="李 明"), Agent(organisation="Land and Sea"))
    record = full_record().model_copy(update={"creators": people})
    assert FORMATS[name].read(FORMATS[name].write(record, PAGE)).record.creators == people


@pytest.mark.parametrize(
    "document",
    [
        b"@a{" * 60_000,
        b"@a{k, t = {" + b"{" * 120_000,
        b"@a{k, t = " + b'"a" # ' * 40_000,
        b"@a{k, author = {" + b"a and " * 30_000,
        b"@a{k, title={" + rb"\'" * 60_000 + b"}}",
        b"TY  - DATA\n" * 10_000,
        b"TY  - X\n" + b"AU  - a,\n" * 30_000,
    ],
    ids=lambda document: repr(document[:14]),
)
def test_hostile_bibliographies_are_read_or_refused_in_bounded_time(document: bytes) -> None:
    started = time.process_time()
    try:
        references(document)
    except RecordError as refused:
        assert refused.hint  # noqa: PT017
    assert time.process_time() - started < 10


READERS = {".bib": read_bibtex, ".ris": read_ris, ".json": read_csl}


def _real(shared_data: Path) -> dict[str, Reading]:
    """Every bibliography of the shared data, read."""
    paths = [path for glob in ("*.bib", "*.ris", "citeproc*.json") for path in (shared_data / "metadata").rglob(glob)]
    return {path.name: READERS[path.suffix](path.read_bytes()) for path in paths}


def test_every_real_bibliography_is_read(shared_data: Path) -> None:
    readings = _real(shared_data)
    assert len(readings) == 8
    assert not [remark for reading in readings.values() for remark in reading.remarks]
    assert all(reading.record.title for reading in readings.values())
    facts = {
        name: (record.doi, record.publication_year, len(record.creators))
        for name, record in ((name, reading.record) for name, reading in readings.items())
    }
    assert facts == {
        "crossref.bib": ("10.7554/elife.01567", 2014, 5),
        "pure.bib": ("", 2018, 1),
        "crossref.ris": ("10.7554/eLife.01567", 2014, 5),
        "pure.ris": ("", 2018, 1),
        "ris_bug.ris": ("10.17918/ERNK-6431", 2018, 1),
        "citeproc.json": ("10.5438/4k3m-nyvg", 2016, 1),
        "citeproc-no-author.json": ("10.5438/4k3m-nyvg", 2016, 0),
        "citeproc-no-categories.json": ("10.5072/4k3m-nyvg", 2016, 1),
    }
    assert readings["crossref.bib"].record.licence == "CC-BY-3.0"
    assert readings["pure.bib"].record.resource_type is ResourceType.TEXT


def test_every_real_bibliography_is_a_reference(shared_data: Path) -> None:
    paths = [path for glob in ("*.bib", "*.ris", "citeproc*.json") for path in (shared_data / "metadata").rglob(glob)]
    found = {path.name: references(path.read_bytes()) for path in paths}
    assert {len(items) for items in found.values()} == {1}
    (thesis,) = found["pure.bib"]
    assert (thesis.identifier, thesis.identifier_type, thesis.resource_type) == (
        "978-90-386-4503-2",
        "ISBN",
        "Dissertation",
    )
    (article,) = found["crossref.ris"]
    assert (article.identifier, article.identifier_type) == ("10.7554/eLife.01567", "DOI")
