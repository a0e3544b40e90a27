# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every answer goes through: security headers, compression of text, the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponseBase]

#: Nothing from elsewhere, nothing inline: pictures may be data addresses (Leaflet's blank pixel).
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
COMPRESSED_TYPES = ("text/", "application/json", "application/ld+json", "application/xml", "image/svg+xml")


class SecurityHeadersMiddleware:
    """Sets the Content-Security-Policy and its companions unless a view set a stricter one of its own.

    What somebody is shown as who they are is kept by no cache, unless its view says how.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class RefuseNulMiddleware:
    """404 for an address with the character NUL, 400 for such a form: PostgreSQL keeps none, and no reader types one.

    After the check of the form's token, which has read the form already.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Look before the page is asked."""
        if "\x00" in request.path or _has_nul(request.GET):
            raise Http404
        if request.content_type in _FORMS and _has_nul(request.POST):
            raise BadRequest(_("The form holds a character that cannot be kept."))


_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def _has_nul(data: QueryDict) -> bool:
    return any("\x00" in text for name, values in data.lists() for text in (name, *values))


class CompressTextMiddleware(GZipMiddleware):
    """Compresses pages and static text, never data files: their bytes are addressed by range."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        kind = response.headers.get("Content-Type", "")
        is_static = request.path.startswith(settings.STATIC_URL)
        if response.status_code != 200 or not kind.startswith((*COMPRESSED_TYPES, "application/javascript")):
            return response
        if (response.streaming and not is_static) or "Content-Disposition" in response.headers:
            return response
        return super().process_response(request, response)


class ChosenLanguageMiddleware:
    """The reader's language: ``?lang=``, else the cookie, else the account, else the browser, else the site's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = _chosen(request) or translation.get_language_from_request(request)
        translation.activate(language)
        cast("Any", request).LANGUAGE_CODE = language
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def _chosen(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    wanted = request.GET.get("lang", "")
    if wanted in known:
        return wanted
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in known:
        return request.COOKIES[settings.LANGUAGE_COOKIE_NAME]
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        account = getattr(request.user, "language", "")
        return account if account in known else ""
    return ""
