# SPDX-License-Identifier: AGPL-3.0-or-later
"""The crate of the archive itself: inventory, footprints, and everything that was left out."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.read import up_to_date
from terracite.crate.write import CrateBuilder
from terracite.record.identifiers import doi_url
from terracite.record.model import FileRole, Language, Record, Text
from terracite.timeseries import footprints, inventory
from terracite.timeseries.archive import Scan
from terracite.timeseries.describe import COMMAND
from terracite.timeseries.describe_archive import describe_archive
from terracite.timeseries.inventory_page import inventory_page
from terracite.timeseries.options import Options
from terracite.timeseries.outlines import relative
from terracite.timeseries.series_crate import Outcome
from terracite.timeseries.tables import family, write_tables
from terracite.timeseries.yearly import yearly

LANGUAGES: tuple[Language, ...] = ("fr", "en")

_LAYOUT = 2  #: raised when the files change, so that old crates are made again
_FILES = (
    ("inventory.csv", FileRole.DATA, "text/csv", "CSV (UTF-8)", "Une ligne par série", "One line per series"),
    ("inventory.json", FileRole.DATA, "application/json", "JSON", "Le même inventaire", "The same inventory"),
    (
        footprints.GEOPACKAGE,
        FileRole.DATA,
        "application/geopackage+sqlite3",
        "GeoPackage 1.3",
        "Emprises réelles des séries et des images",
        "True outlines of the series and of the images",
    ),
    (
        footprints.GEOPARQUET,
        FileRole.DATA,
        "application/vnd.apache.parquet",
        "GeoParquet",
        "Emprises réelles des images",
        "True outlines of the images",
    ),
    (
        "inventory.parquet",
        FileRole.DATA,
        "application/vnd.apache.parquet",
        "GeoParquet",
        "Le même inventaire, sur la carte",
        "The same inventory, on the map",
    ),
    (
        "inventory.fr.html",
        FileRole.DOCUMENTATION,
        "text/html",
        "HTML",
        "L'inventaire à lire : carte, calendrier, manques",
        "The inventory to read, in French",
    ),
    (
        "inventory.en.html",
        FileRole.DOCUMENTATION,
        "text/html",
        "HTML",
        "L'inventaire à lire, en anglais",
        "The inventory to read: map, calendar, gaps",
    ),
    (
        "geoflow/entities.csv",
        FileRole.DOCUMENTATION,
        "text/csv",
        "CSV (UTF-8)",
        "Une ligne geoflow par jeu de données",
        "One row of geoflow per dataset",
    ),
    (
        "geoflow/contacts.csv",
        FileRole.DOCUMENTATION,
        "text/csv",
        "CSV (UTF-8)",
        "Les contacts de ces lignes",
        "The contacts of these rows",
    ),
    (
        "geoflow/workflow.json",
        FileRole.DOCUMENTATION,
        "application/json",
        "JSON",
        "Le flux geoflow qui les lit",
        "The geoflow workflow that reads them",
    ),
    (
        "left-out.csv",
        FileRole.DOCUMENTATION,
        "text/csv",
        "CSV (UTF-8)",
        "Fichiers écartés, et pourquoi",
        "Files left out, and why",
    ),
    ("README.md", FileRole.DOCUMENTATION, "text/markdown", "Markdown", "À lire d'abord", "Read first"),
)


def crate_name(scan: Scan) -> str:
    """ "inventory-" and the name of the archive's folder."""
    return f"inventory-{re.sub(r'[^A-Za-z0-9._-]+', '_', scan.root.resolve().name) or 'archive'}"


def write_archive_crate(scan: Scan, options: Options, output: Path) -> Outcome:
    """The crate of the inventory in the folder ``output``; nothing is written when nothing changed."""
    folder = output / crate_name(scan)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    texts = {"inventory.csv": inventory.to_csv(inventory.inventory(scan))}
    texts["inventory.json"] = inventory.to_json_text(inventory.inventory(scan))
    texts["left-out.csv"] = left_out_csv(scan)
    provenance = _provenance(scan, options, texts, now)
    if up_to_date(folder, provenance):
        return Outcome(folder, False)
    record = describe_archive(scan, options, now)
    texts["README.md"] = _readme(record)
    with CrateBuilder(folder) as crate:
        for name, text in texts.items():
            (crate.staging / name).write_text(text, encoding="utf-8")
        footprints.write_footprints(scan, crate.staging)
        inventory.to_geoparquet(scan, crate.staging / "inventory.parquet")
        for language in LANGUAGES:
            page = inventory_page(scan, language)
            (crate.staging / f"inventory.{language}.html").write_text(page, encoding="utf-8")
        write_tables(crate.staging / "geoflow", family(yearly(scan, options), options, now), page=_page)
        for path, role, media_type, label, fr, en in _FILES:
            crate.add(path, role, media_type, label, Text(fr=fr, en=en))
        ended = dt.datetime.now(dt.UTC).replace(microsecond=0)
        crate.finish(record, replace(provenance, ended=ended))
    return Outcome(folder, crate.changed)


def _page(record: Record) -> str:
    """Where a dataset is to be found, as far as it is known before it is published."""
    return doi_url(record.doi) if record.doi else f"urn:uuid:{record.uuid}"


def _provenance(scan: Scan, options: Options, texts: dict[str, str], now: dt.datetime) -> Provenance:
    """The archive as one input, known by the list of its images and what was found in them."""
    lines = [
        f"{relative(image.path, scan.root)} {image.bytes} {scan.facts[image.path].to_json()}"
        for one in scan.series
        for image in one.images
    ]
    digest = hashlib.sha256("\n".join([*lines, *texts.values()]).encode()).hexdigest()
    return Provenance(
        command=tuple(COMMAND.split()),
        software=software_versions("rasterio", "geopandas"),
        started=now,
        ended=now,
        inputs=(Input(f"{scan.product} archive", "", digest, scan.total_bytes),),
        parameters={
            "layout": _LAYOUT,
            "product": scan.product,
            "licence": options.licence,
            "creators": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.creators],
            "contacts": [agent.model_dump(mode="json", exclude={"email"}) for agent in options.contacts],
            "disciplines": [str(discipline) for discipline in options.disciplines],
            "place": options.place.model_dump(mode="json"),
        },
    )


def left_out_csv(scan: Scan) -> str:
    """Every file that is in no series, or looks wrong: kind, file, reason."""
    rows = [("unreadable", Path(problem.where), problem.what) for problem in scan.problems]
    rows += [("suspicious", Path(note.where), f"{note.what} It is used all the same.") for note in scan.suspicions]
    rows += [("waiting", Path(note.where), note.what) for note in scan.waiting]
    rows += [("duplicate", file.path, reason.replace(str(scan.root), "")) for file, reason in scan.duplicates]
    rows += [("unknown", file.path, file.reason) for file in scan.unknown]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "file", "reason"])
    writer.writerows((kind, relative(path, scan.root), reason) for kind, path, reason in rows)
    return text.getvalue()


def _readme(record: Record) -> str:
    lines = "\n".join(f"| {path} | {en} / {fr} |" for path, *_, fr, en in _FILES if path != "README.md")
    return f"""# {record.title.en}
# {record.title.fr}

{record.abstract.en}

{record.abstract.fr}

| file / fichier | content / contenu |
|---|---|
{lines}
"""
