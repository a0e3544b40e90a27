# SPDX-License-Identifier: AGPL-3.0-or-later
"""The links at the head of every page, as this reader may use them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from terracite.repository.models import DeskRole
from terracite.repository.moderation_queue import to_do


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: ``is_page`` is this very page, ``is_here`` this page or one below it."""

    label: str
    url: str
    is_here: bool
    is_page: bool
    count: int = 0  #: what waits there for this reader


def links(request: HttpRequest) -> list[Link]:
    """Search and deposit for all, moderation for those who have a desk, then about and help."""
    names = [(_("Search"), "search", 0), (pgettext("verb", "Deposit"), "deposits", 0)]
    if _has_desk(request):
        names.append((_("Moderation"), "desk", to_do(request.user)))
    names += [(_("About"), "about", 0), (_("Help"), "help", 0)]
    return [_link(request, label, reverse(name), count) for label, name, count in names]


def _link(request: HttpRequest, label: str, url: str, count: int) -> Link:
    return Link(label, url, is_here=request.path.startswith(url), is_page=request.path == url, count=count)


def _has_desk(request: HttpRequest) -> bool:
    person = getattr(request, "user", None)
    return bool(person and person.is_authenticated and DeskRole.objects.filter(person=person).exists())
