# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences a desk keeps: its moderators add, change and remove them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terracite.errors import TerraciteError
from terracite.record.model import Text
from terracite.repository import moderation_sentences
from terracite.repository.models import CannedSentence, Person
from terracite.repository.permissions import desks_of
from terracite.website import labels, messages_of
from terracite.website.forms.posted import counted
from terracite.website.pages.desks.queue import at_desk


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sentences(request: HttpRequest) -> HttpResponse:
    """One list a desk, each sentence in both languages."""
    person = at_desk(request)
    desks = sorted(desks_of(person))
    if not desks:
        raise PermissionDenied(_("Sentences belong to the moderators of a desk."))
    if request.method == "POST":
        try:
            _change(request, person)
        except TerraciteError as error:
            messages_of.refusal(request, error)
        return redirect("sentences")
    values = {
        "desks": [(desk, moderation_sentences.sentences([desk])) for desk in desks],
        "field_names": list(labels.FIELDS.items()),
    }
    return render(request, "moderation/sentences.html", values)


def _change(request: HttpRequest, person: Person) -> None:
    discipline, action = request.POST.get("discipline", ""), request.POST.get("action", "")
    own = CannedSentence.objects.filter(discipline__in=desks_of(person))
    number = counted(request.POST.get("sentence", ""))
    chosen = get_object_or_404(own, pk=number) if number is not None else None
    if action == "shipped":
        moderation_sentences.begin_with_shipped(person, discipline)
        messages.success(request, _("The list is yours now."), "good")
    elif action == "remove" and chosen is not None:
        moderation_sentences.remove(person, chosen)
        messages.success(request, _("Removed."), "good")
    elif action == "keep":
        field = request.POST.get("field", "")
        text = Text(fr=request.POST.get("fr", ""), en=request.POST.get("en", ""))
        known = field if field in labels.FIELDS else ""
        moderation_sentences.keep(person, discipline, field=known, text=text, sentence=chosen)
        messages.success(request, _("Saved."), "good")
