# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of keywords that a document names by thesaurus and label only."""

from __future__ import annotations

from terracite.record import vocabularies
from terracite.record.model import Keyword, Origin, OriginKind, Record


def with_addresses(record: Record) -> Record:
    """The record with the address of each such keyword that one concept of a shipped thesaurus answers to.

    The label stays as the document wrote it; that the address is ours stands in ``origins`` ("keywords.3.uri").
    """
    found: dict[int, Keyword] = {}
    for at, keyword in enumerate(record.keywords):
        uri = "" if keyword.uri or not keyword.thesaurus else vocabularies.address_of(keyword.label, keyword.thesaurus)
        if uri:
            found[at] = keyword.model_copy(update={"uri": uri})
    if not found:
        return record
    keywords = tuple(found.get(at, keyword) for at, keyword in enumerate(record.keywords))
    origins = {
        f"keywords.{at}.uri": Origin(kind=OriginKind.SUGGESTED, detail=f"label in {keyword.thesaurus}")
        for at, keyword in found.items()
    }
    return record.model_copy(update={"keywords": keywords, "origins": record.origins | origins})
