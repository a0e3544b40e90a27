# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's tables and workflows as values: the grammar of the cells, and writing what was read changes nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.errors import RecordError
from terracite.record.geoflow import (
    Component,
    Contact,
    Entity,
    Item,
    Table,
    Workflow,
    read_contacts,
    read_entities,
    read_workflow,
    write_contacts,
    write_entities,
    write_workflow,
)
from terracite.record.geoflow.cells import read_cell, write_cell
from terracite.record.geoflow.columns import BY_NAME, CONTACT_NAMES, NAMES
from terracite.record.reading import Notes

Repairs = list[tuple[str, str, str]]


def _read(cell: str, column: str) -> tuple[tuple[Component, ...], Repairs]:
    repairs: Repairs = []
    return read_cell(cell, BY_NAME[column], lambda *said: repairs.append(said)), repairs


def _one(cell: str, column: str) -> Component:
    """The only component of a cell that has nothing to repair."""
    components, repairs = _read(cell, column)
    assert repairs == []
    (component,) = components
    return component


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("Identifier", "id:a/b c", Component("id", (Item("a/b c"),))),
        ("Title", "title#EN:Land cover", Component("title", (Item("Land cover"),), "EN")),
        ("Title", "Occupation du sol, 2023", Component("title", (Item("Occupation du sol, 2023"),))),
        ("Description", 'abstract:"One: two, three"', Component("abstract", (Item("One: two, three"),))),
        ("Description", "see https://example.org/a", Component("abstract", (Item("see https://example.org/a"),))),
        ("Description", "edition:1.1[Legend]", Component("edition", (Item("1.1", "Legend"),))),
        (
            "Subject",
            "theme[GEMET]@https://example.org/gemet/:eau@https://example.org/1,sol[terre]",
            Component(
                "theme",
                (Item("eau", "", "https://example.org/1"), Item("sol", "terre")),
                "",
                "GEMET",
                "https://example.org/gemet/",
            ),
        ),
        ("Subject", 'theme:"a, b: c",d', Component("theme", (Item("a, b: c"), Item("d")))),
        ("Subject", 'theme:"say ""hi"", you"', Component("theme", (Item('say "hi", you'),))),
        ("Creator", "pointOfContact:a b,c@b.example", Component("pointOfContact", (Item("a b"), Item("c@b.example")))),
        ("Date", "2021-03-22", Component("creation", (Item("2021-03-22"),))),
        ("Type", "series", Component("generic", (Item("series"),))),
        ("Language", "fra", Component("language", (Item("fra"),))),
        (
            "SpatialCoverage",
            "ewkt:SRID=4326;POLYGON((1 2,3 4,5 6,1 2))",
            Component("ewkt", (Item("SRID=4326;POLYGON((1 2,3 4,5 6,1 2))"),)),
        ),
        ("TemporalCoverage", "2021-01-01/2021-12-31", Component("period", (Item("2021-01-01/2021-12-31"),))),
        ("Format", "application/zip[Shapefile]", Component("resource", (Item("application/zip", "Shapefile"),))),
        (
            "Relation",
            "http:site[the site]@https://example.org/a,b?c=d:e",
            Component("http", (Item("site", "the site", "https://example.org/a,b?c=d:e"),)),
        ),
        ("Relation", "wms130:layer@https://example.org/wms", Component("wms130", (Item("layer", "", "https://example.org/wms"),))),
        ("Rights", "license:CC-BY-4.0", Component("license", (Item("CC-BY-4.0"),))),
        (
            "Provenance",
            'process:"Gap filling, twice"["every: gap"]',
            Component("process", (Item("Gap filling, twice", "every: gap"),)),
        ),
        ("Data", "variable:ndvi[index],evi", Component("variable", (Item("ndvi", "index"), Item("evi")))),
        ("Data", "workspace:seas", Component("workspace", (Item("seas"),))),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_the_grammar_and_written_back(column: str, cell: str, expected: Component) -> None:
    assert _one(cell, column) == expected
    assert _one(write_cell((expected,), BY_NAME[column]), column) == expected


