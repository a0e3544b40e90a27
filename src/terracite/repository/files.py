# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a draft: received with their SHA-256, kept once per content, looked into, described, removed."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction

from terracite.errors import DepositError, InspectionError, Problem, ServiceError, StorageError, StoreAwayError
from terracite.raster.inspect import Facts
from terracite.record.model import FileRole, Record, Text
from terracite.repository import companions, composing, facts, incoming, quotas, records
from terracite.repository.described import inspect
from terracite.repository.executables import kind_of_executable
from terracite.repository.models import DatasetVersion, Person, StoredFile
from terracite.repository.moving import check, lock
from terracite.repository.states import MOVES, FileState, State
from terracite.repository.storable import storable
from terracite.services.antivirus import TooLargeError, scanner_for
from terracite.services.storage import Storage, storage_for

LONGEST_PATH = 500
_AWAY = "The store of files does not answer: this file is looked into as soon as it does."
_READ_AGAIN = 100  #: files; with more, each adds what it says to what others said
_ROLES = {
    FileRole.DOCUMENTATION: {".md", ".pdf", ".rst", ".html"},
    FileRole.LEGEND: {".qml", ".sld", ".lyr", ".clr"},
}


def add_file(
    version: DatasetVersion,
    person: Person,
    path: str,
    stream: incoming.Readable,
    expected_sha256: str = "",
    *,
    role: str = "",
    description: Text | None = None,
) -> StoredFile:
    """Keep one file of a draft under its relative ``path``; the same path again replaces it.

    The file is hashed on the way; the same content is stored once. It still has to be looked into (`inspect_file`,
    now or by the worker) before the dataset can be submitted. Raises `DepositError` for a path that is not plain, a
    file that is too large, or bytes that do not have ``expected_sha256``; `StorageError` when the disk is full.
    """
    name = clean_path(path)
    check("edit", version, person)
    with incoming.received(stream, name, expected_sha256) as upload:
        return keep_file(version, person, name, upload, role=role, description=description)


def keep_file(
    version: DatasetVersion,
    person: Person,
    name: str,
    upload: incoming.Upload,
    *,
    role: str = "",
    description: Text | None = None,
    media_type: str = "",
) -> StoredFile:
    """Received bytes become a file of a draft: the end of every way in. ``name``: a path that `clean_path` gave.

    Raises `DepositError` for a name that clashes or a quota that is used up, `StorageError` when the disk is full.
    """
    key = f"objects/{upload.sha256[:2]}/{upload.sha256}"
    check_place(version, name)
    _keep(storage_for(settings.TERRACITE), key, upload)
    with transaction.atomic():
        locked = lock(version)
        check("edit", locked, person)
        stored = _row(locked, name)
        if stored.pk is not None and stored.sha256 == upload.sha256:
            return stored
        about = description or Text()
        stored.bytes, stored.sha256, stored.storage_key = upload.bytes, upload.sha256, key
        stored.role = role or guess_role(name).value
        stored.media_type = media_type or StoredFile._meta.get_field("media_type").default
        stored.description_fr, stored.description_en = about.fr, about.en
        stored.state, stored.facts, stored.problem = FileState.INCOMING.value, {}, ""
        stored.save()
        locked.save(update_fields=["updated"])
        quotas.check_used(locked, name)
    return stored


def check_place(version: DatasetVersion, name: str) -> None:
    """`DepositError` when ``name`` is the folder of another file of the draft, or the other way round."""
    _row(version, name)


def describe_file(
    version: DatasetVersion, person: Person, path: str, *, role: str = "", description: Text | None = None
) -> StoredFile:
    """Say what a file of a draft is."""
    with transaction.atomic():
        locked = lock(version)
        check("edit", locked, person)
        stored = _existing(locked, path)
        if role:
            stored.role = FileRole(role).value
        if description is not None:
            stored.description_fr, stored.description_en = description.fr, description.en
        stored.save()
    return stored


