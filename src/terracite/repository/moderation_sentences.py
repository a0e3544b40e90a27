# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sentences that a desk writes often: its own ones, or the shipped ones until it has its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.model import Text
from terracite.repository.models import CannedSentence, Person
from terracite.repository.permissions import desks_of

LONGEST = 1000

#: field ("" = any) and words
SHIPPED: tuple[tuple[str, Text], ...] = (
    ("title", Text(en="Say what, where and when in the title.", fr="Dites quoi, où et quand dans le titre.")),
    ("abstract", Text(
        en="Describe the data in the abstract; move the method to how they were made.",
        fr="Décrivez les données dans le résumé ; déplacez la méthode dans leur production.",
    )),
    ("lineage", Text(en="Name the sources, with their DOI.", fr="Nommez les sources, avec leur DOI.")),
    ("keywords", Text(
        en="Take at least three keywords from a thesaurus.", fr="Prenez au moins trois mots-clés d'un thésaurus."
    )),
    ("extents", Text(
        en="The extent is larger than the data: draw it closer.",
        fr="L'emprise est plus grande que les données : dessinez-la de plus près.",
    )),
    ("licence", Text(
        en="Check that every author agrees with this licence.",
        fr="Vérifiez que tous les auteurs acceptent cette licence.",
    )),
    ("files", Text(
        en="Add a README that describes each file, its columns and their units.",
        fr="Ajoutez un README qui décrit chaque fichier, ses colonnes et leurs unités.",
    )),
    ("files", Text(
        en="Save the tables as CSV: a format that will still be read in twenty years.",
        fr="Enregistrez les tableaux en CSV : un format qui sera encore lu dans vingt ans.",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to insert. ``key`` names it in a form; ``own``: the desk's, which its moderators may change."""

    key: str
    field: str
    text: Text
    own: CannedSentence | None = None


def sentences(disciplines: Iterable[str]) -> list[Sentence]:
    """The sentences of these desks; the shipped ones when none of them has its own."""
    found = CannedSentence.objects.filter(discipline__in=list(disciplines)).order_by("field", "pk")
    own = [Sentence(str(one.pk), one.field, Text(fr=one.text_fr, en=one.text_en), one) for one in found]
    return own or [Sentence(f"shipped-{number}", *pair) for number, pair in enumerate(SHIPPED)]


def words_of(key: str, disciplines: Iterable[str], language: str) -> str:
    """The sentence that a form names, in ``language``; "" for none of these desks'."""
    chosen = (one.text for one in sentences(disciplines) if one.key == key)
    return next((text.best("fr" if language == "fr" else "en") for text in chosen), "")


def begin_with_shipped(person: Person, discipline: str) -> int:
    """Give a desk that has none its own copy of the shipped sentences; returns how many."""
    _check(person, discipline)
    with transaction.atomic():
        if CannedSentence.objects.filter(discipline=discipline).exists():
            return 0
        copies = [
            CannedSentence(discipline=discipline, field=field, text_fr=text.fr, text_en=text.en, author=person)
            for field, text in SHIPPED
        ]
        return len(CannedSentence.objects.bulk_create(copies))


def keep(
    person: Person, discipline: str, *, field: str, text: Text, sentence: CannedSentence | None = None
) -> CannedSentence:
    """Add a sentence to a desk, or change one of it. `DepositError` when it says nothing or too much."""
    _check(person, discipline)
    if not (text.fr.strip() or text.en.strip()):
        raise DepositError("The sentence is empty.", [Problem("text", "it has no words in either language.")])
    if max(len(text.fr), len(text.en)) > LONGEST:
        raise DepositError("The sentence is too long.", [Problem("text", f"keep it under {LONGEST} characters.")])
    kept = sentence or CannedSentence(discipline=discipline, author=person)
    if kept.discipline != discipline:
        raise MoveError("This sentence belongs to another desk.", hint="Reload the page.")
    kept.field, kept.text_fr, kept.text_en = field, text.fr.strip(), text.en.strip()
    kept.save()
    return kept


def remove(person: Person, sentence: CannedSentence) -> None:
    """Take a sentence away from its desk."""
    _check(person, sentence.discipline)
    sentence.delete()


def _check(person: Person, discipline: str) -> None:
    if discipline not in desks_of(person):
        raise MoveError("This is not your desk.", hint="Ask one of its moderators.")
