# SPDX-License-Identifier: AGPL-3.0-or-later
"""Searching what is published, with the parameters of the search page's own address."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Query, Router

from terracite.errors import Problem
from terracite.repository import addresses, search
from terracite.repository.search import Results
from terracite.repository.search.address import from_parameters, to_parameters
from terracite.website.api.schemas.common import READING, ProblemOut
from terracite.website.api.schemas.search import FacetOut, HitOut, SearchIn, SearchOut

router = Router(tags=["search"])


@router.get("/search", response={200: SearchOut, **READING}, summary="Search what is published")
def search_datasets(request: HttpRequest, parameters: Query[SearchIn]) -> SearchOut:  # noqa: ARG001  for OpenAPI
    """Parameters that cannot be understood are left out and told in ``problems``; facets may be repeated."""
    query, problems = from_parameters(dict(request.GET.lists()))
    return _answer(search.query(query), problems)


def _answer(results: Results, problems: list[Problem]) -> SearchOut:
    query, base = results.query, addresses.base_url()
    following = replace(query, page=query.page + 1)
    has_more = query.page < results.pages
    return SearchOut(
        total=results.total,
        page=query.page,
        pages=results.pages,
        next=f"{base}/api/v1/search?{urlencode(to_parameters(following))}" if has_more else "",
        hits=[HitOut(url=base + hit.path, **dict(hit)) for hit in results.hits],
        facets={
            name: [FacetOut(value=item.value, count=item.count, chosen=item.chosen) for item in items]
            for name, items in results.facets.items()
        },
        problems=[ProblemOut(where=item.where, what=item.what, cure=item.cure) for item in problems],
    )
