# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records as people and programs really make them: right codes and addresses, any script, every optional field."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from record.strategies import few
from terracite.record import vocabularies
from terracite.record.model import (
    Access,
    AccessKind,
    Agent,
    Box,
    Contributor,
    ContributorRole,
    DataFile,
    DateKind,
    Discipline,
    Era,
    Extent,
    FileRole,
    Funding,
    Keyword,
    KeywordKind,
    Lineage,
    MapClass,
    Organisation,
    Parent,
    Period,
    Platform,
    Precision,
    Quality,
    Record,
    RecordDate,
    ReferenceSystem,
    Related,
    Representation,
    Resolution,
    ResourceType,
    Source,
    Step,
    Text,
    Variable,
    Version,
)

WORDS = (
    "Réunion", "vegetation", "œuvre", "naïve", "R&D", "<10 m", '"quoted"', "l’été", "it's", "Ω", "km²", "a_b", "100 %",
    "雲", "植生指数", "الغطاء", "النباتي", "растительность", "θάλασσα", "🌍", "C:N", "x;y", "{braces}", "#1", "50°",
)  # fmt: skip
ORCIDS = ("", "0000-0002-1825-0097", "0000-0001-5109-3700")
RORS = ("", "https://ror.org/03yrm5c26", "https://ror.org/05q3vnk25")
DOIS = ("10.5072/abc-1", "10.5072/Def.2", "10.5281/zenodo.1234")
ADDRESSES = ("https://example.org/a", "https://example.org/b?c=1&d=é", "http://vocab.example.org/x#y")

