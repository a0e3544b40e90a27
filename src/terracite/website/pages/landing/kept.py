# SPDX-License-Identifier: AGPL-3.0-or-later
"""Landing pages as readers without an account get them, kept in memory for a minute.

What must be true at once is in the key, read from the database at every request: language, and of every public
version of the dataset its state, access, revision and moments of change. So a withdrawal, a correction, the end of an
embargo or a newer version is seen by the next reader. The rest may be a minute old: counts of usage, who cites the
dataset, the title of its deposit. A page whose previews are not all made is kept for some seconds only.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.text import compress_string
from django.utils.translation import get_language

from terracite.repository import addresses
from terracite.repository.models import DatasetVersion, PreviewState
from terracite.repository.states import State
from terracite.website import previewing

KEPT_S, UNSETTLED_S = 60.0, 5.0
MOST_BYTES = 16 << 20  #: of all pages: some 350 of them
LARGEST_BYTES = 256 << 10  #: of one page
_COLUMNS = ("number", "pk", "state", "access", "revision", "datestamp", "updated", "published_at")
_LASTING = {PreviewState.READY.value, PreviewState.NONE.value}

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was sent."""

    html: bytes
    packed: bytes  #: the same, gzip: to compress it again for each reader would take as long as all the rest
    link: str
    version: DatasetVersion  #: its primary key and whether it is public, to be counted
    until: float  #: of the monotonic clock

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return len(self.html) + len(self.packed)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page again, compressed for a reader who can unpack it: it holds nothing secret that could be guessed."""
        if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            response = HttpResponse(self.packed, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        else:
            response = HttpResponse(self.html)
        response["Link"] = self.link
        return response


class Pages:
    """The pages, the least lately read thrown away first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self.bytes = 0

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def get(self, key: Key) -> Page | None:
        """The page, unless it is too old."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.until < time.monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        """Keep a page; the oldest ones make room."""
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += page.bytes
            while self.bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        if (page := self._pages.pop(key, None)) is not None:
            self.bytes -= page.bytes


pages = Pages()


def key_of(request: HttpRequest, dataset: UUID, number: int) -> Key | None:
    """What the page depends on; None when it is not the one that every reader without an account gets."""
    known_cookies = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}  # the page holds no token
    if request.GET or not known_cookies.issuperset(request.COOKIES) or request.user.is_authenticated:
        return None
    public = DatasetVersion.objects.filter(dataset__uuid=dataset, published_at__isnull=False).order_by("number")
    rows = tuple(public.values_list(*_COLUMNS))
    readable = {State.PUBLISHED.value, State.SUPERSEDED.value}
    if not any(row[0] == number and row[2] in readable for row in rows):
        return None
    return (request.path, get_language(), rows)


def keep(
    key: Key,
    request: HttpRequest,
    version: DatasetVersion,
    response: HttpResponse,
    previews: Iterable[previewing.Inline],
) -> None:
    """Keep a page for those who ask for the same; not one that holds something of this reader, nor a huge one."""
    is_own = "CSRF_COOKIE_NEEDS_UPDATE" in request.META or bool(response.cookies)
    if is_own or len(response.content) > LARGEST_BYTES or request.path != addresses.landing_path(version):
        return
    is_settled = all(line.state in _LASTING for line in previews)
    until = time.monotonic() + (KEPT_S if is_settled else UNSETTLED_S)
    counted = DatasetVersion(pk=version.pk, published_at=version.published_at)
    html, link = response.content, response.headers.get("Link", "")
    pages.put(key, Page(html, compress_string(html), link, counted, until))
