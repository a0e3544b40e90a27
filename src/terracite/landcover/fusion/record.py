# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of a fused map: what it was made of, and how."""

from __future__ import annotations

from collections.abc import Sequence

from terracite.crate.identity import stable_uuid
from terracite.crate.provenance import Provenance
from terracite.landcover.fusion.options import Options
from terracite.landcover.fusion.sources import MapSource
from terracite.landcover.products.files import THUMBNAIL
from terracite.raster.grid import Grid
from terracite.record.model import (
    OPEN_ACCESS,
    Box,
    DateKind,
    Discipline,
    Extent,
    Lineage,
    MapClass,
    Origin,
    OriginKind,
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
_METHODS = {
    "vote": Text(fr="au vote de la majorité", en="by majority vote"),
    "weighted": Text(fr="au vote pondéré", en="by weighted vote"),
    "dempster-shafer": Text(fr="par la règle de Dempster et Shafer", en="by Dempster and Shafer's rule"),
}
_MEASURES = {
    "precision": Text(fr="la précision de chaque classe", en="the precision of each class"),
    "recall": Text(fr="le rappel de chaque classe", en="the recall of each class"),
    "accuracy": Text(fr="l'exactitude globale", en="the overall accuracy"),
    "kappa": Text(fr="le kappa", en="kappa"),
}


def describe(
    sources: Sequence[MapSource], how: Options, grid: Grid, classes: Sequence[MapClass], provenance: Provenance
) -> Record:
    """The record of a fused map; who made it and under which licence is taken from the first crate."""
    records = [source.crate.record for source in sources if source.crate]
    west, south, east, north = (round(value, 6) for value in grid.lonlat_box())
    place = next((extent.place for record in records for extent in record.extents if extent.place), Text())
    label = grid.crs_label()
    system = ReferenceSystem(code=label) if grid.crs == label else ReferenceSystem(name=label, wkt=grid.wkt())
    made = {
        "title": _title(sources, place),
        "abstract": _abstract(sources, how, classes),
        "lineage": _lineage(sources, how, provenance),
        "language": "en",
        "data_languages": ("fr", "en"),
        "resource_type": ResourceType.DATASET,
        "topics": ("imageryBaseMapsEarthCover", "environment"),
        "keywords": tuple(known for word in _WORDS if (known := keyword(word)) is not None),
        "variables": _VARIABLES,
        "classes": tuple(classes),
        "dates": (RecordDate(kind=DateKind.CREATED, on=provenance.started.date()),),
        "extents": (Extent(box=Box(west=west, south=south, east=east, north=north), place=place),),
        "reference_systems": (system,),
        "resolutions": (Resolution(distance_m=round(grid.cell_size_m, 3)),),
        "representation": Representation.GRID,
        "periods": tuple(dict.fromkeys(period for record in records for period in record.periods)),
        "disciplines": (Discipline.CONTINENTAL_SURFACES,),
        "access": OPEN_ACCESS,
        "related": tuple(Related(identifier=one.doi, relation="IsDerivedFrom") for one in records if one.doi),
        "thumbnail": THUMBNAIL,
        "record_updated": provenance.started,
    }
    record = Record(uuid=stable_uuid("landcover-fusion", *(source.identifier or source.name for source in sources)))
    record = record.with_values(Origin(kind=OriginKind.PRODUCED, detail="terracite landcover fuse"), **made)
    if records:
        first = records[0]
        taken = {"creators": first.creators, "contacts": first.contacts, "licence": first.licence}
        record = record.with_values(Origin(kind=OriginKind.INHERITED, detail=sources[0].name), **taken)
    return record


def readme_heads(record: Record) -> dict[str, tuple[str, str]]:
    """Title and first words of the page that says what each file holds."""
    return {language: (record.title.best(language), record.abstract.best(language)) for language in ("fr", "en")}


_VARIABLES = (
    Variable(name="landcover", label=Text(fr="Classe d'occupation du sol", en="Land-cover class"), unit="1"),
    Variable(name="support", label=Text(fr="Soutien de la classe", en="Support of the class"), unit="percent"),
    Variable(name="conflict", label=Text(fr="Conflit entre les cartes", en="Conflict between maps"), unit="percent"),
    Variable(name="undecided", label=Text(fr="Indécis", en="Undecided"), unit="1"),
)


def _title(sources: Sequence[MapSource], place: Text) -> Text:
    count = len(sources)
    fr, en = (f" : {place.fr}" if place.fr else "", f": {place.en}" if place.en else "")
    return Text(
        fr=f"Carte d'occupation du sol fusionnée de {count} cartes{fr}",
        en=f"Land-cover map fused from {count} maps{en}",
    )


def _abstract(sources: Sequence[MapSource], how: Options, classes: Sequence[MapClass]) -> Text:
    method = _METHODS[how.method]
    named = ", ".join(f"« {source.title} »" for source in sources), ", ".join(f"'{source.title}'" for source in sources)
    return Text(
        fr=f"Carte d'occupation du sol en {len(classes)} classes, fusionnée {method.fr} de {named[0]}, sur la grille "
        f"de la première. Chaque cellule a sa classe, son soutien et le conflit entre les cartes. L'exactitude de la "
        f"carte fusionnée n'a pas été mesurée.",
        en=f"Land-cover map in {len(classes)} classes, fused {method.en} from {named[1]}, on the grid of the first "
        f"one. Each cell has its class, its support and the conflict between the maps. The accuracy of the fused map "
        f"was not measured.",
    )


def _lineage(sources: Sequence[MapSource], how: Options, provenance: Provenance) -> Lineage:
    hashes = {item.identifier: item.sha256 for item in reversed(provenance.inputs)}
    method, fr, en = _METHODS[how.method], "", ""
    if how.method == "dempster-shafer":
        measure = _MEASURES[how.measure]
        fr = f" La parole d'une carte vaut {measure.fr}, d'après sa matrice de confusion."
        en = f" The word of a map is worth {measure.en} of its confusion matrix."
    if how.by_confidence:
        fr, en = (
            f"{fr} Elle vaut moins où la carte est moins sûre.",
            f"{en} It is worth less where the map is less sure.",
        )
    step = Step(
        description=Text(fr=f"Fusion cellule par cellule {method.fr}.{fr}", en=f"Fusion cell by cell {method.en}.{en}"),
        software="; ".join(f"{name} {version}" for name, version in provenance.software),
        command=" ".join(provenance.command),
        on=provenance.started,
    )
    cited = tuple(
        Source(
            title=source.title, identifier=source.identifier,
            checksum=f"sha256:{hashes.get(source.identifier or source.name, '')}",
        )
        for source in sources
    )  # fmt: skip
    statement = Text(
        fr=f"Carte fusionnée de {len(sources)} cartes avec Terracite.",
        en=f"Map fused from {len(sources)} maps with Terracite.",
    )
    return Lineage(statement=statement, steps=(step,), sources=cited)
