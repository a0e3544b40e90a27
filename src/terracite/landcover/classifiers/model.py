# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trained model as two plain files: ``model.npz`` (arrays) and ``model.json`` (its card, for people and programs)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from terracite.errors import RasterError
from terracite.landcover.classifiers.forest import Forest

FORMAT = 1
_ARRAYS = ("nodes", "roots", "depths", "leaves", "shares", "classes")


@dataclass(frozen=True, slots=True)
class Card:
    """What a model expects and what it was trained with."""

    classifier: str
    parameters: dict[str, Any]
    features: tuple[str, ...]  #: names in order, "NDVI 2022-01-01"
    unit: str  #: of the features
    gap_filling: str
    classes: tuple[dict[str, Any], ...]  #: code, fr, en, in order of position
    training_samples: dict[str, int]  #: by class code
    training_groups: dict[str, int]  #: polygons or points, by class code
    scores: dict[str, Any]
    format: int = FORMAT


def save(folder: Path, forest: Forest, card: Card) -> tuple[Path, Path]:
    """Write ``model.npz`` and ``model.json`` in ``folder``; the same model gives the same bytes."""
    arrays, about = folder / "model.npz", folder / "model.json"
    with zipfile.ZipFile(arrays, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in _ARRAYS:
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))  # numpy would put in today's
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, getattr(forest, name), allow_pickle=False)
    about.write_text(json.dumps(asdict(card), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return arrays, about


def load(folder: Path) -> tuple[Forest, dict[str, Any]]:
    """The model of ``folder`` and its card. Raises `RasterError` when they cannot be used."""
    try:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            forest = Forest(**{name: arrays[name] for name in _ARRAYS})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RasterError(f"There is no usable model in '{folder}': {error}.", hint="Train it again.") from error
    if card.get("format") != FORMAT:
        raise RasterError(
            f"The model in '{folder}' has format {card.get('format')}.", hint=f"This version reads {FORMAT}."
        )
    _check(forest, folder)
    return forest, dict(card)


def _check(forest: Forest, folder: Path) -> None:
    """Refuse arrays that would lead the compiled walk out of bounds."""
    size = len(forest.nodes)
    left = forest.nodes["left"]
    leaf = left == np.arange(size)
    sound = (
        forest.leaves.size == size
        and forest.roots.size == forest.depths.size > 0
        and bool(((left >= 0) & (left + ~leaf < size)).all())
        and bool(((forest.leaves >= 0) & (forest.leaves < len(forest.shares))).all())
        and bool(((forest.roots >= 0) & (forest.roots < size)).all())
        and bool((forest.nodes["feature"] >= 0).all())
        and forest.shares.shape[1:] == forest.classes.shape
    )
    if not sound:
        raise RasterError(f"The model in '{folder}' is damaged.", hint="Train it again.")
