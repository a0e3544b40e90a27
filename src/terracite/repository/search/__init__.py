# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search over what is published: words in French and English, place, period and facets.

The index is disposable: the database is the truth, `rebuild` makes the index anew. It holds one document per
dataset, its latest published version. Several processes may read; they write one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import tantivy
from django.conf import settings
from django.db.models import QuerySet

from terracite.errors import StorageError
from terracite.record.native import from_content
from terracite.repository.addresses import dataset_url, landing_url
from terracite.repository.models import DatasetVersion
from terracite.repository.search import index
from terracite.repository.search.ask import all_of_them, ask
from terracite.repository.search.ask import mentioning as _mentioning
from terracite.repository.search.documents import document, make_hit
from terracite.repository.search.model import FacetCount, Hit, Relaxation, Results, SearchQuery, Sort
from terracite.repository.states import State

__all__ = [
    "FacetCount",
    "Hit",
    "Relaxation",
    "Results",
    "SearchQuery",
    "Sort",
    "differing",
    "index_version",
    "mentioning",
    "query",
    "rebuild",
    "remove",
]

_ATTEMPTS = 4
_NEEDED = ("dataset__deposit",)


def index_version(version: DatasetVersion) -> None:
    """Make the index say what the database says of the dataset of ``version``; safe to repeat."""
    folder = _folder()
    with index.locked(folder):
        generation = index.current(folder)
        if generation is None:
            _fill_new_generation(folder)
            return
        shown = _published().filter(dataset_id=version.dataset_id).order_by("-number").first()
        with index.writer(generation) as writer:
            writer.delete_documents_by_term("uuid", str(version.dataset.uuid))
            if shown is not None:
                writer.add_document(document(shown, from_content(shown.record)))


def remove(version: DatasetVersion) -> None:
    """Take the dataset of ``version`` out of the index, whatever its state."""
    folder = _folder()
    with index.locked(folder):
        if generation := index.current(folder):
            with index.writer(generation) as writer:
                writer.delete_documents_by_term("uuid", str(version.dataset.uuid))


def rebuild() -> int:
    """Make the index anew from the database and count its datasets; readers keep the old one until then."""
    folder = _folder()
    with index.locked(folder):
        return _fill_new_generation(folder)


def differing() -> Iterator[tuple[UUID, DatasetVersion | None]]:
    """The datasets that are not in the index as they are published, with their version; None: it is not published.

    The whole index is read, and compared with what it would hold; no index at all differs in nothing.
    """
    folder = _folder()
    if index.current(folder) is None:
        return
    held = dict(all_of_them(_searcher()))
    for version in _latest():
        known, said = held.pop(version.dataset.uuid, []), from_content(version.record)
        if known != [make_hit(version, said, list(version.files.all()))]:
            yield version.dataset.uuid, version
    yield from ((uuid, None) for uuid in held)


def query(wanted: SearchQuery) -> Results:
    """The published datasets that ``wanted`` describes; the index is made first where there is none."""
    return ask(_searcher(), wanted)


def mentioning(version: DatasetVersion, limit: int = 20) -> tuple[Hit, ...]:
    """The other published datasets that name this one as a source or a related work, newest first; never a rebuild."""
    folder = _folder()
    generation = index.current(folder)
    if generation is None:
        return ()
    versions = version.dataset.versions.exclude(doi="").values_list("doi", flat=True)
    named = [*versions, version.dataset.concept_doi, landing_url(version), dataset_url(version)]
    names = [name for one in named if one for name in (one, one.rstrip("/"))]
    try:
        found = _mentioning(index.reader(generation), dict.fromkeys(names), limit + 1)
    except (FileNotFoundError, ValueError):  # a rebuild took its place a moment ago
        return ()
    return tuple(hit for hit in found if hit.uuid != str(version.dataset.uuid))[:limit]


def _searcher() -> tantivy.Searcher:
    folder = _folder()
    for _ in range(_ATTEMPTS):
        generation = index.current(folder)
        if generation is None:
            rebuild()
            continue
        try:
            return index.reader(generation)
        except (FileNotFoundError, ValueError):  # a rebuild took its place a moment ago
            if index.current(folder) == generation:
                raise
    raise StorageError(f"The search index in '{folder}' cannot be opened.", hint="Run `terracite repository reindex`.")


def _folder() -> Path:
    folder: Path = settings.TERRACITE.index_dir
    return folder


def _published() -> QuerySet[DatasetVersion]:
    return DatasetVersion.objects.filter(state=State.PUBLISHED).select_related(*_NEEDED).prefetch_related("files")


def _latest() -> Iterator[DatasetVersion]:
    """The published version of each dataset, the last one where there are several."""
    seen: set[int] = set()
    for version in _published().order_by("dataset_id", "-number").iterator(chunk_size=500):
        if version.dataset_id not in seen:
            seen.add(version.dataset_id)
            yield version


def _fill_new_generation(folder: Path) -> int:
    generation = index.new_generation(folder)
    count = 0
    with index.writer(generation) as writer:
        for version in _latest():
            writer.add_document(document(version, from_content(version.record)))
            count += 1
    index.use(generation)
    return count
