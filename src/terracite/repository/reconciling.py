# SPDX-License-Identifier: AGPL-3.0-or-later
"""What outside systems hold, compared with what they should: after an outage, a restored backup, a mistake by hand.

Whatever differs is asked of the outbox again, which brings it to where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from lxml import etree

from terracite.errors import ServiceError, TerraciteError
from terracite.record.datacite import to_datacite
from terracite.repository import outgoing, preservation
from terracite.repository.models import DatasetVersion, DoiState, OutboxItem
from terracite.repository.outgoing import Kind
from terracite.repository.records import record_of
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
    """One thing that is not what it should be. ``what`` says it in words."""

    version: DatasetVersion
    kind: Kind
    what: str


def drifts() -> Iterator[Drift]:
    """Everything that differs, for every public version; what the outbox has still to tell is left out.

    Raises `ServiceError` when the registrar does not answer at all.
    """
    registrar, storage = registrar_for(settings.TERRACITE), storage_for(settings.TERRACITE)
    public = DatasetVersion.objects.filter(published_at__isnull=False).select_related("dataset__deposit")
    for version in public.order_by("pk").iterator(chunk_size=200):
        coming = set(OutboxItem.objects.filter(version=version, done_at__isnull=True).values_list("kind", flat=True))
        if Kind.DOI not in coming:
            yield from _doi_drifts(registrar, version)
        if Kind.PRESERVE not in coming:
            yield from _preserved_drifts(storage, version)


def reconcile() -> list[Drift]:
    """Ask the outbox to mend everything that differs; returns what that was."""
    cause = f"reconcile {timezone.now().isoformat()}"
    found = list(drifts())
    for drift in found:
        outgoing.ask(drift.kind, drift.version, cause)
    return found


def _doi_drifts(registrar: Registrar, version: DatasetVersion) -> Iterator[Drift]:
    wanted = _WANTED[State(version.state)]
    state = registrar.state(version.doi)
    if state is not wanted:
        yield Drift(version, Kind.DOI, f"{version.doi} is '{state}' at the registrar, not '{wanted}'.")
    elif not _same(_held(registrar, version.doi), to_datacite(record_of(version))):
        yield Drift(version, Kind.DOI, f"The registrar holds other metadata of {version.doi}.")


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
