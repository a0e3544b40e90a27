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


def lost(record: Record, carried: Carried) -> tuple[list[str], list[str]]:
    """The fields that the record fills and the format does not carry, and those it carries in part only.

    A field of which nothing is carried stands for all inside it ("files"). E-mails are never written, and the uuid
    of a record with a DOI is nobody's loss.
    """
    filled = [path for path in paths() if not path.endswith(".email") and _is_filled(record, path)]
    if record.doi and "uuid" in filled:
        filled.remove("uuid")
    wanted = {how: [path for path in filled if carried.how(path) == how] for how in ("", "partly", "wholly")}
    kept = {above for path in (*wanted["partly"], *wanted["wholly"]) for above in _and_above(path)}
    gone = [_highest(path, kept) for path in wanted[""]]
    named = [next(name for name in _and_above(path) if name in carried.partly) for path in wanted["partly"]]
    return list(dict.fromkeys(gone)), list(dict.fromkeys(named))


def _highest(path: str, kept: set[str]) -> str:
    """The first part of the path that nothing kept is below."""
    return next(name for name in reversed(list(_and_above(path))) if name not in kept)


def _is_filled(record: Record, path: str) -> bool:
    return _says_something(project(record, path), _default(path))


def _says_something(value: Any, default: Any) -> bool:
    if isinstance(value, tuple) and not isinstance(default, tuple):
        return any(_says_something(item, default) for item in value)
    return value not in (None, "", (), {}, default)


@cache
def _default(path: str) -> Any:
    """What a leaf holds when nothing was given; None where it must be given."""
    model: type[BaseModel] | None = Record
    info = None
    for name in path.split("."):
        if model is None:
            return None
        info = model.model_fields[name]
        model = _model_in(info.annotation)
    return None if info is None or info.is_required() or info.default_factory else info.default


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
