# SPDX-License-Identifier: AGPL-3.0-or-later
"""Models that hold other models: their arrays under a prefix, with the name of what reads them again."""

from __future__ import annotations

import numpy as np

from terracite.landcover.classifiers.contract import Arrays, Model


def reader(name: str) -> type[Model]:
    """What reads the arrays of a classifier of the registry, or of a model made of others.

    Raises `ModelError` where there is none of that name.
    """
    from terracite.landcover.classifiers.adapted import Adapted
    from terracite.landcover.classifiers.hierarchy import Hierarchy
    from terracite.landcover.classifiers.registry import kind
    from terracite.landcover.uncertainty.calibrated import Calibrated

    made_of_others: dict[str, type[Model]] = {
        Adapted.NAME: Adapted,
        Hierarchy.NAME: Hierarchy,
        Calibrated.NAME: Calibrated,
    }
    return made_of_others[name] if name in made_of_others else kind(name).model


def name_of(model: Model, classifier: str) -> str:
    """The name that `reader` knows ``model`` by; ``classifier``: what it is where it is not made of others."""
    return str(getattr(model, "NAME", classifier))


def packed(prefix: str, name: str, model: Model) -> Arrays:
    """The arrays of ``model``, which `reader` knows by ``name``, under ``prefix``."""
    own = {f"{prefix}.{key}": array for key, array in model.arrays().items()}
    return {f"{prefix}:kind": np.array(name), **own}


def unpacked(prefix: str, arrays: Arrays) -> tuple[str, Model]:
    """The name and the model under ``prefix``. Raises `KeyError` or `ValueError` where they are not there."""
    name = str(arrays[f"{prefix}:kind"])
    own = {key.removeprefix(f"{prefix}."): array for key, array in arrays.items() if key.startswith(f"{prefix}.")}
    return name, reader(name).from_arrays(own)
