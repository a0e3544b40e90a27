# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which maker shows which file. Loads none of the makers: they open files of strangers, in a child process only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Maker:
    """A module of this package with ``make(path, folder) -> Made``, and what its process may use."""

    kind: str  #: a `PreviewKind`
    module: str
    suffixes: tuple[str, ...]  #: in lower case
    formats: tuple[str, ...] = ()  #: beginnings of what inspection called the file, where the suffix says too little
    memory_mb: int = 2048
    timeout_s: int = 120
    output_mb: int = 64  #: all its files together


MAKERS: tuple[Maker, ...] = ()


def maker_for(suffix: str, file_format: str = "") -> Maker | None:
    """The maker of files whose name ends in ``suffix`` and that inspection calls ``file_format``; None: not shown."""
    for maker in MAKERS:
        fits = not maker.formats or file_format.startswith(maker.formats)
        if suffix in maker.suffixes and fits:
            return maker
    return None


def makers_of(kind: str) -> tuple[Maker, ...]:
    """All makers of one kind."""
    return tuple(maker for maker in MAKERS if maker.kind == kind)
