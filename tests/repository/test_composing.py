# SPDX-License-Identifier: AGPL-3.0-or-later
"""Titles, abstracts and subjects composed from facts: true, in both languages, and never over what somebody said."""

from __future__ import annotations

import io
import json

import pytest

from founded import unfounded
from terracite.errors import DepositError
from terracite.raster.inspect import Facts, VariableFact
from terracite.record.model import Box, Discipline, Origin, OriginKind, Record, Text
from terracite.record.origins import COMPOSED, OF_ACCOUNT
from terracite.repository import composing, deposits, facts, files
from terracite.repository.checks import findings
from terracite.repository.gazetteer import place_around
from terracite.repository.importing.choosing import offer
from terracite.repository.importing.sources import Found

GRID = Facts(
    "NetCDF", "application/netcdf", box=(-50.2, -15.5, -50.1, -15.4), crs="EPSG:32722", resolution_m=12574.8,
    representation="grid", start="1999-01-31", end="1999-12-31", time_step="P1M", rows=33, columns=81,
    variables=(
        VariableFact("pr", "Precipitation", "precipitation_flux", "mm"),
        VariableFact("tas", "tas", "air_temperature", "K"),
    ),
)  # fmt: skip
POLYGONS = Facts(
    "Shapefile (zip)", "application/zip", box=(55.3, -21.3, 55.8, -20.9), representation="vector", rows=1854, columns=2,
    variables=(VariableFact("id"), VariableFact("zone")), attributes={"layers": "EmprisePIMANT", "geometry": "Polygon"},
)  # fmt: skip
WITHOUT_NAME = Facts("CSV", "text/csv", representation="textTable", rows=2, columns=1, variables=(VariableFact("a"),))


def composed(known: dict[str, Facts], discipline: str = "continental_surfaces") -> Record:
    return composing.complete(facts.refill(Record(disciplines=(Discipline(discipline),)), known), known)


@pytest.mark.parametrize(
    ("known", "en", "fr"),
    [
        ({"x_final2.nc": GRID}, "Precipitation and air temperature, Brazil, 1999 (NetCDF)",
         "Precipitation et air temperature, Brésil, 1999 (NetCDF)"),
        ({"PIMANT.zip": POLYGONS}, "“Emprise PIMANT”: 1,854 polygons, Réunion (Shapefile)",
         "« Emprise PIMANT » : 1\N{NARROW NO-BREAK SPACE}854 polygones, La Réunion (Shapefile)"),
        ({"data_final2.csv": WITHOUT_NAME}, "Table of 2 rows (CSV)", "Tableau de 2 lignes (CSV)"),
        ({"a.zip": Facts("ZIP", "application/zip")}, "", ""),
    ],
)  # fmt: skip
def test_titles(known: dict[str, Facts], en: str, fr: str) -> None:
    assert composed(known).title == Text(en=en, fr=fr)


@pytest.mark.parametrize("known", [{"x_final2.nc": GRID}, {"PIMANT.zip": POLYGONS}, {"x.nc": GRID, "p.zip": POLYGONS}])
def test_nothing_is_said_that_is_not_in_the_facts(known: dict[str, Facts]) -> None:
    record = composed(known)

    assert {"title", "abstract"} <= {name for name, origin in record.origins.items() if origin == COMPOSED}
    for text in (record.title, record.abstract):
        assert {language: unfounded(words, language, record, known) for language, words in text.items()} == {
            "fr": [], "en": [],
        }  # fmt: skip


def test_the_check_of_composed_texts_finds_what_nobody_said() -> None:
    record = composed({"x.nc": GRID})
    told = "Precipitation and wind of 1998 between Peru and Brazil, 33 rows, 12.6 km."
    assert unfounded(told, "en", record, {"x.nc": GRID}) == ["wind", "Peru", "1998"]


def test_an_abstract_tells_variables_place_period_and_form() -> None:
    told = composed({"x.nc": GRID}).abstract.en
    for part in ("2 variables: precipitation (pr, mm)", "50.20°", "Brazil", "31 January 1999", "one month", "12.6 km"):
        assert part.casefold() in told.casefold()


def test_a_place_or_a_period_of_one_file_is_not_said_of_all() -> None:
    told = composed({"x.nc": GRID, "data.csv": WITHOUT_NAME})
    assert "Brazil" not in told.title.en + told.abstract.en
    assert "1999" not in told.title.en + told.abstract.en


def test_subjects_are_exact_and_topics_follow_the_discipline() -> None:
    at_sea = composed({"x.nc": GRID}, "ocean")
    assert at_sea.topics == ("oceans",) or at_sea.origin("topics").kind is OriginKind.EXTRACTED
    labels = {keyword.label.en for keyword in composed({"p.zip": POLYGONS}).keywords}
    assert labels == {"Réunion", "EARTH SCIENCE > LAND SURFACE"}


