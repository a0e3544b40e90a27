# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much room a file, a deposit and its owner have: asked before a file is sent, and again when it is kept.

The same content counts once in a deposit, and once among all deposits of one owner, as it is stored once.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from terracite.errors import DepositError, Problem
from terracite.repository.models import DatasetVersion, Deposit, Person, StoredFile, Upload, UploadState

CURE = "Remove files that are no longer needed, or ask the curators for room."


def check_file(name: str, length: int) -> None:
    """`DepositError` when one file is larger than any may be."""
    ceiling = settings.TERRACITE.max_file_bytes
    if ceiling and length > ceiling:
        raise _refused(name, f"it is larger than {ceiling} bytes.", "Split it, or ask the curators.")


def check_room(person: Person, version: DatasetVersion | None, name: str, length: int) -> None:
    """`DepositError` when ``length`` bytes more, and all uploads under way, would be too many.

    ``version``: the draft that the file is for; None for a zipped crate, which counts with its person alone.
    """
    check_file(name, length)
    deposit = version.dataset.deposit if version else None
    owner = deposit.owner if deposit else person
    replaced = version.files.filter(path=name).first() if version else None
    more = length - (replaced.bytes if replaced else 0)
    if deposit and (limit := settings.TERRACITE.max_deposit_bytes):
        _check(
            name, "the deposit", limit, _used(_of_deposit(deposit)) + _coming(version__dataset__deposit=deposit) + more
        )
    if limit := settings.TERRACITE.max_person_bytes:
        coming = _coming(version__dataset__deposit__owner=owner) + _coming(version=None, person=owner)
        _check(name, f"'{owner.username}'", limit, _used(_of_owner(owner)) + coming + more)


def check_used(locked: DatasetVersion, name: str) -> None:
    """`DepositError` when, with the file just written, there are too many bytes; the transaction then undoes it."""
    deposit = locked.dataset.deposit
    if limit := settings.TERRACITE.max_deposit_bytes:
        Deposit.objects.select_for_update().get(pk=deposit.pk)  # two files at once do not both take the last room
        _check(name, "the deposit", limit, _used(_of_deposit(deposit)))
    if limit := settings.TERRACITE.max_person_bytes:
        Person.objects.select_for_update().get(pk=deposit.owner_id)
        _check(name, f"'{deposit.owner.username}'", limit, _used(_of_owner(deposit.owner)))


def _of_deposit(deposit: Deposit) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(version__dataset__deposit=deposit)


def _of_owner(owner: Person) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(version__dataset__deposit__owner=owner)


def _used(files: QuerySet[StoredFile]) -> int:
    each = files.order_by().values("sha256").annotate(size=Max("bytes"))
    return int(each.aggregate(total=Sum("size"))["total"] or 0)


def _coming(**whose: object) -> int:
    """What uploads under way were announced with."""
    open_ = Upload.objects.filter(state=UploadState.RECEIVING.value, expires__gt=timezone.now(), **whose)
    return int(open_.aggregate(total=Sum("length"))["total"] or 0)


def _check(name: str, whose: str, limit: int, total: int) -> None:
    if total > limit:
        raise _refused(name, f"{whose} would hold {total} bytes, of {limit} allowed.", CURE)


def _refused(name: str, what: str, cure: str) -> DepositError:
    return DepositError("This file cannot be added.", [Problem(name, what, cure)])
