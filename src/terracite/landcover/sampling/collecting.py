# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers of interpreters as one class for each point; points without one are told, never dropped."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError
from terracite.landcover.products.files import safe
from terracite.landcover.sampling import agreement
from terracite.landcover.sampling.answers import Answer, Points
from terracite.landcover.sampling.files import timeless, write_rows
from terracite.landcover.sampling.told import words
from terracite.raster.grid import LONLAT
from terracite.record.model import Language

RULES = ("majority", "consensus")
UNANSWERED, UNTOLD, DISPUTED = "not answered", "cannot be told", "disagreement"


@dataclass(frozen=True, slots=True)
class Collected:
    """A sample as far as it is interpreted."""

    points: Points
    people: tuple[str, ...]
    codes: NDArray[np.int64]  #: (people, points) what each says; 0 = no answer
    classes: NDArray[np.int64]  #: (points,) code of the class; 0 = none
    why: tuple[str, ...]  #: why a point has no class; "" where it has
    sure: NDArray[np.bool_]  #: (points,) everybody who answered was sure
    referred: NDArray[np.bool_]  #: (points,) decided by the last word
    rule: str
    agreed: agreement.Agreement | None  #: of several people

    @property
    def complete(self) -> bool:
        return bool((self.classes > 0).all())

    @property
    def disputed(self) -> NDArray[np.bool_]:
        """(points,) whether people say different things."""
        low = np.where(self.codes > 0, self.codes, 256).min(axis=0)
        return np.asarray((self.codes.max(axis=0) > 0) & (low != self.codes.max(axis=0)))

    def missing_share(self) -> float:
        """The share of the area for which points without class stand: how far an overall accuracy can be wrong."""
        strata = np.asarray(self.points.frame.get("stratum", ["all"] * len(self.points.ids))).astype(str)
        areas = self.points.area_of or {name: float((strata == name).sum()) for name in set(strata)}
        lost = sum(
            areas.get(name, 0.0) * float((self.classes[strata == name] == 0).mean()) for name in np.unique(strata)
        )
        return lost / max(sum(areas.values()), 1e-12)


def collect(
    points: Points, answers: Mapping[str, Mapping[str, Answer]], rule: str = "majority",
    last_word: Mapping[str, Answer] | None = None,
) -> Collected:  # fmt: skip
    """One class for each point. ``last_word``: what a further look decides where people disagree."""
    people = tuple(sorted(answers))
    codes = np.array([[_code(answers[name].get(point)) for point in points.ids] for name in people], np.int64)
    classes = agreement.decided(codes, rule)
    final = np.array([_code((last_word or {}).get(point)) for point in points.ids], np.int64)
    classes = np.where(final > 0, final, classes)
    given = [[answers[name].get(point) for name in people] for point in points.ids]
    sure = np.array([all(one.sure for one in row if one) for row in given])
    why = tuple(
        "" if code else DISPUTED if said.any() else UNTOLD if any(row) else UNANSWERED
        for code, said, row in zip(classes, (codes > 0).T, given, strict=True)
    )
    agreed = agreement.measured(codes) if len(people) > 1 else None
    return Collected(points, people, codes, classes, why, sure, final > 0, rule, agreed)


def _code(answer: Answer | None) -> int:
    return answer.code or 0 if answer else 0


