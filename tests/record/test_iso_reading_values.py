# SPDX-License-Identifier: AGPL-3.0-or-later
"""Awkward values in ISO documents: boxes, times, people, licences, reference systems."""

from __future__ import annotations

import datetime as dt

import pytest

from record.examples import PAGE
from record.iso_documents import FRENCH, box_of, boxes_read, extent_of, gmd, party_of, property_of, reading_of, said
from terracite.record.formats import FORMATS
from terracite.record.model import AccessKind, Agent, DateKind, Organisation, Precision, Record, Text
from terracite.record.reading import values


@pytest.mark.parametrize(
    ("sides", "expected", "kinds"),
    [
        (("55.2", "-21.4", "55.9", "-20.8"), (55.2, -21.4, 55.9, -20.8), []),
        (("55,2", "-21,4", "55,9", "-20,8"), (55.2, -21.4, 55.9, -20.8), []),
        (("55.2", "-20.8", "55.9", "-21.4"), (55.2, -21.4, 55.9, -20.8), ["swapped"]),
        (("6.5", "49.4", "2.7", "50.8"), (2.7, 49.4, 6.5, 50.8), ["swapped"]),
        (("10", "150", "20", "160"), (150.0, 10.0, 160.0, 20.0), ["swapped"]),
        (("300", "5", "310", "10"), (-60.0, 5.0, -50.0, 10.0), ["swapped"]),
        (("177", "-19", "-178", "-16"), (177.0, -19.0, -178.0, -16.0), []),
        (("-180", "-90", "180", "90"), (-180.0, -90.0, 180.0, 90.0), []),
        (("2.5", "48.9", "2.5", "48.9"), (2.5, 48.9, 2.5, 48.9), []),
    ],
)
def test_boxes(sides: tuple[str, str, str, str], expected: tuple[float, ...], kinds: list[str]) -> None:
    reading = reading_of(extent_of(box_of(*sides)))
    assert boxes_read(reading) == [expected]
    assert [kind for kind, _ in said(reading)] == kinds


def test_a_box_off_the_earth_is_left_out_with_its_place() -> None:
    reading = reading_of(extent_of(box_of("652000", "6860000", "653000", "6861000")))
    assert reading.record.extents == ()
    (remark,) = reading.remarks
    assert remark.kind == "unreadable"
    assert remark.where.endswith("/extent/EX_Extent/geographicElement/EX_GeographicBoundingBox")


def test_two_boxes_at_the_antimeridian_are_one_extent() -> None:
    reading = reading_of(extent_of(box_of("176.5", "-19", "180", "-16"), box_of("-180", "-19", "-178", "-16")))
    assert boxes_read(reading) == [(176.5, -19.0, -178.0, -16.0)]


def test_where_the_data_are_not_is_left_out_beside_where_they_are() -> None:
    reading = reading_of(extent_of(box_of("0", "0", "10", "10", kind="true"), box_of("2", "2", "3", "3", kind="false")))
    assert boxes_read(reading) == [(0.0, 0.0, 10.0, 10.0)]
    assert "2" in [leftover.value for leftover in reading.leftovers]


def test_a_single_box_is_never_where_the_data_are_not() -> None:
    reading = reading_of(extent_of(box_of("0", "0", "10", "10", kind="false")))
    assert boxes_read(reading) == [(0.0, 0.0, 10.0, 10.0)]
    assert said(reading) == [("repaired", "“extentTypeCode false” was read as “true”.")]


def _time(content: str) -> str:
    return extent_of(gmd("temporalElement/EX_TemporalExtent/extent", content))


def _period(begin: str, end: str) -> str:
    return f'<gml:TimePeriod gml:id="t">{begin}{end}</gml:TimePeriod>'


@pytest.mark.parametrize(
    ("begin", "end", "expected", "ongoing"),
    [
        (">2020<", ">2021-02<", "2020-01-01/2021-02-28", False),
        (">2020-05-01<", ' indeterminatePosition="now"><', "2020-05-01/..", True),
        (">2020-05-01<", ' indeterminatePosition="unknown"><', "2020-05-01/..", False),
        (">2020-05-01<", "><", "2020-05-01/..", False),
        (">2001-01-01T00:00:00-00:00<", ">2002-01-01T12:30:00Z<", "2001-01-01T00:00:00Z/2002-01-01T12:30:00Z", False),
    ],
)
@pytest.mark.parametrize("form", ["position", "instant"])
def test_periods(form: str, begin: str, end: str, expected: str, ongoing: bool) -> None:
    if form == "position":
        ends = [f"<gml:{name}Position{text}/gml:{name}Position>" for name, text in (("begin", begin), ("end", end))]
    else:
        instants = [
            f"<gml:TimeInstant><gml:timePosition{text}/gml:timePosition></gml:TimeInstant>" for text in (begin, end)
        ]
        ends = [f"<gml:begin>{instants[0]}</gml:begin>", f"<gml:end>{instants[1]}</gml:end>"]
    reading = reading_of(_time(_period(*ends)))
    assert [(period.interval(), period.ongoing) for period in reading.record.periods] == [(expected, ongoing)]
    assert reading.remarks == ()


