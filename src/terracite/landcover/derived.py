# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crate of what is made from a finished map: its polygons, its shares on coarser cells, its years put in order.

Who made it, under which licence, where and when is taken from the record of the map; what is new is said by `Derived`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from terracite.crate.identity import stable_uuid
from terracite.crate.provenance import Input, Provenance, hash_file, software_versions
from terracite.crate.read import open_crate
from terracite.crate.write import CrateBuilder, refuse_inputs
from terracite.errors import CrateError
from terracite.landcover.classmap import ClassMap
from terracite.landcover.products.crate import readme
from terracite.landcover.products.files import README, THUMBNAIL, Item, item
from terracite.raster.grid import Grid
from terracite.record.model import (
    OPEN_ACCESS,
    Box,
    DateKind,
    Discipline,
    Extent,
    FileRole,
    Lineage,
    MapClass,
    Origin,
    OriginKind,
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
)
from terracite.record.vocabularies import keyword

_WORDS = ("http://inspire.ec.europa.eu/theme/lc", "remote sensing", "vegetation")
_SOFTWARE = ("numpy", "numba", "rasterio", "shapely", "pyogrio")


@dataclass(frozen=True, slots=True)
class Derived:
    """What is said of a product made from maps, beyond what the maps' own records say."""

    kind: str  #: "landcover-vectors": with the maps it makes the identity of the product
    command: tuple[str, ...]  #: ("terracite", "landcover", "vectorise", ...): no path of a machine
    title: Text
    abstract: Text
    steps: tuple[Text, ...]
    grid: Grid  #: that its place and its reference system are those of
    representation: Representation = Representation.GRID
    resolution_m: float | None = None  #: None where it has none
    variables: tuple[Variable, ...] = ()
    classes: tuple[MapClass, ...] = ()
    nomenclature: str = ""
    quality: tuple[Quality, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)  #: that the result depends on
    files: tuple[Path, ...] = ()  #: further inputs: units, tables, samples
    further: tuple[str, ...] = ()  #: rasters beside the map that were read, such as "confidence"


def write(output: Path, maps: Sequence[ClassMap], what: Derived, make: Callable[[Path], Iterable[Item]]) -> bool:
    """Make the crate ``output``: ``make`` writes the files into the folder it is given and yields each.

    Returns False where an intact crate of the same files, record and work was there already. Raises `CrateError` where
    ``output`` is a folder that holds other files, one of the ``maps``, or the crate of another command.
    """
    refuse_inputs(output, (*(one.crate.folder if one.crate else one.path for one in maps), *what.files))
    _refuse_strange(output, what)
    provenance = _provenance(maps, what)
    with CrateBuilder(output) as crate:
        items = list(make(crate.staging))
        record = _record(maps, what, provenance, any(one.path == THUMBNAIL for one in items))
        heads = {lang: (record.title.best(lang), record.abstract.best(lang)) for lang in ("fr", "en")}
        (crate.staging / README).write_text(readme(heads, items), encoding="utf-8")
        fr, en = "Ce que contient chaque fichier.", "What each file holds."
        items.append(item(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", fr, en))
        for one in items:
            crate.add(one.path, one.role, one.media_type, one.format, one.description)
        crate.finish(record, provenance)
        return crate.changed


def _refuse_strange(output: Path, what: Derived) -> None:
    """Raise `CrateError` where another command made the crate ``output``: a map would be gone for its areas."""
    try:
        other = open_crate(output).provenance.command[:3]
    except CrateError:
        return
    if other != what.command[:3]:
        raise CrateError(
            f"'{output.name}' is a crate that another command made: {' '.join(other)}.",
            hint="Give another folder, or delete that one first.",
        )


def record_of(maps: Sequence[ClassMap], what: Derived) -> Record:
    """The record that `write` will make, for files that carry it themselves."""
    return _record(maps, what, _provenance(maps, what), thumbnail=False)


def _provenance(maps: Sequence[ClassMap], what: Derived) -> Provenance:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    inputs = [found for one in maps for found in one.inputs(*what.further)]
    inputs += [Input(path.name, path.name, *hash_file(path)) for path in what.files]
    return Provenance(what.command, software_versions(*_SOFTWARE), now, now, tuple(inputs), dict(what.parameters))


def _record(maps: Sequence[ClassMap], what: Derived, provenance: Provenance, thumbnail: bool) -> Record:
    records = [one.crate.record for one in maps if one.crate]
    west, south, east, north = (round(value, 6) for value in what.grid.lonlat_box())
    place = next((extent.place for record in records for extent in record.extents if extent.place), Text())
    label = what.grid.crs_label()
    system = ReferenceSystem(code=label) if what.grid.crs == label else ReferenceSystem(name=label, wkt=what.grid.wkt())
    made = {
        "title": what.title,
        "abstract": what.abstract,
        "lineage": _lineage(maps, what, provenance),
        "language": "en",
        "data_languages": ("fr", "en"),
        "resource_type": ResourceType.DATASET,
        "topics": ("imageryBaseMapsEarthCover", "environment"),
        "keywords": tuple(known for word in _WORDS if (known := keyword(word)) is not None),
        "variables": what.variables,
        "classes": what.classes,
        "nomenclature": what.nomenclature,
        "dates": (RecordDate(kind=DateKind.CREATED, on=provenance.started.date()),),
        "extents": (Extent(box=Box(west=west, south=south, east=east, north=north), place=place),),
        "reference_systems": (system,),
        "resolutions": (Resolution(distance_m=round(what.resolution_m, 3)),) if what.resolution_m else (),
        "representation": what.representation,
        "periods": tuple(dict.fromkeys(period for record in records for period in record.periods)),
        "disciplines": records[0].disciplines if records else (Discipline.CONTINENTAL_SURFACES,),
        "quality": what.quality,
        "access": OPEN_ACCESS,
        "related": tuple(Related(identifier=one.doi, relation="IsDerivedFrom") for one in records if one.doi),
        "thumbnail": THUMBNAIL if thumbnail else "",
        "record_updated": provenance.started,
    }
    record = Record(uuid=stable_uuid(what.kind, what.title, *(one.identifier or one.name for one in maps)))
    record = record.with_values(Origin(kind=OriginKind.PRODUCED, detail=" ".join(what.command[:3])), **made)
    if records:
        first = records[0]
        taken = {"creators": first.creators, "contacts": first.contacts, "licence": first.licence}
        record = record.with_values(Origin(kind=OriginKind.INHERITED, detail=maps[0].name), **taken)
    return record


def _lineage(maps: Sequence[ClassMap], what: Derived, provenance: Provenance) -> Lineage:
    hashes = {found.identifier: found.sha256 for found in reversed(provenance.inputs)}
    software = "; ".join(f"{name} {version}" for name, version in provenance.software)
    command = " ".join(provenance.command)
    steps = tuple(
        Step(description=one, software=software, command=command, on=provenance.started) for one in what.steps
    )
    sources = [(one.title.best("en"), one.identifier, one.identifier or one.name) for one in maps]
    sources += [(path.name, "", path.name) for path in what.files]
    fr, en = ", ".join(f"« {one.title.best('fr')} »" for one in maps), ", ".join(f"'{title}'" for title, *_ in sources)
    return Lineage(
        statement=Text(fr=f"Produit à partir de {fr} avec Terracite.", en=f"Made from {en} with Terracite."),
        steps=steps,
        sources=tuple(
            Source(title=title, identifier=name, checksum=f"sha256:{hashes[key]}" if key in hashes else "")
            for title, name, key in sources
        ),
    )
