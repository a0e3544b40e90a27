# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must be there before a dataset is published. Only these, and what the law asks, are blockers.

The DOI, the publisher, the deposit and the dates of the moderation are given by the repository later.
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.model import AccessKind, DateKind, Record, Text
from terracite.record.rules.registry import Fault, Level, rule

SHORTEST_ABSTRACT = 50  #: characters


@rule(Level.BLOCKER)
def title_missing(record: Record) -> Iterator[Fault]:
    if not record.title.best().strip():
        yield Fault(
            "title",
            Text(fr="Le titre manque.", en="The title is missing."),
            Text(
                fr="Dites en une ligne quoi, où et quand, en français ou en anglais.",
                en="Say in one line what, where and when, in French or in English.",
            ),
        )


@rule(Level.BLOCKER)
def abstract_missing(record: Record) -> Iterator[Fault]:
    longest = max(len(record.abstract.fr.strip()), len(record.abstract.en.strip()))
    if longest < SHORTEST_ABSTRACT:
        yield Fault(
            "abstract",
            Text(
                fr=f"Le résumé manque ou compte moins de {SHORTEST_ABSTRACT} caractères.",
                en=f"The abstract is missing or has fewer than {SHORTEST_ABSTRACT} characters.",
            ),
            Text(
                fr="Décrivez ce que contiennent les données, à quoi elles servent et leurs limites.",
                en="Describe what the data hold, what they are for and their limits.",
            ),
        )


@rule(Level.BLOCKER)
def lineage_missing(record: Record) -> Iterator[Fault]:
    if not record.lineage.statement.best().strip() and not record.lineage.steps:
        yield Fault(
            "lineage",
            Text(
                fr="Rien ne dit comment les données ont été faites.",
                en="Nothing says how the data were made.",
            ),
            Text(
                fr="Écrivez d’où viennent les données et par quelles étapes elles ont été produites.",
                en="Write where the data come from and the steps they were made by.",
            ),
        )


@rule(Level.BLOCKER)
def discipline_missing(record: Record) -> Iterator[Fault]:
    if not record.disciplines:
        yield Fault(
            "disciplines",
            Text(fr="Aucune discipline n’est choisie.", en="No discipline is chosen."),
            Text(
                fr="Choisissez la discipline dont les modérateurs reliront le jeu de données.",
                en="Choose the discipline whose moderators will review the dataset.",
            ),
        )


@rule(Level.BLOCKER)
def topic_missing(record: Record) -> Iterator[Fault]:
    if not any(topic in vocabularies.topics() for topic in record.topics):
        yield Fault(
            "topics",
            Text(fr="Aucune catégorie thématique ISO n’est choisie.", en="No ISO topic category is chosen."),
            Text(fr="Choisissez au moins une catégorie dans la liste.", en="Choose at least one from the list."),
        )


@rule(Level.BLOCKER)
def keyword_missing(record: Record) -> Iterator[Fault]:
    if not any(keyword.label.best().strip() for keyword in record.keywords):
        yield Fault(
            "keywords",
            Text(fr="Il n’y a aucun mot-clé.", en="There is no keyword."),
            Text(
                fr="Donnez au moins un mot-clé, de préférence tiré d’un thésaurus.",
                en="Give at least one keyword, from a thesaurus if you can.",
            ),
        )


@rule(Level.BLOCKER)
def creator_missing(record: Record) -> Iterator[Fault]:
    if not record.creators:
        yield Fault(
            "creators",
            Text(fr="Aucun auteur n’est nommé.", en="No author is named."),
            Text(
                fr="Nommez les auteurs dans l’ordre où ils seront cités.",
                en="Name the authors in the order they will be cited.",
            ),
        )


@rule(Level.BLOCKER)
def contact_missing(record: Record) -> Iterator[Fault]:
    if not record.contacts:
        yield Fault(
            "contacts",
            Text(fr="Aucun contact n’est donné.", en="No contact is given."),
            Text(
                fr="Dites à qui écrire ; l’adresse n’est jamais affichée.",
                en="Say whom to write to; the address is never shown.",
            ),
        )


@rule(Level.BLOCKER)
def created_missing(record: Record) -> Iterator[Fault]:
    if record.date(DateKind.CREATED) is None:
        yield Fault(
            "dates.created",
            Text(fr="La date de création manque.", en="The date of creation is missing."),
            Text(fr="Dites quand les données ont été faites.", en="Say when the data were made."),
        )


@rule(Level.BLOCKER)
def extent_missing(record: Record) -> Iterator[Fault]:
    if not record.extents:
        yield Fault(
            "extents",
            Text(fr="L’emprise géographique manque.", en="The geographic extent is missing."),
            Text(
                fr="Donnez l’ouest, le sud, l’est et le nord en degrés, ou un nom de lieu.",
                en="Give west, south, east and north in degrees, or the name of a place.",
            ),
        )


@rule(Level.BLOCKER)
def period_missing(record: Record) -> Iterator[Fault]:
    if not record.periods and not record.eras:
        yield Fault(
            "periods",
            Text(fr="La période des données manque.", en="The period of the data is missing."),
            Text(
                fr="Donnez le premier et le dernier jour que décrivent les données.",
                en="Give the first and the last day that the data describe.",
            ),
        )


@rule(Level.BLOCKER)
def licence_missing(record: Record) -> Iterator[Fault]:
    if not record.licence:
        yield Fault(
            "licence",
            Text(fr="Aucune licence n’est choisie.", en="No licence is chosen."),
            Text(
                fr="Choisissez-en une ; CC-BY-4.0 convient le plus souvent.",
                en="Choose one; CC-BY-4.0 suits most data.",
            ),
        )


@rule(Level.BLOCKER)
def licence_unknown(record: Record) -> Iterator[Fault]:
    if record.licence and vocabularies.licence(record.licence) is None:
        yield Fault(
            "licence",
            Text(
                fr=f"« {record.licence} » n’est pas un identifiant de la liste SPDX.",
                en=f"“{record.licence}” is not an identifier of the SPDX list.",
            ),
            Text(fr="Choisissez une licence de la liste.", en="Choose a licence from the list."),
        )


@rule(Level.BLOCKER)
def access_unknown(record: Record) -> Iterator[Fault]:
    """Harvesters tell everybody that the files may be had: nobody may guess it."""
    if record.access.kind is AccessKind.UNKNOWN:
        yield Fault(
            "access.kind",
            Text(
                fr="Rien ne dit si les fichiers sont en accès ouvert, sous embargo ou restreint.",
                en="Nothing says whether access to the files is open, under embargo or restricted.",
            ),
            Text(
                fr="Choisissez l’accès ; l’accès ouvert convient le plus souvent.",
                en="Choose the access; open access suits most data.",
            ),
        )


@rule(Level.BLOCKER)
def file_missing(record: Record) -> Iterator[Fault]:
    if not record.files:
        yield Fault(
            "files",
            Text(fr="Il n’y a aucun fichier.", en="There is no file."),
            Text(fr="Déposez au moins un fichier de données.", en="Add at least one data file."),
        )
