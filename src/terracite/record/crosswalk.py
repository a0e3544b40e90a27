# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each format can carry of a record, field by field: one table for the tests and for the documentation.

A path names a leaf of the model: "title.fr", "creators.orcid", "extents.box". A format that carries a path wholly
gives it back: ``project(from_x(to_x(record)).record, path) == project(record, path)``.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from terracite.record.model import Record, Text

#: fields that tell about the record or are computed, not carried
_NOT_CARRIED = frozenset({"schema_version", "origins"})
#: values that are carried or lost as one
_ATOMS = frozenset({"extents.box", "extents.polygon"})


@dataclass(frozen=True, slots=True)
class Carried:
    """What a format carries: ``wholly`` without loss, ``partly`` with what is lost. A path stands for all below it."""

    wholly: frozenset[str] = frozenset()
    partly: Mapping[str, Text] = field(default_factory=dict)

    def how(self, path: str) -> str:
        """ "wholly", "partly" or "" for a leaf of `paths`."""
        above = list(_and_above(path))
        if any(name in self.wholly for name in above):
            return "wholly"
        return "partly" if any(name in self.partly for name in above) else ""

    def whole_paths(self) -> list[str]:
        """The leaves that are carried wholly."""
        return [path for path in paths() if self.how(path) == "wholly"]


@cache
def paths() -> tuple[str, ...]:
    """Every leaf of the model that a format may carry, in the order of the model."""
    return tuple(path for path in _leaves(Record, "") if path.partition(".")[0] not in _NOT_CARRIED)


def project(record: Record, path: str) -> Any:
    """The value at ``path``; where there are lists on the way, a tuple of the values of each item."""
    return _project(record, path.split("."))


def _project(value: Any, names: list[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_project(item, names) for item in value)
    if not names or value is None:
        return value
    return _project(getattr(value, names[0]), names[1:])


def _leaves(model: type[BaseModel], above: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        path = f"{above}{name}"
        inner = None if path in _ATOMS else _model_in(info.annotation)
        if inner is None:
            yield path
        else:
            yield from _leaves(inner, f"{path}.")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The part of the record that an annotation is made of, if any: Agent for ``tuple[Agent, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {tuple, Union, types.UnionType}:
        return next((found for found in map(_model_in, get_args(annotation)) if found), None)
    return None


def _and_above(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]
