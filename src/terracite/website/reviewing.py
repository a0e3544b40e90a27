# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readers of a journal with a reviewer link: a cookie of one version's addresses becomes a visitor of that version."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from terracite.repository import review_links
from terracite.repository.permissions import can_view
from terracite.website.middleware import Handler

Answer = TypeVar("Answer", bound=HttpResponseBase)
COOKIE = "terracite_review"  #: only ever sent with the addresses of the version, gone with the browser


class ReviewLinkMiddleware:
    """Lets whoever opened a reviewer link see that version, unless they may see it anyway; nothing is ever kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = request.COOKIES.get(COOKIE, "")
        if not token or not request.path.startswith("/datasets/"):
            return self.get_response(request)
        visitor = review_links.visitor_with(token, request.path)
        version = review_links.version_behind(token) if visitor else None
        if visitor is None or version is None or can_view(request.user, version):
            return self.get_response(request)
        cast("Any", request).user = visitor
        return hidden_from_machines(self.get_response(request))


def hidden_from_machines(answer: Answer) -> Answer:
    """The answer, for no index and no cache, and telling no other site where the reader came from."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "same-origin"  # "no-referrer" takes the origin of forms too
    for name in ("ETag", "Last-Modified"):
        if name in answer.headers:
            del answer.headers[name]
    return answer
