# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is still to correct in a version: the rules of the record, and those that need its files and the others'.

The same findings are shown while drafting and to the moderator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils import timezone

from terracite.raster.inspect import Facts
from terracite.record import rules
from terracite.record.model import Box, DateKind, FileRole, Record, Text
from terracite.record.origins import unread_parts
from terracite.record.rules import Finding, Level
from terracite.repository import conflicts, file_checks
from terracite.repository.models import DatasetVersion, StoredFile
from terracite.repository.records import record_of
from terracite.repository.remarks import in_french
from terracite.repository.states import FileState

_TOLERANCE = 0.05  #: how far data may reach over the stated box, as a share of its side


def findings(version: DatasetVersion, known: Record | None = None) -> list[Finding]:
    """Everything to correct or to look at, blockers first. ``known``: the record of the version, where it was read."""
    record = known or record_of(version)
    if (
        record.date(DateKind.SUBMITTED) is None
    ):  # judge a draft as if it were submitted today: embargoes count from then
        record = record.with_dates(submitted=timezone.now().date())
    files = list(version.files.all())
    found = [
        *rules.check(_without_words(record, files)),
        *_proposed(record),
        *_file_findings(files),
        *_fact_findings(record, files),
        *file_checks.findings(files),
        *conflicts.between({file.path: Facts.from_dict(file.facts) for file in files if file.facts}, record),
        *_duplicates(version, files),
    ]
    return sorted(found, key=lambda finding: list(Level).index(finding.level))


def blockers(version: DatasetVersion) -> list[Finding]:
    """What stops a submission."""
    return rules.blockers(findings(version))


def names_of_words(files: Iterable[StoredFile]) -> set[str]:
    """The columns of tables that hold words or days."""
    return {fact["name"] for file in files for fact in (file.facts or {}).get("variables", ()) if fact.get("is_word")}


def _without_words(record: Record, files: list[StoredFile]) -> Record:
    """The record to ask rules about: columns of words or days have no unit, and are not asked for one."""
    words = names_of_words(files)
    if not words:
        return record
    variables = [
        one.model_copy(update={"unit": "1"}) if one.name in words and not one.unit else one for one in record.variables
    ]
    return record.model_copy(update={"variables": tuple(variables)})


def _proposed(record: Record) -> Iterator[Finding]:
    """Texts that were composed from facts, and that nobody has read yet."""
    for field in ("title", "abstract", "lineage"):
        if parts := unread_parts(record, field):
            yield _finding(
                "suggested_not_read",
                Level.WARNING,
                Text(
                    en="This text was composed from the files; nobody has said yet that it is right.",
                    fr="Ce texte a été composé à partir des fichiers ; personne n’a encore dit qu’il est juste.",
                ),
                Text(en="Read it, then change it or confirm it.", fr="Lisez-le, puis modifiez-le ou confirmez-le."),
                parts[0] if len(parts) == 1 else field,
            )


def _file_findings(files: list[StoredFile]) -> Iterator[Finding]:
    for file in files:
        if file.state == FileState.QUARANTINED:
            yield _finding(
                "file_put_aside",
                Level.BLOCKER,
                Text(
                    en=f"'{file.path}' was put aside. {file.problem}",
                    fr=f"« {file.path} » a été écarté. {in_french(file.problem)}",
                ),
                Text(en="Remove it, or send it again.", fr="Retirez-le ou envoyez-le à nouveau."),
            )
        elif file.problem and file.facts:  # read, so that nothing is wrong with it
            yield _finding(
                "file_not_scanned",
                Level.WARNING,
                Text(en=f"'{file.path}': {file.problem}", fr=f"« {file.path} » : {in_french(file.problem)}"),
                Text(
                    en="There is nothing to correct; whoever runs the repository can raise the limit of its antivirus.",
                    fr="Il n'y a rien à corriger ; qui tient l'entrepôt peut relever la limite de son antivirus.",
                ),
            )
        elif file.problem:
            yield _finding(
                "file_not_read",
                Level.WARNING,
                Text(
                    en=f"'{file.path}' could not be read. {file.problem}",
                    fr=f"« {file.path} » n'a pas pu être lu. {in_french(file.problem)}",
                ),
                Text(
                    en="Check that it opens; if it is damaged, replace it.",
                    fr="Vérifiez qu'il s'ouvre ; s'il est abîmé, remplacez-le.",
                ),
            )


