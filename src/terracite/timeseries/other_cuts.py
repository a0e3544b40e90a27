# SPDX-License-Identifier: AGPL-3.0-or-later
"""Crates in the output folder that an earlier run cut another way, from the same series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from terracite.crate import layout
from terracite.crate.provenance import Provenance
from terracite.crate.read import open_crate
from terracite.errors import CrateError, Problem, Severity
from terracite.timeseries.facets import COMMAND
from terracite.timeseries.units import GRANULARITIES, Unit, units


def other_cuts(wanted: Sequence[Unit], output: Path) -> Iterator[Problem]:
    """One note for each crate in ``output`` that holds series of ``wanted`` but is none of them.

    They are left where they are: they may have been published. The tables and the crate of the archive are made from
    the images, and do not count them.
    """
    names = {unit.name for unit in wanted}
    series = {one.name: unit.name for unit in wanted for one in unit.series}
    for folder in sorted(output.iterdir()) if output.is_dir() else ():
        if folder.name in names or folder.name.startswith(".") or not (folder / layout.RECORD).is_file():
            continue
        held = _series_of(folder, wanted[0].series[0].product)
        shared = sorted({series[name] for name in held if name in series})
        if shared:
            yield _note(folder, shared, wanted)


def _series_of(folder: Path, product: str) -> list[str]:
    """The names of the series of a crate that a run made; nothing for any other crate."""
    try:
        made: Provenance = open_crate(folder).provenance
    except CrateError:
        return []
    held = made.parameters.get("series")
    is_ours = " ".join(made.command) == COMMAND and made.parameters.get("product") == product
    return [str(name) for name in held] if is_ours and isinstance(held, list) else []


def _note(folder: Path, shared: list[str], wanted: Sequence[Unit]) -> Problem:
    also = f"{', '.join(shared[:3])}{' and others' if len(shared) > 3 else ''}"
    what = f"It is a dataset of another cut: its series are also in {also}, which this run makes. It was left as it is."
    cut = _cut_of(folder.name, wanted)
    back = f" To go on with that cut instead: --granularity {cut}." if cut else ""
    cure = f"Publish only one of the two; delete this folder if it was never published.{back}"
    return Problem(str(folder), what, cure, Severity.WARNING)


def _cut_of(name: str, wanted: Sequence[Unit]) -> str:
    """The granularity that would make a crate of this name; "" when none does."""
    series = [one for unit in wanted for one in unit.series]
    return next((key for key, cut in GRANULARITIES.items() if name in {one.name for one in units(series, cut)}), "")
