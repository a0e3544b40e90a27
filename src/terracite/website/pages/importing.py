# SPDX-License-Identifier: AGPL-3.0-or-later
"""Importing a description into a draft, or to begin one: give a source, see field by field, choose, take."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terracite.errors import DepositError, MoveError, RecordError, ServiceError, TerraciteError
from terracite.record.model import Discipline, Record, Text
from terracite.repository import deposits, importing
from terracite.repository.models import DatasetVersion, Deposit, Person
from terracite.repository.permissions import can_edit_deposit
from terracite.repository.records import record_of
from terracite.services import doi_metadata
from terracite.website import import_words, messages_of
from terracite.website.forms.posted import counted, identifier
from terracite.website.pages.finders import own_draft

_SALT = "import"
LARGEST_HELD = 1_500_000  #: characters carried from one page to the next; what browsers and servers take in a form
_SHOWN_LEFTOVERS = 200


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def into(request: HttpRequest, version: UUID) -> HttpResponse:
    """Import into a draft of one's own."""
    return _page(request, own_draft(request, str(version)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a dataset with an imported description."""
    return _page(request, None)


def _page(request: HttpRequest, version: DatasetVersion | None) -> HttpResponse:
    if request.method != "POST":
        return _ask(request, version)
    try:
        if "take" in request.POST:
            return _take(request, version)
        return _read(request, version)
    except (RecordError, ServiceError, DepositError, MoveError) as error:
        return _ask(request, version, error)


def _ask(request: HttpRequest, version: DatasetVersion | None, error: TerraciteError | None = None) -> HttpResponse:
    person = cast("Person", request.user)
    earlier = [item for item in deposits.drafts_of(person) if version is None or item.pk != version.pk]
    values: dict[str, Any] = {
        "version": version,
        "earlier": earlier[:200],
        "error": messages_of.words(error) if error else "",
    }
    values |= {"posted": request.POST if error else {}, "here": request.get_full_path()}
    return render(request, "import/ask.html", values, status=422 if error else 200)


def _read(request: HttpRequest, version: DatasetVersion | None) -> HttpResponse:
    """Show what a source holds; of a table, ask which row first."""
    if chosen := request.POST.get("earlier", ""):
        return _show(request, version, importing.source_of_version(own_source(request, chosen)))
    document = _document(request)
    row = counted(request.POST.get("row", ""))
    rows = importing.rows_of(document) if row is None else []
    if rows:
        values = {"version": version, "rows": rows, "held": _held(document.decode("utf-8", "replace"))}
        return render(request, "import/rows.html", values | {"here": request.path})
    return _show(request, version, importing.read_source(document, row or 0))


def own_source(request: HttpRequest, uuid: str) -> DatasetVersion:
    """An earlier dataset of this person's deposits."""
    found = get_object_or_404(DatasetVersion.objects.select_related("dataset__deposit"), uuid=identifier(uuid))
    if not can_edit_deposit(cast("Person", request.user), found.dataset.deposit):
        raise Http404
    return found


def _document(request: HttpRequest) -> bytes:
    """What was given: held from the page before, a file, a DOI, or pasted text."""
    if held := request.POST.get("held", ""):
        return str(_unheld(held)).encode()
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return bytes(file.read(importing.MAX_DOCUMENT_BYTES + 1))
    if doi := request.POST.get("doi", "").strip():
        return doi_metadata.fetch(doi)
    return request.POST.get("text", "").encode("utf-8", "replace")


def _show(request: HttpRequest, version: DatasetVersion | None, found: importing.Found) -> HttpResponse:
    record = record_of(version) if version else Record()
    offered = importing.offer(found, record)
    held = {"format": found.format, "of": found.of, "label": found.label.model_dump()}
    without_files = found.record.model_copy(update={"files": ()})
    person = cast("Person", request.user)
    values: dict[str, Any] = {
        "version": version,
        "found": found,
        "offers": [import_words.line(item) for item in offered.offers],
        "same": [import_words.name(item) for item in offered.same],
        "not_taken": offered.not_taken[:_SHOWN_LEFTOVERS],
        "not_shown": max(0, len(offered.not_taken) - _SHOWN_LEFTOVERS),
        "remarks": found.remarks[:50],
        "held": _held(held | {"record": without_files.model_dump(mode="json", exclude={"origins"})}),
        "own": [] if version else _own_deposits(person),
        "disciplines": list(Discipline),
        "here": request.path,
    }
    return render(request, "import/show.html", values)


def _take(request: HttpRequest, version: DatasetVersion | None) -> HttpResponse:
    content = _unheld(request.POST.get("held", ""))
    if not isinstance(content, dict):
        raise RecordError("This page is too old.", hint="Give the source again.")
    label = Text.model_validate(content["label"])
    found = importing.Found(Record.model_validate(content["record"]), content["format"], label, content["of"])
    person = cast("Person", request.user)
    target = version or _new_draft(request, person, found.record)
    taken = importing.apply(target, found, person, request.POST.getlist("field"))
    told = ngettext("%(count)d field was imported.", "%(count)d fields were imported.", len(taken))
    messages.success(request, told % {"count": len(taken)}, "good")
    return redirect("deposit-step", target.uuid, "describe")


def _new_draft(request: HttpRequest, person: Person, record: Record) -> DatasetVersion:
    if chosen := request.POST.get("deposit", ""):
        deposit = get_object_or_404(Deposit, uuid=identifier(chosen))
        if not can_edit_deposit(person, deposit):
            raise Http404
    else:
        title = record.title or Text(fr="Import", en="Import")
        deposit = deposits.create_deposit(person, title, request.POST.getlist("disciplines"))
    return deposits.create_dataset(deposit, person)


def _own_deposits(person: Person) -> list[Deposit]:
    own = Deposit.objects.filter(owner=person) | Deposit.objects.filter(collaborators=person)
    return [deposit for deposit in own.distinct().order_by("-updated")[:200] if can_edit_deposit(person, deposit)]


def _held(content: Any) -> str:
    """A value that the next page sends back unchanged."""
    held = signing.dumps(content, salt=_SALT, compress=True)
    if len(held) > LARGEST_HELD:
        raise RecordError(
            "This description is too large to be shown before it is taken.",
            hint="Leave out long lists, or deposit it with 'terracite deposit'.",
        )
    return held


def _unheld(held: str) -> Any:
    try:
        return signing.loads(held, salt=_SALT, max_age=86_400)
    except signing.BadSignature as error:
        raise RecordError("This page is too old.", hint="Give the source again.") from error
