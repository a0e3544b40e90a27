# SPDX-License-Identifier: AGPL-3.0-or-later
"""A trained model as two plain files: ``model.npz`` (arrays) and ``model.json`` (its card, for people and programs)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from terracite.errors import ModelError
from terracite.landcover.classifiers.contract import Arrays, Model
from terracite.landcover.classifiers.nesting import name_of, reader

FORMAT = 2


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
    suspects: dict[str, int] = field(default_factory=dict)  #: judged, suspected, left_out: polygons or points
    start: dict[str, Any] = field(default_factory=dict)  #: what was tried with a model to start from
    importance: dict[str, Any] = field(default_factory=dict)  #: accuracy lost without each band, index and date
    uncertainty: dict[str, Any] = field(default_factory=dict)  #: how probabilities and sets are kept
    form: str = ""  #: "" = the classifier as it is; "hierarchical" and "adapted" are made of several
    format: int = FORMAT


def save(folder: Path, model: Model, card: Card) -> tuple[Path, Path]:
    """Write ``model.npz`` and ``model.json`` in ``folder``; the same model gives the same bytes."""
    arrays, about = folder / "model.npz", folder / "model.json"
    save_arrays(arrays, model.arrays())
    name = name_of(model, card.classifier)
    written = replace(card, form="" if name == card.classifier else name)
    about.write_text(json.dumps(asdict(written), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return arrays, about


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays as an npz file; the same arrays give the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))  # numpy would put in today's
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)


def load(folder: Path) -> tuple[Model, dict[str, Any]]:
    """The model of ``folder`` and its card. Raises `ModelError` when they cannot be used. No code is run."""
    try:
        card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"There is no usable model in '{folder}'.",
            hint="Train it again: model.npz and model.json have to be there, and whole.",
        ) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        written = card.get("format") if isinstance(card, dict) else None
        raise ModelError(f"The model in '{folder}' has format {written}.", hint=f"This version reads {FORMAT}.")
    try:
        model = reader(reader_name(card)).from_arrays(arrays)
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(f"The model in '{folder}' is damaged: {error}.", hint="Train it again.") from error
    if model.importance.size != len(card.get("features", ())):
        raise ModelError(
            f"The model in '{folder}' has {model.importance.size} features; its card names others.",
            hint="Take model.npz and model.json from the same training.",
        )
    return model, card


def reader_name(card: Mapping[str, Any]) -> str:
    """The name that `nesting.reader` knows the model of a card by."""
    return str(card.get("form") or card.get("classifier"))


def check_suits(card: dict[str, Any], features: Sequence[str], unit: str, gap_filling: str) -> None:
    """Raises `ModelError` unless a model learnt from the same bands on the same dates, scaled and filled alike."""
    expected = list(card["features"])
    missing = [name for name in expected if name not in set(features)]
    if missing:
        shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} others" if len(missing) > 3 else "")
        raise ModelError(
            f"The model needs {shown}, which these images do not give.",
            hint="Set the period and indices of the recipe to those of the model, or train anew.",
        )
    if expected != list(features):
        raise ModelError(
            f"The model was trained on {len(expected)} features in another order, or on fewer than {len(features)}.",
            hint="Name the indices in the order of the model, and use its period.",
        )
    for what, given in (("unit", unit), ("gap_filling", gap_filling)):
        if card[what] != given:
            raise ModelError(
                f"The model was trained on values of another {what.replace('_', ' ')}: '{card[what]}', not '{given}'.",
                hint="Prepare the images as for the training, or train anew.",
            )
