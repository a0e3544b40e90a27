# SPDX-License-Identifier: AGPL-3.0-or-later
"""A certificate's figures where catalogues look for them: quality measures of the record, statistics of STAC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terracite.record.model import Quality, Record, Text
from terracite.timeseries.quality.certificate import Certificate, DateQuality
from terracite.timeseries.quality.checks import checks
from terracite.timeseries.quality.wording import both


def with_quality(record: Record, certificate: Certificate, *, report: str = "") -> Record:
    """``record`` with the measures of ``certificate`` after its own; measures of the same names are replaced.

    ``report``: path of the certificate's page inside the dataset. From there they go to ISO 19115-3 and 19139 (data
    quality), DCAT, schema.org and DataCite.
    """
    added = tuple(_measures(certificate, report))
    names = {measure.name for measure in added}
    kept = tuple(measure for measure in record.quality if measure.name not in names)
    return record.model_copy(update={"quality": (*kept, *added)})


def _measures(one: Certificate, report: str) -> Iterator[Quality]:
    notes = {fr.name: Text(fr=fr.text, en=en.text) for fr, en in zip(checks(one, "fr"), checks(one, "en"), strict=True)}

    def measure(name: str, value: float, unit: str, note: str, **bounds: float | None) -> Quality:
        return Quality(name=both(f"record.{name}"), value=value, unit=unit, note=notes[note], report=report, **bounds)

    saturated = one.total("saturated_low") + one.total("saturated_high")
    yield measure("nodata", _percent(one.missing_percent), "%", "nodata")
    yield measure("outside", _percent(one.share_of_data(one.total("outside"))), "%", "range")
    yield measure("saturated", _percent(one.share_of_data(saturated)), "%", "saturation")
    if any(date.clipped is not None for date in one.dates):
        yield measure("clipped", _percent(100 * one.total("clipped") / one.cells), "%", "clipping")
    if one.step.effect is not None and one.step.low is not None and one.step.high is not None:
        bounds = {"low": round(one.step.low, 4), "high": round(one.step.high, 4)}
        yield measure("step", round(one.step.effect, 4), "1", "step", **bounds)
    if one.spacing.longest is not None:
        yield measure("gap", round(one.spacing.longest.days, 2), "d", "gaps")
    yield measure("repeats", len(one.repeats), "1", "duplicates")
    if one.value_step:
        yield measure("value_step", float(f"{one.value_step:.6g}"), "1", "encoding")


def _percent(value: float) -> float:
    return float(f"{value:.4g}")


def stac_of_date(date: DateQuality) -> dict[str, Any]:
    """What a STAC item of the date can say: eo:cloud_cover, and STAC 1.1's statistics of its band."""
    seen = date.clear + (date.masked or 0)
    found: dict[str, Any] = {}
    if date.masked is not None and seen:
        found["eo:cloud_cover"] = round(100 * date.masked / seen, 2)
    if date.spread is not None:
        found["statistics"] = {
            "minimum": date.spread.least,
            "maximum": date.spread.greatest,
            "mean": date.spread.mean,
            "stddev": date.spread.deviation,
            "count": date.clear,
            "valid_percent": round(100 * date.clear_share, 4),
        }
    return found