def remove_file(version: DatasetVersion, person: Person, path: str) -> None:
    """Take a file out of a draft; what was read from it leaves the record too. Its bytes may serve other versions."""
    with transaction.atomic():
        locked = lock(version)
        check("edit", locked, person)
        _existing(locked, path).delete()
        _read_again(locked)


def inspect_file(stored: StoredFile) -> StoredFile:
    """Look into a file: executables are put aside, the facts of data fill the empty fields of the record.

    A file that cannot be read is kept, with its problem: not every format is known. Nothing is refused here. Where
    an antivirus is set, it is asked first: until it answers the file stays `scanning`, and cannot be published. So it
    does while the store of files is away.
    """
    if stored.state not in {FileState.INCOMING, FileState.SCANNING}:
        return stored
    StoredFile.objects.filter(pk=stored.pk, sha256=stored.sha256).update(state=FileState.SCANNING.value)
    try:
        infection, unscanned = _scanned(stored)
        found, problem, state = _put_aside(stored, infection) if infection else _look(stored)
    except (ServiceError, StoreAwayError) as error:
        told = _AWAY if isinstance(error, StoreAwayError) else str(error)
        StoredFile.objects.filter(pk=stored.pk, sha256=stored.sha256).update(problem=told)
        stored.refresh_from_db()
        return stored
    with transaction.atomic():
        locked = lock(stored.version)
        current = StoredFile.objects.select_for_update().filter(pk=stored.pk, sha256=stored.sha256).first()
        if current is None:  # removed or replaced meanwhile
            return stored
        current.state, current.problem = state.value, " ".join(filter(None, (problem, unscanned)))
        if found is not None:
            current.facts = storable(found.to_dict())
            current.media_type, current.format = found.media_type[:150], found.format[:150]
        current.save()
        if found is not None:
            _take_in(locked, found, current.path)
        companions.ask_again(current)
    _ask_for_preview(current)
    return current


def _ask_for_preview(stored: StoredFile) -> None:
    """The worker makes it, if its format is one that is shown."""
    from terracite.repository.previews import preview_of  # only here: making previews reads files

    if stored.state == FileState.OK.value:
        preview_of(stored)


def clean_path(path: str) -> str:
    """A relative path that is safe on every system, in composed Unicode; `DepositError` when it is not one."""
    name = unicodedata.normalize("NFC", path)
    parts = name.split("/")
    if not name or len(name) > LONGEST_PATH or name.startswith("/") or "\\" in name or parts[0].endswith(":"):
        raise _bad_path(path)
    if any(part.strip() in {"", ".", ".."} or len(part.encode()) > 255 for part in parts):
        raise _bad_path(path)
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in name):
        raise _bad_path(path)
    return name


def guess_role(path: str) -> FileRole:
    """What a file is for, by its name."""
    name, suffix = PurePosixPath(path).stem.lower(), PurePosixPath(path).suffix.lower()
    if name.startswith(("readme", "lisezmoi")):
        return FileRole.DOCUMENTATION
    if name.startswith("thumbnail") and suffix in {".png", ".jpg", ".jpeg", ".webp"}:
        return FileRole.THUMBNAIL
    if name in {"record", "ro-crate-metadata", "provenance"} and suffix == ".json":
        return FileRole.METADATA
    return next((role for role, suffixes in _ROLES.items() if suffix in suffixes), FileRole.DATA)


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """The bytes as a file of this machine under their own name, for programs that go by it; gone afterwards.

    The files that it is read with lie beside it (`terracite.repository.companions`).
    """
    with tempfile.TemporaryDirectory(dir=incoming.folder(), prefix="look-") as folder:
        target = Path(folder) / PurePosixPath(stored.path).name
        _put(stored, target)
        for name, beside in companions.of(stored).items():
            place = target.parent / name
            place.parent.mkdir(parents=True, exist_ok=True)
            _put(beside, place)
        yield target