def test_a_period_whose_ends_are_turned_is_turned_back() -> None:
    begin, end = "<gml:beginPosition>2021-01-01</gml:beginPosition>", "<gml:endPosition>2020-01-01</gml:endPosition>"
    reading = reading_of(_time(_period(begin, end)))
    assert [period.interval() for period in reading.record.periods] == ["2020-01-01/2021-01-01"]
    assert [kind for kind, _ in said(reading)] == ["repaired"]


def test_a_period_without_start_or_without_sense_is_said() -> None:
    unknown, end = '<gml:beginPosition indeterminatePosition="unknown"/>', "<gml:endPosition>2020</gml:endPosition>"
    nothing = reading_of(_time(_period(unknown, end)))
    assert (nothing.record.periods, [kind for kind, _ in said(nothing)]) == ((), ["missing"])
    odd = reading_of(_time(_period("<gml:beginPosition>été 2019</gml:beginPosition>", end)))
    assert said(odd) == [("unreadable", "“été 2019” is not a date; left out.")]


def test_the_basic_form_of_a_moment_is_its_day() -> None:
    assert values.day("20160926T021531Z") == (dt.date(2016, 9, 26), Precision.DAY)
    assert values.moment("20160926T0215+0430") == dt.datetime(2016, 9, 25, 21, 45, tzinfo=dt.UTC)
    assert values.day("20161332T021531Z") is None


def test_an_instant_and_its_fractions_of_a_second() -> None:
    position = "<gml:timePosition>2020-09-02T09:05:59.024Z</gml:timePosition>"
    reading = reading_of(_time(f"<gml:TimeInstant>{position}</gml:TimeInstant>"))
    start = dt.datetime(2020, 9, 2, 9, 5, 59, 24_000, tzinfo=dt.UTC)
    assert [(period.start, period.end) for period in reading.record.periods] == [(start, start)]


def test_years_before_the_calendar_are_an_era() -> None:
    begin = "<gml:beginPosition>-12000</gml:beginPosition>"
    reading = reading_of(_time(_period(begin, "<gml:endPosition>-500</gml:endPosition>")))
    assert [(era.oldest_year, era.youngest_year) for era in reading.record.eras] == [(-12_000, -500)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Lebrun, Zoé", ("Lebrun", "Zoé", "")),
        ("DESSE Alexis", ("DESSE", "Alexis", "")),
        ("Zoé Lebrun", ("Lebrun", "Zoé", "")),
        ("Rakoto", ("Rakoto", "", "")),
        ("李 明", ("明", "李", "")),
        ("Kundenservice Nord", ("", "", "Kundenservice Nord")),
    ],
)
def test_names_of_people(written: str, expected: tuple[str, str, str]) -> None:
    (contact,) = reading_of(party_of(property_of("individualName", written), "pointOfContact")).record.contacts
    assert (contact.family_name, contact.given_name, contact.organisation) == expected


def test_people_keep_mail_orcid_and_organisation() -> None:
    anchor = '<gmx:Anchor xlink:href="https://orcid.org/0000-0002-1825-0097">Lebrun, Zoé</gmx:Anchor>'
    mail = gmd("contactInfo/CI_Contact/address/CI_Address", property_of("electronicMailAddress", "zoe@example.org"))
    inside = gmd("individualName", anchor) + property_of("organisationName", "Institut A; Institut B") + mail
    (creator,) = reading_of(party_of(inside, "author")).record.creators
    assert creator == Agent(
        family_name="Lebrun",
        given_name="Zoé",
        orcid="0000-0002-1825-0097",
        email="zoe@example.org",
        affiliations=(Organisation(name="Institut A"), Organisation(name="Institut B")),
    )


