# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two documents beside the page: its counts, and the checksums of its files as ``sha256sum -c`` reads them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from terracite.repository import usage
from terracite.repository.states import State
from terracite.website.visible import visible_version


@require_safe
def usage_json(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """How often a public version was read and taken, in the words of COUNTER."""
    version = visible_version(request, dataset, number)
    if not version.is_public:
        raise Http404
    response = JsonResponse(usage.report(version, usage.usage_of(version)), json_dumps_params={"indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checksums(request: HttpRequest, dataset: UUID, number: int) -> HttpResponse:
    """One line a file: SHA-256, two blanks, path; as in the zip of all files."""
    version = visible_version(request, dataset, number)
    if version.state == State.WITHDRAWN:
        raise Http404
    lines = (_line(path, digest) for path, digest in version.files.values_list("path", "sha256"))
    response = HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="sha256sums.txt"'
    return response


def _line(path: str, digest: str) -> str:
    """A name with a line break or a backslash is written as sha256sum escapes it."""
    plain = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if plain == path else chr(92)}{digest}  {plain}\n"
