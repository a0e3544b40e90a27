# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a crate was made: by which command, with which software, from which inputs."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from terracite import __version__
from terracite.errors import CrateError


@dataclass(frozen=True, slots=True)
class Input:
    """One thing the crate was made from."""

    identifier: str  #: product id, DOI or address; what a reader can look it up by
    path: str = ""  #: its name or relative path in the archive, never the path of a machine
    sha256: str = ""  #: 64 lower-case hexadecimal digits; "" = not computed
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Provenance:
    """One run that made a crate. Times are UTC."""

    command: tuple[str, ...]  #: as typed, one word each
    software: tuple[tuple[str, str], ...]  #: (name, version)
    started: dt.datetime
    ended: dt.datetime
    inputs: tuple[Input, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)  #: JSON values
    recipe: str = ""  #: path, inside the crate, of the recipe that was followed; "" = none

    def __post_init__(self) -> None:
        if self.started.utcoffset() is None or self.ended.utcoffset() is None:
            raise CrateError("The times of a provenance need a time zone.", hint="Use datetime.now(UTC).")
        try:
            _canonical(self.parameters)
        except (TypeError, ValueError) as error:
            raise CrateError(f"The parameters of a provenance are not JSON: {error}.") from error

    def same_work(self, other: Provenance) -> bool:
        """Whether both ran on the same inputs with the same parameters and recipe, whenever that was."""
        return (
            sorted(self.inputs, key=_input_key) == sorted(other.inputs, key=_input_key)
            and _canonical(self.parameters) == _canonical(other.parameters)
            and self.recipe == other.recipe
        )


def software_versions(*packages: str) -> tuple[tuple[str, str], ...]:
    """Terracite, Python and the named installed packages, each with its version."""
    named = ((name, metadata.version(name)) for name in packages)
    return (("terracite", __version__), ("python", platform.python_version()), *named)


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 (64 hexadecimal digits) and size in bytes of a file, read once."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()


def _input_key(item: Input) -> tuple[str, str]:
    return item.identifier, item.path


def _canonical(parameters: Mapping[str, object]) -> str:
    return json.dumps(dict(parameters), sort_keys=True, allow_nan=False)
