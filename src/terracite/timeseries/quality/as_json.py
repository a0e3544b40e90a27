# SPDX-License-Identifier: AGPL-3.0-or-later
"""The certificate as JSON: every figure of every date, and what the checks say in both languages."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from terracite import __version__
from terracite.record.model import Language
from terracite.timeseries.quality.certificate import Certificate, DateQuality
from terracite.timeseries.quality.checks import checks
from terracite.timeseries.quality.wording import title

_LANGUAGES: tuple[Language, ...] = ("fr", "en")


def to_json(certificate: Certificate) -> bytes:
    """A JSON document (UTF-8); times are ISO 8601 UTC; the same certificate gives the same bytes."""
    return (json.dumps(to_dict(certificate), ensure_ascii=False, indent=1) + "\n").encode()


def to_dict(certificate: Certificate) -> dict[str, Any]:
    """The certificate as JSON's own types."""
    told = {language: checks(certificate, language) for language in _LANGUAGES}
    spacing = certificate.spacing
    return {
        "software": f"terracite {__version__}",
        "title": {language: title(certificate, language) for language in _LANGUAGES},
        "index": certificate.index,
        "product": certificate.product,
        "tiles": list(certificate.tiles),
        "years": list(certificate.years),
        "simulated": certificate.is_simulated,
        "cell_size_m": certificate.cell_size_m,
        "range": certificate.range,
        "cells": certificate.cells,
        "clear_percent": round(100 * certificate.clear_share, 4) if certificate.has_mask else None,
        "checks": [
            {"check": fr.name, "level": fr.level.value, "text": {"fr": fr.text, "en": en.text}}
            for fr, en in zip(told["fr"], told["en"], strict=True)
        ],
        "encoding": asdict(certificate.encoding) | {"value_step": certificate.value_step},
        "step_test": asdict(certificate.step),
        "usual_days": spacing.usual_days,
        "longest_gap": _gap(certificate),
        "empty_months": list(spacing.empty_months),
        "versions_left_out": certificate.left_out,
        "repeats": [[_name(date) for date in pair] for pair in certificate.repeats],
        "same_pass": [[_name(date) for date in pair] for pair in certificate.same_pass],
        "dates": [asdict(date) | {"sensed_at": date.sensed_at.isoformat()} for date in certificate.dates],
    }


def _gap(certificate: Certificate) -> dict[str, Any] | None:
    gap = certificate.spacing.longest
    if gap is None:
        return None
    return {"tile": gap.tile, "start": gap.start.isoformat(), "end": gap.end.isoformat(), "days": round(gap.days, 3)}


def _name(date: DateQuality) -> str:
    return date.product_id or f"{date.tile} {date.sensed_at.isoformat()}".strip()
