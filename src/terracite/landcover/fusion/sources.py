# SPDX-License-Identifier: AGPL-3.0-or-later
"""The maps that are fused: crates of Terracite, or rasters of classes with what their files tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from terracite.landcover.classmap import ClassMap, open_map
from terracite.landcover.fusion.options import FusionError, Options
from terracite.landcover.mapping.matrices import Counts, read_matrix
from terracite.landcover.products import CONFIDENCE
from terracite.record.model import MapClass

CONFUSION = "confusion.csv"


@dataclass(frozen=True, slots=True)
class MapSource:
    """One map."""

    map: ClassMap
    counts: Counts | None  #: its confusion matrix, when it is known
    matrix: Path | None = None  #: where that was read, when it was given

    @property
    def path(self) -> Path:
        """The raster of classes."""
        return self.map.path

    @property
    def name(self) -> str:
        return self.map.name

    @property
    def confidence(self) -> Path | None:
        return self.map.beside(CONFIDENCE)


def sources_of(paths: Sequence[Path], options: Options) -> tuple[MapSource, ...]:
    """The maps in ``paths``, crates or rasters. Raises `FusionError`, `RasterError`, `CrateError`."""
    if len(paths) < 2:
        raise FusionError("One map alone cannot be fused.", hint="Give two maps or more.")
    if options.confusion and len(options.confusion) != len(paths):
        raise FusionError(
            f"There are {len(options.confusion)} confusion matrices for {len(paths)} maps.",
            hint="Give one --confusion per map, in their order.",
        )
    if options.weights and len(options.weights) != len(paths):
        raise FusionError(
            f"There are {len(options.weights)} weights for {len(paths)} maps.", hint="Give one per map, in their order."
        )
    if any(weight < 0 for weight in options.weights) or (options.weights and not any(options.weights)):
        raise FusionError("Weights are positive numbers.", hint="Give 0 to leave a map out, and some above 0.")
    found = tuple(_source(path, number, options) for number, path in enumerate(paths))
    _check(found, options)
    return found


def _source(path: Path, number: int, options: Options) -> MapSource:
    if not path.exists():
        raise FusionError(f"There is no map '{path}'.", hint="Give crates of land-cover maps, or rasters of classes.")
    found, given = open_map(path), options.confusion[number] if options.confusion else None
    matrix = given or (found.crate.folder / CONFUSION if found.crate else None)
    counts = read_matrix(matrix) if matrix is not None and (given or matrix.is_file()) else None
    return MapSource(found, counts, given)


def _check(found: Sequence[MapSource], options: Options) -> None:
    needs = options.method == "dempster-shafer" or (options.method == "weighted" and not options.weights)
    lacking = [source.name for source in found if source.counts is None]
    if needs and lacking:
        cure = "Give one --confusion per map, in their order" + (
            ", or --weights." if options.method == "weighted" else "."
        )
        raise FusionError(f"What '{lacking[0]}' is worth is not known: it has no confusion matrix.", hint=cure)
    blind = [source.name for source in found if source.confidence is None]
    if options.by_confidence and blind:
        raise FusionError(f"'{blind[0]}' has no confidence.tif.", hint="Leave --by-confidence out, or give crates.")
    first = found[0].map.grid.lonlat_box()
    for source in found[1:]:
        if not _meet(first, source.map.grid.lonlat_box()):
            raise FusionError(f"'{source.name}' lies elsewhere than '{found[0].name}'.", hint="Give maps of one place.")


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    wraps = one[0] > one[2] or other[0] > other[2]
    return (wraps or (one[0] < other[2] and other[0] < one[2])) and one[1] < other[3] and other[1] < one[3]


def classes_of(found: Sequence[MapSource]) -> dict[int, MapClass]:
    """The classes that the maps tell of, by code; the first map that names one counts.

    Raises `FusionError` where two crates call one code by different names: they cannot be fused as they are.
    """
    known: dict[int, MapClass] = {}
    for source in found:
        for item in source.map.nomenclature.classes:
            other = known.setdefault(item.code, item)
            names = other.label.best("en"), item.label.best("en")
            if source.map.crate and names[0].casefold() != names[1].casefold() and not names[0].isdigit():
                raise FusionError(
                    f"Code {item.code} is '{names[0]}' on one map and '{names[1]}' on '{source.name}'.",
                    hint="Give maps of one nomenclature, or recode one of them first.",
                )
    return dict(sorted(known.items()))
