# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of a series, written by rule from the data themselves, in French and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from terracite import __version__
from terracite.crate import stable_uuid
from terracite.raster.netcdf import DateCount
from terracite.raster.products import named
from terracite.record import vocabularies
from terracite.record.model import (
    DateKind,
    Extent,
    Keyword,
    Lineage,
    Origin,
    OriginKind,
    Period,
    Platform,
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
)
from terracite.timeseries import wording
from terracite.timeseries.options import Options
from terracite.timeseries.vocabulary import IndexInfo, Mission, Place, index_info, mission, place_of
from terracite.timeseries.yearly import YearSeries

COMMAND = "terracite timeseries run"
_ALWAYS = (
    "http://www.eionet.europa.eu/gemet/concept/7102",  # remote sensing
    "http://www.eionet.europa.eu/gemet/concept/6253",  # satellite image
    "http://inspire.ec.europa.eu/theme/oi",
)
_SIMULATED = Keyword(label=Text(fr="données simulées", en="simulated data"))


def describe(one: YearSeries, options: Options, now: dt.datetime) -> Record:
    """The record of one series, complete but for its files and for what only reading every cell tells.

    The uuid depends on who signs and on what the series is, not on its dates: next year's correction or a late image
    makes a new version of the same dataset. ``now``: UTC.
    """
    info, source = index_info(one.index), mission_of(one, options)
    place = _place(one, options)
    signers = [agent.name for agent in options.creators]
    simulated = one.versions.is_simulated
    record = Record(
        uuid=stable_uuid("series", one.product, one.tile, one.index, one.year, simulated, *signers),
        title=wording.title(one, source, place.name),
        abstract=wording.abstract(one, info, source, place.name),
        purpose=wording.purpose(info),
        notes=wording.notes(one, source),
        lineage=_lineage(one, source, now),
        disciplines=options.disciplines,
        topics=("imageryBaseMapsEarthCover", "environment"),
        keywords=_keywords(info, place, source, simulated=simulated),
        variables=_variables(one, info),
        creators=options.creators,
        contacts=options.signers(),
        dates=(RecordDate(kind=DateKind.CREATED, on=now.date()),),
        extents=(Extent(box=one.box, place=place.name, place_uri=place.uri),),
        reference_systems=(reference_system(one),),
        resolutions=(Resolution(distance_m=round(one.grid.cell_size_m, 3)),),
        representation=Representation.GRID,
        periods=(Period(start=one.start, end=one.end),),
        time_resolution=f"P{one.usual_gap_days}D" if one.usual_gap_days else "",
        platforms=_platforms(one),
        quality=_estimated_quality(one),
        licence=options.licence,
        related=_related(source),
        record_updated=now,
    )
    return record.model_copy(update={"origins": _origins(record)})


def with_counts(record: Record, counts: Sequence[DateCount]) -> Record:
    """``record`` with its quality measured on every cell of every date."""
    total = sum(count.total for count in counts)
    measures = [wording.missing_share(100 * sum(count.missing for count in counts) / total)]
    if any(count.masked is not None for count in counts):
        clear = 100 * sum(count.clear_share for count in counts) / len(counts)
        measures.insert(0, wording.clear_share(clear, low=min(counts, key=lambda c: c.clear_share).clear_share))
    return record.model_copy(update={"quality": tuple(measures)})


def mission_of(one: YearSeries, options: Options) -> Mission:
    """What the images come from: as their type tells, or as ``options`` says; nothing for simulated ones."""
    if one.versions.is_simulated:
        return Mission("", "terracite simulate archive", "", "", Text(), "", Text())
    found = mission(one.product, one.images[0].platform)
    if options.source is not None:
        found = replace(found, title=options.source.title, doi=options.source.identifier)
    return found


def _place(one: YearSeries, options: Options) -> Place:
    if options.place:
        return Place(options.place, one.box, "")
    return place_of(one.box) or Place(Text(), one.box, "")


