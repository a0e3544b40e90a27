# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan of a sample for a person, in French or English, and for a program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from terracite.landcover.estimation import Z95
from terracite.landcover.sampling.planning import Plan, class_name
from terracite.landcover.sampling.wanted import LEAST
from terracite.record.model import Language


@cache
def words(name: str) -> dict[str, dict[str, str]]:
    """The words of ``data/<name>.toml``, by language."""
    found: dict[str, dict[str, str]] = tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text("utf-8"))
    return found


def as_text(plan: Plan, language: Language) -> str:
    """Strata, classes, what is to be expected, and why."""
    say = words("plan")[language]
    strata = [
        (one.name, f"{one.area_ha:.1f}", str(one.cells), str(one.points), f"{one.expected:.0%}") for one in plan.strata
    ]
    classes = [
        (class_name(plan.frame.map, one.code, language), f"{one.mapped_ha:.1f}", f"{one.half_width_ha:.1f}",
         f"{one.users:.0%}")
        for one in plan.classes
    ]  # fmt: skip
    lines = [
        say["title"].format(points=plan.points, map=plan.frame.map.title.best(language)),
        "", *_table(say["strata_head"].split("|"), strata), "", *_table(say["classes_head"].split("|"), classes), "",
        say["overall"].format(overall=plan.overall, half=Z95 * plan.error, error=plan.error),
        say["hours"].format(hours=plan.hours, minutes=plan.wanted.minutes, interpreters=plan.wanted.interpreters),
        "", say["why"] + (" :" if language == "fr" else ":"), *(f"- {reason}" for reason in reasons(plan, language)),
    ]  # fmt: skip
    return "\n".join([lines[0], *(_figures(line, language) for line in lines[1:])])


def as_json(plan: Plan) -> dict[str, object]:
    """The same as facts."""
    return {
        "method": plan.wanted.method,
        "points": plan.points,
        "area_ha": round(plan.area_ha, 4),
        "expected_overall_accuracy": round(plan.overall, 6),
        "expected_standard_error": round(plan.error, 6),
        "hours": round(plan.hours, 2),
        "spacing_m": round(plan.spacing_m, 3) or None,
        "clusters": plan.clusters or None,
        "cluster_cells": plan.cluster_cells or None,
        "outside_ha": round(plan.outside_ha, 4),
        "strata": [
            {"stratum": one.name, "area_ha": round(one.area_ha, 4), "cells": one.cells, "points": one.points,
             "expected_accuracy": round(one.expected, 6)}
            for one in plan.strata
        ],
        "classes": [
            {"code": one.code, "class": one.name, "mapped_ha": round(one.mapped_ha, 4),
             "expected_half_width_ha": round(one.half_width_ha, 4), "expected_users_accuracy": round(one.users, 6)}
            for one in plan.classes
        ],
        "why": list(reasons(plan, "en")),
    }  # fmt: skip


def reasons(plan: Plan, language: Language) -> Iterator[str]:
    """Why this sample is as it is, and what is wrong with it."""
    say, wanted = words("plan")[language], plan.wanted
    yield from _of_method(plan, say)
    yield from _of_number(plan, say)
    if wanted.method == "stratified":
        least = wanted.least if wanted.least is not None else min(LEAST, plan.points // len(plan.strata))
        yield say[wanted.allocation].format(least=least)
    for one in plan.strata:
        if one.points == one.cells:
            yield say["full"].format(name=one.name, cells=one.cells)
        elif one.points < 2:
            yield say["few"].format(name=one.name, points=one.points)
    if plan.frame.map.grid.is_geographic:
        yield say["uneven"]
    if plan.outside_ha:
        yield say["outside"].format(area=plan.outside_ha)
    yield say["guess"]


def _of_method(plan: Plan, say: dict[str, str]) -> Iterator[str]:
    wanted = plan.wanted
    side = plan.cluster_cells * plan.frame.map.grid.cell_size_m
    more = (1 + (wanted.per_cluster - 1) * 0.2) ** 0.5
    yield say[wanted.method].format(
        spacing=plan.spacing_m, points=plan.points, clusters=plan.clusters, side=side, per=wanted.per_cluster, more=more
    )
    if wanted.method == "stratified":
        kind = "class" if wanted.zones is None else "both" if wanted.by_class else "zones"
        yield say[f"stratified_{kind}"].format(zones=wanted.zones.name if wanted.zones else "")


def _of_number(plan: Plan, say: dict[str, str]) -> Iterator[str]:
    wanted = plan.wanted
    asked = wanted.points or wanted.clusters or wanted.units
    if wanted.error:
        yield say["by_error"].format(points=plan.points, wanted=wanted.error)
        if plan.error > wanted.error * 1.02:
            yield say["worse"].format(error=plan.error, wanted=wanted.error)
    elif not asked:
        yield say["by_default"].format(points=plan.points)
    if wanted.class_error:
        yield say["by_class_error"].format(wanted=wanted.class_error)


def _figures(text: str, language: Language) -> str:
    """Numbers as the language writes them: 1.5% is 1,5 % in French."""
    return re.sub(r"(?<=\d)%", " %", re.sub(r"(?<=\d)\.(?=\d)", ",", text)) if language == "fr" else text


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        first, *others = (cell.ljust(width) if not column else cell.rjust(width)
                          for column, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        yield "  ".join([first, *others]).rstrip()