def write(output: Path, found: Collected, *, replace: bool = False) -> list[Path]:
    """Write the interpreted points, and beside them what is in dispute, what is missing, and the agreement.

    Raises `ConfigError` where ``output`` is there already and not to be replaced, or is the sample itself.
    """
    if output.resolve() == found.points.path.resolve():
        raise ConfigError(f"'{output.name}' is the sample itself.", hint="Give another name, such as interpreted.gpkg.")
    if output.exists() and not replace:
        raise ConfigError(f"'{output}' is there already.", hint="Give another name, or --replace.")
    output.parent.mkdir(parents=True, exist_ok=True)
    stem = output.with_suffix("")
    paths = [output, *(Path(f"{stem}-{name}") for name in ("disagreements.csv", "missing.csv", "agreement.json"))]
    _write_points(output, found)
    lonlat = found.points.frame.geometry.to_crs(LONLAT)
    places = np.round(np.column_stack([lonlat.x, lonlat.y]), 7)
    head = ["id", "lon", "lat", "class", *(safe(name) for name in found.people)]
    rows = [
        [found.points.ids[place], *places[place], _named(found, found.classes[place]),
         *(_named(found, code) for code in found.codes[:, place])]
        for place in np.flatnonzero(found.disputed)
    ]  # fmt: skip
    write_rows(paths[1], head, rows)
    lost = np.flatnonzero(found.classes == 0)
    write_rows(
        paths[2], ("id", "lon", "lat", "why"), [[found.points.ids[at], *places[at], found.why[at]] for at in lost]
    )
    paths[3].write_text(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return paths


def _write_points(path: Path, found: Collected) -> None:
    import pyogrio

    frame = found.points.frame.copy()
    has_class = found.classes > 0
    frame["class"] = np.array([_named(found, code) or None for code in found.classes], object)
    frame["answers"] = (found.codes > 0).sum(axis=0)
    frame["agreeing"] = (found.codes == np.where(has_class, found.classes, -1)).sum(axis=0)
    frame["sure"] = found.sure & has_class
    frame["last_word"] = found.referred
    part = path.with_name(f".{path.stem}.part.gpkg")
    with timeless():
        pyogrio.write_dataframe(frame, part, driver="GPKG", layer="points")
    part.replace(path)


def _named(found: Collected, code: int) -> str:
    """What files call a class: its English name, by which recipes and maps know it; "" for none."""
    for one in found.points.classes.classes:
        if one.code == code:
            return safe(one.label.best("en"))
    return ""


def as_json(found: Collected) -> dict[str, Any]:
    """The facts about an interpretation."""
    pairs = agreement.confusions(found.codes) if len(found.people) > 1 else {}
    agreed = found.agreed
    return {
        "sample": found.points.sample,
        "points": len(found.points.ids),
        "interpreted": int((found.classes > 0).sum()),
        "complete": found.complete,
        "missing_area_share": round(found.missing_share(), 6),
        "rule": found.rule,
        "last_word": int(found.referred.sum()),
        "interpreters": {
            name: int((row > 0).sum()) for name, row in zip(found.people, found.codes, strict=True)
        },
        "disagreements": int(found.disputed.sum()),
        "agreement": None if agreed is None else {
            "points": agreed.points, "share": _number(agreed.share), "kappa": _number(agreed.kappa),
            "method": agreed.method,
            "by_class": {_named(found, code): _number(value) for code, value in agreed.by_class.items()},
        },
        "confusions": [
            {"first": found.people[one], "second": found.people[other], "first_class": _named(found, first),
             "second_class": _named(found, second), "points": count}
            for (one, other), counts in pairs.items()
            for (first, second), count in counts.items()
        ],
    }  # fmt: skip


def as_text(found: Collected, language: Language, worst: int = 5) -> str:
    """The same for a person."""
    say, facts = words("collect")[language], as_json(found)
    lines = [say["points"].format(**facts), say[f"rule_{found.rule}"]]
    lines += [say["person"].format(name=name, count=count) for name, count in facts["interpreters"].items()]
    agreed = facts["agreement"]
    if agreed:
        share, kappa = _said(agreed["share"], language, percent=True), _said(agreed["kappa"], language)
        lines.append(say["agreement"].format(**{**agreed, "share": share, "kappa": kappa}))
        lines += [
            say["by_class"].format(name=name, share=_said(value, language, percent=True))
            for name, value in sorted(agreed["by_class"].items(), key=lambda item: item[1])
        ]
        mixed = [one for one in facts["confusions"] if one["first_class"] != one["second_class"]]
        lines += [say["mixed"].format(**one) for one in sorted(mixed, key=lambda one: -one["points"])[:worst]]
        lines.append(say["disagreements"].format(**facts))
    if not found.complete:
        lost = _count(found.why)
        lines.append(say["incomplete"].format(
            missing=len(found.why) - facts["interpreted"], share=_said(found.missing_share(), language, percent=True),
            unanswered=lost[UNANSWERED], untold=lost[UNTOLD], disputed=lost[DISPUTED],
        ))  # fmt: skip
    return "\n".join(lines)


def _count(why: Sequence[str]) -> dict[str, int]:
    return {reason: why.count(reason) for reason in (UNANSWERED, UNTOLD, DISPUTED)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


def _said(value: float | None, language: Language, *, percent: bool = False) -> str:
    if value is None:
        return "-"
    text = f"{100 * value:.1f}" if percent else f"{value:.2f}"
    unit = " %" if percent and language == "fr" else "%" if percent else ""
    return (text.replace(".", ",") if language == "fr" else text) + unit
