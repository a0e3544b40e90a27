# SPDX-License-Identifier: AGPL-3.0-or-later
"""What outside systems hold, compared with what they should: after an outage, a restored backup, a mistake by hand.

Whatever differs is asked of the outbox again, which brings it to where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from lxml import etree

from terracite.errors import ServiceError, TerraciteError
from terracite.record.datacite import to_datacite
from terracite.repository import outgoing, preservation
from terracite.repository.models import DatasetVersion, DoiState, OutboxItem
from terracite.repository.outgoing import Kind
from terracite.repository.publication import latest_public
from terracite.repository.records import record_of
from terracite.repository.registration import concept_metadata
from terracite.repository.states import State
from terracite.services.choice import registrar_for
from terracite.services.registrar import Registrar
from terracite.services.storage import Storage, storage_for

_WANTED = {
    State.PUBLISHED: DoiState.FINDABLE,
    State.SUPERSEDED: DoiState.FINDABLE,
    State.WITHDRAWN: DoiState.REGISTERED,
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is not what it should be. ``what`` says it in words; no ``version``: what the database lacks."""

    version: DatasetVersion | None
    kind: Kind
    what: str


def drifts() -> Iterator[Drift]:
    """Everything that differs, for every public version; what the outbox has still to tell is left out.

    The DOI of each version and of each dataset (state and metadata), the preserved inventories, the search index.

    Raises `ServiceError` when the registrar does not answer at all.
    """
    registrar, storage = registrar_for(settings.TERRACITE), storage_for(settings.TERRACITE)
    for version in _public().order_by("pk").iterator(chunk_size=200):
        coming = _coming(version=version)
        if Kind.DOI not in coming:
            yield from _doi_drifts(registrar, version)
        if Kind.PRESERVE not in coming:
            yield from _preserved_drifts(storage, version)
        if version.dataset.concept_doi and Kind.CONCEPT_DOI not in _coming(version__dataset=version.dataset_id):
            yield from _concept_drifts(registrar, version)
    yield from _index_drifts()


def reconcile() -> list[Drift]:
    """Ask the outbox to mend everything that differs; returns what that was."""
    cause = f"reconcile {timezone.now().isoformat()}"
    found = list(drifts())
    for drift in found:
        if drift.version is not None:
            outgoing.ask(drift.kind, drift.version, cause)
    if any(drift.version is None for drift in found):
        search().rebuild()
    return found


def search() -> ModuleType:
    """The search, whose libraries are loaded for nothing else here."""
    from terracite.repository import search as found

    return found


def _public() -> QuerySet[DatasetVersion]:
    return DatasetVersion.objects.filter(published_at__isnull=False).select_related("dataset__deposit__owner")


def _coming(**of: object) -> set[str]:
    """What the outbox has still to tell."""
    return set(OutboxItem.objects.filter(done_at__isnull=True, **of).values_list("kind", flat=True))


def _doi_drifts(registrar: Registrar, version: DatasetVersion) -> Iterator[Drift]:
    wanted = _WANTED[State(version.state)]
    state = registrar.state(version.doi)
    if state is not wanted:
        yield Drift(version, Kind.DOI, f"{version.doi} is '{state}' at the registrar, not '{wanted}'.")
    elif not _same(_held(registrar, version.doi), to_datacite(record_of(version))):
        yield Drift(version, Kind.DOI, f"The registrar holds other metadata of {version.doi}.")


def _concept_drifts(registrar: Registrar, version: DatasetVersion) -> Iterator[Drift]:
    """Of the DOI of the whole dataset, told with its last public version."""
    if latest_public(version.dataset) != version:
        return
    doi, wanted = version.dataset.concept_doi, _WANTED[State(version.state)]
    state = registrar.state(doi)
    if state is not wanted:
        yield Drift(
            version, Kind.CONCEPT_DOI, f"{doi}, of all versions, is '{state}' at the registrar, not '{wanted}'."
        )
    elif not _same(_held(registrar, doi), concept_metadata(version)):
        yield Drift(version, Kind.CONCEPT_DOI, f"The registrar holds other metadata of {doi}, of all versions.")


def _index_drifts() -> Iterator[Drift]:
    """Datasets that the search does not find, or finds as they were; and what it finds that is not there."""
    asked = OutboxItem.objects.filter(done_at__isnull=True, kind=Kind.INDEX.value)
    coming = set(asked.values_list("version__dataset__uuid", flat=True))
    for uuid, version in search().differing():
        if uuid in coming:
            continue
        if version is None:
            yield Drift(None, Kind.INDEX, f"The search finds dataset {uuid}, which is not published.")
        else:
            yield Drift(version, Kind.INDEX, "The search does not find it as it is published.")


def _held(registrar: Registrar, doi: str) -> bytes:
    try:
        return registrar.metadata(doi)
    except ServiceError as error:
        if error.retry:
            raise
        return b""


def _same(held: bytes, wanted: bytes) -> bool:
    """Whether both documents say the same, whatever their white space."""
    try:
        return _canonical(held) == _canonical(wanted)
    except (etree.XMLSyntaxError, ValueError):
        return False


def _canonical(document: bytes) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    return bytes(etree.tostring(etree.fromstring(document, parser), method="c14n2"))


def _preserved_drifts(storage: Storage, version: DatasetVersion) -> Iterator[Drift]:
    try:
        told = preservation.inventory(storage, version)
    except TerraciteError:
        yield Drift(version, Kind.PRESERVE, "Its inventory is not in the store.")
        return
    if (told.get("state"), told.get("revision")) != (version.state, version.revision):
        yield Drift(version, Kind.PRESERVE, "Its inventory in the store tells of an earlier state.")
