# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quality certificates inside a crate of series: one per index, as pages in both languages and as JSON."""

from __future__ import annotations

from collections import defaultdict

from terracite.crate.write import CrateBuilder
from terracite.record.model import FileRole, Language, Record, Text
from terracite.timeseries import quality
from terracite.timeseries.units import Unit
from terracite.timeseries.yearly import YearSeries

_LANGUAGES: tuple[Language, ...] = ("fr", "en")
_PAGE = Text(fr="Certificat de qualité : une page à imprimer", en="Quality certificate: one page to print")
_DATA = Text(fr="Le certificat pour un programme", en="The certificate for a program")


def add_certificates(crate: CrateBuilder, unit: Unit, record: Record, left_out: int | None) -> Record:
    """Examine the series files in the staging folder of ``crate``; returns ``record`` with what was measured.

    A dataset of several indices gets a certificate of each; its record then points to the pages only, for measures of
    one index would be read as those of all. ``left_out``: as in `quality.examine`.
    """
    by_index: defaultdict[str, list[YearSeries]] = defaultdict(list)
    for one in unit.series:
        by_index[one.index].append(one)
    for index, series in by_index.items():
        stem = "quality" if len(by_index) == 1 else f"quality-{index}"
        parts = [(crate.staging / one.file_name, one) for one in series]
        certificate = quality.examine_unit(parts, left_out=left_out if len(by_index) == 1 else None)
        _add(crate, stem, certificate)
        if len(by_index) == 1:
            record = quality.with_quality(record, certificate, report=f"{stem}.en.html")
    return record


def _add(crate: CrateBuilder, stem: str, certificate: quality.Certificate) -> None:
    for language in _LANGUAGES:
        name = f"{stem}.{language}.html"
        (crate.staging / name).write_text(quality.to_html(certificate, language), encoding="utf-8")
        crate.add(name, FileRole.DOCUMENTATION, "text/html", "HTML", _PAGE)
    name = f"{stem}.json"
    (crate.staging / name).write_bytes(quality.to_json(certificate))
    crate.add(name, FileRole.DOCUMENTATION, "application/json", "JSON", _DATA)
