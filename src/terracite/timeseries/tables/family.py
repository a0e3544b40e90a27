# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every record of a run: of each year, of each tile and index, of each index; each a part of the next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from terracite.record.model import Record, ResourceType
from terracite.timeseries.describe import describe, describe_unit, with_parent
from terracite.timeseries.options import Options
from terracite.timeseries.yearly import YearSeries


def family(parts: Sequence[YearSeries], options: Options, now: dt.datetime) -> tuple[Record, ...]:
    """The records of ``parts``: collections by index first, then tile by tile, each year after its tile and index.

    Ids are as those of sen2val: ``data_NDVI_SEN2CHAIN``, ``data_40KCB_NDVI_SEN2CHAIN``,
    ``data_40KCB_NDVI_2022_SEN2CHAIN``. ``now``: UTC.
    """
    by_index = _grouped(parts, "index")
    collections = {
        index: describe_unit(group, options, now, key=(index,), resource_type=ResourceType.COLLECTION)
        for index, group in by_index.items()
    }
    found = list(collections.values())
    for index, group in by_index.items():
        for tile, years in _grouped(group, "tile").items():
            series = describe_unit(years, options, now, key=(tile, index), resource_type=ResourceType.COLLECTION)
            found.append(with_parent(series, collections[index]))
            found += [with_parent(describe(one, options, now), series) for one in years]
    return tuple(found)


def _grouped(parts: Sequence[YearSeries], name: str) -> dict[str, list[YearSeries]]:
    groups: defaultdict[str, list[YearSeries]] = defaultdict(list)
    for one in sorted(parts, key=lambda one: (one.index, one.tile, one.year)):
        groups[getattr(one, name)].append(one)
    return groups
