# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of rules, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module

from terracite.record.model import Record, Text

#: the modules whose rules make up the table, in the order a person reads the findings
MODULES = ("required", "wording", "lineage", "coverage", "people", "files", "values")


class Level(StrEnum):
    """How much a finding matters; only a blocker stops a publication."""

    BLOCKER = "blocker"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule sees: where, why it is one, and what to do about it."""

    field: str  #: dotted name, "creators.0.orcid"
    message: Text
    cure: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with the rule that saw it and how much it matters."""

    rule: str
    level: Level
    field: str
    message: Text
    cure: Text

    @property
    def section(self) -> str:
        """The field of the record the finding belongs to: "creators" for "creators.0.orcid"."""
        return self.field.partition(".")[0]


Check = Callable[[Record], Iterable[Fault]]

RULES: dict[str, tuple[Level, Check]] = {}


def rule(level: Level) -> Callable[[Check], Check]:
    """Registers a check under the name of its function."""

    def register(function: Check) -> Check:
        name = function.__name__
        if name in RULES:
            raise ValueError(f"two rules are called {name!r}")
        RULES[name] = (level, function)
        return function

    return register


def check(record: Record) -> list[Finding]:
    """Every finding on the record: blockers first, then in the order of the table."""
    findings = list(_findings(record))
    order = list(Level)
    return sorted(findings, key=lambda finding: order.index(finding.level))


def blockers(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a publication."""
    return [finding for finding in findings if finding.level is Level.BLOCKER]


def _findings(record: Record) -> Iterator[Finding]:
    _load()
    for name, (level, function) in RULES.items():
        for fault in function(record):
            yield Finding(name, level, fault.field, fault.message, fault.cure)


@cache
def _load() -> None:
    for module in MODULES:
        import_module(f"terracite.record.rules.{module}")
