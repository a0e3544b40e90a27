# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of checksums of a crate, in the notation of BagIt (RFC 8493, section 2.1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from terracite.crate import layout
from terracite.errors import CrateError

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)", re.DOTALL)
_ESCAPES = (("%", "%25"), ("\n", "%0A"), ("\r", "%0D"))


def to_text(checksums: Mapping[str, str]) -> str:
    """One line per path, in the order of paths: SHA-256, two spaces, path."""
    return "".join(f"{checksums[path]}  {_escaped(path)}\n" for path in sorted(checksums))


def from_text(text: str) -> dict[str, str]:
    """{path: SHA-256}; a line that is not understood, or a path named twice, is a `CrateError`."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None or (path := _plain(match[2])) in found:
            what = "is not '<SHA-256>  <path>'" if match is None else "names a file twice"
            raise CrateError(f"Line {number} of {layout.MANIFEST} {what}.", hint="Make or download the crate again.")
        found[path] = match[1]
    return found


def read(folder: Path) -> dict[str, str]:
    """The checksums a crate states, {path: SHA-256}."""
    path = folder / layout.MANIFEST
    try:
        return from_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CrateError(f"'{folder}' has no {layout.MANIFEST}.", hint="Make or download the crate again.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CrateError(f"'{path}' cannot be read: {error}.", hint="Make or download the crate again.") from error


def _escaped(path: str) -> str:
    for plain, escaped in _ESCAPES:
        path = path.replace(plain, escaped)
    return path


def _plain(path: str) -> str:
    for plain, escaped in reversed(_ESCAPES):
        path = path.replace(escaped, plain)
    return path
