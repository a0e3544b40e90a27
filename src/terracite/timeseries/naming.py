# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a dataset is known from run to run: its key, its uuid, its id in geoflow's tables.

The key of a dataset is what its series have in common: ("40KCB", "NDVI", 2022) for a year, ("40KCB", "NDVI") for all
years of a tile and index, ("NDVI",) for a collection, () for a whole archive. It does not depend on the dates or tiles
that happen to be there: next year's images make a new version of the same dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from terracite.crate import stable_uuid
from terracite.record.model import Origin, OriginKind, Record
from terracite.timeseries.options import Options
from terracite.timeseries.yearly import YearSeries

Key = tuple[object, ...]
_PREFIX = "data_"


def key_of(parts: Sequence[YearSeries]) -> Key:
    """What ``parts`` have in common of tile, index and year; the year alone is not told of all indices.

    A tile and an index that several years share are the key of any year of them.
    """
    tiles, indices, years = ({getattr(one, name) for one in parts} for name in ("tile", "index", "year"))
    common: list[object] = [next(iter(values)) for values in (tiles, indices) if len(values) == 1]
    if len(indices) == 1 and len(years) == 1:
        common.append(next(iter(years)))
    return tuple(common)


def year_key(one: YearSeries) -> Key:
    """The key of one series of one year."""
    return one.tile, one.index, one.year


def uuid_of(parts: Sequence[YearSeries], key: Key, options: Options) -> UUID:
    """The uuid of a dataset: of its key, of who signs, of whether it is simulated."""
    signers = [agent.name for agent in options.creators]
    simulated = any(one.versions.is_simulated for one in parts)
    return stable_uuid("series", parts[0].product, *key, simulated, *signers)


def data_id(product: str, key: Key) -> str:
    """The id in geoflow's tables and in the layers of footprints, as sen2val writes it.

    >>> data_id("sen2chain", ("40KCB", "NDVI"))
    'data_40KCB_NDVI_SEN2CHAIN'
    """
    return _PREFIX + "_".join([*(str(part) for part in key), product.upper()])


def marked(record: Record, product: str, key: Key) -> Record:
    """``record`` that remembers the key its uuid was made from, for `id_of`."""
    origin = Origin(kind=OriginKind.PRODUCED, detail=data_id(product, key))
    return record.model_copy(update={"origins": record.origins | {"uuid": origin}})


def id_of(record: Record) -> str:
    """The id of a record that a run made; the uuid of any other."""
    origin = record.origins.get("uuid")
    return origin.detail if origin and origin.detail.startswith(_PREFIX) else str(record.uuid)
