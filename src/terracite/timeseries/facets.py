# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the record of a series says of one side of it: mission, places, keywords, variables, platforms, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from terracite.raster.products import named
from terracite.record import vocabularies
from terracite.record.model import (
    Keyword,
    KeywordKind,
    Origin,
    OriginKind,
    Platform,
    Record,
    ReferenceSystem,
    Related,
    Source,
    Text,
    Variable,
)
from terracite.timeseries.gazetteer import Place, places_of
from terracite.timeseries.options import Options
from terracite.timeseries.vocabulary import IndexInfo, Mission, index_info, mission
from terracite.timeseries.yearly import YearSeries

COMMAND = "terracite timeseries run"
MOST_NAMED = 12  #: tiles, places or indices that are named one by one
_ALWAYS = (
    "http://www.eionet.europa.eu/gemet/concept/7102",  # remote sensing
    "http://www.eionet.europa.eu/gemet/concept/6253",  # satellite image
    "http://inspire.ec.europa.eu/theme/oi",
)
_SIMULATED = Keyword(label=Text(fr="données simulées", en="simulated data"))
_MGRS = re.compile(r"\d{2}[C-X][A-Z]{2}")
_GIVEN = frozenset({"creators", "contacts", "licence", "disciplines"})
_NOT_TOLD = frozenset({"uuid", "schema_version", "origins", "record_updated"})


def mission_of(one: YearSeries, options: Options) -> Mission:
    """What the images come from: as their type tells, or as ``options`` says; nothing for simulated ones."""
    if one.versions.is_simulated:
        return Mission("", "terracite simulate archive", "", "", Text(), "", Text())
    found = mission(one.product, one.images[0].platform)
    if options.source is not None:
        found = replace(found, title=options.source.title, doi=options.source.identifier)
    return found


def places(one: YearSeries, options: Options) -> tuple[Place, ...]:
    """The places of a series, the one with the most land first; the one that ``options`` names, if it does."""
    return (Place(options.place, one.box, ""),) if options.place else places_of(one.box)


def place(one: YearSeries, options: Options) -> Place:
    """The first place of a series; one without a name in the open sea."""
    return next(iter(places(one, options)), Place(Text(), one.box, ""))


def reference_system(one: YearSeries) -> ReferenceSystem:
    """The grid's reference system: its code, or its WKT when it has none."""
    label = one.grid.crs_label()
    is_code = label == one.grid.crs
    return ReferenceSystem(code=label if is_code else "", name=label, wkt="" if is_code else one.grid.wkt())


def source(count: int, origin: Mission) -> Source:
    """What ``count`` images were made from."""
    listed = Text(
        fr=f"{count} produits, nommés avec leur empreinte SHA-256 dans images.csv",
        en=f"{count} products, named with their SHA-256 in images.csv",
    )
    return Source(title=origin.title, identifier=origin.doi, description=listed)


def keywords(parts: Sequence[YearSeries], where: Iterable[Place], missions: Iterable[Mission]) -> tuple[Keyword, ...]:
    """Thesaurus keywords of the method and the indices, then names: indices, missions, places, tiles."""
    infos = _infos(parts)
    uris = distinct([*_ALWAYS, *(uri for info in infos for uri in info.keywords)])
    words = distinct([*(info.code for info in infos), *(item.name for item in missions)])
    found = [keyword for uri in uris if (keyword := vocabularies.keyword(uri))]
    found += [Keyword(label=Text(fr=word, en=word)) for word in words if word]
    found += [item.keyword() for item in where if item.name][:MOST_NAMED]
    found += _tiles(distinct(one.tile for one in parts))
    simulated = any(one.versions.is_simulated for one in parts)
    return (*found, *((_SIMULATED,) if simulated else ()))


def _infos(parts: Sequence[YearSeries]) -> list[IndexInfo]:
    """Of each index or band, once."""
    return [index_info(code, product) for code, product in dict.fromkeys((one.index, one.product) for one in parts)]


def _tiles(tiles: list[str]) -> Iterator[Keyword]:
    if len(tiles) <= MOST_NAMED:
        for tile in filter(_MGRS.fullmatch, tiles):
            yield Keyword(label=Text(fr=f"tuile {tile}", en=f"tile {tile}"), kind=KeywordKind.PLACE)


def variables(parts: Sequence[YearSeries]) -> tuple[Variable, ...]:
    """The indices, and the cloud mask when there is one."""
    infos = _infos(parts)
    found = [_index(info) for info in infos]
    if any(image.mask_path or image.masked_path for one in parts for image in one.images):
        label = Text(fr="masque de nuages (0 clair, 1 masqué)", en="cloud mask (0 clear, 1 masked)")
        found.append(Variable(name="cloud_mask", label=label, standard_name="quality_flag", unit="1"))
    return tuple(found)


def _index(info: IndexInfo) -> Variable:
    method = Text(fr=info.formula, en=info.formula)
    return Variable(
        name=info.code.lower(), label=info.name, standard_name=info.standard_name, unit=info.unit, method=method
    )


def platforms(parts: Sequence[YearSeries]) -> tuple[Platform, ...]:
    """The satellites, each once; none for simulated images, which no satellite saw."""
    found = {platform.name: platform for one in parts if not one.versions.is_simulated for platform in _platforms(one)}
    return tuple(found[name] for name in sorted(found))


def _platforms(one: YearSeries) -> Iterator[Platform]:
    kind = named(one.product)
    instruments = (kind.instrument,) if kind.instrument else _instrument(one)
    codes = {image.platform for image in one.images if image.platform}
    return (Platform(name=kind.platform_name(code), instruments=instruments) for code in codes)


def _instrument(one: YearSeries) -> tuple[str, ...]:
    """The instrument when only the product names tell it: TERRA_MODIS_h12v10_..."""
    parts = one.images[0].product_id.split("_")
    return (parts[1],) if one.product == "sits" and len(parts) > 1 else ()


def related(missions: Iterable[Mission]) -> tuple[Related, ...]:
    """The products and the software that the images come from."""
    found = []
    for item in missions:
        if item.doi:
            found.append(
                Related(identifier=item.doi, relation="IsDerivedFrom", title=item.title, resource_type="Dataset")
            )
        if item.software:
            found.append(Related(identifier=item.software, relation="References", resource_type="Software"))
    return tuple(dict.fromkeys(found))


def origins(record: Record) -> dict[str, Origin]:
    """What the person gave is typed; everything else comes from the images."""
    typed, produced = Origin(kind=OriginKind.TYPED), Origin(kind=OriginKind.PRODUCED, detail=COMMAND)
    told = [name for name, value in record if value and name not in _NOT_TOLD]
    return {name: typed if name in _GIVEN else produced for name in told}


def distinct(values: Iterable[str]) -> list[str]:
    """Each value once, in order."""
    return list(dict.fromkeys(values))