def test_a_role_nobody_knows_is_a_contributor_and_said() -> None:
    reading = reading_of(party_of(property_of("organisationName", "Bureau des cartes"), "cartographer"))
    assert [item.role.value for item in reading.record.contributors] == ["Other"]
    assert said(reading)[0][1] == "“cartographer” is not in the list of roles (CI_RoleCode); read as “Other”."


@pytest.mark.parametrize("name", ["iso19115-3", "iso19139"])
def test_an_organisation_that_belongs_to_others_comes_back(name: str) -> None:
    desk = Agent(organisation="Guichet", affiliations=(Organisation(name="Région"), Organisation(name="État")))
    record = Record(title=Text(fr="Carte"), contacts=(desk,), creators=(desk,))
    back = FORMATS[name].read(FORMATS[name].write(record, PAGE)).record
    assert (back.contacts, back.creators) == ((desk,), (desk,))


def _constraint(inside: str) -> str:
    return gmd("resourceConstraints/MD_LegalConstraints", inside)


@pytest.mark.parametrize(
    ("written", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/deed.fr", "CC-BY-NC-SA-3.0"),
        ("Licence Ouverte / Open Licence version 2.0", "etalab-2.0"),
        ("Données sous licence ODbL, citer la source", "ODbL-1.0"),
        ("CC0", "CC0-1.0"),
        ("Tous droits réservés", ""),
    ],
)
def test_licences_by_address_and_by_name(written: str, licence: str) -> None:
    record = reading_of(_constraint(property_of("otherConstraints", written))).record
    assert record.licence == licence
    if not licence:
        assert record.access.conditions == Text(fr=written)


def test_limits_of_inspire_restrict_access() -> None:
    address = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/"
    closed = gmd(
        "otherConstraints", f'<gmx:Anchor xlink:href="{address}INSPIRE_Directive_Article13_1d">secret</gmx:Anchor>'
    )
    free = closed.replace("INSPIRE_Directive_Article13_1d", "noLimitations").replace("secret", "aucune")
    assert reading_of(_constraint(closed)).record.access.kind is AccessKind.RESTRICTED
    opened = reading_of(_constraint(free)).record.access
    assert (opened.kind, opened.conditions) == (AccessKind.OPEN, Text())


def _dated(*dates: str) -> str:
    return gmd("citation/CI_Citation", property_of("title", "Carte"), *dates)


def _date(day: str, kind: str) -> str:
    code = gmd("dateType", f'<gmd:CI_DateTypeCode codeListValue="{kind}"/>')
    return gmd("date/CI_Date", gmd("date", f"<gco:Date>{day}</gco:Date>"), code)


def test_dates_with_their_precision() -> None:
    found = reading_of(
        _dated(_date("2019", "creation"), _date("2020-03", "publication"), _date("12/05/2021", "revision"))
    )
    assert [(date.kind, date.on, date.precision) for date in found.record.dates] == [
        (DateKind.CREATED, dt.date(2019, 1, 1), Precision.YEAR),
        (DateKind.ISSUED, dt.date(2020, 3, 1), Precision.MONTH),
        (DateKind.UPDATED, dt.date(2021, 5, 12), Precision.DAY),
    ]


def test_a_date_without_kind_or_without_sense_is_said() -> None:
    assert said(reading_of(_dated(_date("2019-01-02", "")))) == [
        ("missing", "There is no type for the date 2019-01-02; read as the date of publication.")
    ]
    assert said(reading_of(_dated(_date("2005 - 2020", "creation")))) == [
        ("unreadable", "“2005 - 2020” is not a date; left out.")
    ]


@pytest.mark.parametrize(
    ("code", "space", "expected"),
    [
        ("EPSG:2154", "", "EPSG:2154"),
        ("urn:ogc:def:crs:EPSG::32740", "", "EPSG:32740"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "", "EPSG:4326"),
        ("RGF93 / Lambert-93 (EPSG:2154)", "", "EPSG:2154"),
        ("2975", "EPSG", "EPSG:2975"),
        ("IGNF:LAMB93", "", "IGNF:LAMB93"),
    ],
)
def test_reference_systems(code: str, space: str, expected: str) -> None:
    inside = property_of("code", code) + (property_of("codeSpace", space) if space else "")
    before = (
        f"{FRENCH}<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier>"
        f"<gmd:RS_Identifier>{inside}</gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem>"
        "</gmd:referenceSystemInfo>"
    )
    assert [system.code for system in reading_of(before=before).record.reference_systems] == [expected]
