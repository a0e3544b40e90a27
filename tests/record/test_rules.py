# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from record.examples import full_record, publishable_draft
from record.strategies import records
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Box,
    DataFile,
    DateKind,
    Era,
    Extent,
    FileRole,
    Keyword,
    Lineage,
    MapClass,
    Organisation,
    Period,
    Record,
    RecordDate,
    Related,
    Representation,
    Source,
    Text,
    Variable,
)
from terracite.record.rules import RULES, Fault, Level, blockers, check, rule


def _rules(record: Record) -> list[str]:
    return [finding.rule for finding in check(record)]


def _with(**values: object) -> Record:
    return publishable_draft().model_copy(update=values)


def _file(path: str, **values: object) -> DataFile:
    content = {"path": path, "bytes": 10, "sha256": f"{sum(map(ord, path)):064x}"} | values
    return DataFile.model_validate(content)


def test_the_least_a_person_types_has_no_blocker() -> None:
    assert blockers(check(publishable_draft())) == []


def test_the_full_example_has_no_blocker_and_few_hints() -> None:
    assert _rules(full_record()) == ["related_without_address", "orcid_missing", "affiliation_missing"]


def test_an_empty_record_lacks_every_mandatory_field_once() -> None:
    assert [finding.rule for finding in blockers(check(Record()))] == [
        "title_missing",
        "abstract_missing",
        "lineage_missing",
        "discipline_missing",
        "topic_missing",
        "keyword_missing",
        "creator_missing",
        "contact_missing",
        "created_missing",
        "extent_missing",
        "period_missing",
        "licence_missing",
        "access_unknown",
        "file_missing",
    ]


@given(record=records)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_record_can_be_checked_and_findings_speak_both_languages(record: Record) -> None:
    findings = check(record)
    assert all(text.fr and text.en for item in findings for text in (item.message, item.cure))
    assert {item.section for item in findings} <= set(Record.model_fields)
    assert [item.level for item in findings] == sorted((item.level for item in findings), key=list(Level).index)


SEEN = [
    ("title_not_explicit", {"title": Text(fr="Données finales")}),
    ("title_not_explicit", {"title": Text(fr="export_final_v2.csv")}),
    (
        "abstract_is_technique",
        {"abstract": Text(en="A Python script with GDAL resampled images; a random forest pipeline was then run.")},
    ),
    (
        "abstract_repeats_title",
        {"abstract": Text(fr="Relevés de salinité du lagon de Mayotte en 2021. Voilà tout.")},
    ),
    ("abstract_too_long", {"abstract": Text(fr="mot " * 1500)}),
    ("abstract_missing", {"abstract": Text(fr="Trop court.")}),
    ("lineage_without_source", {}),
    ("lineage_without_process", {"lineage": Lineage(statement=Text(fr="Voir le rapport."))}),
    (
        "references_in_lineage",
        {"lineage": Lineage(statement=Text(fr="Traitement selon doi 10.5072/method."))},
    ),
    (
        "references_in_lineage",
        {"lineage": Lineage(statement=Text(en="Processed as in https://example.org/m."))},
    ),
    ("cited_but_not_related", {"lineage": Lineage(statement=Text(fr="Calculé depuis Sentinel-2."))}),
    ("relation_unknown", {"related": (Related(identifier="10.5072/x", relation="Likes"),)}),
    ("related_without_address", {"related": (Related(identifier="the blue book"),)}),
    ("keywords_without_thesaurus", {}),
    ("languages_in_one_text", {"keywords": (Keyword(label=Text(fr="Eau / Water")),)}),
    ("title_in_one_language", {}),
    ("abstract_in_one_language", {}),
    ("extent_nearly_whole_world", {"extents": (Extent(box=Box(west=-178, south=-20, east=177, north=-15)),)}),
    ("extent_is_null_island", {"extents": (Extent(box=Box(west=0, south=0, east=0, north=0)),)}),
    ("reference_system_missing", {"representation": Representation.VECTOR}),
    ("resolution_missing", {"representation": Representation.GRID}),
    ("place_missing", {}),
    ("created_before_period", {"dates": (RecordDate(kind=DateKind.CREATED, on=dt.date(2019, 1, 1)),)}),
    ("period_without_end", {"periods": (Period(start=dt.date(2021, 1, 1)),)}),
    ("embargo_too_long", {"access": Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2030, 1, 1))}),
    ("email_in_name", {"creators": (Agent(family_name="ana@example.org"),)}),
    ("orcid_wrong", {"creators": (Agent(family_name="L", orcid="0000-0002-1825-0098"),)}),
    ("orcid_missing", {"creators": (Agent(family_name="L"),)}),
    ("affiliation_missing", {"creators": (Agent(family_name="L"),)}),
    ("ror_wrong", {"creators": (Agent(organisation="IRD", ror="ird.fr"),)}),
    ("ror_wrong", {"creators": (Agent(family_name="L", affiliations=(Organisation(name="IRD", ror="x"),)),)}),
    ("contact_without_email", {"contacts": (Agent(organisation="IRD"),)}),
    ("executable_file", {"files": (_file("setup.EXE"),)}),
    ("source_code", {"files": (_file("run.py"),)}),
    ("readme_missing", {"files": (_file("a.csv"), _file("b.csv"))}),
    ("closed_format", {"files": (_file("table.xlsx"),)}),
    ("data_in_pdf", {"files": (_file("table.pdf"),)}),
    ("archive_undescribed", {"files": (_file("all.zip"),)}),
    ("duplicate_files", {"files": (_file("a.csv"), _file("b.csv", sha256=_file("a.csv").sha256))}),
    ("empty_file", {"files": (_file("a.csv", bytes=0),)}),
    ("unit_missing", {"variables": (Variable(name="t"),)}),
    (
        "class_codes_repeated",
        {"classes": (MapClass(code=1, label=Text(fr="a")), MapClass(code=1, label=Text(fr="b")))},
    ),
    ("topic_unknown", {"topics": ("oceans", "fishing")}),
    ("licence_unknown", {"licence": "free for all"}),
    ("licence_not_open", {"licence": "CC-BY-NC-4.0"}),
    ("thumbnail_not_a_file", {"thumbnail": "a.png"}),
    ("standard_name_unknown", {"variables": (Variable(name="t", unit="K", standard_name="warmth"),)}),
    ("characters_forbidden", {"title": Text(fr="Relevés de salinité du lagon\x0b en 2021")}),
    ("restricted_without_conditions", {"access": Access(kind=AccessKind.RESTRICTED)}),
    ("time_resolution_unreadable", {"time_resolution": "five days"}),
    ("time_resolution_unreadable", {"time_resolution": "PT"}),
]


