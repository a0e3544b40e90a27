# SPDX-License-Identifier: AGPL-3.0-or-later
"""The accuracy of a map whose classes were merged, from what was known of it before.

Merging classes changes every accuracy: confusions between classes that become one are no longer errors. From a
probability sample they are estimated again, point by point. The classes of the map *before* stay the strata: they are
what the points were drawn in, and their weights must not be mixed (Stehman 2014, doi:10.1080/01431161.2014.930207).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terracite.errors import Problem, ProblemsError
from terracite.landcover import wording
from terracite.landcover.classmap import ClassMap
from terracite.landcover.estimation import MapAccuracy, drawn
from terracite.landcover.estimation.designs import METHODS
from terracite.landcover.estimation.measures import from_sample
from terracite.landcover.judging import PlacedSample, place_sample
from terracite.landcover.recipe import SamplePart
from terracite.landcover.scales.crosswalk import Crosswalk
from terracite.landcover.scoring import ModelScore
from terracite.record.model import Quality, Text

Ints = NDArray[np.int64]
CONFUSION = "confusion.csv"
_OVERALL = "Overall accuracy of the map"
_SAME = 1.5e-4  #: the record has four digits


@dataclass(frozen=True, slots=True)
class Merged:
    """What is known of the accuracy of the merged map."""

    accuracy: MapAccuracy | None
    scores: tuple[ModelScore, ...]
    counts: Ints | None  #: of the sample, merged
    remark: Text  #: where the accuracy comes from, or why there is none

    def quality(self) -> tuple[Quality, ...]:
        """For the record."""
        found = [] if self.accuracy is None else [_overall(self.accuracy, self.remark)]
        for score in self.scores:
            mean = score.overall
            ends = (max(mean.low, 0.0), min(mean.high, 1.0)) if np.isfinite(mean.half_width) else (None, None)
            low, high = (None if end is None else round(end, 4) for end in ends)
            note = Text(
                fr=f"Recalculé après fusion des classes ; moyenne de {mean.runs} essais.",
                en=f"Computed again after merging classes; mean of {mean.runs} runs.",
            )
            name = wording.score_name(score)
            found.append(Quality(name=name, value=round(mean.mean, 4), low=low, high=high, note=note))
        return tuple(found)


def _overall(accuracy: MapAccuracy, remark: Text) -> Quality:
    value = accuracy.overall
    return Quality(
        name=Text(fr="Exactitude globale de la carte", en=_OVERALL), value=round(float(value.value), 4),
        low=round(float(value.low), 4), high=round(float(value.high), 4), note=remark,
    )  # fmt: skip


def from_placed(placed: PlacedSample, table: Crosswalk) -> MapAccuracy:
    """The accuracy in merged classes of points that were placed on the map before; strata as they were drawn in."""
    if placed.stratum_areas_ha is None or placed.design == "none":
        cure = "Give a sample drawn by chance, with the areas of its strata."
        raise ProblemsError("The sample gives no accuracy.", [Problem("sample", "is not drawn by chance.", cure)])
    to = table.positions(placed.nomenclature.classes)
    kept = placed.mapped < placed.classes if placed.design == "map" else np.ones(placed.mapped.size, bool)
    clusters = None if placed.clusters is None else placed.clusters[kept]
    inclusion = None if placed.inclusion is None else placed.inclusion[kept]
    sample = drawn(placed.strata[kept], placed.stratum_areas_ha, clusters, inclusion, placed.stratum_names)
    method = METHODS.get(placed.design, "stratified")
    mapped, reference = to[placed.mapped[kept]], to[placed.reference[kept]]
    return from_sample(mapped, reference, sample, len(table.classes) + 1, method).without_last()


def merged(found: ClassMap, table: Crosswalk, mapped_ha: NDArray[np.float64] | None, part: SamplePart | None) -> Merged:
    """Accuracy and scores in merged classes; ``mapped_ha``: (256,), by code of the map before.

    From the sample ``part`` where one is given, else from the matrices in the crate.
    """
    matrices = _matrices(found)
    to = table.positions(found.nomenclature.classes)[:-1]
    scores = tuple(
        ModelScore(scheme, np.stack([_added(matrix, to, len(table.classes)) for matrix in runs]))
        for scheme, runs in matrices.items()
        if scheme in wording.SCHEMES
    )
    if part is not None:
        placed = place_sample(found, part)
        accuracy = from_placed(placed, table)
        points = placed.mapped.size
        fr = f"Estimée de nouveau après fusion des classes, sur {points} points ; strates du tirage gardées."
        en = f"Estimated again after merging classes, from {points} points; strata kept as they were drawn."
        return Merged(accuracy, scores, accuracy.counts, Text(fr=fr, en=en))
    counts = matrices.get("sample")
    if counts is None:
        fr = "L'échantillon probabiliste manque : l'exactitude de la carte n'est pas connue."
        return Merged(None, scores, None, Text(fr=fr, en="There is no probability sample: its accuracy is not known."))
    return _from_counts(found, table, counts[0], mapped_ha, scores)


def _from_counts(
    found: ClassMap, table: Crosswalk, counts: Ints, mapped_ha: NDArray[np.float64] | None,
    scores: tuple[ModelScore, ...],
) -> Merged:  # fmt: skip
    """From the matrix of a crate: enough where the strata are its rows, or where there are none."""
    own, to = len(counts), table.positions(found.nomenclature.classes)
    rows, columns = (np.repeat(place, counts.ravel()) for place in np.indices(counts.shape).reshape(2, -1))
    summed = _added(counts, to[:-1], len(table.classes))
    design = _design(found)
    if mapped_ha is None or design not in ("map", "random"):
        return Merged(None, scores, summed, _NOT_CARRIED)
    areas = mapped_ha[list(found.nomenclature.codes)]
    strata, areas = (rows, areas) if design == "map" else (np.zeros(rows.size, np.int64), areas.sum(keepdims=True))
    names = found.nomenclature.labels("en") if design == "map" else None
    sample = drawn(strata, areas, names=names)
    before = from_sample(rows, columns, sample, own, METHODS.get(design, "stratified"))
    if not _is_known(found, float(before.overall.value)):
        return Merged(None, scores, summed, _NOT_CARRIED)
    accuracy = from_sample(to[rows], to[columns], sample, len(table.classes), before.method)
    fr = f"Estimée de nouveau après fusion des classes, sur les {rows.size} points de la carte d'origine ; ses strates"
    en = f"Estimated again after merging classes, from the {rows.size} points of the map before; its strata"
    return Merged(accuracy, scores, summed, Text(fr=f"{fr} sont gardées.", en=f"{en} are kept."))


_NOT_CARRIED = Text(
    fr="L'exactitude n'est pas reportée : la matrice ne dit pas les strates du tirage. Donner --sample.",
    en="The accuracy is not carried along: the matrix does not tell the strata of the sample. Give --sample.",
)


def _design(found: ClassMap) -> str:
    """How the sample of a crate was drawn, as its recipe says."""
    path = found.crate.folder / "recipe.toml" if found.crate else None
    if path is None or not path.is_file():
        return ""
    part = tomllib.loads(path.read_text(encoding="utf-8")).get("validation", {}).get("sample", {})
    return str(part.get("design", SamplePart.model_fields["design"].default)) if part else ""


def _is_known(found: ClassMap, overall: float) -> bool:
    """Whether the record of the map says the same overall accuracy: then its matrix holds all that it was made from."""
    said = [one.value for one in found.crate.record.quality if one.name.en == _OVERALL] if found.crate else []
    return bool(said) and abs(said[0] - overall) < _SAME


def _matrices(found: ClassMap) -> dict[str, list[Ints]]:
    """The matrices of a crate by source, one a run."""
    path = found.crate.folder / CONFUSION if found.crate else None
    if path is None or not path.is_file():
        return {}
    rank, size = {code: place for place, code in enumerate(found.nomenclature.codes)}, len(found.nomenclature)
    by_run: dict[tuple[str, int], Ints] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            matrix = by_run.setdefault((row["source"], int(row["run"])), np.zeros((size, size), np.int64))
            matrix[rank[int(row["map_code"])], rank[int(row["reference_code"])]] += int(row["count"])
    sources = dict.fromkeys(source for source, _ in by_run)
    return {name: [matrix for (source, _), matrix in sorted(by_run.items()) if source == name] for name in sources}


def _added(matrix: Ints, to: Ints, classes: int) -> Ints:
    """The matrix with rows and columns added up."""
    result = np.zeros((classes, classes), np.int64)
    np.add.at(result, (to[:, None], to[None, :]), matrix)
    return result


def rows(known: Merged, codes: Sequence[int]) -> Iterator[list[object]]:
    """Lines of confusion.csv."""
    tables = [(score.scheme, run, matrix) for score in known.scores for run, matrix in enumerate(score.matrices, 1)]
    if known.counts is not None:
        tables.append(("sample", 1, known.counts))
    for source, run, matrix in tables:
        for row, column in zip(*np.nonzero(matrix), strict=True):
            yield [source, run, codes[row], codes[column], int(matrix[row, column])]
