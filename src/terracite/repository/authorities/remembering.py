# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is published here fills the store: people with an ORCID, institutes with a ROR, funders. Never a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from terracite.record.identifiers import is_ror
from terracite.record.model import Agent, Record
from terracite.record.native import from_content
from terracite.repository.authorities.searching import agents_of
from terracite.repository.authorities.writing import Row, index_again, put
from terracite.repository.models import Authority, AuthorityKind, DatasetVersion

_MOST_REMEMBERED = 500  #: datasets counted one by one


def remember(version: DatasetVersion) -> None:
    """Put those whom a published version names into the store; the same version again counts once."""
    if version.published_at is None:
        return
    rows = list(_rows(from_content(version.record)))
    if not rows:
        return
    with transaction.atomic():
        put(rows)
        kinds = {(row.kind.value, row.identifier) for row in rows}
        entries = Authority.objects.filter(identifier__in=[row.identifier for row in rows])
        changed = [entry for entry in entries if (entry.kind, entry.identifier) in kinds and _counted(entry, version)]
        Authority.objects.bulk_update(changed, ("used", "detail"), batch_size=200)
        index_again(changed)


def rebuild() -> int:
    """Read every published dataset again; how many there were."""
    count = 0
    for version in DatasetVersion.objects.filter(published_at__isnull=False).iterator(200):
        remember(version)
        count += 1
    return count


def _counted(entry: Authority, version: DatasetVersion) -> bool:
    known = entry.detail.get("datasets", [])
    if version.dataset_id in known or len(known) >= _MOST_REMEMBERED:
        return False
    entry.detail = entry.detail | {"datasets": [*known, version.dataset_id]}
    entry.used = len(known) + 1
    return True


def _rows(record: Record) -> Iterator[Row]:
    for agent in agents_of(record):
        yield from _of_agent(agent)
    for grant in islice(record.funding, 200):
        if grant.funder_id:
            yield Row(AuthorityKind.FUNDER, grant.funder_id[:200], grant.funder)


def _of_agent(agent: Agent) -> Iterable[Row]:
    homes = agent.affiliations[:5]
    if agent.is_person and agent.orcid:
        first = homes[0] if homes else None
        detail: dict[str, object] = {
            "family_name": agent.family_name,
            "given_name": agent.given_name,
            "affiliation": first.name if first else "",
            "ror": first.ror if first else "",
        }
        yield Row(AuthorityKind.PERSON, agent.orcid, agent.name, place=first.name if first else "", detail=detail)
    named = [(home.name, home.ror) for home in homes] + [(agent.organisation, agent.ror)]
    for name, ror in named:
        if name and is_ror(ror):
            yield Row(AuthorityKind.ORGANISATION, ror, name)
