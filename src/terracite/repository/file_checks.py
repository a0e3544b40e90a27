# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with the files themselves, as far as the looks into them tell; names alone are the record's rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from terracite.raster.inspect import Facts
from terracite.record import vocabularies
from terracite.record.model import FileRole, Text
from terracite.record.rules import Finding, Level
from terracite.repository.models import StoredFile

_ODD = re.compile(r"[^\w./()+=,@-]|[()+=,@]{2}")
_NEEDED = {".shx": Level.WARNING, ".dbf": Level.WARNING, ".prj": Level.WARNING}
_SHOWN = 3


def findings(files: list[StoredFile]) -> Iterator[Finding]:
    """Parts that are missing, archives, formulas, READMEs that leave files out, names that some systems refuse."""
    known = {file.path: Facts.from_dict(file.facts) for file in files if file.facts}
    yield from _shapefiles(files)
    yield from _programs(known)
    yield from _inner_archives(known)
    yield from _formulas(known)
    yield from _readme(files, known)
    yield from _names(files)


def _shapefiles(files: list[StoredFile]) -> Iterator[Finding]:
    paths = {file.path.lower() for file in files}
    for file in files:
        path = PurePosixPath(file.path)
        if path.suffix.lower() != ".shp":
            continue
        missing = [part for part in _NEEDED if str(path.with_suffix(part)).lower() not in paths]
        if missing:
            yield _finding(
                "shapefile_incomplete",
                Text(
                    en=f"'{file.path}' lacks its parts {', '.join(missing)}.",
                    fr=f"Il manque à « {file.path} » ses fichiers {', '.join(missing)}.",
                ),
                Text(
                    en="Add them beside it (.prj: the reference system; .dbf: the attributes; .shx: the index), "
                    "or save the layer as one GeoPackage.",
                    fr="Ajoutez-les à côté (.prj : le système de coordonnées ; .dbf : les attributs ; .shx : l'index), "
                    "ou enregistrez la couche en un seul GeoPackage.",
                ),
            )


def _programs(known: dict[str, Facts]) -> Iterator[Finding]:
    """Fault 9, inside archives."""
    for path, facts in known.items():
        found = [
            name for name in facts.programs if PurePosixPath(name).suffix.lower() in vocabularies.words("executables")
        ]
        if found:
            yield _finding(
                "executable_in_archive",
                Text(
                    en=f"'{path}' holds programs: {_listed(found)}.",
                    fr=f"« {path} » contient des programmes : {_listed(found)}.",
                ),
                Text(
                    en="Zip it again without them: the repository takes data only.",
                    fr="Refaites l'archive sans eux : le dépôt n'accueille que des données.",
                ),
                Level.BLOCKER,
            )
        elif facts.programs:
            yield _finding(
                "code_in_archive",
                Text(
                    en=f"'{path}' holds source code: {_listed(facts.programs)}.",
                    fr=f"« {path} » contient du code source : {_listed(facts.programs)}.",
                ),
                Text(
                    en="Archive it at Software Heritage and link it as a related resource.",
                    fr="Archivez-le chez Software Heritage et liez-le comme ressource associée.",
                ),
            )


def _inner_archives(known: dict[str, Facts]) -> Iterator[Finding]:
    """Fault 10: what lies in an archive inside an archive nobody finds."""
    endings = vocabularies.words("archives") | {".rar"}
    for path, facts in known.items():
        members = facts.attributes.get("members", "").splitlines()
        inner = [name for name in members if PurePosixPath(name).suffix.lower() in endings]
        if inner:
            yield _finding(
                "archive_in_archive",
                Text(
                    en=f"'{path}' holds other archives: {_listed(inner)}.",
                    fr=f"« {path} » contient d'autres archives : {_listed(inner)}.",
                ),
                Text(
                    en="Take them out, so that readers see the files.",
                    fr="Sortez-les, pour que les lecteurs voient les fichiers.",
                ),
            )


def _formulas(known: dict[str, Facts]) -> Iterator[Finding]:
    found = [path for path, facts in known.items() if facts.attributes.get("formulas")]
    if found:
        yield _finding(
            "formulas_in_table",
            Text(
                en=f"Cells that a spreadsheet would run as formulas: {_listed(found)}.",
                fr=f"Des cellules qu'un tableur exécuterait comme des formules : {_listed(found)}.",
            ),
            Text(
                en="Write the values instead of =, @, + or - at the beginning of a cell.",
                fr="Écrivez les valeurs plutôt que =, @, + ou - au début d'une cellule.",
            ),
        )


def _readme(files: list[StoredFile], known: dict[str, Facts]) -> Iterator[Finding]:
    """Fault 7: a README that does not say what each file is. A name, a folder or a pattern such as *.tif will do."""
    words = {word for facts in known.values() for word in facts.attributes.get("mentions", "").split()}
    if not words:
        return
    data = [file for file in files if file.role == FileRole.DATA and not (file.description_fr or file.description_en)]
    untold = [file.path for file in data if not _is_told(PurePosixPath(file.path.lower()), words)]
    if untold:
        yield _finding(
            "readme_leaves_files_out",
            Text(
                en=f"The README does not say what these files are: {_listed(untold)}.",
                fr=f"Le LISEZMOI ne dit pas ce que sont ces fichiers : {_listed(untold)}.",
            ),
            Text(
                en="Add a line for each, or one for the folder or for the pattern of their names (*.tif).",
                fr="Ajoutez une ligne pour chacun, ou une pour le dossier ou le motif de leurs noms (*.tif).",
            ),
            Level.HINT,
        )


def _is_told(path: PurePosixPath, words: set[str]) -> bool:
    parents = {part for parent in path.parents for part in (str(parent), f"{parent}/", parent.name, f"{parent.name}/")}
    names = {path.name, path.stem, str(path), f"*{path.suffix}", path.suffix} | (parents - {".", "./", "", "/"})
    sidecar = path.suffix in {".shx", ".dbf", ".prj", ".cpg"} and f"{path.stem}.shp" in words
    return bool(names & words) or sidecar


def _names(files: list[StoredFile]) -> Iterator[Finding]:
    odd = [file.path for file in files if _ODD.search(file.path)]
    if odd:
        yield _finding(
            "odd_file_names",
            Text(
                en=f"File names with spaces or signs that some programs refuse: {_listed(odd)}.",
                fr=f"Des espaces ou des signes que certains programmes refusent dans les noms : {_listed(odd)}.",
            ),
            Text(
                en="Letters, digits, '-', '_' and '.' work everywhere: rename them.",
                fr="Lettres, chiffres, « - », « _ » et « . » passent partout : renommez-les.",
            ),
            Level.HINT,
        )


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" (+ {len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _finding(rule: str, message: Text, cure: Text, level: Level = Level.WARNING) -> Finding:
    return Finding(rule=rule, level=level, field="files", message=message, cure=cure)
