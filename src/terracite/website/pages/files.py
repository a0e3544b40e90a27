# SPDX-License-Identifier: AGPL-3.0-or-later
"""Step 2: the files of a draft."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from terracite.errors import TerraciteError
from terracite.record.model import FileRole, Text
from terracite.repository import files, uploads
from terracite.repository.models import DatasetVersion, Person, StoredFile
from terracite.repository.states import FileState
from terracite.website import messages_of
from terracite.website.forms.posted import identifier
from terracite.website.pages.deposit import own_version

READ_AT_ONCE_BYTES = 64_000_000  #: larger files are read by the worker


@login_required
@require_POST
def upload(request: HttpRequest, version: UUID) -> HttpResponse:
    """Take files; what is small is read at once, so that the next page shows what was found."""
    found = own_version(request, version)
    taken, at_once = 0, True
    for sent in request.FILES.getlist("files"):
        stored = _take(request, found, sent, at_once=at_once)
        taken += stored is not None
        # one that the antivirus or the store did not answer for: the worker goes on, nobody waits here
        at_once = at_once and not (stored is not None and stored.state == FileState.SCANNING.value)
    if taken:
        told = ngettext("%(count)d file received.", "%(count)d files received.", taken) % {"count": taken}
        messages.success(request, told, "good")
    elif not request.FILES:
        messages.warning(request, _("Choose at least one file."), "warn")
    return redirect("deposit-step", found.uuid, "files")


@login_required
@require_POST
def describe(request: HttpRequest, version: UUID) -> HttpResponse:
    """Remove one file, forget one that is not whole, or say what each of them is."""
    found = own_version(request, version)
    person = cast("Person", request.user)
    try:
        if path := request.POST.get("remove", ""):
            files.remove_file(found, person, path)
            messages.success(request, _("“%(path)s” is removed.") % {"path": path}, "good")
        elif unfinished := request.POST.get("forget", ""):
            uploads.terminate(uploads.find(identifier(unfinished), person))
            messages.success(request, _("What was received of it is removed."), "good")
        else:
            _describe_all(request, found, person)
            messages.success(request, _("Saved."), "good")
    except TerraciteError as error:
        messages_of.refusal(request, error)
    return redirect("deposit-step", found.uuid, "files")


def _take(request: HttpRequest, version: DatasetVersion, sent: File[bytes], *, at_once: bool) -> StoredFile | None:
    """Keep it, and look into it when it is small; None when it was refused, with the reason told."""
    try:
        stored = files.add_file(version, cast("Person", request.user), sent.name or "file", sent)
        return files.inspect_file(stored) if at_once and stored.bytes <= READ_AT_ONCE_BYTES else stored
    except TerraciteError as error:
        messages_of.refusal(request, error)
        return None


def _describe_all(request: HttpRequest, version: DatasetVersion, person: Person) -> None:
    roles = {role.value for role in FileRole}
    for file in version.files.all():
        role = request.POST.get(f"role.{file.pk}", file.role)
        about = Text(
            fr=request.POST.get(f"about_fr.{file.pk}", file.description_fr).strip(),
            en=request.POST.get(f"about_en.{file.pk}", file.description_en).strip(),
        )
        if role in roles and (role, about.fr, about.en) != (file.role, file.description_fr, file.description_en):
            files.describe_file(version, person, file.path, role=role, description=about)
