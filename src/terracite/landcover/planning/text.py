# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan for a person to read, in both languages, and for a program."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from terracite.landcover.planning.plan import ClassCount, Plan
from terracite.landcover.recipe.french import told
from terracite.landcover.wording import number
from terracite.record.model import Language

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "index": (
        "{index} : {dates} dates du {first} au {last}, {size}, ciel clair {clear} ({source})",
        "{index}: {dates} dates from {first} to {last}, {size}, clear sky {clear} ({source})",
    ),
    "still": ("{index} : ne change pas, {size} ({source})", "{index}: does not change, {size} ({source})"),
    "grid": (
        "Grille : {columns} x {rows} cellules de {cell} m ({crs}), {blocks} blocs de {block}",
        "Grid: {columns} x {rows} cells of {cell} m ({crs}), {blocks} blocks of {block}",
    ),
    "features": (
        "{features} variables par cellule : {indices} indices à {dates} dates",
        "{features} features a cell: {indices} indices on {dates} dates",
    ),
    "units": (
        "Surfaces : de {units} unités, estimées par les {sample} points de l'échantillon",
        "Areas: of {units} units, estimated from the {sample} points of the sample",
    ),
    "counted": (
        "Surfaces : de {units} unités, comptées sur la carte (sans échantillon, leur erreur n'est pas connue)",
        "Areas: of {units} units, counted on the map (without a sample their error is not known)",
    ),
    "polygons": ("code|classe|polygones|cellules|apprises", "code|class|polygons|cells|learnt"),
    "points": ("code|classe|points|cellules|apprises", "code|class|points|cells|learnt"),
    "series": ("code|classe|séries|séries|apprises", "code|class|series|series|learnt"),
    "nowhere": ("ailleurs", "elsewhere"),
    "time": (
        "Durée sur cette machine : environ {hours} (empreintes {hash}, apprentissage {learn}, carte {map}, "
        "écriture {write} ; {measured} blocs mesurés)",
        "Time on this machine: about {hours} (hashing {hash}, learning {learn}, map {map}, writing {write}; "
        "{measured} blocks measured)",
    ),
    "no_time": ("Durée : inconnue, rien n'a pu être lu", "Time: not known, nothing could be read"),
    "memory": ("Mémoire : environ {size}", "Memory: about {size}"),
    "disk": (
        "Disque : au plus {work} pendant le travail, {crate} ensuite ; {free} libres",
        "Disk: at most {work} while it runs, {crate} afterwards; {free} free",
    ),
    "no_room": (
        "Le disque ne les contient pas. Remède : --output ailleurs.",
        "The disk does not hold them. Cure: --output elsewhere.",
    ),
    "problems": ("À regarder :", "To look at:"),
}


def as_text(plan: Plan, language: Language) -> str:
    """The plan for a terminal."""
    lines = [*_images(plan, language), "", *_table(plan, language), "", *_costs(plan, language)]
    if plan.problems:
        lines += ["", _say("problems", language), *(told(f"  - {problem}", language) for problem in plan.problems)]
    return "\n".join(lines)


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON's own types."""
    facts = asdict(plan)
    facts["problems"] = [{"where": item.where, "what": item.what, "cure": item.cure} for item in plan.problems]
    facts["indices"] = [
        {
            **asdict(item),
            "first": item.first and item.first.isoformat(),
            "last": item.last and item.last.isoformat(),
        }
        for item in plan.indices
    ]
    facts["classes"] = [
        {
            **asdict(item),
            "strata": [{"name": name, "groups": groups, "cells": cells} for name, groups, cells in item.strata],
        }
        for item in plan.classes
    ]
    return facts | {"total_seconds": sum(plan.seconds.values()) or None, "has_room": plan.has_room}


def _images(plan: Plan, language: Language) -> list[str]:
    lines = []
    for item in plan.indices:
        clear = "?" if item.clear_share is None else f"{number(100 * item.clear_share, language, 0)} %"
        lines.append(
            _say("index" if item.first else "still", language, index=item.index, dates=item.dates, first=item.first,
                 last=item.last, size=human_bytes(item.bytes, language), clear=clear, source=item.source)
        )  # fmt: skip
    cell = number(plan.cell_size_m, language, 0 if plan.cell_size_m >= 10 else 1)
    rows, columns = number(plan.rows, language, 0), number(plan.columns, language, 0)
    lines.append(
        _say(
            "grid", language, columns=columns, rows=rows, cell=cell, crs=plan.crs, blocks=plan.blocks, block=plan.block
        )
    )
    indices = sum(item.first is not None for item in plan.indices)
    dates = _say("features", language, features=plan.features, indices=indices, dates=plan.dates)
    if not plan.units:
        return [*lines, dates]
    return [*lines, dates, _say("units" if plan.sample else "counted", language, units=plan.units, sample=plan.sample)]


def _table(plan: Plan, language: Language) -> list[str]:
    """One line a class, one column a region after the counts."""
    head = _say(plan.kind, language).split("|")
    regions = [name or _say("nowhere", language) for name in _regions(plan)]
    rows = [[*head, *regions], *(_row(item, plan, language) for item in plan.classes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column == 1 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _regions(plan: Plan) -> list[str]:
    names = [name for item in plan.classes for name, _, _ in item.strata]
    return sorted(dict.fromkeys(names), key=lambda name: (not name, name))


def _row(item: ClassCount, plan: Plan, language: Language) -> list[str]:
    counts = {name: f"{groups} ({number(cells, language, 0)})" for name, groups, cells in item.strata}
    regions = [counts.get(name, "0") for name in _regions(plan)]
    numbers = [number(count, language, 0) for count in (item.groups, item.cells, item.learnt)]
    return [str(item.code), item.fr if language == "fr" else item.en, *numbers, *regions]


def _costs(plan: Plan, language: Language) -> list[str]:
    lines = [_say("no_time", language)]
    if plan.seconds:
        steps = {name: human_time(seconds) for name, seconds in plan.seconds.items()}
        hours = human_time(sum(plan.seconds.values()))
        lines = [
            _say("time", language, hours=hours, measured=plan.measured_blocks, **steps),
            _say("memory", language, size=human_bytes(plan.memory_bytes, language)),
        ]
    sizes = {"work": plan.work_bytes, "crate": plan.crate_bytes, "free": plan.free_bytes}
    lines.append(_say("disk", language, **{name: human_bytes(size, language) for name, size in sizes.items()}))
    return lines if plan.has_room else [*lines, _say("no_room", language)]


def human_bytes(size: float, language: Language) -> str:
    """ "1.2 GB", "1,2 Go"."""
    unit = "o" if language == "fr" else "B"
    for prefix, factor in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if size >= factor:
            return f"{number(size / factor, language)} {prefix}{unit}"
    return f"{size:.0f} {unit}"


def human_time(seconds: float) -> str:
    """ "2 h 05 min", "3 min", "1 s": as precise as a measured sample allows."""
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d} min"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(1, seconds):.0f} s"


def _say(key: str, language: Language, **values: object) -> str:
    return _WORDS[key][language == "en"].format(**values)
