# SPDX-License-Identifier: AGPL-3.0-or-later
"""The syntax of iota2 configurations: whatever ten years of hands have written is read, and nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.landcover.iota2.syntax import parse

CONFIGURATION = """
# a comment
chain:
{
    listTile:'T40KCB T40KDB'  # two
    outputPath = "/maps/" + 'first'
    runs : '3', ratio:0.7
    firstStep:init
    proj : EPSG:2975
    nothing : None
    empty :
    copied : $chain.listTile
    stream : `sys.stdout`
    spatialResolution:[10, 10.0]
    keepBands:[[1,"blue"],[2,"green"]]
    sampleSelection : {"strategy":"percent", "strategy.percent.p":0.2,
                       "per_model":[{"target_model":4}]}
};
"""


def test_every_way_of_writing_a_value_is_read() -> None:
    found = parse(CONFIGURATION)
    assert found.sections["chain"].plain() == {
        "listTile": "T40KCB T40KDB",
        "outputPath": "/maps/first",
        "runs": "3",
        "ratio": 0.7,
        "firstStep": "init",
        "proj": "EPSG:2975",
        "nothing": None,
        "empty": "",
        "copied": "T40KCB T40KDB",
        "stream": None,
        "spatialResolution": [10, 10.0],
        "keepBands": [[1, "blue"], [2, "green"]],
        "sampleSelection": {"strategy": "percent", "strategy.percent.p": 0.2, "per_model": [{"target_model": 4}]},
    }
    assert [(remark.line, remark.what) for remark in found.remarks] == [(13, "code")]
    assert found.sections["chain"].value["runs"].line == 7


@pytest.mark.parametrize(
    ("text", "content", "remarks"),
    [
        ("chain: { a: 'one\n b: 2 }", {"a": "one", "b": 2}, ["unclosed"]),
        ("chain: { a: 1", {"a": 1}, ["not_closed"]),
        ("chain: { a: 1 a: 2 }", {"a": 2}, ["twice"]),
        ("chain: { a b: 2 }", {"b": 2}, ["no_value"]),
        ("chain: { [ a: 1 }", {"a": 1}, ["odd"]),
        ("chain: { a: $nowhere.b }", {"a": "$nowhere.b"}, ["reference"]),
        ("chain: { a: $chain.b b: $chain.a }", {"a": "$chain.b", "b": "$chain.a"}, ["reference", "reference"]),
        (r"chain: { a: 'C:\new\x' }", {"a": r"C:\new\x"}, []),
        ("chain { a: /data/x.shp // why\n /* and\n more */ b: yes }", {"a": "/data/x.shp", "b": "yes"}, []),
    ],
)
def test_what_makes_no_sense_is_remarked_and_passed_over(
    text: str, content: dict[str, object], remarks: list[str]
) -> None:
    found = parse(text)
    assert found.sections["chain"].plain() == content
    assert [remark.what for remark in found.remarks] == remarks


def test_a_thousand_braces_end_in_a_remark() -> None:
    assert parse("a: {" * 1000).remarks[0].what == "deep"
    assert parse("a: [" + "[" * 1000).remarks[0].what == "deep"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(CONFIGURATION)), st.sampled_from("{}[]:='\"`$,;#+ \n\\\x00é")), max_size=6)
)
def test_no_text_makes_it_fail(changes: list[tuple[int, str]]) -> None:
    text = CONFIGURATION
    for place, letter in changes:
        text = text[:place] + letter + text[place + 1 :]
    parse(text)
