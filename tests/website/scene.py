# SPDX-License-Identifier: AGPL-3.0-or-later
"""Alice deposits, Bob moderates, Chloé passes by: a small repository with something in every state."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import rasterio

from terracite.record.model import Text
from terracite.repository import deposits, files, moderation, people
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.outbox import process_outbox

LAND, LIFE, PASSWORD = "continental_surfaces", "biodiversity", "a long walk in the forest"
README = b"# Land cover\n\nmap.tif: one class code per cell, 0 = no data.\n"
MAP: dict[str, object] = {
    "title": Text(
        fr="Occupation du sol de La Réunion, 2023, à 10 m", en="Land cover of Reunion Island, 2023, at 10 m"
    ),
    "abstract": Text(
        fr="Carte de l'occupation du sol de l'ouest de La Réunion en 2023, en cinq classes, à partir de 72 images "
        "Sentinel-2 de l'année. Chaque cellule de 10 m porte la classe la plus probable, sa confiance et le nombre "
        "de dates claires.\n\nElle sert au suivi de l'artificialisation et à l'estimation des surfaces cultivées.",
        en="Land-cover map of the west of Reunion Island in 2023, in five classes, from 72 Sentinel-2 images of the "
        "year. Each cell of 10 m holds the most likely class, its confidence and the number of clear dates.\n\n"
        "It serves to follow the growth of towns and to estimate cropped areas.",
    ),
    "lineage": {
        "statement": {
            "fr": "Séries d'indices complétées par interpolation, forêt aléatoire de 100 arbres, validation sur un "
            "échantillon aléatoire stratifié.",
            "en": "Index series filled by interpolation, random forest of 100 trees, validated on a stratified "
            "random sample.",
        },
        "steps": [
            {"description": {"fr": "Interpolation des séries", "en": "Gap filling"}, "software": "terracite 0.1.0"},
            {
                "description": {"fr": "Classification", "en": "Classification"},
                "software": "terracite 0.1.0",
                "command": "terracite landcover run reunion.toml --output crates",
            },
        ],
        "sources": [
            {"title": "Sentinel-2 L2A, tile 40KCB", "identifier": "10.5270/S2_-znk9xsj"},
            {"title": "Reference polygons 2023", "identifier": "https://example.org/polygons"},
        ],
    },
    "topics": ["imageryBaseMapsEarthCover", "environment"],
    "keywords": [
        {"label": {"fr": "occupation du sol", "en": "land cover"}, "uri": "http://www.eionet.europa.eu/gemet/concept/4612",
         "thesaurus": "gemet"},
        {"label": {"fr": "végétation", "en": "vegetation"}},
        {"label": {"fr": "forêt", "en": "forest"}},
    ],
    "creators": [
        {"family_name": "Martin", "given_name": "Alice", "orcid": "0000-0002-1825-0097",
         "affiliations": [{"name": "Université de La Réunion", "ror": "https://ror.org/005ypkf75"}]},
        {"family_name": "Payet", "given_name": "Jean", "affiliations": [{"name": "Université de La Réunion"}]},
    ],
    "contacts": [{"family_name": "Martin", "given_name": "Alice", "email": "alice@example.org"}],
    "dates": [{"kind": "created", "on": "2024-02-01"}],
    "extents": [
        {"box": {"west": 55.2, "south": -21.4, "east": 55.85, "north": -20.87},
         "place": {"fr": "La Réunion", "en": "Reunion Island"}}
    ],
    "periods": [{"start": "2023-01-01", "end": "2023-12-31"}],
    "time_resolution": "P5D",
    "classes": [
        {"code": 1, "label": {"fr": "Forêt", "en": "Forest"}, "colour": "#1b6b3a", "area_ha": 41250.0},
        {"code": 2, "label": {"fr": "Savane", "en": "Savanna"}, "colour": "#c8b560", "area_ha": 12030.5},
        {"code": 3, "label": {"fr": "Canne à sucre", "en": "Sugar cane"}, "colour": "#8cc152", "area_ha": 22810.2},
        {"code": 4, "label": {"fr": "Bâti", "en": "Built-up"}, "colour": "#b0413e", "area_ha": 15320.0},
        {"code": 5, "label": {"fr": "Eau", "en": "Water"}, "colour": "#2b7a9b", "area_ha": 310.4},
    ],
    "quality": [
        {"name": {"fr": "Exactitude globale de la carte", "en": "Overall accuracy of the map"}, "value": 0.914,
         "low": 0.889, "high": 0.939,
         "note": {"fr": "Échantillon aléatoire stratifié, 400 points", "en": "Stratified random sample, 400 points"}}
    ],
    "licence": "CC-BY-4.0",
    "access": {"kind": "open"},
}  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Who plays."""

    alice: Person
    bob: Person  #: moderates continental surfaces
    chloe: Person


def make_cast() -> Cast:
    """The three, with passwords."""
    names = {"alice": "Martin", "bob": "Rivière", "chloe": "Grondin"}
    made = {
        name: people.ensure_person(
            name, email=f"{name}@example.org", given_name=name.title(), family_name=family, password=PASSWORD
        )
        for name, family in names.items()
    }
    people.grant(made["bob"], "moderator", LAND)
    return Cast(**made)


def make_deposit(owner: Person) -> Deposit:
    """A group of datasets."""
    title = Text(fr="Cartes annuelles de La Réunion", en="Yearly maps of Reunion Island")
    about = Text(fr="Cartes d'occupation du sol, une par an.", en="Land-cover maps, one a year.")
    return deposits.create_deposit(owner, title, [LAND], about)


def map_bytes(seed: int = 1) -> bytes:
    """A small classified GeoTIFF."""
    cells = np.random.default_rng(seed).integers(1, 6, (1, 40, 50)).astype("uint8")
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=50, height=40, count=1, dtype="uint8", crs="EPSG:32740", nodata=0,
            transform=rasterio.Affine(1200, 0, 320_000, 0, -1200, 7_680_000),
        ) as file:  # fmt: skip
            file.write(cells)
        return bytes(memory.read())


def draft(deposit: Deposit, owner: Person, seed: int = 1, **changes: object) -> DatasetVersion:
    """Complete, with its files looked into: ready to be submitted."""
    version = deposits.create_dataset(deposit, owner)
    for path, content in (("README.md", README), ("map.tif", map_bytes(seed))):
        files.inspect_file(files.add_file(version, owner, path, io.BytesIO(content)))
    return deposits.save(version, owner, MAP | changes)


def submitted(version: DatasetVersion, cast: Cast) -> DatasetVersion:
    """Waiting at Bob's desk."""
    return moderation.submit(version, cast.alice, terms_accepted=True)


def published(version: DatasetVersion, cast: Cast) -> DatasetVersion:
    """Accepted by Bob, and public with its test DOI."""
    submitted(version, cast)
    moderation.take(version, cast.bob)
    moderation.accept(version, cast.bob)
    process_outbox()
    version.refresh_from_db()
    assert version.state == "published", version.state
    return version
