# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors of the repository, told to a reader in their language."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from terracite.errors import DepositError, StoreAwayError, TerraciteError
from terracite.repository.states import MoveRefusedError
from terracite.website.forms.posted import Form
from terracite.website.templatetags.show import language, remark

log = logging.getLogger(__name__)


def words(error: TerraciteError) -> str:
    """What happened and the cure; in both languages where the repository gives both."""
    if isinstance(error, MoveRefusedError):
        parts = [f"{refusal.message.best(language())} {refusal.cure.best(language())}" for refusal in error.refusals]
        return " ".join(part.strip() for part in parts)
    if isinstance(error, StoreAwayError):
        log.error("%s", error)
        return _("The store of files does not answer. What you saved is kept: try again in a minute.")
    if language() == "fr":
        return _KNOWN.get(error.message, str(error))
    return str(error)


def known(error: TerraciteError) -> str:
    """What happened and the cure in French, for errors that have them there; "" for others, and other readers."""
    return _KNOWN.get(error.message, "") if language() == "fr" else ""


def refusal(request: HttpRequest, error: TerraciteError) -> None:
    """Show it at the head of the next page."""
    messages.error(request, words(error), "bad")


def into_form(form: Form, error: DepositError) -> None:
    """Each mistake beside its input."""
    for problem in error.problems:
        told = _("This value cannot be used: %(what)s") % {"what": remark(problem.what)}
        form.problem(problem.where.replace(".box.", "."), told)
    if not error.problems:
        form.problem("", words(error))


_KNOWN = {
    "A correction is already waiting for review.": "Une correction attend déjà. Attendez la réponse des modérateurs.",
    "No correction is waiting.": "Aucune correction n'attend. Rechargez la page.",
    "Nothing differs from what is published.": "Rien ne diffère de ce qui est publié.",
    "Too many messages were sent today.": "Trop de messages ont été envoyés aujourd'hui. Réessayez demain.",
    "Nobody with an account has this user name or ORCID.": (
        "Personne n'a de compte avec ce nom ou cet ORCID. Vérifiez-le, ou invitez la personne par courriel."
    ),
    "This is not an e-mail address.": "Ce n'est pas une adresse électronique. Écrivez-la comme chloe@example.org.",
    "The deposit is theirs already.": "Le dépôt est déjà le sien.",
    "There is no such role.": "Ce rôle n'existe pas. Choisissez éditeur ou lecteur.",
    "This invitation is no longer good.": "Cette invitation n'est plus valable. Demandez-en une autre.",
    "This deposit is not shared with you.": "Ce dépôt n'est pas partagé avec vous : son propriétaire le cède plutôt.",
    "This account is closed.": "Ce compte est fermé. Choisissez quelqu'un d'autre.",
    "The deposit is no longer shared with this person.": (
        "Le dépôt n'est plus partagé avec cette personne. Rechargez la page."
    ),
    "Only the owner of a deposit chooses who works on it.": (
        "Seul le propriétaire d'un dépôt choisit qui y travaille. Adressez-vous à lui."
    ),
    "A link lasts from a day to a year.": "Un lien dure d'un jour à un an.",
    "This version is published: everybody sees it.": "Cette version est publiée : chacun la voit. Donnez son DOI.",
    "There is no such link.": "Ce lien n'existe pas. Rechargez la page.",
    "This dataset is not yours.": "Ce jeu de données n'est pas le vôtre. Adressez-vous au propriétaire du dépôt.",
    "The deposit says nothing of this field.": "Le dépôt ne dit rien de ce champ. Écrivez-le d'abord dans le dépôt.",
    "The deposit cannot be changed so.": "Le dépôt doit garder un titre et au moins une discipline.",
    "This deposit is not yours.": "Ce dépôt n'est pas le vôtre. Demandez à son propriétaire de le partager.",
    "The message is empty.": "Le message est vide. Écrivez d'abord quelque chose.",
    "This suggestion was already answered.": "Cette suggestion a déjà reçu une réponse. Rechargez la page.",
    "The field already has that value.": "Le champ a déjà cette valeur.",
}
