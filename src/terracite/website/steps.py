# SPDX-License-Identifier: AGPL-3.0-or-later
"""The five steps of a deposit, in free order, and which of them still asks for something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terracite.record.rules import Finding, Level

NAMES = ("deposit", "files", "describe", "context", "check")
_STEP_OF = {
    "disciplines": "deposit",
    "parent": "deposit",
    "language": "deposit",
    "files": "files",
    "thumbnail": "files",
    **dict.fromkeys(
        ("title", "abstract", "lineage", "purpose", "notes", "topics", "keywords", "variables", "classes"), "describe"
    ),
}


ANCHORS = frozenset(_STEP_OF) | {
    "extents", "periods", "creators", "contacts", "contributors", "funding", "licence", "access", "related", "version",
}  #: sections of the pages that an address may point to  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the page shows it: ``state`` is "done", "todo" or "" (nothing asked, nothing saved)."""

    name: str
    number: int
    title: str
    told: str
    state: str
    is_here: bool


def step_of(field: str) -> str:
    """The step whose page holds a field of the record, by its dotted name."""
    return _STEP_OF.get(field.partition(".")[0], "context")


def missing(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """What stops a submission, each with the step that holds it, in the order of the steps."""
    found = [(step_of(finding.field), finding) for finding in findings if finding.level is Level.BLOCKER]
    return sorted(found, key=lambda pair: NAMES.index(pair[0]))


def steps(findings: Iterable[Finding], here: str) -> list[Step]:
    """All five, with what is missing in each, in words."""
    titles = {
        "deposit": _("Deposit"),
        "files": _("Files"),
        "describe": _("Describe"),
        "context": _("Where, when, who, rights"),
        "check": _("Check and submit"),
    }
    blockers = [step_of(finding.field) for finding in findings if finding.level is Level.BLOCKER]
    return [
        _step(name, number, titles[name], len(blockers) if name == "check" else blockers.count(name), here)
        for number, name in enumerate(NAMES, start=1)
    ]


def _step(name: str, number: int, title: str, missing: int, here: str) -> Step:
    if missing:
        told = ngettext("%(count)d thing missing", "%(count)d things missing", missing) % {"count": missing}
        state = "todo"
    else:
        told = _("ready") if name == "check" else _("complete")
        state = "done"
    return Step(name, number, title, told, state, name == here)