@pytest.mark.parametrize(
    ("column", "cell", "keys", "repaired"),
    [
        ("Title", "title:A_\ntitle#EN:B", ["title", "title"], 0),
        ("Title", "title:A_\r\nalternative:B", ["title", "alternative"], 0),
        ("Description", "abstract:One_\n", ["abstract"], 0),
        ("Description", "abstract:One_ \npurpose:Two", ["abstract", "purpose"], 1),
        ("Description", "abstract:One\npurpose: is a word of prose", ["abstract"], 0),
        ("Date", "creation:2020\npublication:2021", ["creation", "publication"], 1),
        ("Creator", "author:a_\nauthor:b_\npublisher:c", ["author", "author", "publisher"], 0),
        ("Relation", "https://example.org/", ["http"], 1),
        ("Relation", "http project site @https://example.org/", ["http"], 1),
        ("Relation", "link:site@https://example.org/", ["http"], 0),
        ("Rights", "licence:CC0-1.0_\nuseConstraints:license", ["license", "useConstraint"], 0),
        ("SpatialCoverage", "epsg:32740", ["srid"], 0),
    ],
)
def test_what_people_write_is_understood_and_told(column: str, cell: str, keys: list[str], repaired: int) -> None:
    components, repairs = _read(cell, column)
    assert ([component.key for component in components], len(repairs)) == (keys, repaired)
    again, nothing = _read(write_cell(components, BY_NAME[column]), column)
    assert (again, nothing) == (components, [])


def test_a_separator_of_a_workflow_is_followed() -> None:
    column = BY_NAME["Title"]
    components = read_cell("title:A_\nb;;alternative:C", column, lambda *_: None, ";;")
    assert [(item.key, item.text) for item in components] == [("title", "A_\nb"), ("alternative", "C")]
    assert read_cell(write_cell(components, column, ";;"), column, lambda *_: None, ";;") == components


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from('",:[]@#_\n'), max_size=30)  # fmt: skip  # noqa: E501
_FREE = _TEXTS.map(lambda text: text.strip().replace("_\n", "_ ")).filter(lambda text: text and "\r" not in text)
_URIS = st.sampled_from(["", "https://example.org/a,b:c", "urn:x:y", "10.5072/a", "http://example.org/[x]", "a b"])
_ITEMS = st.builds(Item, _FREE, st.just("") | _FREE, _URIS)
_COMPONENTS = st.builds(
    Component,
    st.sampled_from(["theme", "place", "taxon"]),
    st.lists(_ITEMS, min_size=1, max_size=3).map(tuple),
    st.sampled_from(["", "FR", "EN", "DE"]),
    st.just("") | _FREE,
    st.sampled_from(["", "https://example.org/v", "urn:x", "https://example.org:8080/x"]),
)


@given(st.lists(_COMPONENTS, min_size=1, max_size=3).map(tuple))
@settings(max_examples=150, deadline=None)
def test_any_component_comes_back_through_a_table(components: tuple[Component, ...]) -> None:
    entity = Entity({"Identifier": (Component("id", (Item("x"),)),), "Subject": components})
    (back,) = read_entities(write_entities([entity]))
    assert back.entity.cells["Subject"] == components


@pytest.mark.parametrize("change", ["cp1252", "utf-8-sig", "utf-16", "semicolon", "tab", "order", "14 columns", "lf"])
def test_tables_of_every_make_are_read(change: str) -> None:
    rows = [["id:é1", "Été, ici", "abstract:Un_\npurpose:Deux", "series"], ["id:2", "B", "abstract:C", "dataset"]]
    names = ["Identifier", "Title", "Description", "Type"]
    if change == "order":
        names, rows = names[::-1], [row[::-1] for row in rows]
    delimiter = {"semicolon": ";", "tab": "\t"}.get(change, ",")
    if change == "14 columns":
        names += [name for name in NAMES if name not in {*names, "Data"}]
        rows = [[*row, *[""] * (len(names) - 4)] for row in rows]
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in (names, *rows)]
    text = ("\n" if change == "lf" else "\r\n").join(lines)
    document = text.encode(change if change in {"cp1252", "utf-8-sig", "utf-16"} else "utf-8")
    found = read_entities(document)
    assert [row.entity.of("Title")[0].text for row in found] == ["Été, ici", "B"]
    assert [component.key for component in found[0].entity.of("Description")] == ["abstract", "purpose"]
    told = {"cp1252": ["encoding"], "utf-16": ["encoding"], "semicolon": ["repaired"], "tab": ["repaired"]}
    assert [remark.kind for remark in found[0].notes.remarks] == told.get(change, [])


def test_a_formula_is_guarded_and_comes_back() -> None:
    entity = Entity(
        {"Language": (Component("language", (Item("=1+1"),)),), "Title": (Component("title", (Item("x"),)),)}
    )
    document = write_entities([entity])
    assert b"'=1+1" in document
    assert read_entities(document)[0].entity == entity


