# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages that only tell: about, help, accessibility, legal and privacy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def about(request: HttpRequest) -> HttpResponse:
    """What the site is, for whom, and who keeps it."""
    return render(request, "about.html")
