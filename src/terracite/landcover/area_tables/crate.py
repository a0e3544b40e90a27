# SPDX-License-Identifier: AGPL-3.0-or-later
"""The areas of a finished map as a dataset of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from terracite.landcover.area_tables.files import write_files
from terracite.landcover.area_tables.making import Asked
from terracite.landcover.area_tables.table import AreaTable
from terracite.landcover.classmap import ClassMap
from terracite.landcover.derived import Derived, write
from terracite.landcover.reference import files_of
from terracite.record.model import Representation, Text


def write_crate(output: Path, found: ClassMap, asked: Asked, table: AreaTable, command: Sequence[str]) -> bool:
    """Write ``table`` as the crate ``output``; False where it was there already. Raises `CrateError`."""
    where = Text(fr=" par unité", en=" per unit") if table.units else Text(fr="", en="")
    sampled = Text(
        fr="Surfaces estimées par un échantillon probabiliste, avec leur intervalle à 95 %, à côté de celles que la "
        "carte compte.",
        en="Areas estimated from a probability sample, with their 95 % intervals, beside those that the map counts.",
    )
    counted = Text(
        fr="Surfaces comptées sur la carte ; leur erreur n'est pas connue.",
        en="Areas counted on the map; their errors are of unknown size.",
    )
    what = Derived(
        kind="landcover-areas",
        command=tuple(command),
        title=Text(
            fr=f"Surfaces{where.fr} de « {found.title.best('fr')} »",
            en=f'Areas{where.en} of "{found.title.best("en")}"',
        ),
        abstract=sampled if table.sampled else counted,
        steps=_steps(table),
        grid=found.grid,
        representation=Representation.VECTOR if table.units else Representation.TABLE,
        classes=table.classes,
        nomenclature=found.nomenclature.id,
        parameters={"unit": asked.unit, "name_column": asked.name_column},
        files=tuple(file for path in asked.files() for file in files_of(path)),
    )
    return write(output, [found], what, lambda folder: write_files(folder, table))


def _steps(table: AreaTable) -> tuple[Text, ...]:
    measured = Text(
        fr="Cellules mesurées sur l'ellipsoïde ; celles des limites partagées selon la part exacte de chaque unité.",
        en="Cells measured on the ellipsoid; those on borders shared by the exact part that lies in each unit.",
    )
    estimated = Text(
        fr="Surfaces estimées : directes où les points suffisent, sinon assistées par modèle, sinon refusées.",
        en="Areas estimated: direct where the points suffice, else model-assisted, else refused.",
    )
    return (measured, estimated) if table.sampled else (measured,)