@pytest.mark.parametrize(
    "cell",
    [
        '"' * 60_001,
        "[" * 60_000,
        "@" * 60_000,
        "a:" * 30_000,
        "_\n" * 30_000,
        "_ \n" * 30_000,
        "theme:a\n" * 8_000,
        'theme:"' + "a,[" * 20_000,
        "x" * 200_000,
        "theme:" + "[]" * 30_000,
        "theme" + "[a]" * 30_000,
        ":" * 60_000,
        ' "' * 30_000,
        "#EN" * 20_000,
        "ewkt:" + "(" * 60_000,
    ],
    ids=lambda cell: repr(cell[:8]),
)
@pytest.mark.parametrize("column", ["Subject", "Description", "Relation", "Provenance", "SpatialCoverage"])
def test_hostile_cells_are_read_in_bounded_time(column: str, cell: str) -> None:
    started = time.process_time()
    components, _ = _read(cell, column)
    write_cell(components, BY_NAME[column])
    assert time.process_time() - started < 2


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    (first, *_) = read_entities(b'Identifier,Title,Description\n1,"open,abstract:x\n2,b,c\n')
    assert "unreadable" in [remark.kind for remark in first.notes.remarks]


def _tables(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_every_real_table_means_the_same_when_it_is_written_and_read_again(shared_data: Path) -> None:
    entities, contacts, rows = 0, 0, 0
    for name, document in _tables(shared_data / "geoflow-entities").items():
        try:
            found = [row.entity for row in read_entities(document)]
        except RecordError:
            people = read_contacts(document, Notes("geoflow"))
            assert read_contacts(write_contacts(people), Notes("geoflow")) == people, name
            contacts += 1
            continue
        again = read_entities(write_entities(found))
        assert [row.entity for row in again] == found, name
        assert {remark.kind for row in again for remark in row.notes.remarks} <= {"missing"}, name
        entities, rows = entities + 1, rows + len(found)
    assert (entities, contacts, rows) == (32, 3, 336)


def test_every_real_workflow_means_the_same_when_it_is_written_and_read_again(shared_data: Path) -> None:
    count = 0
    for path in sorted((shared_data / "geoflow-entities").rglob("*.json")):
        content = json.loads(path.read_bytes())
        workflow = read_workflow(path.read_bytes())
        written = json.loads(write_workflow(workflow))
        assert read_workflow(write_workflow(workflow)) == workflow
        assert [written[key] for key in ("profile", "software", "actions")] == [
            content[key] for key in ("profile", "software", "actions")
        ]
        listed = {key: value if isinstance(value, list) else [value] for key, value in content["metadata"].items()}
        assert written["metadata"] == {"contacts": [], **listed}
        count += 1
    assert count == 34


def test_a_real_workflow_says_where_its_tables_are(shared_data: Path) -> None:
    folder = shared_data / "geoflow-entities" / "g2oi" / "Action 1.2" / "json" / "osur"
    workflow = read_workflow((folder / "geosur_csw_geonetwork_g2oi_datacite.json").read_bytes())
    assert workflow.identifier == "geosur-full"
    assert workflow.entities == (Table("dc:title like 'Image visible%'", "ogc_csw"),)
    assert workflow.contacts == (Table("test_corentin/metadata/osur/metadata_contacts_geoflow.csv", "csv"),)


def test_a_workflow_keeps_its_separator_and_what_geoflow_added_since() -> None:
    workflow = Workflow(
        "w", (Table("a.csv"),), separator="|", others={"dictionary": [{"handler": "csv", "source": "d"}]}
    )
    back = read_workflow(write_workflow(workflow))
    assert (back.separator, back.others, back.entities) == ("|", workflow.others, workflow.entities)


@pytest.mark.parametrize("document", [b"{}", b'{"metadata": 3}', b"[1]", b"{", b'{"metadata": {"entities": [NaN]}}'])
def test_what_is_no_workflow_is_refused(document: bytes) -> None:
    with pytest.raises(RecordError):
        read_workflow(document)


def test_contacts_have_fourteen_columns_in_the_order_of_geoflow() -> None:
    contact = Contact((Component("id", (Item("a"),)), Component("orcid", (Item("0000-0002-1825-0097"),))), "", "IRD")
    header, *lines = write_contacts([contact]).decode().split("\r\n")
    assert header.split(",") == list(CONTACT_NAMES)
    assert len(CONTACT_NAMES) == 14
    assert lines[0] == '"id:a_\norcid:0000-0002-1825-0097",,IRD,,,,,,,,,,,'
    assert read_contacts(write_contacts([contact]), Notes("geoflow")) == [contact]