def _fact_findings(record: Record, files: list[StoredFile]) -> Iterator[Finding]:
    for file in files:
        if file.facts:
            facts = Facts.from_dict(file.facts)
            yield from _extent_findings(record, file.path, facts)
            yield from _period_findings(record, file.path, facts)


def _extent_findings(record: Record, path: str, facts: Facts) -> Iterator[Finding]:
    stated = [part for extent in record.extents for part in extent.box.parts()]
    if not stated or facts.box is None or _inside(facts.box, stated):
        return
    west, south, east, north = facts.box
    if _inside((south, west, north, east), stated):
        yield _finding(
            "extent_swapped",
            Level.WARNING,
            Text(en="Longitudes and latitudes look swapped.", fr="Longitudes et latitudes semblent inversées."),
            Text(en="Swap them: longitude is west-east.", fr="Inversez-les : la longitude est ouest-est."),
            "extents",
        )
        return
    place = f"{west:.4f} {south:.4f} {east:.4f} {north:.4f}"
    yield _finding(
        "extent_disagrees",
        Level.WARNING,
        Text(
            en=f"The data of '{path}' reach outside the stated extent (they cover {place}).",
            fr=f"Les données de « {path} » sortent de l'emprise indiquée (elles couvrent {place}).",
        ),
        Text(en="Correct the extent, or the file.", fr="Corrigez l'emprise, ou le fichier."),
        "extents",
    )


def _inside(box: tuple[float, float, float, float], stated: list[Box]) -> bool:
    """Whether every corner side of ``box`` lies in the stated boxes, within a small tolerance."""
    west, south, east, north = box
    if not (-90 <= south <= north <= 90):
        return False
    parts = Box(west=west, south=south, east=east, north=north).parts() if west >= -180 and east <= 180 else ()
    return bool(parts) and all(any(_holds(outer, part) for outer in stated) for part in parts)


def _holds(outer: Box, inner: Box) -> bool:
    wide = _TOLERANCE * max(outer.east - outer.west, 0.01)
    high = _TOLERANCE * max(outer.north - outer.south, 0.01)
    return (
        inner.west >= outer.west - wide
        and inner.east <= outer.east + wide
        and inner.south >= outer.south - high
        and inner.north <= outer.north + high
    )


def _period_findings(record: Record, path: str, facts: Facts) -> Iterator[Finding]:
    if not record.periods or not facts.start:
        return
    first, last = _day(facts.start), _day(facts.end or facts.start)
    if any(_covers(period.start, period.end, first, last) for period in record.periods):
        return
    yield _finding(
        "period_disagrees",
        Level.WARNING,
        Text(
            en=f"The data of '{path}' run from {first} to {last}, outside the stated period.",
            fr=f"Les données de « {path} » vont du {first} au {last}, hors de la période indiquée.",
        ),
        Text(en="Correct the period, or the file.", fr="Corrigez la période, ou le fichier."),
        "periods",
    )


def _covers(start: dt.date, end: dt.date | None, first: dt.date, last: dt.date) -> bool:
    return _day(start.isoformat()) <= first and (end is None or last <= _day(end.isoformat()))


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _duplicates(version: DatasetVersion, files: list[StoredFile]) -> Iterator[Finding]:
    """Data files that another dataset has published already.

    Only data are asked about: a licence or a README may stand in every dataset, and all of them would be read.
    """
    hashes = {file.sha256: file.path for file in files if file.bytes and file.role == FileRole.DATA}
    if not hashes:
        return
    published = StoredFile.objects.filter(
        ~Q(version__dataset_id=version.dataset_id),
        sha256__in=hashes,
        version__published_at__isnull=False,
        role=FileRole.DATA.value,
    )
    # not in any order: to sort all copies of one common file would read every one of them
    for sha256, name, doi in published.order_by().values_list("sha256", "path", "version__doi")[:20]:
        path, where = hashes[sha256], f"{doi} ({name})"
        yield _finding(
            "published_before",
            Level.WARNING,
            Text(
                en=f"'{path}' is already published in {where}.",
                fr=f"« {path} » est déjà publié dans {where}.",
            ),
            Text(
                en="Link to that dataset instead of depositing the same file twice.",
                fr="Reliez ce jeu de données au lieu de déposer deux fois le même fichier.",
            ),
        )


def _finding(rule: str, level: Level, message: Text, cure: Text, field: str = "files") -> Finding:
    return Finding(rule=rule, level=level, field=field, message=message, cure=cure)