def _put(stored: StoredFile, target: Path) -> None:
    storage = storage_for(settings.TERRACITE)
    source = storage.path(stored.storage_key)
    if source is None or not _linked(source, target):
        with target.open("wb") as file:
            file.writelines(storage.open_range(stored.storage_key, 0, None))


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        return False
    return True


def _scanned(stored: StoredFile) -> tuple[str, str]:
    """What the antivirus found ("" for nothing, or without an antivirus), and why it did not look ("" if it did)."""
    scanner = scanner_for(settings.TERRACITE)
    if scanner is None:
        return "", ""
    storage = storage_for(settings.TERRACITE)
    try:
        return scanner.infection(storage.open_range(stored.storage_key, 0, None)), ""
    except TooLargeError as error:
        return "", str(error)
    except StoreAwayError:
        raise
    except StorageError:
        return "", ""  # told by the look that follows


def _put_aside(stored: StoredFile, infection: str) -> tuple[None, str, FileState]:
    return None, f"The antivirus found '{infection}' in '{stored.path}'.", FileState.QUARANTINED


def _look(stored: StoredFile) -> tuple[Facts | None, str, FileState]:
    """What was read, the problem if any, and where the file stands then."""
    try:
        with local_copy(stored) as path:
            program = kind_of_executable(path)
            if program:
                return None, f"'{stored.path}' is a program ({program}), not data.", FileState.QUARANTINED
            return inspect(path), "", FileState.OK
    except InspectionError as error:
        return None, str(error), FileState.OK
    except StoreAwayError:
        raise
    except StorageError as error:
        return None, f"{error} Send the file again.", FileState.QUARANTINED


def _fill(locked: DatasetVersion, after: Record) -> None:
    if State(locked.state) not in MOVES["edit"].sources or after == records.record_of(locked):
        return
    records.write(locked, after)
    locked.save()


def _take_in(locked: DatasetVersion, found: Facts, path: str) -> None:
    """One file more: with few files everything is read again, so that their order does not matter."""
    if locked.files.exclude(facts={}).count() <= _READ_AGAIN:
        _read_again(locked)
        return
    _fill(locked, facts.apply(records.record_of(locked), found, path))
    if not locked.files.filter(state__in=(FileState.INCOMING.value, FileState.SCANNING.value)).exists():
        _fill(locked, composing.complete(records.record_of(locked), _known(locked)))


def _read_again(locked: DatasetVersion) -> None:
    known = _known(locked)
    _fill(locked, composing.complete(facts.refill(records.record_of(locked), known), known))


def _known(locked: DatasetVersion) -> dict[str, Facts]:
    return {file.path: Facts.from_dict(file.facts) for file in locked.files.order_by("created", "pk") if file.facts}


def _keep(storage: Storage, key: str, upload: incoming.Upload) -> None:
    if not storage.exists(key) or storage.size(key) != upload.bytes:
        (storage.take_file if upload.is_given else storage.put_file)(key, upload.path)


def _row(locked: DatasetVersion, name: str) -> StoredFile:
    """The file of that path, or a new one; a file cannot have the name of another one's folder."""
    stored = locked.files.filter(path=name).first()
    if stored is not None:
        return stored
    parents = [str(parent) for parent in PurePosixPath(name).parents]
    clash = locked.files.filter(path__in=parents).first() or locked.files.filter(path__startswith=f"{name}/").first()
    if clash is not None:
        raise DepositError(
            "This file cannot be added.",
            [Problem(name, f"'{clash.path}' uses the same name for a folder or a file.", "Rename one of them.")],
        )
    return StoredFile(version=locked, path=name)


def _existing(locked: DatasetVersion, path: str) -> StoredFile:
    stored = locked.files.filter(path=path).first()
    if stored is None:
        raise DepositError(f"There is no file '{path}' in this dataset.", (), hint="Reload the page.")
    return stored


def _bad_path(path: str) -> DepositError:
    problem = Problem(repr(path), "it is not a plain relative path.", "Rename it, such as 'images/2023.tif'.")
    return DepositError("This file cannot be added.", [problem])
