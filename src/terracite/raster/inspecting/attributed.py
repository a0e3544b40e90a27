# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attributes that answer as netCDF4's do, whatever they were read from."""

from __future__ import annotations

from typing import Any


class Attributed:
    """Named attributes of a file or of one variable."""

    def __init__(self, attributes: dict[str, Any]) -> None:
        self._attributes = attributes

    def ncattrs(self) -> list[str]:
        """Their names."""
        return list(self._attributes)

    def getncattr(self, name: str) -> Any:
        """One of them; `AttributeError` when it is missing."""
        try:
            return self._attributes[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.getncattr(name)
