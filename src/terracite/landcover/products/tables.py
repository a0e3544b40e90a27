# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of a map: areas, and confusion matrices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from terracite.landcover.outcome import Outcome
from terracite.landcover.products.files import Item, item, rounded, write_csv
from terracite.record.model import FileRole


def tables(folder: Path, found: Outcome) -> Iterator[Item]:
    """Write areas.csv, confusion.csv and importance.csv."""
    write_csv(folder / "areas.csv", _area_rows(found))
    fr = "Surface de chaque classe : comptée sur la carte, et estimée par l'échantillon avec son intervalle à 95 %."
    en = "Area of each class: counted on the map, and estimated from the sample with its 95 % interval."
    yield item("areas.csv", FileRole.DATA, "text/csv", "CSV", fr, en)
    heads = ["source", "run", "map_code", "reference_code", "count"]
    write_csv(folder / "confusion.csv", [heads, *_confusion_rows(found)])
    fr = "Matrices de confusion : une ligne par couple de classes (source : polygon, block, random ou sample)."
    en = "Confusion matrices: one line per pair of classes (source: polygon, block, random or sample)."
    yield item("confusion.csv", FileRole.DATA, "text/csv", "CSV", fr, en)
    if groups := found.card.get("importance", {}).get("groups"):
        lines = [[one["kind"], one["name"], one["drop"], one["half_width"]] for one in groups]
        write_csv(folder / "importance.csv", [["kind", "name", "accuracy_lost", "half_width"], *lines])
        fr = "Part des échantillons que le modèle ne reconnaît plus, une bande, un indice ou une date brouillés."
        en = "Share of the samples that the model no longer recognises once a band, an index or a date is shuffled."
        yield item("importance.csv", FileRole.DOCUMENTATION, "text/csv", "CSV", fr, en)


def _area_rows(found: Outcome) -> Iterator[list[object]]:
    yield [
        "code", "fr", "en", "cells", "mapped_ha", "estimated_ha", "estimated_ha_low", "estimated_ha_high",
        "users_accuracy", "users_accuracy_half_width", "producers_accuracy", "producers_accuracy_half_width",
    ]  # fmt: skip
    accuracy, facts = found.accuracy, found.facts
    for position, one in enumerate(found.prepared.nomenclature.classes):
        mapped = "" if facts.areas_ha is None else round(float(facts.areas_ha[position]), 4)
        row: list[object] = [one.code, one.label.fr, one.label.en, int(facts.cells[position]), mapped]
        if accuracy is not None:
            areas = accuracy.areas
            row += [rounded(float(ends[position]), 4) for ends in (areas.value, areas.low, areas.high)]
            for estimate in (accuracy.users, accuracy.producers):
                row += [rounded(estimate.value[position], 6), rounded(estimate.half_width[position], 6)]
        yield row


def _confusion_rows(found: Outcome) -> Iterator[list[object]]:
    codes = found.prepared.nomenclature.codes
    tables = [(score.scheme, run, matrix) for score in found.scores for run, matrix in enumerate(score.matrices, 1)]
    if found.accuracy is not None:
        tables.append(("sample", 1, found.accuracy.counts))
    for source, run, matrix in tables:
        for row, column in zip(*np.nonzero(matrix), strict=True):
            yield [source, run, codes[row], codes[column], int(matrix[row, column])]
