# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan for a person to read, in both languages, and for a program."""

from __future__ import annotations

from typing import Any

from terracite.record.model import Language
from terracite.timeseries.inventory import human_bytes
from terracite.timeseries.planning.plan import Choice, Plan
from terracite.timeseries.wording import counted

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "input": (
        "{series} ({tiles}, {indices}), {images}, {size} lus",
        "{series} ({tiles}, {indices}), {images}, {size} read",
    ),
    "output": (
        "{size} écrits, à {percent} % près ({sampled}) ; {free} libres",
        "{size} written, within {percent} % ({sampled}); {free} free",
    ),
    "no_room": (
        "Le disque ne les contient pas. Remède : --output ailleurs, ou moins de tuiles, d’indices ou d’années.",
        "The disk does not hold them. Cure: --output elsewhere, or fewer tiles, indices or years.",
    ),
    "time": ("environ {hours} sur cette machine", "about {hours} on this machine"),
    "head": ("jeux de données|le plus lourd|fichiers|tient dans", "datasets|largest|files|fits"),
    "proposed": ("Proposé : {name}, soit {dois}.", "Proposed: {name}, that is {dois}."),
    "none": (
        "Aucune façon de découper ne tient dans {target} : {too_large}. Remède : un autre lieu, ou --compression zstd.",
        "No way of cutting fits {target}: {too_large} for it. Cure: another place, or --compression zstd.",
    ),
    "too_many": (
        "Aucune façon de découper ne tient dans {target} : trop de fichiers. "
        "Remède : un autre lieu, ou --format netcdf.",
        "No way of cutting fits {target}: too many files. Cure: another place, or --format netcdf.",
    ),
    "nowhere": ("rien", "nothing"),
}
_NOUNS: dict[str, dict[Language, tuple[str, str]]] = {  #: key -> by language: of one, of several
    "series": {"fr": ("série", "séries"), "en": ("series", "series")},
    "tiles": {"fr": ("tuile", "tuiles"), "en": ("tile", "tiles")},
    "indices": {"fr": ("indice", "indices"), "en": ("index", "indices")},
    "images": {"fr": ("image", "images"), "en": ("image", "images")},
    "sampled": {"fr": ("image mesurée", "images mesurées"), "en": ("image measured", "images measured")},
    "dois": {"fr": ("DOI", "DOI"), "en": ("DOI", "DOIs")},
    "too_large": {
        "fr": ("série y est trop lourde", "séries y sont trop lourdes"),
        "en": ("series is too large", "series are too large"),
    },
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
    """A phrase; the numbers among ``values`` that have a noun are told with it."""
    nouns = {
        name: counted(value, language, *_NOUNS[name][language])
        for name, value in values.items()
        if name in _NOUNS and isinstance(value, int)
    }
    return _WORDS[key][0 if language == "fr" else 1].format(**(values | nouns))


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
        if plan.target.holds(finest.largest_bytes, 0):
            return _say("too_many", language, target=plan.target.name.best(language))
        return _say("none", language, target=plan.target.name.best(language), too_large=finest.too_large)
    return _say("proposed", language, name=chosen.granularity.label.best(language), dois=chosen.datasets)
