# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deposits, datasets and their drafts: made, edited field by field, checked, continued as new versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.inheritance import inherit, without
from terracite.record.model import Agent, DateKind, Discipline, Organisation, Origin, OriginKind, Record, Text
from terracite.record.origins import by_machine, without_texts
from terracite.repository import authorities, common, composing, edits, moving, records
from terracite.repository.checks import findings
from terracite.repository.edits import Conflict, EditConflictError, Expected
from terracite.repository.events import add_event
from terracite.repository.models import Dataset, DatasetVersion, Deposit, MemberRole, Person, StoredFile
from terracite.repository.permissions import can_edit_deposit
from terracite.repository.records import record_of
from terracite.repository.states import FileState, State

__all__ = [
    "EditConflictError", "confirm", "conflicts_of", "create_dataset", "create_deposit", "drafts_of", "findings",
    "inherit_again", "new_version", "open_to", "record_of", "save",
]  # fmt: skip

TYPED = Origin(kind=OriginKind.TYPED)
_KEPT_DATES = frozenset({DateKind.CREATED, DateKind.COLLECTED})
_OVER = (State.REJECTED.value, State.WITHDRAWN.value, State.DISCARDED.value)  #: versions that hold no later one back
_COPIED_COLUMNS = (
    "path", "bytes", "sha256", "media_type", "format", "role", "description_fr", "description_en", "state", "facts",
    "storage_key", "problem",
)  # fmt: skip


def create_deposit(owner: Person, title: Text, disciplines: Iterable[str], description: Text | None = None) -> Deposit:
    """A new group of datasets. Raises `DepositError` without a title or a known discipline."""
    chosen = sorted(set(disciplines))
    problems = list(deposit_problems(title, chosen))
    if problems:
        raise DepositError("The deposit cannot be made.", problems)
    about = description or Text()
    with transaction.atomic():
        deposit = Deposit.objects.create(
            owner=owner,
            title_fr=title.fr,
            title_en=title.en,
            description_fr=about.fr,
            description_en=about.en,
            disciplines=chosen,
        )
        add_event("create_deposit", deposit=deposit, actor=owner)
    return deposit


def create_dataset(deposit: Deposit, person: Person, *, record: Record | None = None) -> DatasetVersion:
    """The first draft of a new dataset, with what its deposit says of all of them, or with ``record``.

    A new one without authors has the person of the account as author and contact, marked as a proposal.
    """
    if not can_edit_deposit(person, deposit):
        raise MoveError("This deposit is not yours.", hint="Ask its owner to share it with you.")
    with transaction.atomic():
        dataset = Dataset.objects.create(deposit=deposit)
        version = DatasetVersion(dataset=dataset, created_by=person, uuid=uuid4())
        draft = records.first_draft(version, record or Record())
        agent = _oneself(person) if record is None else None
        records.write(version, composing.propose(draft, agent) if agent else draft)
        version.save()
        add_event("create", version=version, actor=person, to_state=version.state)
    return version


def save(
    version: DatasetVersion,
    person: Person | None,
    changes: Mapping[str, object],
    expected_edit: Expected = None,
    *,
    origin: Origin = TYPED,
    step: str = "",
) -> DatasetVersion:
    """Change fields of a draft; only those that really differ are marked with ``origin``.

    ``changes``: record fields by name, or dotted ("title.fr"). ``expected_edit``: the edit counter of the page that
    was filled in, or one for each field. A field that changed after it is left as it is and told, with both values,
    in an `EditConflictError` once the others are saved: nobody's work is overwritten unseen. Where a text is written
    anew in one language, one composed in the other that nobody read goes (`composing.left_behind`). ``step``: the
    step of the deposit form to mark as done. Raises `DepositError` with every mistake at once; nothing is saved then.
    """
    with transaction.atomic():
        locked = moving.lock(version)
        moving.check("edit", locked, person)
        before = records.described(locked)
        mine = records.changed(before, changes, origin)
        conflicts = tuple(conflicts_of(before, mine, changes, locked.field_edits, expected_edit))
        refused = {conflict.field for conflict in conflicts}
        taken = {name: value for name, value in changes.items() if name not in refused}
        after = records.changed(before, taken, origin) if refused else mine
        if after != before:
            records.write(locked, after, person)
            if gone := composing.left_behind(before, after):  # taken away by the repository: nobody's edit
                records.write(locked, without_texts(after, gone))
        if step and step not in locked.steps_done:
            locked.steps_done = [*locked.steps_done, step]
        locked.save()
    if conflicts:
        raise EditConflictError(conflicts, locked)
    return locked


def conflicts_of(
    before: Record, mine: Record, names: Iterable[str], known: edits.Noted, expected: Expected
) -> Iterator[Conflict]:
    """The fields among ``names`` that somebody else gave another value since the edit that was expected."""
    for name in names:
        edit, by, at = edits.last_edit(known, name)
        based_on = edits.expected_of(expected, name)
        if based_on is None or edit <= based_on:
            continue
        ours, theirs = records.value_at(mine, name), records.value_at(before, name)
        is_taken_away = by is None and not theirs  # by the repository, which wrote nothing in its place
        if ours != theirs and not is_taken_away:
            yield Conflict(name, records.plain(ours), records.plain(theirs), edit, by, at)