def test_a_place_near_a_border_has_no_name() -> None:
    geneva, brazil = Box(west=6.1, south=46.1, east=6.2, north=46.3), Box(west=-50, south=-15, east=-49, north=-14)
    assert place_around([geneva]) is None
    assert place_around([brazil]).label.en == "Brazil"
    assert place_around([brazil, geneva]) is None


def test_what_came_from_elsewhere_gets_nothing_composed() -> None:
    crate = Record().with_values(Origin(kind=OriginKind.IMPORTED, detail="crate"), licence="CC-BY-4.0")
    assert composing.complete(crate, {"x.nc": GRID}) == crate


def test_composed_again_until_somebody_writes_and_then_never() -> None:
    first = composed({"x.nc": GRID})
    again = composing.complete(facts.refill(first, {"p.zip": POLYGONS}), {"p.zip": POLYGONS})
    assert "polygons" in again.title.en

    typed = again.model_copy(
        update={
            "title": Text(en="Mine", fr=again.title.fr),
            "origins": again.origins | {"title.en": Origin(kind=OriginKind.TYPED)},
        }
    )
    last = composing.complete(facts.refill(typed, {"x.nc": GRID}), {"x.nc": GRID})
    assert last.title == typed.title


def test_what_a_file_says_takes_the_place_of_what_was_composed_or_proposed() -> None:
    agent = {"family_name": "Hoarau", "given_name": "Berenice"}
    stating = Facts("NetCDF", "application/netcdf", described={
        "title": {"en": "Rain over plots of maize", "fr": ""}, "creators": [agent]})  # fmt: skip
    draft = composed({"x.nc": GRID})
    draft = draft.with_values(OF_ACCOUNT, creators=({"family_name": "Martin"},), contacts=({"family_name": "Martin"},))

    after = facts.refill(draft, {"x.nc": GRID, "y.nc": stating})

    assert after.title.en == "Rain over plots of maize"
    assert [agent.family_name for agent in (*after.creators, *after.contacts)] == ["Hoarau", "Martin"]
    assert after.origins["contacts"] == OF_ACCOUNT


def test_a_title_typed_in_one_language_survives_another_file() -> None:
    stating = Facts("NetCDF", "application/netcdf", described={"title": {"en": "Rain over plots", "fr": ""}})
    read = facts.refill(Record(), {"y.nc": stating})
    origins = read.origins | {"title.fr": Origin(kind=OriginKind.TYPED)}
    typed = read.model_copy(update={"title": Text(en=read.title.en, fr="Pluie"), "origins": origins})
    assert facts.refill(typed, {"y.nc": stating, "x.nc": GRID}).title.fr == "Pluie"


def test_an_import_offers_to_take_the_place_of_a_composed_title() -> None:
    found = Found(Record(title=Text(en="Of the catalogue")), "datacite", Text(en="DataCite"))
    defaults = {item.name: item.is_default for item in offer(found, composed({"x.nc": GRID})).offers}
    assert defaults["title.en"]


def test_a_draft_proposes_its_depositor_and_asks_to_read_what_is_composed(cast, instance, deposit) -> None:
    version = deposits.create_dataset(deposit, cast.alice)
    point = {"type": "Point", "coordinates": [-50.1, -15.2]}
    plots = [{"type": "Feature", "properties": {"zone": "a"}, "geometry": point}]
    content = json.dumps({"type": "FeatureCollection", "features": plots})
    files.inspect_file(files.add_file(version, cast.alice, "plots.geojson", io.BytesIO(content.encode())))
    version.refresh_from_db()
    record = deposits.record_of(version)
    assert [agent.family_name for agent in (*record.creators, *record.contacts)] == ["Martin", "Martin"]
    assert record.origins["creators"] == OF_ACCOUNT
    assert record.title.en == "“plots”: 1 point feature, Brazil (GeoJSON)"
    asked = {finding.field for finding in findings(version) if finding.rule == "suggested_not_read"}
    assert asked == {"title", "abstract"}

    deposits.confirm(version, cast.alice, "title")
    deposits.save(version, cast.alice, {"abstract.en": "Plots of maize, each with its zone, counted by hand in June."})

    version.refresh_from_db()
    asked = {finding.field for finding in findings(version) if finding.rule == "suggested_not_read"}
    assert asked == set()
    assert deposits.record_of(version).abstract.fr == ""  # it would say something else than the one just written
    with pytest.raises(DepositError, match="Nothing is proposed"):
        deposits.confirm(version, cast.alice, "title")
    files.remove_file(version, cast.alice, "plots.geojson")
    version.refresh_from_db()
    assert deposits.record_of(version).title == record.title
