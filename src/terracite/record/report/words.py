# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phrases of the reports, in both languages."""

from __future__ import annotations

from terracite.record.model import Language

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "page": ("Contrôle d’une notice", "Check of a record"),
    "untitled": ("Sans titre", "Untitled"),
    "ready": ("Prêt à être publié.", "Ready to be published."),
    "not_ready": ("{count} point(s) bloquant(s) à corriger.", "{count} blocker(s) to correct."),
    "read_as": ("Lu comme {format}", "Read as {format}"),
    "fair": (
        "Score FAIR attendu : {earned:g} sur {most:g} ({percent} %)",
        "FAIR score to expect: {earned:g} of {most:g} ({percent} %)",
    ),
    "to_gain": ("Des points à gagner", "Points to gain"),
    "findings": ("Ce qu’un modérateur dirait", "What a moderator would say"),
    "remarks": ("Ce qui a été réparé en lisant", "What was repaired while reading"),
    "leftovers": ("Ce que la notice ne peut pas garder", "What the record has no place for"),
    "none": ("Rien.", "Nothing."),
    "level": ("Niveau", "Level"),
    "where": ("Où", "Where"),
    "what": ("Constat", "Finding"),
    "cure": ("Remède", "Cure"),
    "value": ("Valeur", "Value"),
    "worth": ("Points", "Points"),
    "blocker": ("bloquant", "blocker"),
    "warning": ("à revoir", "warning"),
    "hint": ("conseil", "hint"),
    "error": ("perdu", "lost"),
    "survey": ("Contrôle de {count} fichiers", "Check of {count} files"),
    "survey_line": (
        "{read} notices lues, {ready} prêtes à être publiées, {refused} fichiers qui ne sont pas des notices lues ici.",
        "{read} records read, {ready} of them ready to be published, {refused} files that are no records read here.",
    ),
    "files": ("Fichiers", "Files"),
    "refusals": ("Ce qui n’a pas été lu", "What was not read"),
    "by_kind": ("Réparations, par sorte", "Repairs, by kind"),
    "by_rule": ("Constats, par règle", "Findings, by rule"),
    "file": ("Fichier", "File"),
    "format": ("Format", "Format"),
    "title": ("Titre", "Title"),
    "blockers": ("Bloquants", "Blockers"),
    "warnings": ("À revoir", "Warnings"),
    "repairs": ("Réparations", "Repairs"),
    "left": ("Sans place", "No place"),
    "score": ("FAIR (%)", "FAIR (%)"),
    "kind": ("Sorte", "Kind"),
    "times": ("Fois", "Times"),
    "documents": ("Fichiers", "Files"),
    "example": ("Le premier", "The first one"),
}


def word(key: str, language: Language, **values: object) -> str:
    """A phrase of a report."""
    return _WORDS[key][0 if language == "fr" else 1].format(**values)
