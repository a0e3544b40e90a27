# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking an opened index: one page of hits, counts of the facets, and wider searches when nothing is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import tantivy

from terracite.repository.search.documents import normal_identifier
from terracite.repository.search.fields import FACETS, schema
from terracite.repository.search.model import MAX_PAGE_SIZE, FacetCount, Hit, Relaxation, Results, SearchQuery
from terracite.repository.search.queries import Clauses, all_of, clauses

FACET_VALUES = 60
_EMPTIED: dict[str, dict[str, Any]] = {
    "text": {"text": ""},
    "box": {"box": None},
    "period": {"start": None, "end": None},
    "deposit": {"deposit": ""},
    "discipline": {"disciplines": ()},
    "kind": {"types": ()},
    "format": {"formats": ()},
    "licence": {"licences": ()},
    "access": {"access": ()},
}


def ask(searcher: tantivy.Searcher, query: SearchQuery) -> Results:
    """The answer of ``searcher`` to ``query``; its page and size are brought within bounds."""
    query = replace(query, page=max(1, query.page), size=min(MAX_PAGE_SIZE, max(1, query.size)))
    found = clauses(query)
    total = _count(searcher, found)
    return Results(
        query=query,
        total=total,
        hits=_hits(searcher, found, query) if total else (),
        facets=_facets(searcher, found, query),
        relaxations=() if total or not found else _relaxations(searcher, found, query),
    )


def mentioning(searcher: tantivy.Searcher, identifiers: Iterable[str], limit: int) -> tuple[Hit, ...]:
    """The datasets that name one of these other works, newest first."""
    terms = [tantivy.Query.term_query(schema(), "mentions", normal_identifier(name), "basic") for name in identifiers]
    wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
    order: dict[str, Any] = {"order_by_field": "published", "order": tantivy.Order.Desc, "count": False}
    return tuple(_hit(searcher, address) for _, address in searcher.search(wanted, limit=limit, **order).hits)


def all_of_them(searcher: tantivy.Searcher) -> dict[UUID, list[Hit]]:
    """Every document of the index by its dataset; more than one for one dataset is a mistake."""
    found: dict[UUID, list[Hit]] = {}
    count = max(1, searcher.num_docs)
    for _, address in searcher.search(tantivy.Query.all_query(), limit=count).hits:
        hit = _hit(searcher, address)
        found.setdefault(UUID(hit.uuid), []).append(hit)
    return found


def _hits(searcher: tantivy.Searcher, found: Clauses, query: SearchQuery) -> tuple[Hit, ...]:
    options: dict[str, Any] = {"limit": query.size, "offset": (query.page - 1) * query.size, "count": False}
    if query.sort == "title":
        options |= {"order_by_field": f"sort_{query.language}", "order": tantivy.Order.Asc}
    elif query.sort != "relevance" or "text" not in found:
        order = tantivy.Order.Asc if query.sort == "oldest" else tantivy.Order.Desc
        options |= {"order_by_field": "published", "order": order}
    answer = searcher.search(all_of(found.values()), **options)
    return tuple(_hit(searcher, address) for _, address in answer.hits)


def _hit(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Hit:
    stored: Any = searcher.doc(address).get_first("hit")
    return Hit.model_validate_json(bytes(stored))


def _count(searcher: tantivy.Searcher, found: Clauses) -> int:
    answer = searcher.search(all_of(found.values()), limit=1, count=True)
    count: int = answer.count  # type: ignore[attr-defined]
    return count


def _facets(searcher: tantivy.Searcher, found: Clauses, query: SearchQuery) -> dict[str, tuple[FacetCount, ...]]:
    """Counts per value; a facet's own choice does not narrow its own counts, so that more values can be added."""
    chosen = query.chosen()
    free = [facet for facet in FACETS if facet not in found]
    buckets = _terms(searcher, found, free)
    for facet in FACETS:
        if facet in found:
            others = {name: clause for name, clause in found.items() if name != facet}
            buckets |= _terms(searcher, others, [facet])
    return {facet: _facet_counts(buckets[facet], chosen[facet]) for facet in FACETS}


def _terms(searcher: tantivy.Searcher, found: Clauses, facets: list[str]) -> dict[str, dict[str, int]]:
    if not facets:
        return {}
    wanted = {facet: {"terms": {"field": facet, "size": FACET_VALUES}} for facet in facets}
    answer = searcher.aggregate(all_of(found.values()), wanted)
    return {facet: {bucket["key"]: bucket["doc_count"] for bucket in answer[facet]["buckets"]} for facet in facets}


def _facet_counts(buckets: dict[str, int], chosen: tuple[str, ...]) -> tuple[FacetCount, ...]:
    counts = dict.fromkeys(chosen, 0) | buckets
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(value, count, value in chosen) for value, count in ordered)


def _relaxations(searcher: tantivy.Searcher, found: Clauses, query: SearchQuery) -> tuple[Relaxation, ...]:
    """The searches nearest to ``query`` that find something, the one that keeps most first."""
    wider = []
    loose = replace(query, page=1, loose=True)
    if "text" in found and not query.loose and (total := _count(searcher, clauses(loose))):
        wider.append(Relaxation("spelling", loose, total))
    for name in found:
        others = {key: clause for key, clause in found.items() if key != name}
        if others and (total := _count(searcher, others)):
            wider.append(Relaxation(name, replace(query, page=1, **_EMPTIED[name]), total))
    return tuple(sorted(wider, key=lambda item: (item.dropped != "spelling", item.total)))
