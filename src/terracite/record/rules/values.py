# SPDX-License-Identifier: AGPL-3.0-or-later
"""Variables, classes, licences: values that are there but do not serve a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.model import Record, Text
from terracite.record.rules.registry import Fault, Level, rule


@rule(Level.WARNING)
def unit_missing(record: Record) -> Iterator[Fault]:
    without = [variable.name for variable in record.variables if not variable.unit]
    if without:
        names = ", ".join(without[:5])
        yield Fault(
            "variables",
            Text(fr=f"Sans unité : {names}.", en=f"Without a unit: {names}."),
            Text(
                fr="Donnez l’unité de chaque variable ; 1 pour une valeur sans dimension.",
                en="Give the unit of each variable; 1 when it has no dimension.",
            ),
        )


@rule(Level.WARNING)
def class_codes_repeated(record: Record) -> Iterator[Fault]:
    repeated = [str(code) for code, count in Counter(item.code for item in record.classes).items() if count > 1]
    if repeated:
        codes = ", ".join(repeated)
        yield Fault(
            "classes",
            Text(
                fr=f"Le même code désigne plusieurs classes : {codes}.",
                en=f"The same code stands for several classes: {codes}.",
            ),
            Text(fr="Donnez un code par classe.", en="Give each class its own code."),
        )


@rule(Level.WARNING)
def topic_unknown(record: Record) -> Iterator[Fault]:
    for place, topic in enumerate(record.topics):
        if topic not in vocabularies.topics():
            yield Fault(
                f"topics.{place}",
                Text(
                    fr=f"« {topic} » n’est pas une catégorie ISO 19115.",
                    en=f"“{topic}” is not an ISO 19115 topic category.",
                ),
                Text(fr="Choisissez-en une de la liste.", en="Choose one from the list."),
            )


@rule(Level.HINT)
def licence_not_open(record: Record) -> Iterator[Fault]:
    known = vocabularies.licence(record.licence)
    if known and known in vocabularies.licences() and not known.is_open:
        yield Fault(
            "licence",
            Text(
                fr=f"{known.identifier} restreint la réutilisation.",
                en=f"{known.identifier} restricts reuse.",
            ),
            Text(
                fr="Si rien ne s’y oppose, choisissez CC-BY-4.0 ou la Licence Ouverte.",
                en="If nothing prevents it, choose CC-BY-4.0 or the Open Licence.",
            ),
        )


@rule(Level.HINT)
def thumbnail_not_a_file(record: Record) -> Iterator[Fault]:
    if record.thumbnail and record.thumbnail not in {file.path for file in record.files}:
        yield Fault(
            "thumbnail",
            Text(
                fr=f"La vignette « {record.thumbnail} » n’est pas un des fichiers.",
                en=f"The thumbnail “{record.thumbnail}” is not one of the files.",
            ),
            Text(fr="Choisissez un des fichiers.", en="Choose one of the files."),
        )
