# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a map's crate: rasters, legend, tables, model, report."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from terracite.landcover import pictures, report, wording
from terracite.landcover.block_map import BlockMap
from terracite.landcover.checks import Prepared
from terracite.landcover.classes import NOT_MAPPED
from terracite.landcover.classifiers.model import Card
from terracite.landcover.engine import finished
from terracite.landcover.features import FeaturePlan
from terracite.landcover.outcome import Outcome
from terracite.landcover.samples import Samples
from terracite.landcover.scoring import ModelScore, counts_by_class, groups_by_class
from terracite.landcover.work import Work
from terracite.raster.grid import Block
from terracite.raster.write import write_cog
from terracite.record.model import FileRole, Text

COG = "Cloud-optimised GeoTIFF"
MAP, CONFIDENCE, CLEAR = "landcover.tif", "confidence.tif", "clear_dates.tif"
THUMBNAIL, REPORT, README = "thumbnail.png", "report.html", "README.md"
_TIFF = "image/tiff; application=geotiff; profile=cloud-optimized"


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the crate."""

    path: str
    role: FileRole
    media_type: str
    format: str
    description: Text


def write(folder: Path, work: Work, found: Outcome, recipe_name: str) -> list[Item]:
    """Write every file of the crate in ``folder`` and describe it."""
    items = [*_rasters(folder, work, found), *_legend(folder, found), *_tables(folder, found)]
    items += [*_model(folder, work), _recipe(folder, found, recipe_name)]
    (folder / THUMBNAIL).write_bytes(pictures.map_png(folder / MAP, found.prepared.nomenclature.colours, 480))
    items.append(_item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", "Aperçu de la carte.", "Preview of the map."))
    (folder / REPORT).write_text(report.page(found, folder / MAP, folder / CONFIDENCE), encoding="utf-8")
    fr = "Rapport : carte, exactitude, surfaces, et comment les lire (français et anglais)."
    en = "Report: map, accuracy, areas, and how to read them (French and English)."
    items.append(_item(REPORT, FileRole.DOCUMENTATION, "text/html", "HTML", fr, en))
    (folder / README).write_text(_readme(found, items), encoding="utf-8")
    fr, en = "Ce que contient chaque fichier.", "What each file holds."
    return [*items, _item(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", fr, en)]


def card(prepared: Prepared, wanted: FeaturePlan, found: Samples, scores: Iterable[ModelScore]) -> Card:
    """The card of a trained model."""
    classes, recipe = prepared.nomenclature.classes, prepared.recipe
    count, groups = counts_by_class(found.labels, len(classes)), groups_by_class(found, len(classes))
    codes = [str(item.code) for item in classes]
    return Card(
        classifier=recipe.classifier.name,
        parameters=recipe.classifier.model_dump(exclude={"name"}),
        features=wanted.names,
        unit="1",
        gap_filling="linear in time between clear dates, held before the first and after the last",
        classes=tuple({"code": item.code, **item.label.model_dump(), "colour": item.colour} for item in classes),
        training_samples=dict(zip(codes, count.tolist(), strict=True)),
        training_groups=dict(zip(codes, groups.tolist(), strict=True)),
        scores={
            score.scheme: {"overall": score.overall.mean, "half_width": _finite(score.overall.half_width)}
            for score in scores
        },
    )


def said(score: ModelScore) -> str:
    """ "score by polygon 0.91 ± 0.02" """
    half = score.overall.half_width
    interval = "" if np.isnan(half) else f" ± {half:.3f}"
    return f"model score by {score.scheme} {score.overall.mean:.3f}{interval}"


def _rasters(folder: Path, work: Work, found: Outcome) -> Iterator[Item]:
    nomenclature = found.prepared.nomenclature
    tags = {f"CLASS_{item.code}": item.label.best("en") for item in nomenclature.classes}
    if nomenclature.id:
        tags["NOMENCLATURE"] = nomenclature.id
    notice = found.prepared.recipe.record.notice.best("en")
    tags |= {"NOTICE": notice} if notice else {}
    _raster(folder / MAP, work, found, lambda block: block.classes, "land cover class", tags, nomenclature.colours)
    fr, en = "Classe d'occupation du sol de chaque cellule ; 0 = non cartographié.", "Land-cover class; 0 = not mapped."
    yield _item(MAP, FileRole.DATA, _TIFF, COG, fr, en)
    _raster(folder / CONFIDENCE, work, found, lambda block: block.confidence, "confidence, %", {})
    fr = "Confiance : part des voix du classifieur pour la classe, en % (ce n'est pas une probabilité)."
    en = "Confidence: share of the classifier's votes for the class, in % (not a probability)."
    yield _item(CONFIDENCE, FileRole.DATA, _TIFF, COG, fr, en)
    kind = "uint16" if found.facts.clear_range[1] > 255 else "uint8"
    _raster(folder / CLEAR, work, found, lambda block: block.clear, "clear dates", {}, dtype=kind)
    fr, en = "Nombre de dates claires utilisées ; 0 = aucune.", "Number of clear dates used; 0 = none."
    yield _item(CLEAR, FileRole.DATA, _TIFF, COG, fr, en)


def _raster(
    path: Path,
    work: Work,
    found: Outcome,
    pick: Any,
    description: str,
    tags: dict[str, str],
    colours: dict[int, str] | None = None,
    dtype: str = "uint8",
) -> None:
    def blocks() -> Iterator[tuple[Block, NDArray[Any]]]:
        for block, values in finished(work, found.prepared.grid, found.prepared.recipe.output.block):
            yield block, _picked(values, pick)

    write_cog(
        path, blocks(), found.prepared.grid, dtype=dtype, nodata=NOT_MAPPED, colours=colours,
        descriptions=(description,), tags=tags,
    )  # fmt: skip


def _picked(values: BlockMap, pick: Any) -> NDArray[Any]:
    picked: NDArray[Any] = pick(values)
    return picked


def _legend(folder: Path, found: Outcome) -> Iterator[Item]:
    classes = found.prepared.nomenclature.classes
    with (folder / "legend.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "fr", "en", "colour"])
        writer.writerows([item.code, _safe(item.label.fr), _safe(item.label.en), item.colour] for item in classes)
    fr, en = "Classes : code, nom français et anglais, couleur.", "Classes: code, French and English name, colour."
    yield _item("legend.csv", FileRole.LEGEND, "text/csv", "CSV", fr, en)
    for name, language in (("landcover.qml", "en"), ("landcover.fr.qml", "fr")):
        (folder / name).write_text(_qml(found, language), encoding="utf-8")
        fr, en = f"Style QGIS de la carte ({language}).", f"QGIS style of the map ({language})."
        yield _item(name, FileRole.LEGEND, "application/xml", "QGIS style (QML)", fr, en)


def _qml(found: Outcome, language: str) -> str:
    entries = "\n".join(
        f'      <paletteEntry value="{item.code}" color="{item.colour}" alpha="255" '
        f"label={quoteattr(item.label.best(language))}/>"
        for item in found.prepared.nomenclature.classes
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">\n<qgis>\n  <pipe>\n'
        '    <rasterrenderer type="paletted" band="1" opacity="1">\n      <colorPalette>\n'
        f"{entries}\n      </colorPalette>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n"
    )


def _tables(folder: Path, found: Outcome) -> Iterator[Item]:
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(_area_rows(found))
    fr = "Surface de chaque classe : comptée sur la carte, et estimée par l'échantillon avec son intervalle à 95 %."
    en = "Area of each class: counted on the map, and estimated from the sample with its 95 % interval."
    yield _item("areas.csv", FileRole.DATA, "text/csv", "CSV", fr, en)
    with (folder / "confusion.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source", "run", "map_code", "reference_code", "count"])
        writer.writerows(_confusion_rows(found))
    fr = "Matrices de confusion : une ligne par couple de classes (source : polygon, block, random ou sample)."
    en = "Confusion matrices: one line per pair of classes (source: polygon, block, random or sample)."
    yield _item("confusion.csv", FileRole.DATA, "text/csv", "CSV", fr, en)


def _area_rows(found: Outcome) -> Iterator[list[object]]:
    yield [
        "code", "fr", "en", "cells", "mapped_ha", "estimated_ha", "estimated_ha_low", "estimated_ha_high",
        "users_accuracy", "users_accuracy_half_width", "producers_accuracy", "producers_accuracy_half_width",
    ]  # fmt: skip
    accuracy, facts = found.accuracy, found.facts
    for position, item in enumerate(found.prepared.nomenclature.classes):
        mapped = "" if facts.areas_ha is None else round(float(facts.areas_ha[position]), 4)
        row: list[object] = [item.code, _safe(item.label.fr), _safe(item.label.en), int(facts.cells[position]), mapped]
        if accuracy is not None:
            area, half = accuracy.areas.value[position], accuracy.areas.half_width[position]
            row += [_rounded(value, 4) for value in (area, max(area - half, 0.0), area + half)]
            for estimate in (accuracy.users, accuracy.producers):
                row += [_rounded(estimate.value[position], 6), _rounded(estimate.half_width[position], 6)]
        yield row


def _confusion_rows(found: Outcome) -> Iterator[list[object]]:
    codes = found.prepared.nomenclature.codes
    tables = [(score.scheme, run, matrix) for score in found.scores for run, matrix in enumerate(score.matrices, 1)]
    if found.accuracy is not None:
        tables.append(("sample", 1, found.accuracy.counts))
    for source, run, matrix in tables:
        for row, column in zip(*np.nonzero(matrix), strict=True):
            yield [source, run, codes[row], codes[column], int(matrix[row, column])]


def _model(folder: Path, work: Work) -> Iterator[Item]:
    for name, media, kind, fr, en in (
        ("model.npz", "application/x-npz", "NumPy NPZ", "Modèle entraîné (tableaux).", "Trained model (arrays)."),
        ("model.json", "application/json", "JSON", "Fiche du modèle.", "Card of the model."),
    ):
        shutil.copyfile(work.folder / name, folder / name)
        yield _item(name, FileRole.DOCUMENTATION, media, kind, fr, en)


def _recipe(folder: Path, found: Outcome, name: str) -> Item:
    (folder / name).write_text(found.prepared.recipe.text, encoding="utf-8")
    fr, en = "Recette : ce dont la carte est faite.", "Recipe: what the map is made from."
    return _item(name, FileRole.DOCUMENTATION, "application/toml", "TOML", fr, en)


def _readme(found: Outcome, items: Iterable[Item]) -> str:
    parts = []
    for language, files in (("fr", "Fichiers"), ("en", "Files")):
        notice = found.prepared.recipe.record.notice.best(language)
        lines = [f"# {wording.title(found).best(language)}", *([notice] if notice else []), f"## {files}"]
        lines.append("\n".join(f"- `{item.path}` : {item.description.best(language)}" for item in items))
        parts.append("\n\n".join(lines).replace("` :", "`:" if language == "en" else "` :"))
    return "\n\n".join(parts) + "\n"


def _item(path: str, role: FileRole, media_type: str, kind: str, fr: str, en: str) -> Item:
    return Item(path, role, media_type, kind, Text(fr=fr, en=en))


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _rounded(value: float, digits: int) -> object:
    return round(float(value), digits) if np.isfinite(value) else ""


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
