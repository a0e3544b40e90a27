# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding people, organisations, funders, keywords and places: lists for the form, and pages without JavaScript."""

from __future__ import annotations

import json
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from terracite.errors import DepositError, MoveError, RecordError
from terracite.repository import deposits, gazetteer
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.permissions import can_edit, can_read_review
from terracite.repository.records import record_of
from terracite.repository.storable import storable
from terracite.website import finding, messages_of
from terracite.website.forms import context, describe
from terracite.website.forms.posted import Form, identifier
from terracite.website.templatetags.show import language

#: finder -> the lists of the form it fills, the first one unless another is named
LISTS = {
    "people": ("creators", "contacts", "contributors"),
    "organisations": ("creators", "contacts", "contributors"),
    "funders": ("funding",),
    "keywords": ("keywords",),
    "standard-names": ("variables",),
    "places": ("extents",),
}
LOGIN_NEEDED = {"people"}
_KEPT_S = 300


@require_safe
def find(request: HttpRequest, kind: str) -> HttpResponse:
    """The answers to ``q``: a list alone with ``fragment``, else a page that can add one to the draft ``for``."""
    if kind not in finding.FINDERS:
        raise Http404
    if kind in LOGIN_NEEDED and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    asked = request.GET.get("q", "").strip()
    options = finding.find(kind, asked, request.user)
    values: dict[str, Any] = {"kind": kind, "q": asked[: finding.LONGEST_QUESTION], "options": options}
    if "fragment" in request.GET:
        answer = render(request, "find/options.html", values)
        patch_cache_control(answer, private=True, max_age=_KEPT_S)
        return answer
    version = _draft(request, request.GET.get("for", ""))
    into = request.GET.get("into", "")
    values |= {"version": version, "into": into if into in LISTS[kind] else LISTS[kind][0]}
    values["rows"] = [(option, json.dumps(option.fill)) for option in options]
    values["here"] = request.get_full_path()
    return render(request, "find/page.html", values)


@never_cache
@login_required
@require_POST
def choose(request: HttpRequest, version: UUID) -> HttpResponse:
    """Add what was chosen to a list of the draft: the way without JavaScript."""
    found = own_draft(request, str(version))
    into, fill = request.POST.get("into", ""), _filled(request.POST.get("fill", ""))
    if into not in {name for names in LISTS.values() for name in names} or not fill:
        raise Http404
    step = "describe" if into in {"keywords", "variables"} else "context"
    return _added(request, found, step, into, fill)


@never_cache
@login_required
@require_POST
def shape(request: HttpRequest, version: UUID) -> HttpResponse:
    """Add the places of an uploaded GeoJSON to the draft."""
    found = own_draft(request, str(version))
    back = HttpResponseRedirect(f"{reverse('deposit-step', args=[found.uuid, 'context'])}#extents")
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        messages.error(request, _("Choose a GeoJSON file first."), "bad")
        return back
    try:
        places, remarks = gazetteer.extent_of_shape(file.read(gazetteer.MAX_SHAPE_BYTES + 1))
        before = [item.model_dump(mode="json") for item in record_of(found).extents]
        added = [item.model_dump(mode="json") for item in places]
        deposits.save(found, cast("Person", request.user), {"extents": [*before, *added]})
    except (RecordError, DepositError, MoveError) as error:
        messages.error(request, messages_of.words(error), "bad")
        return back
    for remark in remarks[:5]:
        messages.warning(request, f"{remark.message.best(language())} {remark.cure.best(language())}", "warn")
    messages.success(request, _("The place was added. Check it on the map."), "good")
    return back


def own_draft(request: HttpRequest, uuid: str) -> DatasetVersion:
    """A version that this person may change; a stranger learns nothing of it."""
    found = get_object_or_404(DatasetVersion.objects.select_related("dataset__deposit__owner"), uuid=identifier(uuid))
    if not can_read_review(request.user, found) or not can_edit(request.user, found):
        raise Http404
    return found


def _draft(request: HttpRequest, uuid: str) -> DatasetVersion | None:
    """The draft a page may add to; None for somebody who only looks."""
    return own_draft(request, uuid) if uuid and request.user.is_authenticated else None


def _filled(text: str) -> dict[str, str]:
    """The values of a row as our own page wrote them; nothing for anything else."""
    try:
        found = storable(json.loads(text[:5000]))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return {}
    return {name.rstrip("?"): value for name, value in found.items()}


def _added(request: HttpRequest, version: DatasetVersion, step: str, into: str, fill: dict[str, str]) -> HttpResponse:
    forms: Any = describe if step == "describe" else context
    record = record_of(version)
    form: Form = forms.from_record(record)
    if into == "keywords":
        form.ticked["keywords"].append(fill.get("keyword", ""))
        form.ticked.setdefault(describe.NEW_KEYWORDS, [])
    else:
        form.rows[into].append({name: fill.get(name, "") for name in (*forms.LISTS[into], "was")})
    values = forms.changes(form, record)
    name = "keywords" if into == "keywords" else into
    try:
        if not form.problems:
            deposits.save(version, cast("Person", request.user), {name: values[name]})
            messages.success(request, _("Added."), "good")
    except (DepositError, MoveError) as error:
        messages.error(request, messages_of.words(error), "bad")
    for told in form.problems.values():
        messages.error(request, " ".join(told), "bad")
    return HttpResponseRedirect(f"{reverse('deposit-step', args=[version.uuid, step])}#{into}")
