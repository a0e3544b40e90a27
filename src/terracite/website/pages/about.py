# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages that only tell. Their prose is one template per language: it is written, not translated line by line."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terracite.record.formats import FORMATS


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, and what one can rely on."""
    return _prose(request, "about", _("About"))


@require_safe
def assistance(request: HttpRequest) -> HttpResponse:
    """How to find, cite and deposit."""
    return _prose(request, "help", _("Help"))


@require_safe
def machines(request: HttpRequest) -> HttpResponse:
    """Addresses and formats for programs."""
    return _prose(request, "machines", _("For machines"))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a person."""
    return _prose(request, "privacy", _("Privacy"))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (RGAA)."""
    return _prose(request, "accessibility", _("Accessibility"))


def _prose(request: HttpRequest, name: str, title: str) -> HttpResponse:
    language = "fr" if get_language() == "fr" else "en"
    values = {
        "title": title,
        "text": f"prose/{name}.{language}.html",
        "publisher": settings.TERRACITE.publisher_name,
        "keep_days": settings.TERRACITE.keep_messages_days,
        "formats": FORMATS.values(),
    }
    return render(request, "prose.html", values)
