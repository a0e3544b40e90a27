# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small Sen2Chain archive, invented from a seed, with reference data: to try Terracite without a download.

It has what real archives have: clouds and their masks, partial swaths, reprocessed duplicates, a broken file
and a file that does not belong there. Every text file in it says that it is simulated.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ArchiveError
from terracite.timeseries.simulate import tree
from terracite.timeseries.simulate.landscape import Landscape, index_image, make_landscape
from terracite.timeseries.simulate.reference import write_reference
from terracite.timeseries.simulate.weather import Pass, Sky, make_sky, passes

_REPROCESSED = (5, 23)  # positions of the passes that the archive holds twice
_BROKEN = 11  # position of the pass whose first index is a truncated file


@dataclass(frozen=True, slots=True)
class SimulatedArchive:
    """Where everything of a simulated archive lies."""

    root: Path  #: the Sen2Chain library: INDICES and CLOUDMASKS
    reference_polygons: Path  #: GeoPackage, column "class": train with these
    reference_points: Path  #: GeoPackage, columns "class", "stratum", "stratum_cells": a stratified random sample
    nomenclature: Path  #: CSV: code, fr, en, colour
    strata: Path  #: CSV: stratum, label_fr, label_en, cells, area_ha
    truth: Path  #: GeoTIFF of the classes, which no real project has
    tile: str
    indices: tuple[str, ...]
    dates: int  #: distinct acquisitions


