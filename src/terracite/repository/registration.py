# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping the registrar in step: what a DOI should be follows from the state of its version, at any moment."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from terracite.record.datacite import to_datacite
from terracite.record.model import Record
from terracite.repository import publication
from terracite.repository.addresses import base_url, landing_url
from terracite.repository.models import DatasetVersion, DoiState
from terracite.repository.records import record_of
from terracite.repository.states import State
from terracite.services.choice import registrar_for
from terracite.services.registrar import Registrar

_PUBLIC = {State.PUBLISHED, State.SUPERSEDED}


def sync_doi(version: DatasetVersion) -> None:
    """Bring the DOI of a version to where it belongs; registering it publishes an accepted version.

    Every step may be repeated. Raises `ServiceError` when the registrar refuses or does not answer: the version
    stays as it was.
    """
    if not version.doi:
        return
    registrar = registrar_for(settings.TERRACITE)
    state = State(version.state)
    if state is State.ACCEPTED:
        _keep(version, registrar.register(version.doi, _metadata(version), landing_url(version)))
        publication.publish(version)
    elif state in _PUBLIC:
        _keep(version, registrar.publish(version.doi, _metadata(version), landing_url(version)))
    elif state is State.WITHDRAWN:
        registrar.register(version.doi, _metadata(version), landing_url(version))
        _keep(version, registrar.hide(version.doi))
    elif state in {State.REJECTED, State.DISCARDED}:
        registrar.delete_draft(version.doi)
        _keep(version, DoiState.NONE)
    else:
        _reserve(version, registrar)


def sync_concept_doi(version: DatasetVersion) -> None:
    """Point the DOI of the whole dataset to its latest public version."""
    dataset = version.dataset
    latest = publication.latest_public(dataset)
    if latest is None or not dataset.concept_doi:
        return
    registrar = registrar_for(settings.TERRACITE)
    address = f"{base_url()}/datasets/{dataset.uuid}/"
    metadata = concept_metadata(latest)
    if latest.state == State.WITHDRAWN:
        registrar.register(dataset.concept_doi, metadata, address)
        registrar.hide(dataset.concept_doi)
    else:
        registrar.publish(dataset.concept_doi, metadata, address)


def concept_metadata(latest: DatasetVersion) -> bytes:
    """What the registrar should hold of the DOI of a whole dataset, whose last public version this is."""
    return to_datacite(_as_concept(record_of(latest), latest.dataset.concept_doi))


def _reserve(version: DatasetVersion, registrar: Registrar) -> None:
    record = publication.issued(record_of(version), timezone.now().date())
    named = record.model_copy(update={"doi": version.doi, "publisher": publication.publisher()})
    _keep(version, registrar.save_draft(version.doi, to_datacite(named), landing_url(version)))


def _metadata(version: DatasetVersion) -> bytes:
    return to_datacite(record_of(version))


def _as_concept(record: Record, concept_doi: str) -> Record:
    """The record as that of all versions together."""
    version = record.version.model_copy(update={"concept_doi": "", "previous_doi": "", "next_doi": ""})
    return record.model_copy(update={"doi": concept_doi, "version": version})


def _keep(version: DatasetVersion, state: DoiState) -> None:
    version.doi_state = state.value
    if state is DoiState.NONE:
        version.doi = ""
    DatasetVersion.objects.filter(pk=version.pk).update(doi_state=version.doi_state, doi=version.doi)
