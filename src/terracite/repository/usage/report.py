# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counts for machines, in the words of COUNTER's dataset report (DSR), month by month."""

from __future__ import annotations

import calendar
from typing import Any

from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.usage.totals import Month, Usage


def report(version: DatasetVersion, usage: Usage) -> dict[str, Any]:
    """A document of one dataset: totals of this version and of the dataset, and performance by month."""
    return {
        "report-name": "dataset report",
        "report-id": "DSR",
        "release": "rd1",
        "dataset": {
            "uuid": str(version.dataset.uuid),
            "doi": version.doi,
            "concept_doi": version.dataset.concept_doi,
            "version": version.number,
            "url": addresses.landing_url(version),
        },
        "totals": {"version": _metrics(usage.version), "dataset": _metrics(usage.dataset)},
        "performance": [_performance(month) for month in usage.months],
    }


def _performance(month: Month) -> dict[str, Any]:
    first = month.first
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    period = {"begin-date": first.isoformat(), "end-date": last.isoformat()}
    return {"period": period, "metrics": _metrics(month.sums)}


def _metrics(sums: Any) -> dict[str, Any]:
    """COUNTER's four metrics: a download is an investigation too."""
    return {
        "regular": {
            "total-dataset-investigations": sums.views + sums.downloads,
            "unique-dataset-investigations": sums.visits,
            "total-dataset-requests": sums.downloads,
            "unique-dataset-requests": sums.takers,
        },
        "machine": {
            "total-dataset-investigations": sums.machine_views + sums.machine_downloads,
            "total-dataset-requests": sums.machine_downloads,
        },
        "bytes": sums.bytes,
    }
