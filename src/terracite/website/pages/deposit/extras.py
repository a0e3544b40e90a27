# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each step shows beside its own inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terracite.record.model import Discipline, Record
from terracite.record.rules import Finding, Level
from terracite.repository import addresses, checks, collaborators, common, states
from terracite.repository.models import DatasetVersion
from terracite.repository.records import value_at
from terracite.repository.states import Role, State
from terracite.website import choices, steps
from terracite.website.forms import describe
from terracite.website.pages.deposit.words import in_words


def of_step(name: str, version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:
    """The values of one step's template."""
    return _EXTRAS[name](version, record, found)


def from_deposit(version: DatasetVersion, record: Record, step: str) -> list[dict[str, Any]]:
    """What the deposit says of the fields of a step, and whether the dataset has something else."""
    said = common.record_of(version.dataset.deposit)
    names = [name for name in common.said_by(version.dataset.deposit) if steps.step_of(name) == step]
    return [_compared(name, value_at(said, name), value_at(record, name)) for name in names]


def _compared(name: str, theirs: object, mine: object) -> dict[str, Any]:
    return {"field": name, "value": in_words(theirs), "differs": theirs != mine}


def _deposit(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    deposit = version.dataset.deposit
    said = common.record_of(deposit)
    return {
        "disciplines": list(Discipline),
        "said": [(name, in_words(value_at(said, name))) for name in common.said_by(deposit) if name != "disciplines"],
        "members": collaborators.members_of(deposit),
    }


def _files(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    files = list(version.files.all())
    return {
        "files": files,
        "roles": choices.file_roles(),
        "is_reading": any(file.state in {"incoming", "scanning"} for file in files),
        "read_facts": choices.read_from_files(record),
    }


def _describe(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return {
        "keywords": [(describe.keyword_value(keyword), keyword) for keyword in record.keywords],
        "suggestions": [(describe.keyword_value(keyword), keyword) for keyword in describe.suggestions(record)],
        "all_keywords": choices.keywords(),
        "topics": choices.topics(),
        "standard_names": choices.standard_names(),
        "words": checks.names_of_words(version.files.all()),
    }


def of_context(record: Record) -> dict[str, Any]:
    """The lists that inputs of people, rights and relations offer."""
    return {
        "representations": choices.representations(),
        "licences": choices.licences(record.licence),
        "accesses": choices.accesses(),
        "roles": choices.contributor_roles(),
        "relations": choices.relations(),
        "embargo_limit": choices.embargo_limit(),
    }


def _context(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return of_context(record)


def _check(version: DatasetVersion, record: Record, found: list[Finding]) -> dict[str, Any]:  # noqa: ARG001
    return {
        "levels": [
            (level.value, [(finding, steps.step_of(finding.field)) for finding in found if finding.level is level])
            for level in Level
        ],
        "blocker_count": sum(finding.level is Level.BLOCKER for finding in found),
        "threads": version.threads.prefetch_related("comments__author").select_related("author"),
        "suggestions": version.suggestions.select_related("author").filter(state="proposed"),
        "events": version.events.select_related("actor").order_by("-number"),
        "preview": addresses.landing_path(version),
        "moves": states.allowed(State(version.state), {Role.OWNER}),
        "links": version.review_links.select_related("created_by"),
    }


_EXTRAS: dict[str, Callable[[DatasetVersion, Record, list[Finding]], dict[str, Any]]] = {
    "deposit": _deposit,
    "files": _files,
    "describe": _describe,
    "context": _context,
    "check": _check,
}
