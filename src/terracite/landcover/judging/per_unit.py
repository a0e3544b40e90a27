# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a placed sample says of the units of a map."""

from __future__ import annotations

import numpy as np

from terracite.landcover.estimation import UnitEstimate, by_unit, drawn
from terracite.landcover.judging.placing import Floats, Ints, PlacedSample
from terracite.record.model import Text

LEAST = 30  #: points of a unit for a direct estimate
_BY_CHOICE = Text(
    fr="L'échantillon n'est pas tiré au hasard : aucune surface ne peut en être estimée.",
    en="The sample was not drawn by chance: no area can be estimated from it.",
)


def estimates_by_unit(
    placed: PlacedSample,
    at: Ints,
    mapped_ha: Floats,
    unmapped_ha: Floats,
    least: int = LEAST,
    *,
    by_stratum_ha: Floats | None = None,
) -> tuple[UnitEstimate, ...]:
    """Accuracy and areas of each unit; refused, all of them, where the points were not drawn by chance.

    ``at``: (points,) unit of each, -1 in none. ``mapped_ha``: (units, classes), ``unmapped_ha``: (units,), which
    counts where points fell on it. ``by_stratum_ha``: (units, strata, classes + 1), where it is known. Strata that are
    the classes of the map are known inside each unit. Of other strata without it only the area is known: the points of
    a unit then count by the area that each stands for. Raises `SampleError` as `drawn` does.
    """
    if placed.stratum_areas_ha is None:
        inside = np.bincount(at[at >= 0], minlength=len(mapped_ha))
        return tuple(UnitEstimate(int(count), "refused", None, None, 0, _BY_CHOICE) for count in inside)
    mapped, reference, classes = placed.mapped, placed.reference, placed.classes
    if placed.design == "map":
        kept = mapped < classes
        held = np.array([np.diag(row) for row in mapped_ha]).reshape(-1, classes, classes)
        strata, areas = placed.strata[kept], placed.stratum_areas_ha
        return by_unit(mapped[kept], reference[kept], strata, areas, at[kept], held, classes, least)
    if by_stratum_ha is not None and placed.clusters is None:
        areas = placed.stratum_areas_ha
        return by_unit(mapped, reference, placed.strata, areas, at, by_stratum_ha, classes, least)
    sample = drawn(placed.strata, placed.stratum_areas_ha, placed.clusters, placed.inclusion, placed.stratum_names)
    whole = np.column_stack([mapped_ha, unmapped_ha]) if placed.unmapped else mapped_ha
    return by_unit(
        mapped, reference, np.zeros(mapped.size, np.int64), [sample.area], at, whole[:, None, :], classes, least,
        clusters=placed.clusters, inclusion=1 / sample.weights,
    )  # fmt: skip
