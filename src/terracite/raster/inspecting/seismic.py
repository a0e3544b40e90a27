# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from seismic records: miniSEED 2, SEG-Y. Runs in the child process of `inspect`."""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from terracite.errors import InspectionError
from terracite.raster.inspect import Facts, VariableFact
from terracite.raster.inspect_kinds import Kind

_MOST_RECORDS = 5_000_000
_MOST_CHANNELS = 200
_TEXT_HEADER = 3200
_SEGY_FORMATS = {1: 4, 2: 4, 3: 2, 5: 4, 6: 8, 8: 1, 10: 4, 11: 2, 16: 1}  #: code -> bytes of a sample


def facts(path: Path, kind: Kind) -> Facts:
    """What seismic records hold."""
    return _segy(path, kind) if kind.name == "segy" else _mseed(path, kind)


def _mseed(path: Path, kind: Kind) -> Facts:
    channels: dict[str, float] = {}
    first, last, records = None, None, 0
    for channel, start, end, rate in _records(path):
        records += 1
        channels.setdefault(channel, rate)
        first = start if first is None or start < first else first
        last = end if last is None or end > last else last
    if first is None or last is None:
        raise InspectionError("There is no record with a time.", hint="Copy the file again.")
    return Facts(
        format=kind.format,
        media_type=kind.media_type,
        representation="textTable",
        start=first.isoformat(),
        end=last.isoformat(),
        variables=tuple(VariableFact(name, f"{rate:g} samples per second") for name, rate in channels.items())[
            :_MOST_CHANNELS
        ],
        attributes={"channels": ", ".join(list(channels)[:_MOST_CHANNELS])},
        rows=records,
    )


def _records(path: Path) -> Iterator[tuple[str, dt.datetime, dt.datetime, float]]:
    """Channel, first and last moment, rate of each data record of miniSEED 2."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        at = 0
        for _ in range(_MOST_RECORDS):
            stream.seek(at)
            head = stream.read(512)
            if len(head) < 48 or at >= size:
                return
            length = _record_length(head)
            if head[6:7] in b"DRQM" and (found := _record(head)):
                yield found
            at += length


def _order(head: bytes) -> str:
    """The byte order in which the year of the record makes sense."""
    year = struct.unpack_from(">H", head, 20)[0]
    return ">" if 1900 <= year <= 2100 else "<"


def _record_length(head: bytes) -> int:
    order = _order(head)
    at: int = struct.unpack_from(f"{order}H", head, 46)[0]
    for _ in range(16):
        if not 48 <= at <= len(head) - 8:
            break
        if struct.unpack_from(f"{order}H", head, at)[0] == 1000:
            return 1 << min(max(head[at + 6], 7), 20)
        at = struct.unpack_from(f"{order}H", head, at + 2)[0]
    return 512


def _record(head: bytes) -> tuple[str, dt.datetime, dt.datetime, float] | None:
    order = _order(head)
    year, day, hour, minute, second, _, fraction = struct.unpack_from(f"{order}HHBBBBH", head, 20)
    count, factor, multiplier = struct.unpack_from(f"{order}Hhh", head, 30)
    if not (1900 <= year <= 2100 and 1 <= day <= 366 and hour < 24 and minute < 60 and second <= 60):
        return None
    start = dt.datetime(year, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
        days=day - 1, hours=hour, minutes=minute, seconds=second, microseconds=fraction * 100
    )
    station, place, channel, network = (head[a:b].decode("ascii", "replace").strip() for a, b in
                                        ((8, 13), (13, 15), (15, 18), (18, 20)))  # fmt: skip
    rate = _rate(factor, multiplier)
    length = dt.timedelta(seconds=max(count - 1, 0) / rate) if rate else dt.timedelta()
    return f"{network}.{station}.{place}.{channel}", start, start + length, rate


def _rate(factor: int, multiplier: int) -> float:
    """Samples per second (SEED manual, fixed section of the data header)."""
    if not factor or not multiplier:
        return 0.0
    base = float(factor) if factor > 0 else -1.0 / factor
    return base * multiplier if multiplier > 0 else base / -multiplier


def _segy(path: Path, kind: Kind) -> Facts:
    with path.open("rb") as stream:
        text, binary, trace = stream.read(_TEXT_HEADER), stream.read(400), stream.read(240)
    if len(binary) < 400:
        raise InspectionError("The header is cut short.", hint="Copy the file again.")
    order = _segy_order(binary)
    step_us, samples, code = (struct.unpack_from(f"{order}H", binary, at)[0] for at in (16, 20, 24))
    if code not in _SEGY_FORMATS:
        raise InspectionError("This is not SEG-Y.", hint="Save it again in the format that its name says.")
    size = 240 + samples * _SEGY_FORMATS[code]
    traces, rest = divmod(path.stat().st_size - 3600, size) if samples else (0, 0)
    start = _trace_time(trace, order)
    return Facts(
        format=kind.format,
        media_type=kind.media_type,
        representation="textTable",
        start=start,
        end=start,
        attributes=_segy_attributes(text, step_us, samples),
        rows=int(traces),
        warnings=("The last trace is cut short.",) if rest else (),
    )


def _segy_order(binary: bytes) -> str:
    big = struct.unpack_from(">H", binary, 24)[0]
    return ">" if big in _SEGY_FORMATS else "<"


def _segy_attributes(text: bytes, step_us: int, samples: int) -> dict[str, str]:
    encoding = "ascii" if text[:1] == b"C" else "cp037"
    lines = [text[at : at + 80].decode(encoding, "replace").strip() for at in range(0, len(text), 80)]
    told = [line for line in lines if re.sub(r"^C\s*\d+", "", line).strip() and line.isprintable()]
    header = "\n".join(told)[:3000]
    return {"text_header": header, "sample_interval_us": str(step_us), "samples": str(samples)}


def _trace_time(trace: bytes, order: str) -> str | None:
    """The moment of the first trace; only where its year has four digits and its clock is in UTC (code 2 or 4)."""
    if len(trace) < 168:
        return None
    year, day, hour, minute, second, base = struct.unpack_from(f"{order}6H", trace, 156)
    if not (1950 <= year <= 2100 and 1 <= day <= 366 and hour < 24 and minute < 60 and second < 60):
        return None
    moment = dt.datetime(year, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
        days=day - 1, hours=hour, minutes=minute, seconds=second
    )
    return moment.isoformat() if base in {2, 4} else moment.date().isoformat()
