# SPDX-License-Identifier: AGPL-3.0-or-later
"""The share of every class in every cell, as the model, or the models, see it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Model


def of_model(model: Model, values: NDArray[np.float32], classes: int) -> NDArray[np.float32]:
    """The shares (cells, classes) in the order of the nomenclature; a class that the model never met has 0.

    ``values``: (features, cells), no NaN; the model's labels are positions in the nomenclature.
    """
    shares = model.predict_proba(values)
    if model.classes.size == classes:
        return shares
    full = np.zeros((len(shares), classes), np.float32)
    full[:, model.classes] = shares
    return full


def on_cells(shares: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Shares (cells, classes) of the usable cells, put where they lie: (class, y, x), 0 elsewhere."""
    if usable.all():
        return np.ascontiguousarray(shares.T).reshape(-1, *usable.shape)
    image = np.zeros((shares.shape[1], *usable.shape), np.float32)
    image[:, usable] = shares.T
    return image
