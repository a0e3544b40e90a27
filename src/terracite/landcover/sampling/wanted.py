# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a sample should be, as a person asks for it, and what is checked before a map is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terracite.errors import ConfigError, Problem, ProblemsError
from terracite.landcover.classes import Nomenclature
from terracite.landcover.recipe import nearest

Method = Literal["stratified", "systematic", "random", "two-stage"]
METHODS: tuple[Method, ...] = ("stratified", "systematic", "random", "two-stage")
EXPECTED = 0.8  #: user's accuracy of a class of which nothing is said
LEAST = 50  #: points of a stratum: 50 to 100, says Olofsson 2014
PER_CLUSTER = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sample as it is asked for; 0 or None = not said."""

    method: Method = "stratified"
    points: int = 0  #: of each unit where there are ``units``
    error: float = 0.0  #: standard error of the overall accuracy
    class_error: float = 0.0  #: standard error of each user's accuracy
    expected: Mapping[str, float] = field(default_factory=dict)  #: user's accuracy by class; "" = of the others
    least: int | None = None
    allocation: str = "proportional"
    zones: Path | None = None  #: polygons that are strata
    zone_column: str = ""
    units: bool = False  #: the polygons are units: each has ``points``, and what is outside is not sampled
    by_class: bool = False  #: strata are the classes within each polygon
    clusters: int = 0
    per_cluster: int = PER_CLUSTER
    cluster_size_m: float = 0.0
    seed: int = 1
    minutes: float = 1.5  #: of interpretation, a point
    interpreters: int = 1

    def checked(self) -> None:
        """Raise `ProblemsError` with every wish that contradicts another, or cannot be."""
        problems = [Problem(where, what, cure) for wrong, where, what, cure in _rules(self) if wrong]
        if problems:
            raise ProblemsError("This sample cannot be drawn.", problems)

    def users(self, classes: Nomenclature, codes: tuple[int, ...]) -> NDArray[np.float64]:
        """The expected user's accuracy of each code. Raises `ProblemsError` for a class that is not of the map."""
        known = {classes.codes[position]: name for name, position in classes.names.items()}
        by_code: dict[int | None, float] = {}
        problems: list[Problem] = []
        for name, value in self.expected.items():
            position = classes.position(name)
            code = classes.codes[position] if position is not None else int(name) if name.isdigit() else None
            if name and code not in codes:
                what = f"there is no class '{name}' on the map."
                problems.append(Problem("--expected", what, nearest(name, [known.get(one, str(one)) for one in codes])))
            by_code[code if name else None] = value
        if problems:
            raise ProblemsError("The expected accuracies cannot be used.", problems)
        return np.array([by_code.get(code, by_code.get(None, EXPECTED)) for code in codes])


def _rules(wanted: Wanted) -> list[tuple[bool, str, str, str]]:
    one, two = wanted.method == "stratified", wanted.method == "two-stage"
    bad = [value for value in wanted.expected.values() if not 0 < value <= 1]
    clustered = bool(wanted.clusters or wanted.cluster_size_m)
    return [
        (bool(wanted.points and wanted.error), "--points", "and --error both give a number.", "Give one of them."),
        (wanted.points < 0 or wanted.points == 1, "--points", "is too few.", "Give the number of points, two or more."),
        (wanted.clusters == 1, "--clusters", "is too few.", "Give the number of squares, two or more."),
        (not 0 <= wanted.error < 0.5, "--error", f"is {wanted.error:g}.", "Give a standard error, such as 0.01."),
        (not 0 <= wanted.class_error < 0.5, "--class-error", f"is {wanted.class_error:g}.", "Give one, such as 0.05."),
        (bool(bad), "--expected", "is an accuracy above 0 and at most 1.", "Write 0.8, or forest=0.9."),
        (bool(wanted.zones) and not one, "--strata", "goes with --method stratified.", "Leave one of the two out."),
        (bool(wanted.class_error) and not one, "--class-error", "needs strata.", "Use --method stratified."),
        (clustered and not two, "--clusters", "goes with --method two-stage.", "Leave one of the two out."),
        (wanted.per_cluster < 2, "--per-cluster", "is below 2: it shows no spread.", "Give 5 to 20."),
        (wanted.units and bool(wanted.error), "--error", "is of the whole map.", "Give --points of each unit."),
    ]  # fmt: skip


def expectations(texts: tuple[str, ...]) -> dict[str, float]:
    """ "0.8" and "forest=0.9" as accuracies by class. Raises `ConfigError`."""
    found = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise ConfigError(
                f"'{text}' is no expected accuracy.", hint="Write --expected 0.8 --expected forest=0.9."
            ) from None
    return found
