# SPDX-License-Identifier: AGPL-3.0-or-later
"""A model whose shares are calibrated: the model and its calibrator in one, kept in the same file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from terracite.landcover.classifiers.contract import Arrays, Model
from terracite.landcover.classifiers.nesting import name_of, packed, unpacked
from terracite.landcover.uncertainty.calibration import Calibrator


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A model that gives probabilities."""

    NAME: ClassVar[str] = "calibrated"

    name: str  #: of the model below, as `nesting.reader` knows it
    base: Model
    calibrator: Calibrator  #: over the classes of the model

    @classmethod
    def of(cls, base: Model, calibrator: Calibrator, classifier: str) -> Calibrated:
        """``base`` with what ``calibrator`` (over all class positions) says of its classes."""
        return cls(name_of(base, classifier), base, calibrator.among(base.classes))

    @property
    def classes(self) -> NDArray[np.int64]:
        return self.base.classes

    @property
    def importance(self) -> NDArray[np.float64]:
        return self.base.importance

    def predict_proba(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability of each class, (cells, classes); ``values``: (features, cells), no NaN."""
        return self.calibrator.applied(self.base.predict_proba(values))

    def arrays(self) -> Arrays:
        own = {f"calibration.{key}": array for key, array in self.calibrator.arrays().items()}
        return {**packed("base", self.name, self.base), **own}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Calibrated:
        name, base = unpacked("base", arrays)
        calibrator = Calibrator.from_arrays({key: arrays[f"calibration.{key}"] for key in ("method", "slopes", "bias")})
        if calibrator.bias.size != base.classes.size:
            raise ValueError("its calibration is of other classes")
        return cls(name, base, calibrator)
