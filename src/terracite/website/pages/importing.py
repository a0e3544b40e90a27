# SPDX-License-Identifier: AGPL-3.0-or-later
"""Importing a description into a draft, or to begin one."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse


def begin(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    raise Http404


def into(request: HttpRequest, version: UUID) -> HttpResponse:  # noqa: ARG001
    raise Http404
