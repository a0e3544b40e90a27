# SPDX-License-Identifier: AGPL-3.0-or-later
"""One model per region: trained on what lies in it and near it, kept beside the model of all regions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terracite.crate.disk import sync
from terracite.errors import Problem, Severity
from terracite.landcover.classifiers import model as model_files
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.mapping.borders import Borders, borders_of
from terracite.landcover.mapping.priors import Priors
from terracite.landcover.mapping.shares import of_model
from terracite.landcover.samples import Cells, Samples
from terracite.landcover.strata import OUTSIDE
from terracite.raster.grid import LONLAT, Grid, transformer

if TYPE_CHECKING:
    from terracite.landcover.checks import Prepared
    from terracite.landcover.recipe import StrataPart
    from terracite.landcover.strata import Strata

Teacher = Callable[[Samples], Model]  #: what makes one model of samples
FOLDER, SUMMARY = "regions", "regions.json"


@dataclass(frozen=True, slots=True)
class Taught:
    """A model, and what it was taught with."""

    model: Model
    shares: tuple[float, ...]  #: of each class among its training samples, by their weights


@dataclass(frozen=True, slots=True)
class Models:
    """All models of a map: that of all regions, and those of the regions that have their own."""

    general: Taught
    regions: tuple[Taught | None, ...] = ()
    borders: Borders | None = None

    @property
    def apart(self) -> NDArray[np.bool_]:
        """(regions,): which have a model of their own."""
        return np.array([taught is not None for taught in self.regions], bool)

    def of(self, position: int) -> Taught:
        """The model of a region; that of all regions where it has none, and outside."""
        own = None if position == OUTSIDE else self.regions[position]
        return own or self.general

    def shares(
        self,
        values: NDArray[np.float32],
        weights: dict[int, NDArray[np.float32]],
        priors: Priors | None = None,
        told: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """The share of each class, (cells, classes), every model counting as its weight says.

        ``values``: (features, cells), no NaN; ``weights``: (cells,) by region, sum 1. ``priors`` are taken in by each
        model on its own, for each has other training shares; ``told``: what the map of the priors says of each cell.
        """
        return self.blended(self.said(values, weights), weights, priors, told)

    def said(
        self, values: NDArray[np.float32], weights: dict[int, NDArray[np.float32]]
    ) -> dict[int, NDArray[np.float32]]:
        """What the model of each region says of the cells where it counts, (its cells, classes)."""
        classes, found = len(self.general.shares), {}
        for position in sorted(weights):
            here = weights[position] > 0
            if here.any():
                found[position] = of_model(self.of(position).model, values if here.all() else values[:, here], classes)
        return found

    def blended(
        self,
        said: dict[int, NDArray[np.float32]],
        weights: dict[int, NDArray[np.float32]],
        priors: Priors | None = None,
        told: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """What was `said`, as one, (cells, classes); see `shares`."""
        cells = next(iter(weights.values())).size
        total = np.zeros((cells, len(self.general.shares)), np.float32)
        for position, own in said.items():
            here = weights[position] > 0
            if priors is not None:
                own = priors.applied(own, self.of(position).shares, None if told is None else told[here])
            if here.all() and len(weights) == 1:
                return own
            total[here] += own * weights[position][here, None]
        return total


@dataclass(frozen=True, slots=True)
class Placed:
    """The models of all regions as one model for samples, whose places are known."""

    models: Models

    @property
    def classes(self) -> NDArray[np.int64]:
        """The labels, in the order of the columns of `shares_of`: all classes."""
        return np.arange(len(self.models.general.shares))

    def shares_of(self, samples: Samples) -> NDArray[np.float32]:
        """The share of each class, (samples, classes), blended as on the map."""
        borders = self.models.borders
        if borders is None:
            raise TypeError("models without regions have no places")
        every = borders.weights_at(samples.lonlat, self.models.apart).astype(np.float32)
        weights = {OUTSIDE: every[:, -1]} | {region: every[:, region] for region in range(borders.regions)}
        return self.models.shares(np.ascontiguousarray(samples.values.T), weights)


def with_regions(prepared: Prepared, teach: Teacher) -> Callable[[Samples], Model | Placed]:
    """What makes the models of all regions of samples, to be scored as the map will be made; or the one model."""
    part, classes = prepared.recipe.strata, len(prepared.nomenclature)
    borders = borders_for(prepared.strata, part, prepared.grid)
    if borders is None or part is None:
        return teach

    def learn(samples: Samples) -> Placed:
        every = samples_by_region(samples, borders, part.buffer)
        regions = (taught(own, classes, teach) if enough(own, part.min_samples) else None for own in every)
        return Placed(Models(taught(samples, classes, teach), tuple(regions), borders))

    return learn


def taught(samples: Samples, classes: int, teach: Teacher) -> Taught:
    """A model of samples, which may hold some of the classes only."""
    return Taught(teach(samples), shares_taught(samples, classes))


def shares_taught(samples: Samples, classes: int) -> tuple[float, ...]:
    """The share of each class among samples, by their weights."""
    counts = np.bincount(samples.labels, samples.weights, minlength=classes)
    return tuple(float(share) for share in counts / counts.sum())


def borders_for(strata: Strata | None, part: StrataPart | None, grid: Grid) -> Borders | None:
    """The borders to blend across; None where one model serves all regions."""
    if strata is None or part is None or part.models == "all":
        return None
    return borders_of(strata, grid, part.blend_m)


def samples_by_region(samples: Samples, borders: Borders, buffer_m: float) -> list[Samples]:
    """What each region learns from: the samples in it, and those within ``buffer_m`` of it."""
    distances = borders.distances(samples.lonlat)
    return [samples.take(distances[:, region] >= -buffer_m) for region in range(borders.regions)]


def enough(samples: Samples, least: int) -> bool:
    """Whether a region can have a model of its own."""
    return len(samples) >= least and np.unique(samples.labels).size >= 2


def too_few(name: str, samples: Samples) -> Problem:
    """What is said of a region without a model of its own."""
    count, classes = len(samples), np.unique(samples.labels).size
    what = f"the region '{name}' has {count} samples of {classes} class{'es' if classes != 1 else ''} to learn from."
    cure = "The model of all regions maps it; add reference data, or lower min_samples."
    return Problem("strata", what, cure, Severity.WARNING)


def lacking(prepared: Prepared, cells: Cells) -> list[Problem]:
    """The regions that will have too few samples among ``cells``, before any image is looked at."""
    part, strata = prepared.recipe.strata, prepared.strata
    borders = borders_for(strata, part, prepared.grid)
    if borders is None or part is None or strata is None:
        return []
    a, b, c, d, e, f = prepared.grid.transform
    cols, rows = cells.cols + 0.5, cells.rows + 0.5
    to_lonlat = transformer(prepared.grid.crs, LONLAT)
    lonlat = np.column_stack(to_lonlat.transform(a * cols + b * rows + c, d * cols + e * rows + f))
    known = Samples(np.empty((len(cells), 0), np.float32), cells.labels, cells.groups, lonlat)
    every = samples_by_region(known, borders, part.buffer)
    return [
        too_few(name, own) for name, own in zip(strata.names, every, strict=True) if not enough(own, part.min_samples)
    ]


def learn_regions(
    prepared: Prepared, samples: Samples, teach: Teacher, card: Callable[[Samples], Any], folder: Path
) -> list[Problem]:
    """Train the models of the regions into ``folder``, with a summary; returns which regions have too few samples.

    ``card``: makes the card of the model of some samples. Without regions nothing is written.
    """
    part, classes = prepared.recipe.strata, len(prepared.nomenclature)
    borders = borders_for(prepared.strata, part, prepared.grid)
    if borders is None or prepared.strata is None or part is None:
        return []
    entries, problems = [], []
    for number, own in enumerate(samples_by_region(samples, borders, part.buffer)):
        name = prepared.strata.names[number]
        has_model = enough(own, part.min_samples)
        if has_model:
            _keep(folder / FOLDER / str(number + 1), teach(own), card(own))
        else:
            problems.append(too_few(name, own))
        entries.append(_entry(name, number, own, classes, has_model))
    _write(folder / SUMMARY, json.dumps(entries, ensure_ascii=False, indent=2) + "\n")
    return problems


def load(prepared: Prepared, general: Model, card: dict[str, Any], folder: Path) -> Models:
    """All models of a run; ``general``: that of all regions, with its card, ``folder``: where the others are."""
    counts = [card["training_samples"].get(str(code), 0) for code in prepared.nomenclature.codes]
    taught_all = Taught(general, shares_counted(counts, prepared.recipe.samples.balance))
    borders = borders_for(prepared.strata, prepared.recipe.strata, prepared.grid)
    if borders is None:
        return Models(taught_all)
    return Models(taught_all, tuple(_loaded(entry, folder) for entry in _entries(folder)), borders)


def shares_counted(counts: Sequence[int], balance: str) -> tuple[float, ...]:
    """The share of each class among the training samples, by the weights that ``balance`` gives them."""
    power = {"none": 1.0, "sqrt": 0.5, "even": 0.0}[balance]
    weights = np.where(np.asarray(counts) > 0, np.asarray(counts, np.float64) ** power, 0)
    return tuple(float(share) for share in weights / weights.sum())


def files(folder: Path) -> list[str]:
    """The files of the regions' models that a run's folder holds, relative to it."""
    if not (folder / SUMMARY).is_file():
        return []
    models = [entry["model"] for entry in _entries(folder) if entry["model"]]
    return [SUMMARY, *(f"{model}/{name}" for model in models for name in ("model.npz", "model.json"))]


def _entries(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return found


def _entry(name: str, number: int, own: Samples, classes: int, has_model: bool) -> dict[str, Any]:
    shares: Sequence[float] = shares_taught(own, classes) if has_model else ()
    return {"name": name, "samples": len(own), "model": f"{FOLDER}/{number + 1}" if has_model else "", "shares": shares}


def _loaded(entry: dict[str, Any], folder: Path) -> Taught | None:
    if not entry["model"]:
        return None
    model, _ = model_files.load(folder / entry["model"])
    return Taught(model, tuple(entry["shares"]))


def _keep(folder: Path, model: Model, card: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in model_files.save(folder, model, card):
        sync(path)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    sync(path)
