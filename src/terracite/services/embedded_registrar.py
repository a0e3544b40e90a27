# SPDX-License-Identifier: AGPL-3.0-or-later
"""A registrar for practice: DOIs under the test prefix, kept in a small SQLite file, resolving nowhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terracite.errors import ServiceError
from terracite.services.registrar import TEST_PREFIX, DoiState, checked_metadata, own_doi

_TABLE = "CREATE TABLE IF NOT EXISTS doi (doi TEXT PRIMARY KEY, state TEXT, url TEXT, metadata BLOB) STRICT"
_KEEP = "INSERT INTO doi VALUES (?, ?, ?, ?) ON CONFLICT (doi) DO UPDATE SET state = ?2, url = ?3, metadata = ?4"
_KERNEL = "{http://datacite.org/schema/kernel-4}"
_NEEDED = (
    "creators/{k}creator/{k}creatorName",
    "titles/{k}title",
    "publisher",
    "publicationYear",
    "resourceType",
)
_RANK = (DoiState.NONE, DoiState.DRAFT, DoiState.REGISTERED, DoiState.FINDABLE)


class TestRegistrar:
    """Follows DataCite's rules of states on a file of its own; several processes may use it at once."""

    __test__ = False  # not a test case, whatever its name says

    def __init__(self, path: Path, prefix: str = TEST_PREFIX) -> None:
        self._path = path
        self._prefix = prefix

    @property
    def prefix(self) -> str:
        return self._prefix

    @property
    def is_test(self) -> bool:
        return True

    def save_draft(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        return self._save(doi, metadata_xml, url, DoiState.DRAFT)

    def register(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        return self._save(doi, metadata_xml, url, DoiState.REGISTERED)

    def publish(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        return self._save(doi, metadata_xml, url, DoiState.FINDABLE)

    def hide(self, doi: str) -> DoiState:
        doi = own_doi(doi, self._prefix)
        with self._open() as database:
            found = _state(database, doi)
            if found in {DoiState.NONE, DoiState.DRAFT}:
                raise ServiceError(
                    f"{doi} is not public, so it cannot be hidden.", hint="Publish it first.", status=422
                )
            database.execute("UPDATE doi SET state = ? WHERE doi = ?", (DoiState.REGISTERED.value, doi))
        return DoiState.REGISTERED

    def delete_draft(self, doi: str) -> None:
        doi = own_doi(doi, self._prefix)
        with self._open() as database:
            if _state(database, doi) in {DoiState.REGISTERED, DoiState.FINDABLE}:
                raise ServiceError(f"{doi} is registered: it cannot be deleted.", hint="Hide it instead.", status=405)
            database.execute("DELETE FROM doi WHERE doi = ?", (doi,))

    def state(self, doi: str) -> DoiState:
        with self._open() as database:
            return _state(database, own_doi(doi, self._prefix))

    def metadata(self, doi: str) -> bytes:
        with self._open() as database:
            row = database.execute("SELECT metadata FROM doi WHERE doi = ?", (own_doi(doi, self._prefix),)).fetchone()
        if row is None:
            raise ServiceError(f"The registrar has no DOI {doi}.", hint="Check it, or save a draft first.", status=404)
        return bytes(row[0])

    def _save(self, doi: str, metadata_xml: bytes, url: str, wanted: DoiState) -> DoiState:
        """Keep metadata and address; the state may rise to ``wanted``, it never falls."""
        doi = own_doi(doi, self._prefix)
        _check(doi, metadata_xml, url, wanted)
        with self._open() as database:
            found = _state(database, doi)
            if found is not wanted:
                _check(doi, metadata_xml, url, found)
            state = max(found, wanted, key=_RANK.index)
            database.execute(_KEEP, (doi, state.value, url, metadata_xml))
        return state

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; written and waited for like any other."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            database.execute(_TABLE)
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        except sqlite3.Error as error:
            raise ServiceError(f"The test registrar '{self._path}' failed: {error}.", retry=True) from error
        finally:
            database.close()  # rolls back what was not committed


def _state(database: sqlite3.Connection, doi: str) -> DoiState:
    row = database.execute("SELECT state FROM doi WHERE doi = ?", (doi,)).fetchone()
    return DoiState(row[0]) if row else DoiState.NONE


def _check(doi: str, metadata_xml: bytes, url: str, state: DoiState) -> None:
    """Refuse, as DataCite does, to make public what lacks a mandatory property or a landing page."""
    root = checked_metadata(doi, metadata_xml)
    if state in {DoiState.NONE, DoiState.DRAFT}:
        return
    paths = (f"{_KERNEL}{path.format(k=_KERNEL)}" for path in _NEEDED)
    missing = [name.split("/")[0] for name, path in zip(_NEEDED, paths, strict=True) if root.find(path) is None]
    if missing:
        raise ServiceError(f"The metadata of {doi} lack {', '.join(missing)}.", hint="Complete the record.", status=422)
    if not url.startswith(("http://", "https://")):
        raise ServiceError(f"{doi} needs the address of its landing page.", hint="Check 'base_url'.", status=422)