words = st.sampled_from(WORDS)
phrases = st.lists(words, min_size=1, max_size=5).map(" ".join)
names = st.sampled_from(["Lebrun", "Ngô", "O’Neil", "van der Meer", "李", "محمد", "Ñandú-Pérez"])
maybe = st.one_of(st.just(""), phrases)
texts = st.one_of(st.builds(Text, fr=phrases, en=phrases), st.builds(Text, en=phrases), st.builds(Text, fr=phrases))
maybe_texts = st.one_of(st.just(Text()), texts)
both = st.builds(Text, fr=phrases, en=phrases)
years = st.dates(dt.date(1850, 1, 1), dt.date(2099, 12, 31))
moments = st.datetimes(dt.datetime.fromisoformat("1970-01-01"), dt.datetime.fromisoformat("2099-01-01")).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=dt.UTC)
)
degrees = st.integers(-1_800_000, 1_800_000).map(lambda value: value / 10_000)
latitudes = st.integers(-900_000, 900_000).map(lambda value: value / 10_000)
measures = st.integers(-10_000, 100_000).map(lambda value: value / 100)
organisations = st.builds(Organisation, name=phrases, ror=st.sampled_from(RORS))
persons = st.builds(
    Agent,
    family_name=names,
    given_name=st.one_of(st.just(""), names),
    orcid=st.sampled_from(ORCIDS),
    affiliations=few(organisations),
)
groups = st.builds(Agent, organisation=phrases, ror=st.sampled_from(RORS))
agents = st.one_of(persons, groups)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Any box: whole Earth, polar, a point, across the antimeridian."""
    special = [Box(west=-180, south=-90, east=180, north=90), Box(west=-180, south=66.5, east=180, north=90)]
    special += [Box(west=55.5, south=-21.1, east=55.5, north=-21.1), Box(west=170, south=-20, east=-170, north=-10)]
    if draw(st.booleans()):
        return draw(st.sampled_from(special))
    south, north = sorted([draw(latitudes), draw(latitudes)])
    return Box(west=draw(degrees), south=south, east=draw(degrees), north=north)


@st.composite
def extents(draw: st.DrawFn) -> Extent:
    box = draw(boxes())
    ring = ((box.west, box.south), (box.east, box.south), (box.east, box.north), (box.west, box.south))
    with_polygon = draw(st.booleans()) and box.west < box.east and box.south < box.north
    low, high = sorted([draw(measures), draw(measures)])
    with_heights = draw(st.booleans())
    return Extent(
        box=box,
        place=draw(maybe_texts),
        place_uri=draw(st.sampled_from(("", *ADDRESSES))),
        polygon=(ring,) if with_polygon else (),
        lowest_m=low if with_heights else None,
        highest_m=high if with_heights else None,
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    kind: st.SearchStrategy[Any] = draw(st.sampled_from([years, moments]))
    start, end = sorted([draw(kind), draw(kind)])
    if draw(st.booleans()):
        return Period(start=start, end=end)
    return Period(start=start, ongoing=draw(st.booleans()))


@st.composite
def record_dates(draw: st.DrawFn) -> tuple[RecordDate, ...]:
    kinds = draw(st.lists(st.sampled_from(list(DateKind)), unique=True, max_size=4))
    found = []
    for kind in kinds:
        day, precision = draw(years), draw(st.sampled_from(list(Precision)))
        first = {Precision.DAY: day, Precision.MONTH: day.replace(day=1), Precision.YEAR: day.replace(month=1, day=1)}
        found.append(RecordDate(kind=kind, on=first[precision], precision=precision))
    return tuple(found)


@st.composite
def files(draw: st.DrawFn) -> tuple[DataFile, ...]:
    paths = draw(
        st.lists(st.sampled_from(["a.tif", "données/b c.csv", "x&y.nc", "README.md"]), unique=True, max_size=3)
    )
    return tuple(
        DataFile(
            path=path,
            bytes=draw(st.integers(0, 2**40)),
            sha256=draw(st.sampled_from(["0f" * 32, "ab" * 32])),
            media_type=draw(st.sampled_from(["image/tiff", "text/csv", "application/x-netcdf"])),
            format=draw(st.sampled_from(["", "GeoTIFF (COG)", "CSV"])),
            role=draw(st.sampled_from([FileRole.DATA, FileRole.DOCUMENTATION, FileRole.LEGEND])),
            description=draw(maybe_texts),
        )
        for path in paths
    )


@st.composite
def eras(draw: st.DrawFn) -> Era:
    oldest, youngest = sorted([draw(st.integers(-4_600_000_000, 1900)), draw(st.integers(-4_600_000_000, 1900))])
    return Era(
        name=draw(texts), uri=draw(st.sampled_from(("", *ADDRESSES))), oldest_year=oldest, youngest_year=youngest
    )


@st.composite
def keywords(draw: st.DrawFn) -> tuple[Keyword, ...]:
    """Free keywords, keywords of thesauri we ship, keywords of others."""
    free = st.builds(Keyword, label=texts, kind=st.sampled_from(list(KeywordKind)))
    known = st.sampled_from(vocabularies.keywords()[:40])
    foreign = st.builds(
        Keyword, label=texts, uri=st.sampled_from(ADDRESSES), thesaurus=st.sampled_from(["", "AGROVOC", "Theia/OZCAR"])
    )
    found = draw(st.lists(st.one_of(free, known, foreign), max_size=4))
    return tuple({(item.label, item.kind, item.thesaurus): item for item in found}.values())


def _related() -> st.SearchStrategy[Related]:
    relations = st.sampled_from(["Cites", "IsCitedBy", "References", "IsDocumentedBy", "IsSupplementTo", "HasPart"])
    return st.builds(
        Related,
        identifier=st.sampled_from((*DOIS, *ADDRESSES)),
        relation=relations,
        title=maybe,
        resource_type=st.sampled_from(["", "Dataset", "JournalArticle"]),
        note=maybe_texts,
    )


def _lineages() -> st.SearchStrategy[Lineage]:
    steps = st.builds(Step, description=texts, software=maybe, command=maybe, on=st.one_of(st.none(), moments))
    sources = st.builds(
        Source,
        title=phrases,
        identifier=st.sampled_from(("", *DOIS, *ADDRESSES)),
        description=maybe_texts,
        checksum=st.sampled_from(["", "sha256:" + "ab" * 32]),
    )
    return st.builds(Lineage, statement=maybe_texts, steps=few(steps), sources=few(sources))


@st.composite
def qualities(draw: st.DrawFn) -> Quality:
    low, value, high = sorted(draw(measures) for _ in range(3))
    bounded = draw(st.booleans())
    return Quality(
        name=draw(texts),
        value=value,
        unit=draw(st.sampled_from(["1", "m", "percent"])),
        low=low if bounded else None,
        high=high if bounded else None,
        note=draw(maybe_texts),
        report=draw(st.sampled_from(["", "report.html", "https://example.org/report"])),
    )


def _unique(values: st.SearchStrategy[Any], key: str, most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most, unique_by=lambda item: getattr(item, key)).map(tuple)


ACCESSES = st.one_of(
    st.builds(
        Access,
        kind=st.sampled_from([AccessKind.OPEN, AccessKind.RESTRICTED, AccessKind.UNKNOWN]),
        conditions=maybe_texts,
    ),
    st.builds(Access, kind=st.just(AccessKind.EMBARGOED), embargo_until=years, conditions=maybe_texts),
)


@st.composite
def plausible_records(draw: st.DrawFn) -> Record:
    """A record that could be published: title, creator, publisher, DOI, issued; the rest as it comes."""
    title = draw(texts)
    language = draw(st.sampled_from([code for code, _ in title.items()]))
    issued = RecordDate(kind=DateKind.ISSUED, on=draw(years))
    dates = tuple(date for date in draw(record_dates()) if date.kind is not DateKind.ISSUED)
    return Record(
        uuid=draw(st.uuids(version=4)) if draw(st.booleans()) else UUID("6f0d3c3e-3f2e-5b3a-9d38-3a1f6f0c9d11"),
        doi="10.5072/" + draw(st.sampled_from(["abc", "x-1.2", "6f0d3c3e"])),
        title=title,
        abstract=draw(texts),
        lineage=draw(_lineages()),
        purpose=draw(maybe_texts),
        notes=draw(maybe_texts),
        language=language,
        data_languages=draw(st.sampled_from([(), ("fr",), ("en", "fr"), ("es",)])),
        resource_type=draw(st.sampled_from([ResourceType.DATASET, ResourceType.COLLECTION, ResourceType.IMAGE])),
        disciplines=tuple(draw(st.lists(st.sampled_from(list(Discipline)), max_size=2, unique=True))),
        topics=tuple(draw(st.lists(st.sampled_from(list(vocabularies.topics())), max_size=3, unique=True))),
        keywords=draw(keywords()),
        variables=draw(
            _unique(
                st.builds(
                    Variable,
                    name=st.sampled_from(["ndvi", "t2m", "salinité"]),
                    label=maybe_texts,
                    standard_name=st.sampled_from(["", "air_temperature"]),
                    unit=st.sampled_from(["", "1", "K", "kg m-2"]),
                    method=maybe_texts,
                ),
                "name",
            )
        ),
        classes=draw(
            _unique(
                st.builds(
                    MapClass,
                    code=st.integers(0, 255),
                    label=both,
                    colour=st.sampled_from(["#808080", "#1b7837"]),
                    area_ha=st.one_of(st.none(), measures.map(abs)),
                ),
                "code",
            )
        ),
        nomenclature=draw(st.sampled_from(["", "oso-23"])),
        creators=draw(st.lists(agents, min_size=1, max_size=3).map(tuple)),
        contributors=draw(few(st.builds(Contributor, agent=agents, role=st.sampled_from(list(ContributorRole))))),
        contacts=draw(few(agents)),
        publisher=draw(organisations),
        funding=draw(
            few(
                st.builds(
                    Funding,
                    funder=phrases,
                    funder_id=st.sampled_from(["", "https://ror.org/00rbzpz17", "https://doi.org/10.13039/501100001665"]),
                    award_number=st.sampled_from(["", "ANR-23-TEST-0001"]),
                    award_title=maybe,
                    award_uri=st.sampled_from(("", *ADDRESSES)),
                )
            )
        ),
        dates=(*dates, issued),
        extents=draw(few(extents())),
        reference_systems=draw(
            few(
                st.sampled_from(
                    [
                        ReferenceSystem(code="EPSG:4326", name="WGS 84"),
                        ReferenceSystem(code="EPSG:32740", name="WGS 84 / UTM zone 40S"),
                        ReferenceSystem(name="MODIS sinusoidal"),
                    ]
                ),
                1,
            )
        ),
        resolutions=draw(few(st.sampled_from([Resolution(distance_m=10), Resolution(scale=25000)]), 1)),
        representation=draw(st.one_of(st.none(), st.sampled_from(list(Representation)))),
        periods=draw(few(periods())),
        eras=draw(few(eras(), 1)),
        time_resolution=draw(st.sampled_from(["", "P1D", "PT6H", "P1Y"])),
        platforms=draw(
            _unique(
                st.builds(
                    Platform,
                    name=st.sampled_from(["Sentinel-2A", "Sentinel-2B", "Buoy 7"]),
                    instruments=st.sampled_from([(), ("MSI",), ("CTD", "ADCP")]),
                ),
                "name",
            )
        ),
        quality=draw(few(qualities())),
        licence=draw(st.sampled_from(["CC-BY-4.0", "etalab-2.0", "CC0-1.0", "MIT"])),
        access=draw(ACCESSES),
        related=draw(_unique(_related(), "identifier", 3)),
        parent=draw(
            st.one_of(st.none(), st.builds(Parent, identifier=st.sampled_from(ADDRESSES), title=maybe_texts))
        ),
        version=draw(
            st.builds(
                Version,
                number=st.sampled_from(["1.0", "2.1", "2023-06"]),
                notes=maybe_texts,
                previous_doi=st.sampled_from(["", "10.5072/previous"]),
                next_doi=st.sampled_from(["", "10.5072/next"]),
                concept_doi=st.sampled_from(["", "10.5072/concept"]),
            )
        ),
        files=draw(files()),
        record_created=draw(st.one_of(st.none(), moments)),
        record_updated=draw(st.one_of(st.none(), moments)),
    )  # fmt: skip
