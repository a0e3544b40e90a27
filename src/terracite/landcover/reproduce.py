# SPDX-License-Identifier: AGPL-3.0-or-later
"""A map made again from the recipe in its crate, on the inputs that the crate names, and compared file by file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from terracite.crate import layout, manifest
from terracite.crate.provenance import Input, Provenance, software_versions
from terracite.crate.read import Crate, open_crate
from terracite.crate.verify import verify
from terracite.errors import CrateError, Problem, ProblemsError, RecipeError
from terracite.landcover import run as running
from terracite.landcover.progress import Listener, Silent
from terracite.landcover.recipe import EnginePart
from terracite.landcover.work import folder_of

_GIVE = "Give the folder that the paths of the recipe are relative to with --inputs."
_OF_THE_RUN = {layout.METADATA}  #: says when, and with which software, a crate was made


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came of making a crate again."""

    same: tuple[str, ...]  #: files, to the byte
    different: tuple[str, ...]  #: files whose bytes differ
    missing: tuple[str, ...]  #: files of the crate that were not made
    added: tuple[str, ...]  #: files that were made and are not in the crate
    software: tuple[tuple[str, str, str], ...]  #: (name, version then, version now) where they differ; "" = none

    @property
    def is_identical(self) -> bool:
        return not (self.different or self.missing or self.added)


def reproduce(
    crate: Path, inputs: Path | None = None, listener: Listener | None = None, how: EnginePart | None = None
) -> Reproduction:
    """Make the map of a crate again in a folder that is removed afterwards, and compare.

    ``inputs``: the folder that the paths of the recipe are relative to; None = the current one. Raises `CrateError`
    where the crate is damaged or no map, and `RecipeError` naming every input that is missing or has changed.
    """
    hear = listener or Silent()
    old = _opened(crate)
    software = tuple(_changed_software(old.provenance))
    for name, then, now in software:
        hear.warn(f"{name} was {then or 'not there'}, and is {now or 'not there'}")
    with tempfile.TemporaryDirectory(prefix="terracite-") as scratch:
        recipe, output = _recipe(old, Path(scratch)), Path(scratch) / old.name
        base = inputs or Path()
        _check_inputs(recipe, output, base, old, hear)
        made = running.run(
            recipe, output, hear, old.provenance.command, how=how or EnginePart(), base=base,
            moment=old.provenance.started,
        )  # fmt: skip
        return _compared(manifest.read(old.folder), manifest.read(made.crate.folder), software)


def _opened(crate: Path) -> Crate:
    old = open_crate(crate)
    if old.provenance.recipe != running.RECIPE or "key" not in old.provenance.parameters:
        raise CrateError(f"'{old.name}' is not a land-cover map.", hint="Give the crate of `terracite landcover run`.")
    if problems := verify(old.folder):
        raise CrateError(f"'{old.name}' is damaged: {problems[0]}", hint="Copy or download it again.")
    return old


def _recipe(old: Crate, scratch: Path) -> Path:
    """The recipe under the name that it had: an unnamed map is called by it."""
    last = Path(old.provenance.command[-1]).name if old.provenance.command else ""
    path = scratch / "recipe" / (last if last.endswith(".toml") else running.RECIPE)
    path.parent.mkdir()
    path.write_bytes((old.folder / running.RECIPE).read_bytes())
    return path


def _check_inputs(recipe: Path, output: Path, base: Path, old: Crate, hear: Listener) -> None:
    try:
        begun = running.begin(recipe, output, hear, base=base)
    except ProblemsError as error:
        raise RecipeError(
            f"The inputs of '{old.name}' are not in '{base.absolute()}'.", error.problems, hint=_GIVE
        ) from error
    problems = list(_unlike(old.provenance.inputs, begun.inputs))
    if problems:
        what = f"These are not the inputs that '{old.name}' was made from."
        raise RecipeError(what, problems, hint="Put back what the crate names, with the same bytes.")
    folder_of(output).mkdir()
    begun.hashes.keep(folder_of(output))  # they are not read a second time


def _unlike(then: Iterable[Input], now: Iterable[Input]) -> Iterator[Problem]:
    old, new = ({(item.identifier, item.path): item.sha256 for item in items} for items in (then, now))
    for key in sorted(old.keys() | new.keys()):
        name = key[1] or key[0]
        if key not in new:
            yield Problem(name, "is missing.")
        elif key not in old:
            yield Problem(name, "was not there when the crate was made.")
        elif old[key] != new[key]:
            yield Problem(name, "has changed since.")


def _changed_software(provenance: Provenance) -> Iterator[tuple[str, str, str]]:
    then, now = dict(provenance.software), dict(software_versions(*running.SOFTWARE))
    for name in sorted(then.keys() | now.keys()):
        if then.get(name, "") != now.get(name, ""):
            yield name, then.get(name, ""), now.get(name, "")


def _compared(old: dict[str, str], new: dict[str, str], software: tuple[tuple[str, str, str], ...]) -> Reproduction:
    names = sorted((old.keys() | new.keys()) - _OF_THE_RUN)
    return Reproduction(
        same=tuple(name for name in names if old.get(name) == new.get(name)),
        different=tuple(name for name in names if name in old and name in new and old[name] != new[name]),
        missing=tuple(name for name in names if name not in new),
        added=tuple(name for name in names if name not in old),
        software=software,
    )
