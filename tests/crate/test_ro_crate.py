# SPDX-License-Identifier: AGPL-3.0-or-later
"""The RO-Crate description: read by the RO-Crate library, and by us without loss."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rocrate.rocrate import ROCrate

from crate.samples import FILES, NOON, PROVENANCE, RECORD, make_crate
from terracite.crate.provenance import Input, Provenance, hash_file, software_versions
from terracite.crate.ro_crate import provenance_of, to_ro_crate
from terracite.errors import CrateError
from terracite.record.model import Agent, Record

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
inputs = st.builds(Input, texts, texts, st.sampled_from(["", "a" * 64]), st.integers(0, 2**60))


@given(
    command=st.lists(texts, min_size=1, max_size=4).map(tuple),
    software=st.dictionaries(texts, texts, max_size=3).map(lambda found: tuple(found.items())),
    inputs=st.lists(inputs, max_size=4).map(tuple),
    parameters=st.dictionaries(texts, values, max_size=4),
)
@settings(max_examples=25, deadline=None)
def test_any_provenance_is_read_back(
    command: tuple[str, ...],
    software: tuple[tuple[str, str], ...],
    inputs: tuple[Input, ...],
    parameters: dict[str, object],
) -> None:
    provenance = Provenance(command, software, NOON, NOON, inputs, parameters)
    assert provenance_of(to_ro_crate(Record(), provenance)) == provenance


def test_the_library_reads_the_crate_and_finds_every_file(tmp_path: Path) -> None:
    folder = make_crate(tmp_path / "crate").folder
    crate = ROCrate(folder)
    root = crate.root_dataset
    assert root["name"] == "NDVI of tile 40KCB in 2023"
    assert root["datePublished"] == "2026-11-21"
    assert root["license"].id == "https://spdx.org/licenses/CC-BY-4.0"
    assert [author.id for author in root["author"]] == ["https://orcid.org/0000-0002-1825-0097", "#author-2"]
    assert root["author"][0]["affiliation"]["name"] == "Institut de Démonstration"
    assert root["spatialCoverage"]["geo"]["box"] == "-21.4 55.2 -20.8 55.9"
    assert root["temporalCoverage"] == "2023-01-01/2023-12-31"
    described = {unquote(entity.id): entity for entity in crate.data_entities}
    assert set(described) == {*FILES, "record.json"}
    for path in FILES:
        assert (described[path]["sha256"], int(described[path]["contentSize"])) == hash_file(folder / path)


def test_the_action_joins_command_software_inputs_and_results(tmp_path: Path) -> None:
    crate = ROCrate(make_crate(tmp_path / "crate").folder)
    action = crate.root_dataset["mentions"]
    assert action["@type"] == "CreateAction"
    assert action["description"] == "terracite timeseries run 'my archive'"
    assert [tool["softwareVersion"] for tool in action["instrument"]] == ["0.1.0", "3.9.2"]
    assert {unquote(file.id) for file in action["result"]} == set(FILES)
    first = action["object"][0]
    assert (first["identifier"], first["sha256"]) == ("S2A_MSIL2A_20230104", "a" * 64)
    assert unquote(action["object"][-1].id) == "recipe.toml"


def test_mails_stay_in_the_record(tmp_path: Path) -> None:
    record = RECORD.model_copy(update={"creators": (Agent(family_name="Rakoto", email="alice@example.org"),)})
    assert b"example.org" not in to_ro_crate(record, PROVENANCE.__class__((), (), NOON, NOON))


def test_every_reference_points_at_an_entity_that_is_there() -> None:
    graph = json.loads(to_ro_crate(RECORD, Provenance(("x",), (), NOON, NOON)))["@graph"]
    identifiers = {entity["@id"] for entity in graph}
    outside = {"https://w3id.org/ro/crate/1.2"}
    assert set(_references(graph)) - identifiers == outside


def _references(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return [value["@id"]]
        return [found for item in value.values() for found in _references(item)]
    return []


def test_times_need_a_zone() -> None:
    with pytest.raises(CrateError, match="time zone"):
        Provenance((), (), dt.datetime(2026, 1, 1), NOON)  # noqa: DTZ001


@pytest.mark.parametrize("value", [Path("a"), float("nan"), {1, 2}])
def test_parameters_that_cannot_be_kept_are_refused(value: object) -> None:
    with pytest.raises(CrateError, match="not JSON"):
        Provenance((), (), NOON, NOON, parameters={"value": value})


def test_software_versions_begin_with_ours() -> None:
    names = [name for name, _ in software_versions("numpy")]
    assert names == ["terracite", "python", "numpy"]
