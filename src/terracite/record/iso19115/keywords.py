# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords: one ``mri:MD_Keywords`` per run of the same thesaurus and kind, so that their order is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from terracite.record import vocabularies
from terracite.record.iso19115.elements import Iso
from terracite.record.model import Keyword, KeywordKind

DISCIPLINES = "terracite-disciplines"
_NAME = "mri:thesaurusName"


def write(iso: Iso) -> Iterator[str]:
    """The disciplines of the repository, then the keywords in their order.

    Keywords with an address and keywords without one are kept apart: OWSLib reads only the latter of a mixed group.
    """
    record = iso.record
    disciplines = [vocabularies.discipline_label(item) for item in record.disciplines]
    if disciplines:
        labelled = [Keyword(label=label, kind=KeywordKind.DISCIPLINE) for label in disciplines]
        yield group(iso, labelled, KeywordKind.DISCIPLINE, thesaurus(iso, DISCIPLINES))
    kept = (keyword for keyword in record.keywords if keyword.label or keyword.uri)
    for (name, kind, _), run in groupby(kept, lambda item: (item.thesaurus, item.kind, bool(item.uri))):
        yield group(iso, run, kind, thesaurus(iso, name))


def group(iso: Iso, keywords: Iterable[Keyword], kind: KeywordKind, thesaurus_name: str) -> str:
    words = [iso.text("mri:keyword", keyword.label or keyword.uri, keyword.uri) for keyword in keywords]
    code = iso.code("mri:type", "mri:MD_KeywordTypeCode", kind.value)
    return iso.element("mri:descriptiveKeywords/mri:MD_Keywords", *words, code, thesaurus_name)


def thesaurus(iso: Iso, name: str) -> str:
    """The citation of a thesaurus; "" for none."""
    known = vocabularies.thesauri().get(name)
    if known is None:
        return iso.citation(_NAME, name) if name.strip() else ""
    date = iso.date("cit:date", known.on.isoformat(), "publication")
    return iso.citation(_NAME, known.title, href=known.uri, dates=date)
