# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one of several jobs does, and who was asked to map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from terracite.errors import EngineError
from terracite.landcover.recipe import EnginePart, read
from terracite.raster.grid import Block


@dataclass(frozen=True, slots=True)
class Share:
    """One of several jobs that map a part of the blocks each: "3/20" is the third of twenty; "0/20" trains."""

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `EngineError` for what is no share."""
        found = re.fullmatch(r"(\d+)/(\d+)", text)
        if not found or int(found[1]) > int(found[2]) or int(found[2]) == 0:
            raise EngineError(f"'{text}' is no share of the blocks.", hint="Write 0/20 to train, 1/20 to 20/20 to map.")
        return cls(int(found[1]), int(found[2]))

    def cut(self, blocks: list[Block]) -> list[Block]:
        return blocks[self.number - 1 :: self.of]

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def chosen(
    recipe: Path, kind: str | None = None, workers: int | None = None, scheduler: str | None = None
) -> EnginePart | None:
    """``[engine]`` of the recipe with what was asked for on the command line; None when nothing was."""
    asked = {"kind": kind, "workers": workers, "scheduler": scheduler}
    given = {name: value for name, value in asked.items() if value is not None}
    if not given:
        return None
    part: EnginePart = read(recipe).sections.get("engine", EnginePart())
    return part.model_copy(update=given)
