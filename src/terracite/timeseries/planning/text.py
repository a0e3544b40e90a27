# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan for a person to read, in both languages, and for a program."""

from __future__ import annotations

from typing import Any

from terracite.record.model import Language
from terracite.timeseries.inventory import human_bytes
from terracite.timeseries.planning.plan import Choice, Plan

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "input": (
        "{series} séries ({tiles} tuiles, {indices} indices), {images} images, {size} lus",
        "{series} series ({tiles} tiles, {indices} indices), {images} images, {size} read",
    ),
    "output": (
        "{size} écrits, à {percent} % près ({sampled} images mesurées) ; {free} libres",
        "{size} written, within {percent} % ({sampled} images measured); {free} free",
    ),
    "no_room": (
        "Le disque ne les contient pas. Remède : --output ailleurs, ou moins de tuiles, d’indices ou d’années.",
        "The disk does not hold them. Cure: --output elsewhere, or fewer tiles, indices or years.",
    ),
    "time": ("environ {hours} sur cette machine", "about {hours} on this machine"),
    "head": ("jeux de données|le plus lourd|fichiers|tient dans", "datasets|largest|files|fits"),
    "proposed": ("Proposé : {name}, soit {count} DOI.", "Proposed: {name}, that is {count} DOIs."),
    "none": (
        "Aucune façon de découper ne tient dans {target} : {count} séries y sont trop lourdes. "
        "Remède : un autre lieu, ou --compression zstd.",
        "No way of cutting fits {target}: {count} series are too large for it. "
        "Cure: another place, or --compression zstd.",
    ),
    "nowhere": ("rien", "nothing"),
}


def as_text(plan: Plan, language: Language) -> str:
    """The plan for a terminal."""
    lines = [
        _say(
            "input",
            language,
            series=plan.series,
            tiles=plan.tiles,
            indices=plan.indices,
            images=plan.images,
            size=human_bytes(plan.input_bytes),
        ),
        _say(
            "output",
            language,
            size=human_bytes(plan.output_bytes),
            percent=round(100 * plan.error),
            sampled=plan.sampled,
            free=human_bytes(plan.free_bytes),
        ),
        *([] if plan.has_room else [_say("no_room", language)]),
        _say("time", language, hours=human_time(plan.seconds)),
        "",
        *_table(plan, language),
        "",
        _verdict(plan, language),
    ]
    return "\n".join(lines)


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON's own types."""
    return {
        "series": plan.series,
        "tiles": plan.tiles,
        "indices": plan.indices,
        "images": plan.images,
        "input_bytes": plan.input_bytes,
        "output_bytes": plan.output_bytes,
        "relative_error": round(plan.error, 3),
        "seconds": round(plan.seconds, 1),
        "free_bytes": plan.free_bytes,
        "has_room": plan.has_room,
        "images_measured": plan.sampled,
        "target": plan.target.key,
        "proposed": plan.proposed,
        "choices": [
            {
                "granularity": item.name,
                "datasets": item.datasets,
                "largest_bytes": item.largest_bytes,
                "largest_files": item.largest_files,
                "fits": list(item.fits),
            }
            for item in plan.choices
        ],
    }


def human_time(seconds: float) -> str:
    """ "40 s", "12 min", "3.5 h", "2.1 d"."""
    for unit, length, limit in (("s", 1, 90), ("min", 60, 5400), ("h", 3600, 172_800)):
        if seconds < limit:
            return f"{seconds / length:.0f} {unit}" if unit != "h" else f"{seconds / length:.1f} h"
    return f"{seconds / 86_400:.1f} d"


def _say(key: str, language: Language, **values: object) -> str:
    return _WORDS[key][0 if language == "fr" else 1].format(**values)


def _table(plan: Plan, language: Language) -> list[str]:
    rows = [["", *_say("head", language).split("|")], *(_row(choice, plan, language) for choice in plan.choices)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(choice: Choice, plan: Plan, language: Language) -> list[str]:
    mark = "* " if choice.name == plan.proposed else "  "
    fits = ", ".join(choice.fits) or _say("nowhere", language)
    size = human_bytes(choice.largest_bytes)
    return [f"{mark}{choice.name}", str(choice.datasets), size, str(choice.largest_files), fits]


def _verdict(plan: Plan, language: Language) -> str:
    chosen = next((choice for choice in plan.choices if choice.name == plan.proposed), None)
    if chosen is None:
        finest = plan.choices[0]
        return _say("none", language, target=plan.target.name.best(language), count=finest.too_large)
    return _say("proposed", language, name=chosen.granularity.label.best(language), count=chosen.datasets)
