# SPDX-License-Identifier: AGPL-3.0-or-later
"""Any record that the model accepts, awkward ones first: odd characters, half names, open periods."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from terracite.record import vocabularies
from terracite.record.model import (
    OPEN_ACCESS,
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
    Funding,
    Keyword,
    KeywordKind,
    Lineage,
    MapClass,
    Organisation,
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
    Source,
    Step,
    Text,
    Variable,
    Version,
)

# every character a Python string may hold but lone surrogates, which no record accepts
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=25)
awkward = st.sampled_from(["", " ", "é & <b>", "a\x00b\x0bc", "\ufffe", "]]>", "\u2028", "–", "x" * 300, "1\n2\r\n3"])
strings = st.one_of(words, awkward)
names = strings.filter(bool)
addresses = st.one_of(
    strings,
    st.sampled_from(
        [
            "10.5072/a<b>",
            "https://doi.org/10.5072/x",
            "https://example.org/ä b?q=[1]#c#d",
            "urn:x:y",
            "not one",
            "%%:%%",
        ]
    ),
)
texts = st.builds(Text, fr=strings, en=strings)
numbers = st.floats(-1e12, 1e12, allow_nan=False)
dates = st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31))
moments = st.datetimes(
    dt.datetime.fromisoformat("1900-01-01"),
    dt.datetime.fromisoformat("2100-01-01"),
    timezones=st.just(dt.UTC),
)


def few(values: st.SearchStrategy[object], most: int = 2) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=most).map(tuple)


organisations = st.builds(Organisation, name=names, ror=st.sampled_from(["", "https://ror.org/03yrm5c26", "bad ror"]))
agents = st.builds(
    Agent,
    family_name=strings,
    given_name=strings,
    orcid=st.sampled_from(["", "0000-0002-1825-0097", "0000"]),
    organisation=names,
    ror=st.just(""),
    affiliations=few(organisations),
    email=st.just("secret@example.org"),
)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    south, north = sorted([draw(st.floats(-90, 90)), draw(st.floats(-90, 90))])
    return Box(west=draw(st.floats(-180, 180)), south=south, east=draw(st.floats(-180, 180)), north=north)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    if draw(st.booleans()):
        return Period(start=draw(st.one_of(dates, moments)), ongoing=draw(st.booleans()))
    kind = draw(st.sampled_from([dates, moments]))
    start, end = sorted([draw(kind), draw(kind)])
    return Period(start=start, end=end)


points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
extents = st.builds(
    Extent,
    box=boxes(),
    place=texts,
    place_uri=addresses,
    polygon=few(st.lists(points, max_size=5).map(tuple)),
    lowest_m=st.one_of(st.none(), numbers),
    highest_m=st.one_of(st.none(), numbers),
)
keywords = st.builds(
    Keyword,
    label=texts,
    uri=addresses,
    thesaurus=st.one_of(st.sampled_from(["gemet", "unknown", ""]), strings),
    kind=st.sampled_from(list(KeywordKind)),
)


@st.composite
def record_dates(draw: st.DrawFn) -> RecordDate:
    day, precision = draw(dates), draw(st.sampled_from(list(Precision)))
    first = {Precision.DAY: day, Precision.MONTH: day.replace(day=1), Precision.YEAR: day.replace(month=1, day=1)}
    return RecordDate(kind=draw(st.sampled_from(list(DateKind))), on=first[precision], precision=precision)


@st.composite
def eras(draw: st.DrawFn) -> Era:
    years = st.one_of(st.none(), st.integers(-4_600_000_000, 9999))
    oldest, youngest = draw(years), draw(years)
    if oldest is not None and youngest is not None:
        oldest, youngest = sorted([oldest, youngest])
    return Era(
        name=Text(en=draw(st.sampled_from(["Jurassic", "Bronze Age", "侏羅紀"]))),
        uri=draw(addresses),
        oldest_year=oldest,
        youngest_year=youngest,
    )


lineages = st.builds(
    Lineage,
    statement=texts,
    steps=few(st.builds(Step, description=texts, software=strings, command=strings, on=st.one_of(st.none(), moments))),
    sources=few(st.builds(Source, title=strings, identifier=addresses, description=texts, checksum=strings)),
)
accesses = st.one_of(
    st.sampled_from([Access(), OPEN_ACCESS, Access(kind=AccessKind.RESTRICTED)]),
    st.builds(Access, kind=st.just(AccessKind.EMBARGOED), embargo_until=dates),
)
files = st.builds(
    DataFile,
    path=st.sampled_from(["a.tif", "dossier é/b c.csv", "x&y<z>.nc", "README.md"]),
    bytes=st.integers(0, 2**60),
    sha256=st.just("0f" * 32),
    media_type=st.sampled_from(["image/tiff", "application/octet-stream"]),
    format=strings,
    description=texts,
)
records = st.builds(
    Record,
    doi=st.sampled_from(["", "10.5072/abc", "10.5072/a<b>&c"]),
    title=texts,
    abstract=texts,
    lineage=lineages,
    purpose=texts,
    notes=texts,
    language=st.sampled_from(["fr", "en"]),
    data_languages=few(st.sampled_from(["fr", "en", "mg", "tlh", ""])),
    disciplines=few(st.sampled_from(list(Discipline))),
    topics=few(st.one_of(st.sampled_from(sorted(vocabularies.topics())), strings)),
    keywords=few(keywords),
    variables=few(st.builds(Variable, name=strings, label=texts, standard_name=strings, unit=strings, method=texts)),
    classes=few(st.builds(MapClass, code=st.integers(), label=texts, area_ha=st.one_of(st.none(), st.floats(0, 1e12)))),
    nomenclature=strings,
    creators=few(agents),
    contributors=few(st.builds(Contributor, agent=agents, role=st.sampled_from(list(ContributorRole)))),
    contacts=few(agents),
    publisher=st.one_of(st.none(), organisations),
    funding=few(
        st.builds(
            Funding,
            funder=strings,
            funder_id=addresses,
            award_number=strings,
            award_title=strings,
            award_uri=addresses,
        )
    ),
    dates=few(record_dates(), 3),
    extents=few(extents),
    reference_systems=few(st.builds(ReferenceSystem, code=strings, name=strings, wkt=strings)),
    resolutions=few(
        st.builds(
            Resolution,
            distance_m=st.one_of(st.none(), st.floats(1e-3, 1e6)),
            scale=st.one_of(st.none(), st.integers(1, 10**9)),
        )
    ),
    representation=st.one_of(st.none(), st.sampled_from(list(Representation))),
    periods=few(periods()),
    eras=few(eras()),
    time_resolution=st.sampled_from(["", "P1D", "PT6H", "five days", "P", "PT"]),
    platforms=few(st.builds(Platform, name=strings, instruments=few(strings))),
    quality=few(
        st.builds(
            Quality,
            name=texts,
            value=numbers,
            unit=strings,
            low=st.one_of(st.none(), numbers),
            high=st.one_of(st.none(), numbers),
            note=texts,
            report=strings,
        )
    ),
    licence=st.sampled_from(["", "CC-BY-4.0", "MIT", "my own licence", "\x00"]),
    access=accesses,
    related=few(
        st.builds(
            Related,
            identifier=addresses,
            relation=st.one_of(st.sampled_from(["Cites", "IsPartOf", "IsDerivedFrom"]), strings),
            identifier_type=st.sampled_from(["", "DOI", "URL", "odd"]),
            title=strings,
            resource_type=st.sampled_from(["", "Dataset", "odd"]),
            note=texts,
        )
    ),
    version=st.builds(Version, number=strings, notes=texts, previous_doi=st.sampled_from(["", "10.5072/p"])),
    files=few(files),
    thumbnail=st.sampled_from(["", "a.tif"]),
    record_created=st.one_of(st.none(), moments),
    record_updated=st.one_of(st.none(), moments),
)