def _oneself(person: Person) -> Agent | None:
    """The person of an account as an author; None without a family name, since a user name is not one."""
    if not person.last_name:
        return None
    said = authorities.oneself(person)
    home = (Organisation(name=said["affiliation"], ror=said["ror"]),) if said["affiliation"] else ()
    names = {name: said[name] for name in ("family_name", "given_name", "orcid", "email")}
    return Agent(**names, affiliations=home)


def confirm(version: DatasetVersion, person: Person | None, field: str) -> DatasetVersion:
    """A draft whose proposed value of ``field`` is now a person's: they read it, and it is right.

    Raises `DepositError` where nothing was proposed, `MoveError` where this person may not edit the draft.
    """
    with transaction.atomic():
        locked = moving.lock(version)
        moving.check("edit", locked, person)
        record = record_of(locked)
        if not by_machine(record, field):
            raise DepositError("Nothing is proposed for this field any more.", [], hint="Reload the page.")
        records.write(locked, record.model_copy(update={"origins": record.origins | {field: TYPED}}), person)
        locked.save()
    return locked


def inherit_again(version: DatasetVersion, person: Person | None, field: str) -> DatasetVersion:
    """A draft whose ``field`` has the deposit's value again. `DepositError` when the deposit says nothing of it."""
    with transaction.atomic():
        locked = moving.lock(version)
        moving.check("edit", locked, person)
        deposit = locked.dataset.deposit
        if field not in common.said_by(deposit):
            raise DepositError("The deposit says nothing of this field.", [], hint="Write it in the deposit first.")
        before = record_of(locked)
        after = inherit(without(before, field), common.record_of(deposit))
        if after != before:
            records.write(locked, after, person)
            locked.save()
    return locked


def new_version(version: DatasetVersion, person: Person) -> DatasetVersion:
    """The draft that follows a published version: same record and files (kept once), a DOI to come."""
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=version.dataset_id)  # two people asking at once get one
        published = moving.lock(version)
        later = published.dataset.versions.filter(number__gt=published.number)
        under_way = later.exclude(state__in=_OVER).exists()
        moving.check("new_version", published, person, newer_version=under_way)
        number = max([published.number, *later.values_list("number", flat=True)]) + 1
        draft = DatasetVersion(dataset=published.dataset, number=number, created_by=person, uuid=uuid4())
        records.write(draft, _continued(record_of(published), draft))
        draft.save()
        _copy_files(published, draft)
        add_event(
            "new_version",
            version=draft,
            actor=person,
            to_state=draft.state,
            payload={"previous": str(published.uuid)},
        )
    return draft


def drafts_of(person: Person) -> list[DatasetVersion]:
    """Every version of this person's deposits, the shared ones too, newest change first; none thrown away."""
    mine = DatasetVersion.objects.filter(dataset__deposit__owner=person)
    shared = DatasetVersion.objects.filter(dataset__deposit__memberships__person=person)
    found = (mine | shared).exclude(state=State.DISCARDED.value)
    return list(found.select_related("dataset__deposit__owner").distinct().order_by("-updated"))


def open_to(person: Person) -> list[Deposit]:
    """The deposits that this person may add datasets to, the last changed first."""
    editing = Q(memberships__person=person, memberships__role=MemberRole.EDITOR.value)
    return list(Deposit.objects.filter(Q(owner=person) | editing).distinct().order_by("-updated"))


def deposit_problems(title: Text, disciplines: list[str]) -> Iterable[Problem]:
    """What a deposit lacks to be one."""
    if not title:
        yield Problem("title", "it is missing.", "Give the deposit a title, in French or English.")
    if not disciplines:
        yield Problem("disciplines", "none is chosen.", f"Choose among {', '.join(Discipline)}.")
    for name in disciplines:
        if name not in {item.value for item in Discipline}:
            yield Problem("disciplines", f"'{name}' is not one.", f"Choose among {', '.join(Discipline)}.")


def _continued(record: Record, draft: DatasetVersion) -> Record:
    version = record.version.model_copy(
        update={"number": f"{draft.number}.0", "previous_doi": record.doi, "next_doi": "", "notes": Text()}
    )
    kept = tuple(date for date in record.dates if date.kind in _KEPT_DATES)
    return record.model_copy(update={"uuid": draft.uuid, "doi": "", "version": version, "dates": kept})


def _copy_files(source: DatasetVersion, target: DatasetVersion) -> None:
    copies = [
        StoredFile(version=target, **{column: getattr(file, column) for column in _COPIED_COLUMNS})
        for file in source.files.filter(state=FileState.OK)
    ]
    StoredFile.objects.bulk_create(copies)