def reference_system(one: YearSeries) -> ReferenceSystem:
    """The grid's reference system: its code, or its WKT when it has none."""
    label = one.grid.crs_label()
    is_code = label == one.grid.crs
    return ReferenceSystem(code=label if is_code else "", name=label, wkt="" if is_code else one.grid.wkt())


def _lineage(one: YearSeries, source: Mission, now: dt.datetime) -> Lineage:
    software = f"terracite {__version__}"
    steps = [
        Step(description=wording.made(one, source), software=wording.chain(one)),
        Step(description=wording.selection(one), software=software),
        Step(description=wording.assembly(one), software=software, command=COMMAND, on=now),
    ]
    return Lineage(
        statement=wording.statement(one, source),
        steps=tuple(step for step in steps if step.description),
        sources=(_source(one, source),),
    )


def _source(one: YearSeries, source: Mission) -> Source:
    listed = Text(
        fr=f"{len(one.images)} produits, nommés avec leur empreinte SHA-256 dans images.csv",
        en=f"{len(one.images)} products, named with their SHA-256 in images.csv",
    )
    return Source(title=source.title, identifier=source.doi, description=listed)


def _keywords(info: IndexInfo, place: Place, source: Mission, *, simulated: bool) -> tuple[Keyword, ...]:
    known = [vocabularies.keyword(uri) for uri in (*_ALWAYS, *info.keywords)]
    free = [Keyword(label=Text(fr=word, en=word)) for word in (info.code, source.name) if word]
    if place.name:
        free.append(Keyword(label=place.name, uri=place.uri))
    return (*(keyword for keyword in known if keyword), *free, *((_SIMULATED,) if simulated else ()))


def _variables(one: YearSeries, info: IndexInfo) -> tuple[Variable, ...]:
    index = Variable(
        name=one.index.lower(),
        label=info.name,
        standard_name=info.standard_name,
        unit="1",
        method=Text(fr=info.formula, en=info.formula),
    )
    if not any(image.mask_path or image.masked_path for image in one.images):
        return (index,)
    label = Text(fr="masque de nuages (0 clair, 1 masqué)", en="cloud mask (0 clear, 1 masked)")
    return index, Variable(name="cloud_mask", label=label, standard_name="quality_flag", unit="1")


def _platforms(one: YearSeries) -> tuple[Platform, ...]:
    if one.versions.is_simulated:
        return ()  # no satellite saw them
    kind = named(one.product)
    instruments = (kind.instrument,) if kind.instrument else _instrument(one)
    codes = sorted({image.platform for image in one.images if image.platform})
    return tuple(Platform(name=kind.platform_name(code), instruments=instruments) for code in codes)


def _instrument(one: YearSeries) -> tuple[str, ...]:
    """The instrument when only the product names tell it: TERRA_MODIS_h12v10_..."""
    parts = one.images[0].product_id.split("_")
    return (parts[1],) if one.product == "sits" and len(parts) > 1 else ()


def _estimated_quality(one: YearSeries) -> tuple[Quality, ...]:
    return () if one.clear_percent is None else (wording.clear_share(one.clear_percent),)


def _related(source: Mission) -> tuple[Related, ...]:
    found = []
    if source.doi:
        found.append(
            Related(identifier=source.doi, relation="IsDerivedFrom", title=source.title, resource_type="Dataset")
        )
    if source.software:
        found.append(Related(identifier=source.software, relation="References", resource_type="Software"))
    return tuple(found)


def _origins(record: Record) -> dict[str, Origin]:
    """What the person gave is typed; everything else comes from the images."""
    typed, produced = Origin(kind=OriginKind.TYPED), Origin(kind=OriginKind.PRODUCED, detail=COMMAND)
    given = {"creators", "contacts", "licence", "disciplines"}
    told = [
        name for name, value in record if value and name not in {"uuid", "schema_version", "origins", "record_updated"}
    ]
    return {name: typed if name in given else produced for name in told}
