# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of derived products: that of their series, with what was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from terracite import __version__
from terracite.crate import stable_uuid
from terracite.crate.layout import RECORD
from terracite.crate.read import open_crate
from terracite.raster.netcdf_header import header
from terracite.record.cf import from_attributes
from terracite.record.model import (
    Agent,
    DateKind,
    Lineage,
    Origin,
    OriginKind,
    Period,
    Record,
    RecordDate,
    Related,
    Step,
    Text,
    Variable,
    Version,
)
from terracite.record.model import Source as LineageSource
from terracite.timeseries.derived import wording
from terracite.timeseries.derived.choices import Choices
from terracite.timeseries.derived.making import Filled
from terracite.timeseries.derived.source import Source

COMMAND = "terracite timeseries derive"


def record_of(path: Path) -> Record:
    """What is known of a series file: the record of its crate, or what its own attributes tell."""
    if (path.parent / RECORD).is_file():
        return open_crate(path.parent).record
    return from_attributes(*header(path)).record


def describe(
    source: Source, choices: Choices, of: Sequence[Record], creators: Sequence[Agent], now: dt.datetime
) -> Record:
    """The record of the products of ``choices``; ``of``: those of the series, in order; ``now``: UTC.

    The uuid depends on the series and on which products are made, not on how: another smoother makes a new version.
    """
    base, whole = of[-1], series_title(source, of)
    signers = tuple(creators) or base.creators
    record = base.model_copy(
        update={
            "uuid": stable_uuid("derived", *(one.uuid for one in of), *choices.kinds),
            "doi": "",
            "title": wording.title(choices, whole),
            "abstract": wording.abstract(choices, whole, source.variable),
            "lineage": _lineage(choices, of, whole, now),
            "variables": _variables(source, choices),
            "creators": signers,
            "contacts": base.contacts or signers[:1],
            "dates": (RecordDate(kind=DateKind.CREATED, on=now.date()),),
            "periods": (Period(start=source.times[0], end=source.times[-1]),),
            "time_resolution": _resolution(choices),
            "quality": (),
            "related": _related(of),
            "parent": None,
            "version": Version(),
            "files": (),
            "thumbnail": "",
            "record_created": None,
            "record_updated": now,
        }
    )
    return record.model_copy(update={"origins": _origins(record, base, typed=bool(creators))})


def with_quality(record: Record, made: Sequence[Filled]) -> Record:
    """``record`` with how complete each product turned out."""
    return record.model_copy(update={"quality": tuple(wording.quality(one) for one in made)})


def series_title(source: Source, of: Sequence[Record]) -> Text:
    """That of the series; for several years, that of the last with all of them."""
    last = of[-1].title
    if len(of) == 1:
        return last
    year, years = str(source.years[-1]), f"{source.years[0]}-{source.years[-1]}"
    return Text(fr=last.fr.replace(year, years), en=last.en.replace(year, years))


def _lineage(choices: Choices, of: Sequence[Record], whole: Text, now: dt.datetime) -> Lineage:
    software = f"terracite {__version__}"
    made = [Step(description=text, software=software, command=COMMAND, on=now) for text in wording.steps(choices)]
    sources = tuple(
        LineageSource(title=one.title.en or one.title.fr, identifier=one.doi or f"urn:uuid:{one.uuid}") for one in of
    )
    return Lineage(statement=wording.statement(whole), steps=tuple(made), sources=sources)


def _related(of: Sequence[Record]) -> tuple[Related, ...]:
    """The series when they have a DOI, and what the series refer to."""
    series = [
        Related(identifier=one.doi, relation="IsDerivedFrom", title=one.title.en, resource_type="Dataset")
        for one in of
        if one.doi
    ]
    return (*series, *of[-1].related)


def _resolution(choices: Choices) -> str:
    if choices.smoothed:
        return f"P{choices.step_days}D"
    spans = {"month": "P1M", "year": "P1Y"}
    return spans[choices.composites[0]] if choices.composites else ""


def _variables(source: Source, choices: Choices) -> tuple[Variable, ...]:
    named = {
        "clear_count": Text(fr="nombre de dates claires", en="number of clear dates"),
        "longest_gap": Text(fr="plus longue durée sans date claire", en="longest time without a clear date"),
    }
    label = str(source.attributes.get("long_name", source.index))
    standard = str(source.attributes.get("standard_name", ""))
    found = []
    if choices.composites or choices.smoothed:
        found.append(Variable(name=source.variable, label=Text(en=label), standard_name=standard, unit="1"))
        count = named["clear_count"]
        found.append(Variable(name="clear_count", label=count, standard_name="number_of_observations", unit="1"))
    if choices.smoothed:
        found.append(Variable(name="longest_gap", label=named["longest_gap"], unit="days"))
    if choices.phenology:
        found += _season_variables(source)
    return tuple(found)


def _season_variables(source: Source) -> list[Variable]:
    since = f"days since {source.years[0]}-01-01"
    labels = {
        "season_start": (Text(fr="début de la saison", en="start of the season"), since),
        "season_peak": (Text(fr="pic de la saison", en="peak of the season"), since),
        "season_end": (Text(fr="fin de la saison", en="end of the season"), since),
        "season_top": (Text(fr="valeur au pic", en="value on the peak"), "1"),
        "season_base": (Text(fr="valeur moyenne des deux creux", en="mean value in the two valleys"), "1"),
        "season_gap": (
            Text(fr="plus longue durée sans date claire autour de la saison", en="longest time without a clear date"),
            "days",
        ),
        "season_count": (Text(fr="nombre de saisons", en="number of seasons"), "1"),
    }
    return [Variable(name=name, label=label, unit=unit) for name, (label, unit) in labels.items()]


def _origins(record: Record, base: Record, *, typed: bool) -> dict[str, Origin]:
    """What was kept comes from where it came from; what is new was produced; creators may have been typed."""
    made = Origin(kind=OriginKind.PRODUCED, detail=COMMAND)
    found = {
        name: made if value != getattr(base, name) else base.origins.get(name, made)
        for name, value in record
        if value and name not in {"uuid", "schema_version", "origins", "record_updated", "record_created"}
    }
    if typed:
        found["creators"] = Origin(kind=OriginKind.TYPED)
    return found
