# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors of the repository, told to a reader in their language."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from terracite.errors import DepositError, TerraciteError
from terracite.repository.states import MoveRefusedError
from terracite.website.forms.posted import Form
from terracite.website.templatetags.show import language


def words(error: TerraciteError) -> str:
    """What happened and the cure; in both languages where the repository gives both."""
    if isinstance(error, MoveRefusedError):
        parts = [f"{refusal.message.best(language())} {refusal.cure.best(language())}" for refusal in error.refusals]
        return " ".join(part.strip() for part in parts)
    if language() == "fr":
        return _KNOWN.get(error.message, str(error))
    return str(error)


def refusal(request: HttpRequest, error: TerraciteError) -> None:
    """Show it at the head of the next page."""
    messages.error(request, words(error), "bad")


def into_form(form: Form, error: DepositError) -> None:
    """Each mistake beside its input."""
    for problem in error.problems:
        told = _("This value cannot be used: %(what)s") % {"what": problem.what}
        form.problem(problem.where.replace(".box.", "."), told)
    if not error.problems:
        form.problem("", words(error))


_KNOWN = {
    "This dataset changed since you opened the page.": (
        "Ce jeu de données a changé depuis que vous avez ouvert la page. Rechargez-la pour voir les changements, "
        "puis refaites les vôtres."
    ),
    "This deposit is not yours.": "Ce dépôt n'est pas le vôtre. Demandez à son propriétaire de le partager.",
    "The message is empty.": "Le message est vide. Écrivez d'abord quelque chose.",
    "This suggestion was already answered.": "Cette suggestion a déjà reçu une réponse. Rechargez la page.",
    "The field already has that value.": "Le champ a déjà cette valeur.",
}
