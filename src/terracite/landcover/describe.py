# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of a map, written by rule from the recipe and the results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from terracite.crate.identity import stable_uuid
from terracite.crate.provenance import Provenance
from terracite.landcover import products, wording
from terracite.landcover.mapping import extras_of
from terracite.landcover.outcome import Outcome
from terracite.landcover.quality import quality
from terracite.landcover.recipe import CreatorPart
from terracite.landcover.uncertainty import wording as doubts
from terracite.record.model import (
    OPEN_ACCESS,
    Agent,
    Box,
    DateKind,
    Extent,
    Keyword,
    Lineage,
    MapClass,
    Organisation,
    Origin,
    OriginKind,
    Period,
    Platform,
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

_LAND_COVER = "http://inspire.ec.europa.eu/theme/lc"  # GEMET translates "land cover" as a word of GIS
_KEYWORDS = (_LAND_COVER, "remote sensing", "satellite image", "vegetation")
_INSTRUMENTS = {"Sentinel-2": "MSI", "Landsat 8": "OLI", "Landsat 9": "OLI-2", "CBERS-4": "AWFI", "Terra": "MODIS"}
OLOFSSON, STEHMAN = "10.1016/j.rse.2014.02.015", "10.1080/01431161.2014.930207"


def describe(found: Outcome, provenance: Provenance) -> Record:
    """The record of the map, but for its files, which the crate adds."""
    part, grid = found.prepared.recipe.record, found.prepared.grid
    agents = tuple(agent(creator) for creator in part.creators)
    typed = {
        "creators": agents, "contacts": agents[:1], "licence": part.licence, "disciplines": part.disciplines,
        "purpose": part.purpose,
    }  # fmt: skip
    made = {
        "title": wording.title(found),
        "abstract": wording.abstract(found),
        "notes": _notes(found),
        "lineage": _lineage(found, provenance),
        "language": "en",
        "data_languages": ("fr", "en"),
        "resource_type": ResourceType.DATASET,
        "topics": ("imageryBaseMapsEarthCover", "environment"),
        "keywords": tuple(_keywords(found)),
        "variables": tuple(_variables(found)),
        "classes": tuple(_classes(found)),
        "nomenclature": found.prepared.nomenclature.id,
        "dates": (RecordDate(kind=DateKind.CREATED, on=found.made_on),),
        "extents": (_extent(found),),
        "reference_systems": (_reference_system(found),),
        "resolutions": (Resolution(distance_m=round(grid.cell_size_m, 3)),),
        "representation": Representation.GRID,
        "periods": (Period(start=found.first, end=found.last),),
        "platforms": tuple(_platforms(found)),
        "quality": tuple(quality(found)),
        "access": OPEN_ACCESS,
        "related": tuple(_related(found)),
        "thumbnail": products.THUMBNAIL,
        "record_updated": provenance.started,
    }
    record = Record(uuid=stable_uuid("landcover", found.prepared.recipe.name, made["title"], *map(str, agents)))
    record = record.with_values(Origin(kind=OriginKind.PRODUCED, detail="terracite landcover"), **made)
    return record.with_values(Origin(kind=OriginKind.TYPED, detail="recipe.toml"), **typed)


def agent(part: CreatorPart) -> Agent:
    """A creator of the recipe as an agent of the record."""
    if not part.family_name:
        return Agent(organisation=part.organisation, ror=part.ror)
    employer = part.affiliation or part.organisation
    affiliations = (Organisation(name=employer, ror=part.ror),) if employer else ()
    return Agent(family_name=part.family_name, given_name=part.given_name, orcid=part.orcid, affiliations=affiliations)


def _variables(found: Outcome) -> Iterator[Variable]:
    label = Text(fr="Classe d'occupation du sol", en="Land-cover class")
    yield Variable(name="landcover", label=label, unit="1")
    label = Text(fr="Confiance", en="Confidence")
    yield Variable(name="confidence", label=label, unit="percent", method=doubts.confidence(found))
    label = Text(fr="Nombre de dates claires", en="Number of clear dates")
    yield Variable(name="clear_dates", label=label, unit="1")
    calibrated = doubts.is_calibrated(found)
    for extra in extras_of(found.prepared.recipe.output, found.prepared.nomenclature, calibrated=calibrated):
        yield Variable(name=extra.name, label=extra.label, unit=extra.unit)


def _notes(found: Outcome) -> Text:
    if found.accuracy is not None:
        fr = "La surface de chaque classe est celle que l'échantillon estime (areas.csv donne aussi la surface cartée)."
        en = "The area of each class is the one estimated from the sample (areas.csv also has the mapped area)."
    elif found.facts.areas_ha is not None:
        fr = "La surface de chaque classe est comptée sur la carte, avec ses erreurs."
        en = "The area of each class is counted on the map, errors included."
    else:
        fr = "Aucune surface n'est donnée : sa grille ne repose sur aucun système connu."
        en = "No area is given: its grid lies in no known reference system."
    return Text(fr=fr, en=en)


def _lineage(found: Outcome, provenance: Provenance) -> Lineage:
    software = "; ".join(f"{name} {version}" for name, version in provenance.software)
    steps = wording.steps(found)
    command = " ".join(provenance.command)
    when = provenance.started
    return Lineage(
        statement=wording.statement(found),
        steps=tuple(Step(description=step, software=software, command=command, on=when) for step in steps),
        sources=tuple(dict.fromkeys(_sources(found, provenance))),
    )


def _sources(found: Outcome, provenance: Provenance) -> Iterator[Source]:
    recipe = found.prepared.recipe
    for layer in found.layers:
        for source in layer.sources:
            dates = layer.days.size
            said = Text(fr=f"{dates} dates.", en=f"{dates} dates.")
            if layer.still:
                said = Text(fr="Ne change pas dans le temps.", en="Does not change in time.")
            note = Text() if source.is_dataset else said
            yield Source(title=source.title, identifier=source.identifier, description=note)
    hashes = {item.path: item.sha256 for item in provenance.inputs}
    learnt = Text(fr="Données de référence pour apprendre.", en="Reference data to learn from.")
    files = {recipe.reference.file.name: learnt}
    if recipe.validation.sample is not None:
        note = Text(fr="Échantillon probabiliste pour juger la carte.", en="Probability sample to judge the map with.")
        files[recipe.validation.sample.file.name] = note
    if recipe.strata is not None:
        files[recipe.strata.file.name] = Text(fr="Régions.", en="Regions.")
    if recipe.priors is not None and recipe.priors.map is not None:
        files[recipe.priors.map.name] = Text(fr="Carte existante, connue avant.", en="Existing map, known before.")
    for name, note in files.items():
        yield Source(title=name, description=note, checksum=f"sha256:{hashes[name]}" if hashes.get(name) else "")


def _keywords(found: Outcome) -> Iterator[Keyword]:
    for word in dict.fromkeys((*_KEYWORDS, *found.prepared.recipe.record.keywords)):
        known = keyword(word)
        if known is not None:
            yield known
        elif word in found.prepared.recipe.record.keywords:
            yield Keyword(label=Text(fr=word, en=word))


def _classes(found: Outcome) -> Iterator[MapClass]:
    areas = found.areas_ha
    for position, item in enumerate(found.prepared.nomenclature.classes):
        area = None if areas is None or not np.isfinite(areas[position]) else round(float(areas[position]), 2)
        yield item.model_copy(update={"area_ha": area})


def _extent(found: Outcome) -> Extent:
    west, south, east, north = (round(value, 6) for value in found.prepared.grid.lonlat_box())
    return Extent(box=Box(west=west, south=south, east=east, north=north), place=found.prepared.recipe.record.place)


def _reference_system(found: Outcome) -> ReferenceSystem:
    grid = found.prepared.grid
    if grid.crs == grid.crs_label():
        return ReferenceSystem(code=grid.crs)
    return ReferenceSystem(name=grid.crs_label(), wkt=grid.wkt())


def _platforms(found: Outcome) -> Iterator[Platform]:
    for name in sorted({name for layer in found.layers for name in layer.platforms}):
        instruments = tuple(value for prefix, value in _INSTRUMENTS.items() if name.startswith(prefix))
        yield Platform(name=name, instruments=instruments)


def _related(found: Outcome) -> Iterator[Related]:
    datasets = {source.identifier for layer in found.layers for source in layer.sources if source.is_dataset}
    for identifier in sorted(identifier for identifier in datasets if identifier.startswith("https://doi.org/")):
        doi = identifier.removeprefix("https://doi.org/")
        yield Related(identifier=doi, relation="IsDerivedFrom", identifier_type="DOI")
    for identifier in found.prepared.recipe.record.references:
        yield Related(identifier=identifier)
    if found.accuracy is not None:
        doi = OLOFSSON if found.accuracy.method == "stratified by map class" else STEHMAN
        yield Related(identifier=doi, relation="References", identifier_type="DOI", resource_type="JournalArticle")
