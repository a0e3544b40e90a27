# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of a series, or of several together, written by rule from the data themselves, in French and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from terracite import __version__
from terracite.raster.netcdf import DateCount
from terracite.record.model import (
    OPEN_ACCESS,
    DateKind,
    Extent,
    Lineage,
    Parent,
    Period,
    Quality,
    Record,
    RecordDate,
    Representation,
    Resolution,
    ResourceType,
    Step,
)
from terracite.timeseries import facets, wording, wording_numbers, wording_whole
from terracite.timeseries.facets import COMMAND, mission_of, reference_system
from terracite.timeseries.naming import Key, key_of, marked, uuid_of, year_key
from terracite.timeseries.options import Options
from terracite.timeseries.vocabulary import Mission, index_info
from terracite.timeseries.whole import Whole
from terracite.timeseries.yearly import YearSeries

__all__ = ["COMMAND", "describe", "describe_unit", "mission_of", "reference_system", "with_counts", "with_parent"]

_TOPICS = ("imageryBaseMapsEarthCover", "environment")


def describe(one: YearSeries, options: Options, now: dt.datetime) -> Record:
    """The record of one series, complete but for its files and for what only reading every cell tells.

    The uuid depends on who signs and on what the series is, not on its dates: next year's correction or a late image
    makes a new version of the same dataset. ``now``: UTC.
    """
    info, source = index_info(one.index, one.product), mission_of(one, options)
    places = facets.places(one, options)
    place = facets.place(one, options)
    record = Record(
        uuid=uuid_of([one], year_key(one), options),
        title=wording.title(one, source, place.name),
        abstract=wording.abstract(one, info, source, place.name),
        purpose=wording.purpose(info),
        notes=wording.notes(one, source),
        lineage=_lineage(one, source, now),
        disciplines=options.disciplines,
        topics=_TOPICS,
        keywords=facets.keywords([one], places, [source]),
        variables=facets.variables([one]),
        creators=options.creators,
        contacts=options.signers(),
        dates=(RecordDate(kind=DateKind.CREATED, on=now.date()),),
        extents=(Extent(box=one.box, place=place.name, place_uri=place.uri),),
        reference_systems=(reference_system(one),),
        resolutions=(Resolution(distance_m=round(one.grid.cell_size_m, 3)),),
        representation=Representation.GRID,
        periods=(Period(start=one.start, end=one.end),),
        time_resolution=f"P{one.usual_gap_days}D" if one.usual_gap_days else "",
        platforms=facets.platforms([one]),
        quality=() if one.clear_percent is None else (wording.clear_share(one.clear_percent),),
        licence=options.licence,
        access=OPEN_ACCESS,
        related=facets.related([source]),
        record_updated=now,
    )
    return _with_origins(record, one.product, year_key(one))


def describe_unit(
    parts: Sequence[YearSeries],
    options: Options,
    now: dt.datetime,
    *,
    key: Key | None = None,
    resource_type: ResourceType = ResourceType.DATASET,
) -> Record:
    """The record of one dataset that holds ``parts``, at least one; of a single part it is `describe`.

    ``key`` is what the parts have in common whatever is added later, such as ``("40KCB", "NDVI")`` for all years of a
    tile and index: title and uuid stay those of the dataset when it has one part, or new ones. It is found from the
    parts without it. ``now``: UTC.
    """
    key = key_of(parts) if key is None else key
    if len(parts) == 1 and key == year_key(parts[0]):
        return describe(parts[0], options, now)
    whole = Whole(tuple(parts), key, options)
    record = Record(
        uuid=uuid_of(parts, key, options),
        resource_type=resource_type,
        title=wording_whole.title(whole),
        abstract=wording_whole.abstract(whole),
        purpose=wording_whole.purpose(whole),
        notes=wording_whole.notes(whole),
        lineage=_lineage_of_whole(whole, now),
        disciplines=options.disciplines,
        topics=_TOPICS,
        keywords=facets.keywords(whole.parts, [place for place, _ in whole.places], whole.missions),
        variables=facets.variables(whole.parts),
        creators=options.creators,
        contacts=options.signers(),
        dates=(RecordDate(kind=DateKind.CREATED, on=now.date()),),
        extents=_extents(whole),
        reference_systems=tuple(dict.fromkeys(reference_system(one) for one in whole.one_per_tile)),
        resolutions=tuple(Resolution(distance_m=size) for size in whole.cell_sizes_m),
        representation=Representation.GRID,
        periods=(Period(start=whole.start, end=whole.end),),
        time_resolution=f"P{whole.usual_gap_days}D" if whole.usual_gap_days else "",
        platforms=facets.platforms(whole.parts),
        quality=_estimated_quality(whole),
        licence=options.licence,
        access=OPEN_ACCESS,
        related=facets.related(whole.missions),
        record_updated=now,
    )
    return _with_origins(record, parts[0].product, key)


def with_counts(record: Record, counts: Sequence[DateCount]) -> Record:
    """``record`` with its quality measured on every cell of every date."""
    total = sum(count.total for count in counts)
    measures = [wording.missing_share(100 * sum(count.missing for count in counts) / total)]
    if any(count.masked is not None for count in counts):
        clear = 100 * sum(count.clear_share * count.total for count in counts) / total
        measures.insert(0, wording.clear_share(clear, low=min(counts, key=lambda c: c.clear_share).clear_share))
    return record.model_copy(update={"quality": (*measures, *wording_numbers.losses(counts))})


def with_parent(record: Record, parent: Record) -> Record:
    """``record`` as a part of ``parent``."""
    identifier = parent.doi or str(parent.uuid)
    return record.model_copy(update={"parent": Parent(identifier=identifier, title=parent.title)})


def _lineage(one: YearSeries, source: Mission, now: dt.datetime) -> Lineage:
    software = f"terracite {__version__}"
    steps = [
        Step(description=wording.made(one, source), software=wording.chain(one)),
        Step(description=wording.selection(one.product), software=software),
        Step(description=wording.assembly(one), software=software, command=COMMAND, on=now),
    ]
    return Lineage(
        statement=wording.statement(one, source),
        steps=tuple(step for step in steps if step.description),
        sources=(facets.source(len(one.images), source),),
    )


def _lineage_of_whole(whole: Whole, now: dt.datetime) -> Lineage:
    software = f"terracite {__version__}"
    made = dict.fromkeys(wording.made(whole, source) for source in whole.missions)
    steps = [
        *(Step(description=text, software=wording.chain(whole)) for text in made),
        *(Step(description=wording.selection(product), software=software) for product in whole.products),
        Step(description=wording_whole.assembly(whole), software=software, command=COMMAND, on=now),
    ]
    return Lineage(
        statement=wording_whole.statement(whole),
        steps=tuple(step for step in steps if step.description),
        sources=tuple(facets.source(whole.image_count, source) for source in whole.missions),
    )


def _extents(whole: Whole) -> tuple[Extent, ...]:
    """One box per tile, by tile, each with its place."""
    found = []
    for one in whole.one_per_tile:
        place = facets.place(one, whole.options)
        found.append(Extent(box=one.box, place=place.name, place_uri=place.uri))
    return tuple(found)


def _estimated_quality(whole: Whole) -> tuple[Quality, ...]:
    mean = whole.mean_clear_percent
    return () if mean is None else (wording.clear_share(mean),)


def _with_origins(record: Record, product: str, key: Key) -> Record:
    return marked(record.model_copy(update={"origins": facets.origins(record)}), product, key)
