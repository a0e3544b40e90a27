# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing to the contact persons of a dataset: no account needed, no address shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terracite.errors import DepositError
from terracite.repository import addresses, contact
from terracite.repository.models import DatasetVersion, Person
from terracite.website import limits, messages_of, visitors
from terracite.website.visible import visible_version

MOST_AN_HOUR = 5  #: from one place, before it is asked to wait
TRAP = "website"  #: an input that no person sees
_FIELDS = ("name", "email", "text")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """The form, and what it sends."""
    version = visible_version(request, dataset, number)
    if not contact.can_be_written_to(version):
        raise Http404
    if request.method != "POST":
        return _form(request, version, _known(request), {})
    posted = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.POST.get(TRAP):  # a program filled what is hidden: it is told that all went well
        return _thanked(request, version)
    if not _may_send(request):
        problem = _("Too many messages came from you within the hour. Try again later.")
        return _form(request, version, posted, {"": problem}, status=429)
    person = request.user if isinstance(request.user, Person) and request.POST.get("copy") else None
    try:
        contact.send(version, **posted, copy_to=person)
    except DepositError as error:
        told = {problem.where: _told(problem.where) for problem in error.problems}
        return _form(request, version, posted, told or {"": messages_of.words(error)}, status=422)
    return _thanked(request, version)


def _form(
    request: HttpRequest, version: DatasetVersion, values: dict[str, str], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    shown = {
        "version": version,
        "page": addresses.landing_path(version),
        "values": values,
        "problems": problems,
        "longest": contact.LONGEST_TEXT,
    }
    return render(request, "contact.html", shown, status=status)


def _thanked(request: HttpRequest, version: DatasetVersion) -> HttpResponse:
    messages.success(request, _("Sent. The answer comes to your address."), "good")
    return redirect(addresses.landing_path(version))


def _known(request: HttpRequest) -> dict[str, str]:
    if not isinstance(request.user, Person):
        return dict.fromkeys(_FIELDS, "")
    return {"name": request.user.display_name, "email": request.user.email, "text": ""}


def _told(where: str) -> str:
    return {
        "name": _("Write your name, in 200 characters at most."),
        "email": _("Write your address, such as name@example.org: the answer goes there."),
        "text": _("Write your message, in 5,000 characters at most."),
    }[where]


def _may_send(request: HttpRequest) -> bool:
    """At most some messages an hour from one place; its address is forgotten with the hour."""
    return limits.may("contact", visitors.place(request), MOST_AN_HOUR, 3600)
