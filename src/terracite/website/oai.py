# SPDX-License-Identifier: AGPL-3.0-or-later
"""The address of the OAI-PMH interface."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from terracite.repository import addresses
from terracite.repository.oai import respond


@csrf_exempt  # harvesters may POST; nothing is changed here
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """Every verb, by GET or POST; errors of the protocol are answers with status 200."""
    parameters: QueryDict = request.POST if request.method == "POST" else request.GET
    content = respond(dict(parameters.lists()), addresses.base_url() + reverse("oai"), timezone.now())
    return HttpResponse(content, content_type="text/xml; charset=utf-8")
