# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counts as a page shows them: of one version, of all versions of its dataset, month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from terracite.repository.models import DatasetVersion, UsageDay, UsageKind


@dataclass(slots=True)
class Sums:
    """Counts of people's readings; those of their programs apart."""

    views: int = 0
    downloads: int = 0
    visits: int = 0  #: sessions of an hour in which anything was read or taken
    takers: int = 0  #: sessions in which files were taken
    bytes: int = 0
    machine_views: int = 0
    machine_downloads: int = 0


@dataclass(slots=True)
class Month:
    """The counts of a month, by its first day."""

    first: dt.date
    sums: Sums = field(default_factory=Sums)


@dataclass(slots=True)
class Usage:
    """All counts of a dataset; ``version`` those of the version that was asked for."""

    version: Sums = field(default_factory=Sums)
    dataset: Sums = field(default_factory=Sums)
    months: list[Month] = field(default_factory=list)  #: of the dataset, oldest first, without gaps

    @property
    def is_empty(self) -> bool:
        found = self.dataset
        return not (found.views or found.downloads or found.machine_views or found.machine_downloads)


def usage_of(version: DatasetVersion, since: dt.date | None = None) -> Usage:
    """Everything counted of the dataset of ``version``, in one query."""
    rows = UsageDay.objects.filter(version__dataset=version.dataset_id)
    if since is not None:
        rows = rows.filter(day__gte=since)
    found = Usage()
    months: dict[dt.date, Month] = {}
    for row in (
        rows.annotate(month=TruncMonth("day"))
        .values("month", "version_id", "kind", "by_machine")
        .annotate(hits=Sum("hits"), visitors=Sum("visitors"), volume=Sum("bytes"))
        .order_by("month")
    ):
        month = months.setdefault(row["month"], Month(row["month"]))
        own = (found.version,) if row["version_id"] == version.pk else ()
        for sums in (found.dataset, month.sums, *own):
            _add(sums, row)
    found.months = _without_gaps(months)
    return found


def _add(sums: Sums, row: Mapping[str, Any]) -> None:
    hits, visitors, volume = row["hits"], row["visitors"], int(row["volume"])
    downloads = row["kind"] == UsageKind.DOWNLOAD.value
    if row["by_machine"]:
        sums.machine_downloads += hits if downloads else 0
        sums.machine_views += 0 if downloads else hits
    elif downloads:
        sums.downloads += hits
        sums.takers += visitors
    else:
        sums.views += hits
        sums.visits += visitors
    sums.bytes += volume


def _without_gaps(months: dict[dt.date, Month]) -> list[Month]:
    if not months:
        return []
    day, last = min(months), max(months)
    found = []
    while day <= last:
        found.append(months.get(day, Month(day)))
        day = (day.replace(day=28) + dt.timedelta(days=7)).replace(day=1)
    return found