def make_archive(
    folder: Path,
    *,
    seed: int = 1,
    tile: str = "40KCB",
    indices: tuple[str, ...] = ("NDVI", "NDWIGAO"),
    years: tuple[int, ...] = (2022, 2023),
    size: int = 384,
    progress: Callable[[int, int], None] | None = None,
) -> SimulatedArchive:
    """A simulated archive in ``folder``; the same arguments give the same bytes.

    ``tile``: a Sentinel-2 tile, whose UTM zone and place the images have; ``size``: cells of 10 m per side, even and
    at least 64. A finished archive of the same arguments is left as it is; `ArchiveError` when the folder holds
    anything else.
    """
    if size < 64 or size % 2:
        raise ArchiveError(f"A simulated archive of {size} cells cannot be made.", hint="Use an even size, 64 or more.")
    asked = {
        "seed": seed,
        "tile": tile,
        "indices": list(indices),
        "years": list(years),
        "size": size,
        "simulated": True,
    }
    if folder.exists() and any(folder.iterdir()):
        return _existing(folder, asked)
    place = tree.place_of(tile)
    staging = folder.parent / f".{folder.name}.partial"
    shutil.rmtree(staging, ignore_errors=True)
    dates = _fill(staging, seed, place, indices, years, size, progress)
    (staging / "simulation.json").write_text(json.dumps(asked | {"dates": dates}, indent=2), encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    staging.replace(folder)
    return _described(folder, asked | {"dates": dates})


def _existing(folder: Path, asked: dict[str, object]) -> SimulatedArchive:
    try:
        found = json.loads((folder / "simulation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    if {name: found.get(name) for name in asked} != asked:
        raise ArchiveError(
            f"The folder '{folder}' is not empty and does not hold this simulated archive.",
            hint="Choose another folder, or delete this one first.",
        )
    return _described(folder, found)


def _described(folder: Path, facts: dict[str, object]) -> SimulatedArchive:
    reference = folder / "reference"
    return SimulatedArchive(
        root=folder / "sen2chain",
        reference_polygons=reference / "polygons.gpkg",
        reference_points=reference / "points.gpkg",
        nomenclature=reference / "nomenclature.csv",
        strata=reference / "strata.csv",
        truth=reference / "truth.tif",
        tile=str(facts["tile"]),
        indices=tuple(facts["indices"]),  # type: ignore[arg-type]
        dates=int(facts["dates"]),  # type: ignore[call-overload]
    )


def _fill(
    folder: Path,
    seed: int,
    place: tree.Place,
    indices: tuple[str, ...],
    years: tuple[int, ...],
    size: int,
    progress: Callable[[int, int], None] | None,
) -> int:
    """Write everything under ``folder``; returns the number of acquisitions."""
    land_seed, pass_seed, reference_seed, *_ = np.random.SeedSequence(seed).spawn(3)
    landscape = make_landscape(np.random.default_rng(land_seed), size)
    taken = passes(np.random.default_rng(pass_seed), years)
    root = folder / "sen2chain"

    def write(number: int) -> None:
        sky_rng = np.random.default_rng([seed, number])
        _write_pass(root, place, indices, landscape, taken[number], sky_rng, twice=number in _REPROCESSED)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(write, range(len(taken))), start=1):
            if progress:
                progress(done, len(taken))
    _add_faults(root, place.tile, indices[0], taken)
    write_reference(folder / "reference", landscape, place, np.random.default_rng(reference_seed))
    for where in (folder, root):
        (where / "README.md").write_text(_README, encoding="utf-8")
    return len(taken)


def _write_pass(
    root: Path,
    place: tree.Place,
    indices: tuple[str, ...],
    landscape: Landscape,
    one: Pass,
    rng: np.random.Generator,
    *,
    twice: bool,
) -> None:
    sky = make_sky(rng, one, landscape.altitude)
    products = [one.product_id(place.tile)]
    if twice:
        reprocessed = (
            dt.datetime(2024, 3, 1, 1, 2, 3, tzinfo=dt.UTC)
            + (one.sensed_at - one.sensed_at.replace(month=1, day=1)) / 1000
        )
        products.append(one.product_id(place.tile, baseline=510, made_at=reprocessed))
    hidden = np.repeat(np.repeat(sky.mask == 1, 2, axis=0), 2, axis=1)
    for product_id in products:
        tree.write_cloud_mask(root, place, product_id, sky.mask)
    for index in indices:
        values = _observed(landscape, index, one, sky, rng)
        for product_id in products:
            tree.write_index(root, index, place, product_id, values, hidden)


def _observed(landscape: Landscape, index: str, one: Pass, sky: Sky, rng: np.random.Generator) -> NDArray[np.float32]:
    """What the sensor sees: ground, noise of the date, clouds; NaN outside the swath."""
    clear = index_image(landscape, index, one.sensed_at.timetuple().tm_yday)
    ground = clear + rng.normal(0, 0.012) + rng.normal(0, 0.02, clear.shape)
    cloud = 0.05 + rng.normal(0, 0.02, clear.shape)
    seen = ground * (1 - sky.opacity) + cloud * sky.opacity
    return np.where(sky.outside, np.nan, seen.clip(-0.99, 0.99)).astype(np.float32)


def _add_faults(root: Path, tile: str, index: str, taken: list[Pass]) -> None:
    """A truncated image and a stray file, as every real archive has."""
    if len(taken) > _BROKEN:
        product_id = taken[_BROKEN].product_id(tile)
        path = tree.index_folder(root, index, tile, product_id) / f"{product_id}_{index}.jp2"
        path.write_bytes(path.read_bytes()[:900])
    stray = root / "INDICES" / index / tile / "copie de NDVI (2).txt"
    stray.write_text("A simulated stray file: archives collect such things.\n", encoding="utf-8")


_README = """# Simulated data / Données simulées

Everything in this folder is invented by `terracite simulate archive`: no satellite saw it, and the landscape does
not exist. It is laid out as the Sen2Chain library of a receiving station, with its usual faults (clouds, partial
swaths, products held twice after reprocessing, one broken image, one stray file). Use it to try Terracite, never
as data.

Tout ce dossier est inventé par `terracite simulate archive` : aucun satellite ne l'a vu et le paysage n'existe pas.
Il est rangé comme la bibliothèque Sen2Chain d'une station de réception, avec ses défauts habituels (nuages, fauchées
partielles, produits en double après retraitement, une image cassée, un fichier égaré). Il sert à essayer Terracite,
jamais de données.

- `sen2chain/INDICES`, `sen2chain/CLOUDMASKS`: images (DN x 0.0001; nodata 16383, in the sidecar only) and masks
- `reference/polygons.gpkg`: fields to train a map with (`class`)
- `reference/points.gpkg`, `.csv`: a stratified random sample to judge a map with (`class`, `stratum`)
- `reference/strata.csv`: size of each stratum, `nomenclature.csv`: the classes, `truth.tif`: the answer
"""
