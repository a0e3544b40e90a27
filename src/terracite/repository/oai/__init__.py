# SPDX-License-Identifier: AGPL-3.0-or-later
"""OAI-PMH 2.0: what is published, for harvesters (openarchives.org/OAI/openarchivesprotocol.html).

One item per dataset, its latest published version; a withdrawn dataset stays as a deleted record for ever. Sets by
discipline and by deposit. Resumption tokens hold all they need, so that no session is kept and none expires.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from terracite.repository.oai import answers
from terracite.repository.oai.formats import Element
from terracite.repository.oai.requests import OaiError, OaiRequest, understood

__all__ = ["respond"]

PAGE_SIZE = 100


def respond(
    parameters: Mapping[str, Sequence[str]], base_url: str, now: dt.datetime, *, page_size: int = PAGE_SIZE
) -> bytes:
    """The XML answer to one request, errors included. ``base_url`` is the address of the OAI-PMH interface itself.

    ``parameters``: every value of every parameter, as they came; ``now``: UTC.
    """
    envelope = answers.Envelope(base_url, now)
    try:
        request = understood(parameters)
    except OaiError as error:
        return envelope.with_error(error)
    try:
        return envelope.with_content(request, _content(request, base_url, page_size, now))
    except OaiError as error:
        return envelope.with_error(error, request)


def _content(request: OaiRequest, base_url: str, page_size: int, now: dt.datetime) -> Element:
    if request.verb == "Identify":
        return answers.identify(base_url, now)
    if request.verb == "ListMetadataFormats":
        return answers.metadata_formats(request, base_url)
    if request.verb == "ListSets":
        return answers.sets()
    if request.verb == "GetRecord":
        return answers.record(request, base_url)
    return answers.listing(request, base_url, page_size)
