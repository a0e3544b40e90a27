# SPDX-License-Identifier: AGPL-3.0-or-later
"""The items of the interface, from the database: one per dataset that is or was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from terracite.record import vocabularies
from terracite.record.model import Discipline
from terracite.repository.models import DatasetVersion, Deposit
from terracite.repository.oai.tokens import Selection
from terracite.repository.permissions import disciplines_of
from terracite.repository.states import State

_PUBLISHED, _WITHDRAWN = State.PUBLISHED.value, State.WITHDRAWN.value


@dataclass(frozen=True, slots=True)
class ItemSet:
    """A set of items; ``spec`` has a colon where it is part of a wider one."""

    spec: str
    name: str


def items() -> QuerySet[DatasetVersion]:
    """The version that stands for each dataset: the last published one, else the last tombstone."""
    same = DatasetVersion.objects.filter(dataset=OuterRef("dataset"))
    later = same.filter(number__gt=OuterRef("number"))
    stands = Q(state=_PUBLISHED) & ~Exists(later.filter(state=_PUBLISHED))
    tombstone = Q(state=_WITHDRAWN) & ~Exists(same.filter(state=_PUBLISHED)) & ~Exists(later.filter(state=_WITHDRAWN))
    found = DatasetVersion.objects.filter(datestamp__isnull=False).filter(stands | tombstone)
    return found.select_related("dataset__deposit")


def page(selection: Selection, size: int) -> tuple[list[DatasetVersion], bool, int]:
    """The next ``size`` items of a selection, oldest change first; whether there are more; how many it has in all."""
    found = _in_set(items(), selection.set_spec)
    if selection.start:
        found = found.filter(datestamp__gte=selection.start)
    if selection.end:
        found = found.filter(datestamp__lt=selection.end)
    rest = found
    if selection.after:
        moment, row = selection.after
        rest = rest.filter(Q(datestamp__gt=moment) | Q(datestamp=moment, pk__gt=row))
    taken = list(rest.order_by("datestamp", "pk")[: size + 1])
    return taken[:size], len(taken) > size, found.count()


def item(identifier: str, base_url: str) -> DatasetVersion | None:
    """The item of that identifier, or None."""
    prefix = f"oai:{namespace(base_url)}:"
    try:
        uuid = UUID(identifier.removeprefix(prefix)) if identifier.startswith(prefix) else None
    except ValueError:
        return None
    found = items().filter(dataset__uuid=uuid).first() if uuid else None
    return found if found is not None and identifier_of(found, base_url) == identifier else None


def identifier_of(version: DatasetVersion, base_url: str) -> str:
    """The identifier of an item: the name of the site and the uuid of the dataset."""
    return f"oai:{namespace(base_url)}:{version.dataset.uuid}"


def namespace(base_url: str) -> str:
    """The site's name in identifiers."""
    return urlsplit(base_url).hostname or "terracite.invalid"


def is_deleted(version: DatasetVersion) -> bool:
    """Whether the item is a tombstone."""
    return version.state == _WITHDRAWN


def set_specs(version: DatasetVersion) -> list[str]:
    """The sets that an item is in, the narrowest ones (it is in the wider ones too)."""
    disciplines = [f"discipline:{name}" for name in disciplines_of(version)]
    return [*disciplines, f"deposit:{version.dataset.deposit.uuid}"]


def all_sets() -> Iterable[ItemSet]:
    """Every set, wider ones first."""
    yield ItemSet("discipline", "By discipline")
    for discipline in Discipline:
        yield ItemSet(f"discipline:{discipline.value}", vocabularies.discipline_label(discipline).en)
    yield ItemSet("deposit", "By deposit")
    with_items = Deposit.objects.filter(pk__in=items().values("dataset__deposit"))
    for deposit in with_items.order_by("pk"):
        yield ItemSet(f"deposit:{deposit.uuid}", deposit.title("en"))


def earliest() -> dt.datetime | None:
    """The oldest datestamp, or None while there is nothing."""
    oldest = items().order_by("datestamp", "pk").first()
    return oldest.datestamp if oldest else None


def _in_set(found: QuerySet[DatasetVersion], spec: str) -> QuerySet[DatasetVersion]:
    kind, _, name = spec.partition(":")
    if spec in {"", "discipline", "deposit"}:
        return found
    if kind == "discipline" and name in {discipline.value for discipline in Discipline}:
        return found.filter(_in_discipline(name))
    if kind == "deposit":
        try:
            return found.filter(dataset__deposit__uuid=UUID(name))
        except ValueError:
            return found.none()
    return found.none()


def _in_discipline(name: str) -> Q:
    """The record's own disciplines, else its deposit's; compared as JSON text, the same in every database."""
    own = Q(record__disciplines__icontains=f'"{name}"')
    has_none = Q(record__disciplines=[]) | Q(record__disciplines__isnull=True)
    return own | (has_none & Q(dataset__deposit__disciplines__icontains=f'"{name}"'))
