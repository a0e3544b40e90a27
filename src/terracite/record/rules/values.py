# SPDX-License-Identifier: AGPL-3.0-or-later
"""Variables, classes, licences: values that are there but do not serve a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.markup import clean
from terracite.record.model import AccessKind, Record, Text
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


@rule(Level.WARNING)
def standard_name_unknown(record: Record) -> Iterator[Fault]:
    """CF forbids to invent a standard name: a program that meets one understands nothing."""
    for place, variable in enumerate(record.variables):
        if variable.standard_name and variable.standard_name not in vocabularies.standard_names():
            yield Fault(
                f"variables.{place}.standard_name",
                Text(
                    fr=f"« {variable.standard_name} » n’est pas un nom standard CF.",
                    en=f"“{variable.standard_name}” is not a CF standard name.",
                ),
                Text(
                    fr="Choisissez un nom de la table CF, ou laissez-le vide et gardez le libellé.",
                    en="Choose a name of the CF table, or leave it empty and keep the label.",
                ),
            )


@rule(Level.WARNING)
def characters_forbidden(record: Record) -> Iterator[Fault]:
    """Control characters come with a copy from a PDF; XML forbids them, and they are dropped from most formats."""
    texts = {"title": record.title, "abstract": record.abstract, "lineage.statement": record.lineage.statement}
    for field, text in texts.items():
        for language, value in text.items():
            if clean(value) != value:
                yield Fault(
                    f"{field}.{language}",
                    Text(
                        fr="Le texte contient des caractères invisibles que XML interdit.",
                        en="The text holds invisible characters that XML forbids.",
                    ),
                    Text(
                        fr="Retapez la ligne, ou collez sans mise en forme.",
                        en="Type the line again, or paste as plain text.",
                    ),
                )


@rule(Level.WARNING)
def restricted_without_conditions(record: Record) -> Iterator[Fault]:
    """FsF-A1-01M: whoever meets a closed door must read what opens it."""
    if record.access.kind is AccessKind.RESTRICTED and not record.access.conditions:
        yield Fault(
            "access.conditions",
            Text(
                fr="L’accès est restreint et rien ne dit comment le demander.",
                en="Access is restricted and nothing says how to ask for it.",
            ),
            Text(
                fr="Dites à qui écrire, et à quelles conditions l’accès est donné.",
                en="Say whom to write to, and on what conditions access is given.",
            ),
        )