@pytest.mark.parametrize(("name", "values"), SEEN)
def test_a_fault_is_seen(name: str, values: dict[str, object]) -> None:
    assert name in _rules(_with(**values))


def test_every_rule_is_shown_by_an_example() -> None:
    shown = {name for name, _ in SEEN} | {finding.rule for finding in check(Record())}
    assert set(RULES) == shown


UNSEEN = [
    ("references_in_lineage", {"lineage": Lineage(
        statement=Text(fr="Traité selon 10.5072/m."), sources=(Source(title="m", identifier="https://doi.org/10.5072/M"),)
    )}),
    ("cited_but_not_related", {
        "lineage": Lineage(statement=Text(fr="Calculé depuis Sentinel-2.")),
        "related": (Related(identifier="10.5072/s2"),),
    }),
    ("readme_missing", {"files": (_file("a.csv"), _file("b.csv"), _file("LISEZMOI.txt"))}),
    ("readme_missing", {"files": (_file("a.csv", description=Text(fr="x")), _file("b.csv", description=Text(en="y")))}),
    ("data_in_pdf", {"files": (_file("notice.pdf", role=FileRole.DOCUMENTATION),)}),
    ("duplicate_files", {"files": (_file("a.csv", bytes=0), _file("b.csv", bytes=0, sha256=_file("a.csv").sha256))}),
    ("lineage_without_source", {"related": (Related(identifier="10.5072/x", relation="IsDerivedFrom"),)}),
    ("extent_nearly_whole_world", {"extents": (Extent(box=Box(west=-180, south=-90, east=180, north=90)),)}),
    ("extent_nearly_whole_world", {"extents": (Extent(box=Box(west=177, south=-20, east=-178, north=-15)),)}),
    ("period_without_end", {"periods": (Period(start=dt.date(2021, 1, 1), ongoing=True),)}),
    ("title_not_explicit", {"title": Text(en="Reef temperatures around Fiji since 2019")}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "values"), UNSEEN)
def test_what_is_no_fault_is_left_alone(name: str, values: dict[str, object]) -> None:
    assert name not in _rules(_with(**values))


def test_a_finding_names_the_very_field() -> None:
    record = _with(creators=(Agent(organisation="A"), Agent(family_name="B", orcid="1")))
    found = next(finding for finding in check(record) if finding.rule == "orcid_wrong")
    assert (found.field, found.section, found.level) == ("creators.1.orcid", "creators", Level.WARNING)


def test_two_rules_never_share_a_name() -> None:
    def title_missing(record: Record) -> list[Fault]:
        return []

    with pytest.raises(ValueError, match="two rules are called 'title_missing'"):
        rule(Level.HINT)(title_missing)


@pytest.mark.parametrize("duration", ["P5D", "PT6H", "P1M", "P1Y2M3DT4H5M6.5S", "P2W"])
def test_every_iso_duration_is_understood(duration: str) -> None:
    assert _rules(_with(time_resolution=duration)) == _rules(publishable_draft())


def test_an_era_stands_for_a_period() -> None:
    dated = _with(periods=(), eras=(Era(name=Text(fr="Jurassique")),))
    assert "period_missing" not in _rules(dated)
    assert "period_missing" in _rules(_with(periods=()))
