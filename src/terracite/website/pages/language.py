# SPDX-License-Identifier: AGPL-3.0-or-later
"""Choosing the language: kept in a cookie, and in the account of who is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe


@require_safe
def choose(request: HttpRequest, language: str) -> HttpResponse:
    """Read the site in ``language`` from now on; a plain link, so that no cookie is needed before it."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if is_ours else reverse("home"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    _remember(request.user, language)
    return response


def _remember(person: Any, language: str) -> None:
    if person.is_authenticated and person.language != language:
        person.language = language
        person.save(update_fields=["language"])
