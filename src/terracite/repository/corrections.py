# SPDX-License-Identifier: AGPL-3.0-or-later
"""Corrections of published metadata: the owner proposes, a moderator looks, the page and the DOI follow.

Identifiers, files, licence and access never change this way: that takes a new version.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from terracite.errors import MoveError
from terracite.record.model import Origin, OriginKind, Record
from terracite.record.native import from_content
from terracite.repository import outgoing, records
from terracite.repository.models import Correction, DatasetVersion, Person
from terracite.repository.moving import check, finish, one_move
from terracite.repository.notices import tell_desks, tell_owners
from terracite.repository.permissions import disciplines_of
from terracite.repository.states import ProposalState

#: what a DOI promises to keep
PROTECTED = frozenset(records.SYSTEM_FIELDS | {"licence", "access", "version"}) - {
    "origins",
    "record_updated",
}
_TYPED = Origin(kind=OriginKind.TYPED)


def correct_metadata(
    version: DatasetVersion, person: Person, *, changes: Mapping[str, object], note: str = ""
) -> DatasetVersion:
    """Propose corrected values (as `deposits.save` takes them); nothing public changes before the light review."""
    protected = tuple(sorted(name for name in changes if name.partition(".")[0] in PROTECTED))
    with one_move(version) as locked:
        decision = check("correct_metadata", locked, person, protected_changes=protected)
        if _proposed(locked) is not None:
            raise MoveError("A correction is already waiting for review.", hint="Wait for the desk's answer.")
        before = records.record_of(locked)
        after = previewed(before, changes)
        fields = records.differences(before, after)
        if not fields:
            raise MoveError("Nothing differs from what is published.")
        Correction.objects.create(
            version=locked,
            record=after.model_dump(mode="json"),
            changed=list(fields),
            note=note,
            author=person,
        )
        finish(decision, locked, person, note=note, payload={"fields": list(fields)})
        tell_desks(locked, disciplines_of(locked), "correct_metadata", but=person)
    return version


def previewed(record: Record, changes: Mapping[str, object]) -> Record:
    """The record as these changes would make it. Every mistake in a `DepositError`."""
    return records.changed(record, changes, _TYPED)


def waiting(version: DatasetVersion) -> Correction | None:
    """The correction that waits for the desk."""
    return _proposed(version)


def proposed(published: Record, correction: Correction) -> Record:
    """The published record as the correction would make it."""
    return _corrected(published, correction)


def take_back(version: DatasetVersion, person: Person) -> DatasetVersion:
    """The owner takes the waiting correction back; nothing public changed."""
    with one_move(version) as locked:
        correction = _proposed(locked)
        decision = check("take_back_correction", locked, person)
        if correction is None:
            raise MoveError("No correction is waiting.", hint="Reload the page.")
        _close(correction, person, ProposalState.WITHDRAWN)
        finish(decision, locked, person)
        tell_desks(locked, disciplines_of(locked), "take_back_correction", but=person)
    return version


def approve_correction(version: DatasetVersion, person: Person, *, note: str = "") -> DatasetVersion:
    """Publish the proposed correction: a new metadata revision; DOI, preservation and index follow."""
    with one_move(version) as locked:
        correction = _proposed(locked)
        check("approve_correction", locked, person)
        if correction is None:
            raise MoveError("No correction is waiting.", hint="Reload the page.")
        before = records.record_of(locked)
        after = _corrected(before, correction)
        protected = tuple(name for name in correction.changed if name in PROTECTED)
        decision = check("approve_correction", locked, person, protected_changes=protected)
        now = timezone.now()
        after = after.with_dates(updated=now.date()).model_copy(update={"record_updated": now})
        records.write(locked, after)
        locked.revision += 1
        locked.datestamp = now
        _close(correction, person, ProposalState.ACCEPTED)
        finish(
            decision,
            locked,
            person,
            note=note,
            payload={"fields": correction.changed, "revision": locked.revision},
        )
        outgoing.tell_everybody(locked, f"r{locked.revision}")
        tell_owners(locked, "approve_correction", note, but=person)
    return version


def refuse_correction(version: DatasetVersion, person: Person, *, reason: str) -> DatasetVersion:
    """Leave the published metadata as they are."""
    with one_move(version) as locked:
        correction = _proposed(locked)
        decision = check("refuse_correction", locked, person, reason=reason)
        if correction is None:
            raise MoveError("No correction is waiting.", hint="Reload the page.")
        _close(correction, person, ProposalState.REFUSED)
        finish(decision, locked, person, note=reason)
        tell_owners(locked, "refuse_correction", reason, but=person)
    return version


def _proposed(locked: DatasetVersion) -> Correction | None:
    return locked.corrections.filter(state=ProposalState.PROPOSED.value).first()


def _corrected(published: Record, correction: Correction) -> Record:
    """The published record of today with the corrected fields: what changed since the proposal is kept."""
    proposed = from_content(correction.record)
    values = {name: getattr(proposed, name) for name in correction.changed}
    return published.model_copy(update={**values, "origins": published.origins | proposed.origins})


def _close(correction: Correction, person: Person, state: ProposalState) -> None:
    correction.state, correction.decided_by, correction.decided_at = state.value, person, timezone.now()
    correction.save()
