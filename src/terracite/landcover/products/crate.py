# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that goes into the crate of a map, in order."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from terracite.landcover import pictures, report, wording
from terracite.landcover.mapping import extras_of, regional
from terracite.landcover.outcome import Outcome
from terracite.landcover.products.areas import area_files, with_areas
from terracite.landcover.products.files import README, REPORT, THUMBNAIL, Item, item, standing
from terracite.landcover.products.legend import legend
from terracite.landcover.products.rasters import CONFIDENCE, MAP, rasters
from terracite.landcover.products.tables import tables
from terracite.landcover.samples import suspect_files
from terracite.landcover.uncertainty import files as doubt_files
from terracite.landcover.work import Work
from terracite.record.model import FileRole


def write(folder: Path, work: Work, found: Outcome, recipe_name: str) -> tuple[list[Item], Outcome]:
    """Write every file of the crate in ``folder`` and describe it; the outcome with the areas of its units."""
    nomenclature = found.prepared.nomenclature
    styled = [extra.name for extra in extras_of(found.prepared.recipe.output, nomenclature) if extra.is_classes]
    items = [*rasters(folder, work, found), *legend(folder, nomenclature.classes, ("landcover", *styled))]
    found = with_areas(folder, found)
    items += [
        *tables(folder, found),
        *area_files(folder, found),
        *_suspects(folder, work),
        *_model(folder, work),
        *_doubts(folder, work),
        *_regions(folder, work),
        _recipe(folder, found, recipe_name),
    ]
    items += _function(folder, found)
    (folder / THUMBNAIL).write_bytes(pictures.map_png(standing(folder, MAP), nomenclature.colours, 480))
    items.append(item(THUMBNAIL, FileRole.THUMBNAIL, "image/png", "PNG", "Aperçu de la carte.", "Preview of the map."))
    page = report.page(found, standing(folder, MAP), standing(folder, CONFIDENCE))
    (folder / REPORT).write_text(page, encoding="utf-8")
    fr = "Rapport : carte, exactitude, surfaces, et comment les lire (français et anglais)."
    en = "Report: map, accuracy, areas, and how to read them (French and English)."
    items.append(item(REPORT, FileRole.DOCUMENTATION, "text/html", "HTML", fr, en))
    title, notice = wording.title(found), found.prepared.recipe.record.notice
    text = readme({lang: (title.best(lang), notice.best(lang)) for lang in ("fr", "en")}, items)
    (folder / README).write_text(text, encoding="utf-8")
    fr, en = "Ce que contient chaque fichier.", "What each file holds."
    return [*items, item(README, FileRole.DOCUMENTATION, "text/markdown", "Markdown", fr, en)], found


def readme(heads: dict[str, tuple[str, str]], items: Iterable[Item]) -> str:
    """What each file holds, in both languages; ``heads``: title and notice by language."""
    parts, listed = [], list({one.group or one.path: one for one in items}.items())
    for language, files in (("fr", "Fichiers"), ("en", "Files")):
        title, notice = heads[language]
        lines = [f"# {title}", *([notice] if notice else []), f"## {files}"]
        lines.append("\n".join(f"- `{name}` : {one.description.best(language)}" for name, one in listed))
        parts.append("\n\n".join(lines).replace("` :", "`:" if language == "en" else "` :"))
    return "\n\n".join(parts) + "\n"


def _model(folder: Path, work: Work) -> Iterator[Item]:
    for name, media, kind, fr, en in (
        ("model.npz", "application/x-npz", "NumPy NPZ", "Modèle entraîné (tableaux).", "Trained model (arrays)."),
        ("model.json", "application/json", "JSON", "Fiche du modèle.", "Card of the model."),
    ):
        shutil.copyfile(work.folder / name, folder / name)
        yield item(name, FileRole.DOCUMENTATION, media, kind, fr, en)


def _function(folder: Path, found: Outcome) -> Iterator[Item]:
    """The user's own features, as they were when the map was made."""
    if (function := found.plan.function) is not None:
        (folder / function.path.name).write_text(function.text, encoding="utf-8")
        fr, en = (
            "Variables de l'utilisateur : fonction de la recette.",
            "The user's features: a function of the recipe.",
        )
        yield item(function.path.name, FileRole.DOCUMENTATION, "text/x-python", "Python", fr, en)


def _suspects(folder: Path, work: Work) -> Iterator[Item]:
    fr = "Données de référence qui semblent mal étiquetées, les plus sûres d'abord."
    en = "Reference data that look mislabelled, the surest first."
    for name, media, kind in (
        (suspect_files.TABLE, "text/csv", "CSV"),
        (suspect_files.SHAPES, "application/geopackage+sqlite3", "GeoPackage"),
    ):
        if (work.folder / name).is_file():
            shutil.copyfile(work.folder / name, folder / name)
            yield item(name, FileRole.DOCUMENTATION, media, kind, fr, en)


def _doubts(folder: Path, work: Work) -> Iterator[Item]:
    """How probabilities and sets were kept, and the samples that dissimilarity is measured from."""
    table, arrays = ("text/csv", "CSV"), ("application/x-npz", "NumPy NPZ")
    for name, media, fr, en in (
        (doubt_files.RELIABILITY, table, "Courbes de fiabilité : probabilité annoncée et fréquence observée, avant et "
         "après calibration.", "Reliability curves: stated probability and observed frequency, before and after "
         "calibration."),
        (doubt_files.COVERAGE, table, "Part des échantillons mis à part dont la vraie classe est dans l'ensemble "
         "prédit.", "Share of the samples kept apart whose true class is in the predicted set."),
        (doubt_files.SAMPLES, arrays, "Échantillons d'apprentissage, pour l'indice de dissemblance (tableaux).",
         "Training samples, for the dissimilarity index (arrays)."),
    ):  # fmt: skip
        if (work.folder / name).is_file():
            shutil.copyfile(work.folder / name, folder / name)
            yield item(name, FileRole.DOCUMENTATION, *media, fr, en)


def _regions(folder: Path, work: Work) -> Iterator[Item]:
    """The models of the regions, where they have their own."""
    for name in regional.files(work.folder):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(work.folder / name, folder / name)
        if name == regional.SUMMARY:
            fr, en = "Régions : échantillons de chacune, et son modèle.", "Regions: samples of each, and its model."
            yield item(name, FileRole.DOCUMENTATION, "application/json", "JSON", fr, en)
        elif name.endswith(".npz"):
            fr, en = "Modèle d'une région (tableaux).", "Model of a region (arrays)."
            yield item(name, FileRole.DOCUMENTATION, "application/x-npz", "NumPy NPZ", fr, en)
        else:
            fr, en = "Fiche du modèle d'une région.", "Card of the model of a region."
            yield item(name, FileRole.DOCUMENTATION, "application/json", "JSON", fr, en)


def _recipe(folder: Path, found: Outcome, name: str) -> Item:
    (folder / name).write_text(found.prepared.recipe.text, encoding="utf-8")
    fr, en = "Recette : ce dont la carte est faite.", "Recipe: what the map is made from."
    return item(name, FileRole.DOCUMENTATION, "application/toml", "TOML", fr, en)
