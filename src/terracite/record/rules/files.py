# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files, as far as their names and checksums tell; what is inside them is the repository's to check."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from terracite.record import vocabularies
from terracite.record.model import DataFile, FileRole, Record, Text
from terracite.record.rules.registry import Fault, Level, rule

_README = re.compile(r"(readme|lisez[-_ ]?moi|lire|read[-_ ]?me)", re.IGNORECASE)
_EXECUTABLE = vocabularies.words("executables")
_SOURCE_CODE = vocabularies.words("source_code")
_ARCHIVES = vocabularies.words("archives")
#: extension -> what to use instead
_CLOSED = vocabularies.open_alternatives()


def _ending(file: DataFile) -> str:
    return PurePosixPath(file.path.lower()).suffix


def _shown(files: Iterable[DataFile]) -> str:
    paths = [file.path for file in files]
    more = f" (+ {len(paths) - 3})" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more


@rule(Level.BLOCKER)
def executable_file(record: Record) -> Iterator[Fault]:
    """Fault 9: a repository of data takes no executables."""
    found = [file for file in record.files if _ending(file) in _EXECUTABLE]
    if found:
        yield Fault(
            "files",
            Text(fr=f"Des programmes exécutables : {_shown(found)}.", en=f"Executables: {_shown(found)}."),
            Text(
                fr="Retirez-les : le dépôt n’accueille que des données.",
                en="Remove them: the repository takes data only.",
            ),
        )


@rule(Level.WARNING)
def source_code(record: Record) -> Iterator[Fault]:
    """Fault 9: source code has its own archives."""
    found = [file for file in record.files if _ending(file) in _SOURCE_CODE]
    if found:
        yield Fault(
            "files",
            Text(fr=f"Du code source : {_shown(found)}.", en=f"Source code: {_shown(found)}."),
            Text(
                fr="Archivez-le chez Software Heritage et liez-le comme ressource associée.",
                en="Archive it at Software Heritage and link it as a related resource.",
            ),
        )


@rule(Level.WARNING)
def readme_missing(record: Record) -> Iterator[Fault]:
    """Fault 7: several files and nothing that describes each of them."""
    data = [file for file in record.files if file.role is FileRole.DATA]
    described = all(file.description for file in data)
    has_readme = any(_README.search(PurePosixPath(file.path).name) for file in record.files)
    if len(data) > 1 and not described and not has_readme:
        yield Fault(
            "files",
            Text(
                fr="Aucun fichier LISEZMOI ne décrit les fichiers.",
                en="No README file describes the files.",
            ),
            Text(
                fr="Ajoutez README.md : une ligne par fichier, et le sens de chaque colonne ou variable.",
                en="Add README.md: one line per file, and the meaning of each column or variable.",
            ),
        )


@rule(Level.WARNING)
def closed_format(record: Record) -> Iterator[Fault]:
    """Fault 8: formats that cannot be reused without one particular program."""
    found: dict[str, list[DataFile]] = defaultdict(list)
    for file in record.files:
        if _ending(file) in _CLOSED:
            found[_ending(file)].append(file)
    for ending, files in sorted(found.items()):
        yield Fault(
            "files",
            Text(
                fr=f"Format difficile à réutiliser ({ending}) : {_shown(files)}.",
                en=f"A format that is hard to reuse ({ending}): {_shown(files)}.",
            ),
            Text(
                fr=f"Ajoutez une copie dans un format ouvert : {_CLOSED[ending]}.",
                en=f"Add a copy in an open format: {_CLOSED[ending]}.",
            ),
        )


@rule(Level.WARNING)
def data_in_pdf(record: Record) -> Iterator[Fault]:
    """Fault 8: a PDF is documentation, not data."""
    found = [file for file in record.files if _ending(file) == ".pdf" and file.role is FileRole.DATA]
    if found:
        yield Fault(
            "files",
            Text(
                fr=f"Des PDF déposés comme données : {_shown(found)}.",
                en=f"PDF files given as data: {_shown(found)}.",
            ),
            Text(
                fr="Marquez-les comme documentation, ou donnez les données en CSV ou GeoTIFF.",
                en="Mark them as documentation, or give the data as CSV or GeoTIFF.",
            ),
        )


@rule(Level.WARNING)
def archive_undescribed(record: Record) -> Iterator[Fault]:
    """Fault 10: nobody knows what is in an archive before unpacking it."""
    found = [file for file in record.files if _ending(file) in _ARCHIVES and not file.description]
    if found:
        yield Fault(
            "files",
            Text(
                fr=f"Des archives sans description : {_shown(found)}.",
                en=f"Archives without a description: {_shown(found)}.",
            ),
            Text(
                fr="Décrivez leur contenu, ou déposez les fichiers un à un.",
                en="Describe what is inside, or add the files one by one.",
            ),
        )


@rule(Level.WARNING)
def duplicate_files(record: Record) -> Iterator[Fault]:
    same: dict[str, list[DataFile]] = defaultdict(list)
    for file in record.files:
        if file.bytes:
            same[file.sha256].append(file)
    for files in same.values():
        if len(files) > 1:
            yield Fault(
                "files",
                Text(
                    fr=f"Le même contenu plusieurs fois : {_shown(files)}.",
                    en=f"The same content several times: {_shown(files)}.",
                ),
                Text(fr="N’en gardez qu’un.", en="Keep one of them."),
            )


@rule(Level.WARNING)
def empty_file(record: Record) -> Iterator[Fault]:
    found = [file for file in record.files if file.bytes == 0]
    if found:
        yield Fault(
            "files",
            Text(fr=f"Des fichiers vides : {_shown(found)}.", en=f"Empty files: {_shown(found)}."),
            Text(fr="Retirez-les ou déposez-les de nouveau.", en="Remove them or send them again."),
        )
