# SPDX-License-Identifier: AGPL-3.0-or-later
"""Titles, abstracts and keywords: what a reader and a search engine see first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.model import Language, Record, Text
from terracite.record.rules.registry import Fault, Level, rule

WANTED_THESAURUS_KEYWORDS = 3
LONGEST_ABSTRACT = 5000  #: characters
_VAGUE = vocabularies.words("vague_title")
_FILE_NAME = re.compile(r"\w+_\w+|\.\w{2,4}$")
_TECHNIQUE = re.compile(
    r"\b(python|script|algorithm\w*|algorithme\w*|logiciel|software|gdal|qgis|arcgis|matlab|random forest|"
    r"forêt aléatoire|resampl\w+|rééchantillonn\w+|interpol\w+|reproject\w+|reproje\w+|preprocess\w*|"
    r"prétraite\w*|pipeline|command line|ligne de commande|sen2cor|maja|orfeo)\b",
    re.IGNORECASE,
)
_NAMES: dict[Language, Text] = {
    "fr": Text(fr="en français", en="in French"),
    "en": Text(fr="en anglais", en="in English"),
}


@rule(Level.WARNING)
def title_not_explicit(record: Record) -> Iterator[Fault]:
    """Fault 1: a title that says neither what, where nor when, or that is the name of a file."""
    for language, title in record.title.items():
        words = re.findall(r"[^\W_]+", title.lower())
        telling = [word for word in words if word not in _VAGUE and not word.isdigit()]
        if len(telling) < 3 or (len(title.split()) < 3 and _FILE_NAME.search(title)):
            yield Fault(
                f"title.{language}",
                Text(
                    fr="Le titre ne dit pas assez ce que sont les données.",
                    en="The title does not say enough about what the data are.",
                ),
                Text(
                    fr="Dites quoi, où et quand : « Occupation du sol de La Réunion en 2023 ».",
                    en="Say what, where and when: “Land cover of La Réunion in 2023”.",
                ),
            )


@rule(Level.WARNING)
def abstract_is_technique(record: Record) -> Iterator[Fault]:
    """Fault 2: an abstract that tells how the data were made rather than what they are."""
    for language, abstract in record.abstract.items():
        found = {match.group().lower() for match in _TECHNIQUE.finditer(abstract)}
        if len(found) >= 3:
            named = ", ".join(sorted(found)[:4])
            yield Fault(
                f"abstract.{language}",
                Text(
                    fr=f"Le résumé parle de technique ({named}) plus que des données.",
                    en=f"The abstract tells of technique ({named}) more than of the data.",
                ),
                Text(
                    fr="Mettez la technique dans la généalogie ; dites ici ce que contiennent les données.",
                    en="Move the technique to the lineage; say here what the data hold.",
                ),
            )


@rule(Level.WARNING)
def abstract_repeats_title(record: Record) -> Iterator[Fault]:
    """Fault 2: an abstract that adds nothing to the title."""
    for language, abstract in record.abstract.items():
        title = getattr(record.title, language).strip().lower().rstrip(".")
        rest = abstract.strip().lower().replace(title, "") if title else abstract
        if title and len(rest.split()) < 6:
            yield Fault(
                f"abstract.{language}",
                Text(fr="Le résumé ne fait que répéter le titre.", en="The abstract only repeats the title."),
                Text(
                    fr="Décrivez le contenu : variables ou classes, étendue, précision, usage.",
                    en="Describe the content: variables or classes, extent, accuracy, use.",
                ),
            )


@rule(Level.WARNING)
def abstract_too_long(record: Record) -> Iterator[Fault]:
    for language, abstract in record.abstract.items():
        if len(abstract) > LONGEST_ABSTRACT:
            yield Fault(
                f"abstract.{language}",
                Text(
                    fr=f"Le résumé compte {len(abstract)} caractères ; les moteurs en lisent {LONGEST_ABSTRACT}.",
                    en=f"The abstract has {len(abstract)} characters; search engines read {LONGEST_ABSTRACT}.",
                ),
                Text(fr="Déplacez les détails dans les notes.", en="Move the details to the notes."),
            )


@rule(Level.WARNING)
def keywords_without_thesaurus(record: Record) -> Iterator[Fault]:
    """Fault 6: fewer than three keywords from a thesaurus."""
    found = sum(1 for keyword in record.keywords if keyword.uri or keyword.thesaurus)
    if record.keywords and found < WANTED_THESAURUS_KEYWORDS:
        yield Fault(
            "keywords",
            Text(
                fr=f"Mots-clés d’un thésaurus : {found} ; il en faudrait {WANTED_THESAURUS_KEYWORDS}.",
                en=f"Keywords from a thesaurus: {found}; {WANTED_THESAURUS_KEYWORDS} are wanted.",
            ),
            Text(
                fr="Cherchez vos mots-clés dans la liste proposée (GEMET, INSPIRE, GCMD).",
                en="Look your keywords up in the list (GEMET, INSPIRE, GCMD).",
            ),
        )


@rule(Level.WARNING)
def languages_in_one_text(record: Record) -> Iterator[Fault]:
    """Two languages in one string ("Eau / Water") are lost to a reader of either."""
    for place, keyword in enumerate(record.keywords):
        for language, label in keyword.label.items():
            if not keyword.uri and re.search(r"\S\s/\s\S", label):
                yield Fault(
                    f"keywords.{place}.label.{language}",
                    Text(
                        fr=f"« {label} » semble tenir deux mots-clés ou deux langues en un.",
                        en=f"“{label}” seems to hold two keywords or two languages in one.",
                    ),
                    Text(
                        fr="Donnez un mot-clé par ligne, chaque langue dans son champ.",
                        en="Give one keyword per line, each language in its field.",
                    ),
                )


@rule(Level.HINT)
def title_in_one_language(record: Record) -> Iterator[Fault]:
    yield from _untranslated("title", record.title, Text(fr="titre", en="title"))


@rule(Level.HINT)
def abstract_in_one_language(record: Record) -> Iterator[Fault]:
    yield from _untranslated("abstract", record.abstract, Text(fr="résumé", en="abstract"))


def _untranslated(field: str, text: Text, name: Text) -> Iterator[Fault]:
    missing: list[Language] = [language for language in ("fr", "en") if not getattr(text, language)]
    if len(missing) == 1:
        language = missing[0]
        yield Fault(
            f"{field}.{language}",
            Text(
                fr=f"Le {name.fr} n’existe pas {_NAMES[language].fr}.",
                en=f"There is no {name.en} {_NAMES[language].en}.",
            ),
            Text(
                fr="Ajoutez-le : plus de lecteurs trouveront les données.",
                en="Add it: more readers will find the data.",
            ),
        )
