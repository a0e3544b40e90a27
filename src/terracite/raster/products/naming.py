# SPDX-License-Identifier: AGPL-3.0-or-later
"""Naming many files quickly: the files of a product begin alike, and end like those of the other products."""

from __future__ import annotations

import os

from terracite.raster.products.types import FIELDS, Parts, ProductType

_OF_PRODUCT = FIELDS.index("product_id") + 1  # where, in `Parts`, what describes the product begins
_TILE = FIELDS.index("tile") + 1
_MOST_ENDINGS = 10_000  #: remembered; a tree that numbers its files has as many endings as files


class Namer:
    """Names the files of one folder after the other, as `ProductType.recognised` and `ProductType.placed` do.

    In a folder that has the name of a product, each file is that name and an ending. An ending met before, after a
    product described by the same fields, means the same here: no pattern has to be tried.
    """

    def __init__(self, kind: ProductType) -> None:
        self._kind = kind
        self._endings: dict[tuple[str, tuple[bool, ...]], Parts] = {}
        self.enter("")

    def enter(self, below: str) -> None:
        """Go to a folder, by its path below the root."""
        self._below = below
        self._own = below[below.rfind(os.sep) + 1 :]
        self._product: Parts = ()
        self._shape: tuple[bool, ...] = ()

    def parts(self, name: str) -> Parts | None:
        """What a file of the folder is; None when it is not of the type."""
        if self._product and name.startswith(self._own):
            known = self._endings.get((name[len(self._own) :], self._shape))
            if known is not None:
                return known + self._product
        parts = self._kind.recognised(name)
        if parts is None:
            return None
        if not (parts[_OF_PRODUCT] and parts[_TILE]):
            return self._kind.placed(parts, self._below)
        if parts[_OF_PRODUCT] == self._own and name.startswith(self._own):
            self._learn(name[len(self._own) :], parts)
        return parts

    def folder(self, name: str) -> Parts | None:
        """What a folder in this one is that is a product itself."""
        parts = self._kind.recognised_folder(name)
        return self._kind.placed(parts, self._below) if parts and not parts[_TILE] else parts

    def is_astray(self, parts: Parts) -> bool:
        """Whether the folder says another product or tile than the name of the file."""
        product = parts[_OF_PRODUCT:]
        if product == self._product:
            return self._is_astray
        return self._kind.contradicted(parts, self._below)

    def _learn(self, ending: str, parts: Parts) -> None:
        self._product = parts[_OF_PRODUCT:]
        self._shape = tuple(map(bool, self._product))
        # that its tile is one of the folders is true of nearly every product, and costs least to see
        at_home = f"{os.sep}{parts[_TILE]}{os.sep}" in f"{os.sep}{self._below}{os.sep}"
        self._is_astray = not at_home and self._kind.contradicted(parts, self._below)
        if len(self._endings) < _MOST_ENDINGS:
            self._endings[ending, self._shape] = parts[:_OF_PRODUCT]
