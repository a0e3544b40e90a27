# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when: extents, reference systems, resolution, periods, dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from terracite.record.model import DateKind, Record, Representation, Text
from terracite.record.rules.registry import Fault, Level, rule

_WHOLE_WORLD_DEGREES = 300.0
_SPATIAL = frozenset({Representation.GRID, Representation.VECTOR, Representation.TIN})
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_LONGEST_EMBARGO = dt.timedelta(days=2 * 366)


@rule(Level.WARNING)
def extent_nearly_whole_world(record: Record) -> Iterator[Fault]:
    """A box almost all around the globe is often a small one across the antimeridian, west and east swapped."""
    for place, extent in enumerate(record.extents):
        width = extent.box.east - extent.box.west
        height = extent.box.north - extent.box.south
        if width > _WHOLE_WORLD_DEGREES and height < 90:
            yield Fault(
                f"extents.{place}.box",
                Text(
                    fr=f"L’emprise fait {width:.0f} degrés de large : le tour de la Terre, ou presque.",
                    en=f"The extent is {width:.0f} degrees wide: nearly all around the Earth.",
                ),
                Text(
                    fr="Si elle passe l’antiméridien, donnez un ouest plus grand que l’est (177 et -178).",
                    en="If it crosses the antimeridian, give a west greater than the east (177 and -178).",
                ),
            )


@rule(Level.WARNING)
def extent_is_null_island(record: Record) -> Iterator[Fault]:
    """A box at 0, 0 is most often a form left empty."""
    for place, extent in enumerate(record.extents):
        box = extent.box
        if (box.west, box.south, box.east, box.north) == (0, 0, 0, 0):
            yield Fault(
                f"extents.{place}.box",
                Text(
                    fr="L’emprise est le point 0, 0, dans le golfe de Guinée.",
                    en="The extent is the point 0, 0, in the Gulf of Guinea.",
                ),
                Text(fr="Donnez les quatre limites en degrés.", en="Give the four limits in degrees."),
            )


@rule(Level.WARNING)
def reference_system_missing(record: Record) -> Iterator[Fault]:
    if record.representation in _SPATIAL and not record.reference_systems:
        yield Fault(
            "reference_systems",
            Text(
                fr="Le système de coordonnées des données n’est pas dit.",
                en="The reference system of the data is not told.",
            ),
            Text(
                fr="Donnez son code EPSG, par exemple EPSG:32740.",
                en="Give its EPSG code, such as EPSG:32740.",
            ),
        )


@rule(Level.HINT)
def resolution_missing(record: Record) -> Iterator[Fault]:
    if record.representation is Representation.GRID and not record.resolutions:
        yield Fault(
            "resolutions",
            Text(fr="La résolution spatiale n’est pas dite.", en="The spatial resolution is not told."),
            Text(fr="Donnez la taille d’une cellule en mètres.", en="Give the size of a cell in metres."),
        )


@rule(Level.HINT)
def place_missing(record: Record) -> Iterator[Fault]:
    if record.extents and not any(extent.place for extent in record.extents):
        yield Fault(
            "extents",
            Text(fr="L’emprise n’a pas de nom de lieu.", en="The extent has no place name."),
            Text(fr="Nommez le lieu : on cherche par nom.", en="Name the place: people search by name."),
        )


@rule(Level.WARNING)
def created_before_period(record: Record) -> Iterator[Fault]:
    created = record.date(DateKind.CREATED)
    starts = [_day(period.start) for period in record.periods]
    if created and starts and created < min(starts):
        yield Fault(
            "dates.created",
            Text(
                fr="Les données seraient créées avant la période qu’elles décrivent.",
                en="The data would have been created before the period they describe.",
            ),
            Text(
                fr="Vérifiez la date de création et la période.",
                en="Check the date of creation and the period.",
            ),
        )


@rule(Level.WARNING)
def period_without_end(record: Record) -> Iterator[Fault]:
    for place, period in enumerate(record.periods):
        if period.end is None and not period.ongoing:
            yield Fault(
                f"periods.{place}.end",
                Text(fr="La période n’a pas de fin.", en="The period has no end."),
                Text(
                    fr="Donnez le dernier jour, ou dites que la série continue.",
                    en="Give the last day, or say that the series goes on.",
                ),
            )


@rule(Level.WARNING)
def time_resolution_unreadable(record: Record) -> Iterator[Fault]:
    if record.time_resolution and not _DURATION.fullmatch(record.time_resolution):
        yield Fault(
            "time_resolution",
            Text(
                fr=f"« {record.time_resolution} » n’est pas une durée ISO 8601.",
                en=f"“{record.time_resolution}” is not an ISO 8601 duration.",
            ),
            Text(
                fr="Écrivez P5D pour cinq jours, PT6H pour six heures, P1M pour un mois.",
                en="Write P5D for five days, PT6H for six hours, P1M for one month.",
            ),
        )


@rule(Level.BLOCKER)
def embargo_too_long(record: Record) -> Iterator[Fault]:
    """Two years at the most, counted from the first day the repository knows the dataset."""
    until = record.access.embargo_until
    known = [date.on for date in record.dates if date.kind in {DateKind.SUBMITTED, DateKind.CREATED}]
    if until and known and until - max(known) > _LONGEST_EMBARGO:
        yield Fault(
            "access.embargo_until",
            Text(fr="L’embargo dépasse deux ans.", en="The embargo is longer than two years."),
            Text(fr="Choisissez une date plus proche.", en="Choose an earlier date."),
        )


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
