# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files of one dataset say against each other: which says what, and what to do about it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations

from terracite.raster.inspect import Facts
from terracite.record.model import Record, Text
from terracite.record.rules import Finding, Level

_SAME_RESOLUTION = 0.01  #: share by which cell sizes may differ
_FAR_DEGREES = 20.0  #: between the nearest sides of two boxes
_FAR_DAYS = 3653  #: ten years between two periods
_SHOWN = 3

FactsByFile = dict[str, Facts]


def between(known: FactsByFile, record: Record) -> Iterator[Finding]:
    """The conflicts between files, and between a file and the licence of the record."""
    for representation in ("grid", "vector"):
        alike = {path: facts for path, facts in known.items() if facts.representation == representation}
        yield from _systems(alike)
        yield from _resolutions(alike)
    yield from _places(known)
    yield from _periods(known)
    yield from _licences(known, record)


def _systems(known: FactsByFile) -> Iterator[Finding]:
    groups = _grouped(known, lambda facts: facts.crs)
    if len(groups) > 1:
        yield _finding(
            "files_systems_differ",
            Text(
                en=f"The files have different reference systems: {_listed(groups)}.",
                fr=f"Les fichiers ont des systèmes de coordonnées différents : {_listed(groups)}.",
            ),
            Text(
                en="Reproject the few to the system of the others, or say in the README why they differ.",
                fr="Reprojetez les moins nombreux, ou dites dans le LISEZMOI pourquoi ils diffèrent.",
            ),
            "reference_systems",
        )


def _resolutions(known: FactsByFile) -> Iterator[Finding]:
    sizes = sorted({facts.resolution_m for facts in known.values() if facts.resolution_m})
    if len(sizes) < 2 or sizes[-1] <= sizes[0] * (1 + _SAME_RESOLUTION):
        return
    groups = _grouped(known, lambda facts: f"{facts.resolution_m:g} m" if facts.resolution_m else "")
    yield _finding(
        "files_resolutions_differ",
        Text(
            en=f"The files have different resolutions: {_listed(groups)}.",
            fr=f"Les fichiers ont des résolutions différentes : {_listed(groups)}.",
        ),
        Text(
            en="Check that no file of another dataset slipped in; else say it in the abstract.",
            fr="Vérifiez qu'aucun fichier d'un autre jeu ne s'est glissé ici ; sinon, dites-le dans le résumé.",
        ),
        "resolutions",
        Level.HINT,
    )


def _places(known: FactsByFile) -> Iterator[Finding]:
    placed = [(path, facts.box) for path, facts in known.items() if facts.box and facts.box[0] <= facts.box[2]]
    for (one, first), (other, second) in combinations(placed[:200], 2):
        gap = max(first[0] - second[2], second[0] - first[2], first[1] - second[3], second[1] - first[3])
        if gap > _FAR_DEGREES:
            yield _finding(
                "files_far_apart",
                Text(
                    en=f"The data of '{one}' and '{other}' lie {gap:.0f} degrees apart.",
                    fr=f"Les données de « {one} » et de « {other} » sont à {gap:.0f} degrés l'une de l'autre.",
                ),
                Text(
                    en="Check the coordinates (axes swapped, wrong zone), or deposit them as two datasets.",
                    fr="Vérifiez les coordonnées (axes inversés, mauvais fuseau), ou déposez-les en deux jeux.",
                ),
                "extents",
            )
            return


def _periods(known: FactsByFile) -> Iterator[Finding]:
    spans = sorted((_day(facts.start), _day(facts.end or facts.start), path)
                   for path, facts in known.items() if facts.start)  # fmt: skip
    latest = spans[0][1] if spans else dt.date.min
    before = spans[0][2] if spans else ""
    for first, last, path in spans[1:]:
        if (first - latest).days > _FAR_DAYS:
            yield _finding(
                "files_periods_far_apart",
                Text(
                    en=f"'{before}' ends on {latest} and '{path}' begins on {first}.",
                    fr=f"« {before} » finit le {latest} et « {path} » commence le {first}.",
                ),
                Text(
                    en="Check the times in the files, or give each period on its own.",
                    fr="Vérifiez les dates dans les fichiers, ou indiquez chaque période séparément.",
                ),
                "periods",
            )
            return
        if last > latest:
            latest, before = last, path


def _licences(known: FactsByFile, record: Record) -> Iterator[Finding]:
    groups = _grouped(known, lambda facts: str(facts.described.get("licence") or ""))
    if len(groups) > 1:
        yield _finding(
            "files_licences_differ",
            Text(
                en=f"The files name different licences: {_listed(groups)}.",
                fr=f"Les fichiers nomment des licences différentes : {_listed(groups)}.",
            ),
            Text(
                en="Choose the one that all the data may have, and correct it in the files.",
                fr="Choisissez celle que toutes les données peuvent avoir, et corrigez-la dans les fichiers.",
            ),
            "licence",
        )
    elif groups and record.licence and record.licence not in groups:
        yield _finding(
            "licence_disagrees",
            Text(
                en=f"The licence chosen is {record.licence}; the files say {_listed(groups)}.",
                fr=f"La licence choisie est {record.licence} ; les fichiers disent {_listed(groups)}.",
            ),
            Text(
                en="Make sure which one holds: readers find both.",
                fr="Assurez-vous de celle qui vaut : les lecteurs trouveront les deux.",
            ),
            "licence",
        )


def _grouped(known: FactsByFile, said: Callable[[Facts], str]) -> dict[str, list[str]]:
    """Files by what they say; those that say nothing are left out."""
    groups: dict[str, list[str]] = defaultdict(list)
    for path, facts in known.items():
        if value := said(facts):
            groups[value].append(path)
    return groups


def _listed(groups: dict[str, list[str]]) -> str:
    """ "EPSG:4326 (a.tif, b.tif), EPSG:2975 (c.tif)", the most files first."""
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))
    shown = (
        f"{value} ({', '.join(paths[:_SHOWN])}{', …' if len(paths) > _SHOWN else ''})" for value, paths in ranked[:5]
    )
    return ", ".join(shown)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _finding(rule: str, message: Text, cure: Text, field: str, level: Level = Level.WARNING) -> Finding:
    return Finding(rule=rule, level=level, field=field, message=message, cure=cure)
