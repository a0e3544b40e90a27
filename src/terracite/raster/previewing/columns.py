# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the columns of a table hold: type, missing share, range, commonest values, histogram. Runs in the child."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from terracite.raster.previewing.words import cell, name_and_unit

BINS = 24
COMMONEST = 5
_FEW = 12  #: whole numbers with so few different values are counted one by one
_MISSING = pa.array(["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "-"])
_NUMBER = {
    ".": r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$",
    ",": r"^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$",
}
_INTEGER = r"^[+-]?\d{1,18}$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?$"
_MOST = 0.95  #: a column is of a type when so many of its values are
_TYPES: tuple[tuple[Any, str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_decimal, "number"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "time"),
    (pa.types.is_null, "empty"),
)


def type_of(kind: pa.DataType) -> str:
    """ "integer", "number", "date", "time", "boolean", "empty" or, for all else, "text"."""
    return next((name for holds, name in _TYPES if holds(kind)), "text")


def described(name: str, values: pa.ChunkedArray, *, decimal: str = ".") -> dict[str, Any]:
    """The facts of one column; a column of text is read as numbers or dates where nearly all of it is.

    Keys: ``name``, ``unit``, ``type``, ``missing`` (share, 0 to 1), ``odd`` (values that are not of the type), then
    ``low``, ``high``, ``mean``, ``bins`` for what can be ordered, ``common`` and ``distinct`` for the rest.
    """
    label, unit = name_and_unit(name)
    odd = 0
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        values, odd = _typed(values, decimal)
    values = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
    rows = len(values)
    kind = type_of(values.type)
    found: dict[str, Any] = {"name": label, "unit": unit, "type": kind, "odd": odd}
    found["missing"] = round((values.null_count - odd) / rows, 4) if rows else 0.0
    held = values.drop_null()
    if not len(held):
        return found | {"type": "empty"}
    return found | _summary(kind, held)


def _typed(values: pa.ChunkedArray, decimal: str) -> tuple[pa.ChunkedArray, int]:
    """Strings as what they say, null where nothing is said; and how many do not fit."""
    text = pc.utf8_trim_whitespace(values.combine_chunks() if values.num_chunks != 1 else values.chunk(0))
    text = pc.if_else(pc.is_in(text, _MISSING), pa.scalar(None, text.type), text)
    held = len(text) - text.null_count
    if not held:
        return pa.nulls(len(text)), 0
    for pattern, cast in ((_INTEGER, _integers), (_NUMBER[decimal], _numbers), (_DAY, _days), (_MOMENT, _moments)):
        fits = pc.match_substring_regex(text, pattern)
        count = pc.sum(fits).as_py() or 0
        if count >= _MOST * held:
            fitting = pc.if_else(fits, text, pa.scalar(None, text.type))
            try:
                return cast(fitting, decimal), held - count
            except pa.ArrowInvalid:  # the 31st of February
                break
    return pa.chunked_array([text]), 0


def _integers(text: pa.Array, decimal: str) -> pa.Array:  # noqa: ARG001
    return pc.cast(pc.replace_substring(text, "+", ""), pa.int64())


def _numbers(text: pa.Array, decimal: str) -> pa.Array:
    plain = pc.replace_substring(text, ",", ".") if decimal == "," else text
    return pc.cast(pc.replace_substring_regex(plain, r"^\+", ""), pa.float64())


def _days(text: pa.Array, decimal: str) -> pa.Array:  # noqa: ARG001
    return pc.cast(text, pa.date32())


def _moments(text: pa.Array, decimal: str) -> pa.Array:  # noqa: ARG001
    plain = pc.replace_substring_regex(text, "Z$", "")
    return pc.cast(plain, pa.timestamp("ms"))


def _summary(kind: str, held: pa.ChunkedArray) -> dict[str, Any]:
    if kind in {"integer", "number"}:
        values = pc.cast(held, pa.float64(), safe=False).to_numpy()
        few = kind == "integer" and pc.count_distinct(held).as_py() <= _FEW
        return _ordered(values) | (_common(held) if few else {})
    if kind in {"date", "time"}:
        return _dated(held, kind)
    return _common(held)


def _ordered(values: NDArray[np.float64]) -> dict[str, Any]:
    values = values[np.isfinite(values)]
    if not values.size:
        return {"type": "empty"}
    low, high = float(values.min()), float(values.max())
    return {"low": low, "high": high, "mean": float(values.mean())} | _histogram(values, low, high)


def _histogram(values: NDArray[np.float64], low: float, high: float) -> dict[str, Any]:
    if not low < high or not np.isfinite(high - low):
        return {}
    return {"bins": np.histogram(values, bins=BINS, range=(low, high))[0].tolist()}


def _dated(held: pa.ChunkedArray, kind: str) -> dict[str, Any]:
    stamps = pc.cast(pc.cast(held, pa.timestamp("ms"), safe=False), pa.int64()).to_numpy().astype(np.float64)
    low, high = float(stamps.min()), float(stamps.max())
    return {"low": _moment(low, kind), "high": _moment(high, kind)} | _histogram(stamps, low, high)


def _moment(milliseconds: float, kind: str) -> str:
    try:
        moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return ""
    return moment.date().isoformat() if kind == "date" else moment.strftime("%Y-%m-%d %H:%M:%S")


def _common(held: pa.ChunkedArray) -> dict[str, Any]:
    if pa.types.is_nested(held.type) or pa.types.is_binary(held.type) or pa.types.is_large_binary(held.type):
        return {"distinct": 0, "common": []}
    counts = pc.value_counts(held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held)
    order = pc.sort_indices(counts.field("counts"), sort_keys=[("", "descending")])[:COMMONEST]
    common = [[cell(item["values"]), item["counts"]] for item in counts.take(order).to_pylist()]
    return {"distinct": len(counts), "common": common}
