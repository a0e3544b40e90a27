# SPDX-License-Identifier: AGPL-3.0-or-later
"""Crates become datasets: a new one, an edited draft, a new version, or nothing when it is known already.

A crate is recognised by the uuid of its record, its content by the checksum of its manifest. The checksum is kept
last, so that a reception that was cut short is taken up again by sending the crate again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from terracite.crate.read import Crate, open_crate
from terracite.errors import DepositError, MoveError, Problem
from terracite.record.model import Discipline, Origin, OriginKind, Record, Text
from terracite.repository import addresses, copying, deposits, files, moderation
from terracite.repository.checks import blockers
from terracite.repository.models import Dataset, DatasetVersion, Deposit, Person
from terracite.repository.permissions import can_edit_deposit
from terracite.repository.records import SYSTEM_FIELDS
from terracite.repository.states import MOVES, FileState, State

_NOT_TAKEN = SYSTEM_FIELDS | {"version"}  #: the repository counts versions itself
_EDITABLE = MOVES["edit"].sources
_EMPTY = Record(uuid="00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the depositor asks beside the crate itself."""

    disciplines: tuple[str, ...] = ()  #: instead of the record's
    deposit_title: str = ""  #: of the group to put a new dataset in; made when there is none
    submit: bool = False  #: to the moderation desks, accepting the terms of deposit


def receive(folder: Path, person: Person, wishes: Wishes, told: copying.Told | None = None) -> dict[str, str]:
    """Take the crate in ``folder``; returns identifier, version, url, state, doi and action.

    ``told`` hears of bytes copied and bytes in all.

    Raises `CrateError` for a crate that cannot be read, `DepositError` for files that do not match their checksums
    or a submission that the rules refuse (the draft is kept), `MoveError` when it may not be changed now.
    """
    crate = open_crate(folder)
    _check_disciplines(wishes)
    version = _latest(crate.record, person)
    if version is not None and version.source_manifest == crate.content_hash:
        return _submitted(version, person, wishes, "unchanged")
    action = "created"
    if version is None:
        version = _new_dataset(crate, person, wishes)
    else:
        action = "updated" if State(version.state) in _EDITABLE else "continued"
        version = _editable(version, person)
        version = deposits.save(version, person, _changes(crate.record, wishes), origin=_origin(crate))
    _copy_files(crate, version, person, told)
    DatasetVersion.objects.filter(pk=version.pk).update(source_manifest=crate.content_hash)
    version.refresh_from_db()
    return _submitted(version, person, wishes, action)


def _latest(record: Record, person: Person) -> DatasetVersion | None:
    """The last version of the dataset that the crate's record became, or None; a rejected one is over."""
    versions = DatasetVersion.objects.filter(dataset__source_uuid=record.uuid).exclude(state=State.REJECTED.value)
    version = versions.select_related("dataset__deposit").order_by("-dataset__created", "-number").first()
    if version is not None and not can_edit_deposit(person, version.dataset.deposit):
        raise MoveError("Somebody else deposited this crate.", hint="Ask them to share the deposit with you.")
    return version


def _new_dataset(crate: Crate, person: Person, wishes: Wishes) -> DatasetVersion:
    origin = _origin(crate)
    record = crate.record.model_copy(update={"disciplines": _disciplines(crate.record, wishes)})
    filled = {name: origin for name in Record.model_fields if name not in _NOT_TAKEN and _is_filled(record, name)}
    record = record.model_copy(update={"origins": filled | record.origins})
    with transaction.atomic():
        version = deposits.create_dataset(_deposit(crate.record, person, wishes), person, record=record)
        Dataset.objects.filter(pk=version.dataset_id).update(source_uuid=crate.record.uuid)
    return version


