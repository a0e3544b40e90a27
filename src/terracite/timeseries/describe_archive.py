# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of the inventory of an archive, in French and English."""

from __future__ import annotations

import datetime as dt

from terracite import __version__
from terracite.crate import stable_uuid
from terracite.raster.products import named
from terracite.record import vocabularies
from terracite.record.model import (
    OPEN_ACCESS,
    Box,
    DateKind,
    Extent,
    Keyword,
    Lineage,
    Origin,
    OriginKind,
    Period,
    Record,
    RecordDate,
    ReferenceSystem,
    Representation,
    Source,
    Step,
    Text,
)
from terracite.timeseries.archive import Scan
from terracite.timeseries.describe import COMMAND
from terracite.timeseries.gazetteer import place_of
from terracite.timeseries.options import Options
from terracite.timeseries.wording import day

_KEYWORDS = (
    "http://www.eionet.europa.eu/gemet/concept/7102",  # remote sensing
    "http://www.eionet.europa.eu/gemet/concept/6253",  # satellite image
    "http://inspire.ec.europa.eu/theme/oi",
)


def describe_archive(scan: Scan, options: Options, now: dt.datetime) -> Record:
    """The record of the inventory and footprints of ``scan``, complete but for its files. ``now``: UTC."""
    tiles = sorted({one.tile for one in scan.series})
    start, end = min(one.start for one in scan.series), max(one.end for one in scan.series)
    signers = [agent.name for agent in options.creators]
    record = Record(
        uuid=stable_uuid("inventory", scan.product, scan.is_simulated, *tiles, "by", *signers),
        title=_title(scan, tiles),
        abstract=_abstract(scan, tiles, start, end),
        lineage=_lineage(scan, now),
        disciplines=options.disciplines,
        topics=("imageryBaseMapsEarthCover",),
        keywords=_keywords(scan),
        creators=options.creators,
        contacts=options.signers(),
        dates=(RecordDate(kind=DateKind.CREATED, on=now.date()),),
        extents=_extents(scan, options),
        reference_systems=(ReferenceSystem(code="EPSG:4326", name="WGS 84"),),
        representation=Representation.VECTOR,
        periods=(Period(start=start, end=end),),
        licence=options.licence,
        access=OPEN_ACCESS,
        record_updated=now,
    )
    produced = Origin(kind=OriginKind.PRODUCED, detail=COMMAND)
    told = [name for name, value in record if value and name not in {"uuid", "schema_version", "record_updated"}]
    typed = {"creators", "contacts", "licence", "disciplines"}
    origins = {name: Origin(kind=OriginKind.TYPED) if name in typed else produced for name in told}
    return record.model_copy(update={"origins": origins})


def _title(scan: Scan, tiles: list[str]) -> Text:
    label = named(scan.product).label
    fr_simulated, en_simulated = (" – données simulées", " – simulated data") if scan.is_simulated else ("", "")
    return Text(
        fr=f"Inventaire et emprises d'une archive d'images ({label['fr']}), {_listed(tiles, 'fr')}{fr_simulated}",
        en=f"Inventory and footprints of an image archive ({label['en']}), {_listed(tiles, 'en')}{en_simulated}",
    )


def _listed(tiles: list[str], language: str) -> str:
    if len(tiles) > 3:
        return f"{len(tiles)} {'tuiles' if language == 'fr' else 'tiles'}"
    word = {"fr": "tuile", "en": "tile"}[language] + ("s" if len(tiles) > 1 else "")
    return f"{word} {', '.join(tiles)}"


def _abstract(scan: Scan, tiles: list[str], start: dt.datetime, end: dt.datetime) -> Text:
    images = sum(len(one.images) for one in scan.series)
    indices = ", ".join(sorted({one.index for one in scan.series}))
    fr_simulated = "Données simulées, inventées pour essayer Terracite. " if scan.is_simulated else ""
    en_simulated = "Simulated data, invented to try Terracite with. " if scan.is_simulated else ""
    return Text(
        fr=f"{fr_simulated}Inventaire de {images} images en {len(scan.series)} séries ({indices} ; "
        f"{_listed(tiles, 'fr')}), du {day(start, 'fr')} au {day(end, 'fr')} : nombre de dates, trous, part claire, "
        "orbites, versions de traitement et taille de chaque série ; emprise réelle de chaque image ; fichiers "
        f"écartés ({len(scan.duplicates)} doublons, {len(scan.problems)} illisibles, {len(scan.unknown)} inconnus).",
        en=f"{en_simulated}Inventory of {images} images in {len(scan.series)} series ({indices}; "
        f"{_listed(tiles, 'en')}), from {day(start, 'en')} to {day(end, 'en')}: number of dates, gaps, clear share, "
        "orbits, processing versions and size of each series; true outline of each image; files left out "
        f"({len(scan.duplicates)} duplicates, {len(scan.problems)} unreadable, {len(scan.unknown)} unknown).",
    )


def _lineage(scan: Scan, now: dt.datetime) -> Lineage:
    label, source = named(scan.product).label, named(scan.product).source
    said = Text(
        fr="Parcours de tous les fichiers de l'archive, lecture de chaque image à taille réduite, comptage et contour.",
        en="Every file of the archive walked, each image read at a reduced size, counted and outlined.",
    )
    return Lineage(
        statement=said,
        steps=(Step(description=said, software=f"terracite {__version__}", command=COMMAND, on=now),),
        sources=(Source(title=label["en"], identifier=source, description=Text(**dict(label))),),
    )


def _keywords(scan: Scan) -> tuple[Keyword, ...]:
    known = [vocabularies.keyword(uri) for uri in _KEYWORDS]
    indices = [Keyword(label=Text(fr=index, en=index)) for index in sorted({one.index for one in scan.series})]
    simulated = [Keyword(label=Text(fr="données simulées", en="simulated data"))] if scan.is_simulated else []
    inventory = Keyword(label=Text(fr="inventaire", en="inventory"))
    return (*(keyword for keyword in known if keyword), *indices, inventory, *simulated)


def _extents(scan: Scan, options: Options) -> tuple[Extent, ...]:
    """One extent per tile."""
    boxes: dict[str, Box] = {}
    for one in scan.series:
        west, south, east, north = scan.facts[one.images[0].path].grid.lonlat_box()
        boxes.setdefault(one.tile, Box(west=west, south=south, east=east, north=north))
    found = []
    for _, box in sorted(boxes.items()):
        place = place_of(box)
        name = options.place or (place.name if place else Text())
        found.append(Extent(box=box, place=name, place_uri=place.uri if place and not options.place else ""))
    return tuple(found)
