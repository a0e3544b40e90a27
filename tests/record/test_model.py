# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from pydantic import ValidationError

from record.examples import full_record
from record.strategies import boxes
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Box,
    DataFile,
    DateKind,
    Origin,
    OriginKind,
    Period,
    Quality,
    Record,
    RecordDate,
    Text,
)


def test_a_text_falls_back_on_the_other_language() -> None:
    assert (Text(fr="eau").best("en"), Text(en="water").best("fr"), Text().best()) == ("eau", "water", "")
    assert Text(fr="eau", en="water").ordered("en") == [("en", "water"), ("fr", "eau")]
    assert not Text(fr="  ")


@given(boxes())
def test_the_parts_of_a_box_never_cross_the_antimeridian(box: Box) -> None:
    parts = box.parts()
    assert all(part.west <= part.east for part in parts)
    assert (parts[0].west, parts[-1].east) == (box.west, box.east)


def test_a_box_has_its_south_below_its_north() -> None:
    with pytest.raises(ValidationError, match="south of a box lies above"):
        Box(west=0, south=1, east=1, north=0)


@pytest.mark.parametrize(
    ("agent", "name", "shown"),
    [
        (Agent(family_name="Lebrun", given_name="Zoé"), "Lebrun, Zoé", "Zoé Lebrun"),
        (Agent(family_name="Rakoto"), "Rakoto", "Rakoto"),
        (Agent(organisation="IRD"), "IRD", "IRD"),
        (Agent(family_name="Ng", organisation="IRD"), "Ng", "Ng"),
    ],
)
def test_names(agent: Agent, name: str, shown: str) -> None:
    assert (agent.name, agent.display_name) == (name, shown)


def test_somebody_has_a_name() -> None:
    with pytest.raises(ValidationError, match="needs a family name or an organisation"):
        Agent(given_name="Zoé")


def test_addresses_of_identifiers_are_taken_off() -> None:
    assert Agent(family_name="L", orcid="https://orcid.org/0000-0002-1825-0097").orcid == "0000-0002-1825-0097"
    assert Record(doi="https://doi.org/10.5072/x").doi == "10.5072/x"


def test_moments_are_utc() -> None:
    paris = dt.timezone(dt.timedelta(hours=2))
    period = Period(start=dt.datetime(2023, 7, 1, 12, tzinfo=paris), end="2023-07-02T00:00:00")
    assert period.interval() == "2023-07-01T10:00:00Z/2023-07-02T00:00:00Z"


def test_a_period_starts_before_it_ends() -> None:
    with pytest.raises(ValidationError, match="starts after its end"):
        Period(start=dt.date(2023, 2, 1), end=dt.date(2023, 1, 1))


def test_only_an_embargo_has_an_end() -> None:
    with pytest.raises(ValidationError, match="needs the date when it ends"):
        Access(kind=AccessKind.EMBARGOED)
    with pytest.raises(ValidationError, match="needs the date when it ends"):
        Access(kind=AccessKind.OPEN, embargo_until=dt.date(2030, 1, 1))


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../b", "a//b", "a\\b", "./a"])
def test_a_path_stays_inside_the_dataset(path: str) -> None:
    with pytest.raises(ValidationError, match="not a plain relative path"):
        DataFile(path=path, bytes=1, sha256="00" * 32)


def test_the_origin_of_a_field_is_that_of_its_parent_unless_it_has_its_own() -> None:
    read = Origin(kind=OriginKind.EXTRACTED, detail="a.tif")
    typed = Origin(kind=OriginKind.TYPED)
    record = Record().with_values(read, title=Text(fr="Carte"))
    assert record.origin("title.fr") == read
    changed = record.model_copy(update={"origins": record.origins | {"title.fr": typed}})
    assert (changed.origin("title.fr"), changed.origin("title.en")) == (typed, read)
    assert record.origin("licence") is None


def test_values_set_by_hand_are_checked() -> None:
    with pytest.raises(ValidationError):
        Record().with_values(Origin(kind=OriginKind.TYPED), licence=3)


def test_a_date_replaces_those_of_its_kind() -> None:
    first = Record(dates=(RecordDate(kind=DateKind.CREATED, on=dt.date(2020, 1, 1)),))
    later = first.with_dates(created=dt.date(2021, 1, 1), issued=dt.date(2022, 1, 1))
    assert [(date.kind.value, date.on.year) for date in later.dates] == [("created", 2021), ("issued", 2022)]
    assert (later.publication_year, first.publication_year) == (2022, None)


def test_emails_are_taken_off_everywhere() -> None:
    assert "@" not in full_record().without_emails().model_dump_json()


def test_a_quality_measure_reads_as_sentences_of_its_language() -> None:
    note = Text(fr="date la moins claire : 16 %", en="least clear date: 16 %")
    measure = Quality(
        name=Text(fr="Part claire", en="Clear share"), value=71.88, unit="%", low=70.5, high=73, note=note
    )
    assert measure.sentence("en") == ("Clear share: 71.88 % (95 % interval: 70.5 to 73). Least clear date: 16 %")
    assert measure.sentence("fr") == (
        "Part claire : 71,88 % (intervalle à 95 % : 70,5 à 73). Date la moins claire : 16 %"
    )