def _deposit(record: Record, person: Person, wishes: Wishes) -> Deposit:
    """The person's deposit of that title, made when there is none."""
    title = Text(en=wishes.deposit_title) if wishes.deposit_title else record.parent.title if record.parent else Text()
    name = person.display_name
    title = title or Text(en=f"Datasets of {name}", fr=f"Jeux de données de {name}")
    own = Deposit.objects.filter(owner=person)
    found = own.filter(title_en=title.en, title_fr=title.fr).first() or own.filter(title_fr=title.best("fr")).first()
    disciplines = [discipline.value for discipline in _disciplines(record, wishes)]
    return found or deposits.create_deposit(person, title, disciplines)


def _editable(version: DatasetVersion, person: Person) -> DatasetVersion:
    """The draft to change: the version itself, or a new one after a published one."""
    state = State(version.state)
    if state in _EDITABLE:
        return version
    if state is State.PUBLISHED:
        return deposits.new_version(version, person)
    if state is State.WITHDRAWN:
        raise MoveError("This dataset was withdrawn.", hint="Ask a curator of the repository.")
    raise MoveError(
        "This dataset is being reviewed and cannot change now.",
        hint="Wait for the decision, or ask the moderator to give it back to you, then send the crate again.",
    )


def _changes(record: Record, wishes: Wishes) -> dict[str, object]:
    values = {name: getattr(record, name) for name in Record.model_fields if name not in _NOT_TAKEN}
    return values | {"disciplines": _disciplines(record, wishes)}


def _copy_files(crate: Crate, version: DatasetVersion, person: Person, told: copying.Told | None) -> None:
    """The files of the version become those of the crate; each is hashed on the way."""
    wanted = {file.path for file in crate.record.files}
    missing = [path for path in sorted(wanted) if not (crate.folder / path).is_file()]
    if missing:
        problems = [Problem(path, "is missing.", "Make the crate again.") for path in missing]
        raise DepositError(f"The crate '{crate.name}' is not complete.", problems)
    for stored in version.files.all():
        if stored.path not in wanted:
            files.remove_file(version, person, stored.path)
    known = dict(version.files.values_list("path", "sha256"))
    new = [file for file in crate.record.files if known.get(file.path) != file.sha256]
    copying.copy_files(crate.folder, new, version, person, told)


def _submitted(version: DatasetVersion, person: Person, wishes: Wishes, action: str) -> dict[str, str]:
    """The answer, after submitting a draft when that is wished."""
    if wishes.submit and State(version.state) in _EDITABLE:
        for stored in version.files.exclude(state=FileState.OK.value):
            files.inspect_file(stored)
        version.refresh_from_db()
        _submit(version, person)
        action = "submitted" if action == "unchanged" else action
    return {
        "identifier": str(version.dataset.uuid),
        "version": str(version.number),
        "url": addresses.landing_url(version),
        "state": version.state,
        "doi": version.doi,
        "action": action,
    }


def _submit(version: DatasetVersion, person: Person) -> None:
    """Submit a draft; a `DepositError` names everything that the rules miss, and the draft is kept."""
    missing = [Problem(item.field, item.message.en, item.cure.en) for item in blockers(version)]
    if missing:
        raise DepositError(
            f"'{version}' is not complete; it is kept as a draft.",
            missing,
            hint="Complete it on its page, or in the crate, then send that again:",
        )
    moderation.submit(version, person, terms_accepted=True)


def _check_disciplines(wishes: Wishes) -> None:
    known = {discipline.value for discipline in Discipline}
    if wrong := [name for name in wishes.disciplines if name not in known]:
        problems = [
            Problem("discipline", f"'{name}' is not one.", f"Choose among {', '.join(known)}.") for name in wrong
        ]
        raise DepositError("The crate cannot be taken.", problems)


def _disciplines(record: Record, wishes: Wishes) -> tuple[Discipline, ...]:
    return tuple(Discipline(name) for name in dict.fromkeys(wishes.disciplines)) or record.disciplines


def _is_filled(record: Record, name: str) -> bool:
    return bool(getattr(record, name) != getattr(_EMPTY, name))


def _origin(crate: Crate) -> Origin:
    return Origin(kind=OriginKind.IMPORTED, detail=f"crate {crate.name}")
