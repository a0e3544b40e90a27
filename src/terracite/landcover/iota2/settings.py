# SPDX-License-Identifier: AGPL-3.0-or-later
"""The settings of a configuration by their meaning, whatever their spelling, and what is known of iota2's own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from terracite.landcover.iota2.report import Fate, Item
from terracite.landcover.iota2.syntax import Configuration, Node
from terracite.record.model import Text

_OFF = frozenset({"", "none", "false"})  #: values by which something is switched off, quoted or not
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@lru_cache(maxsize=1)
def known() -> dict[str, Any]:
    """The table of iota2's settings (``data/iota2.toml``)."""
    text = resources.files("terracite.landcover").joinpath("data/iota2.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def normal(name: str) -> str:
    """A name without case and underscores: "listTile" and "list_tile" are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    return {normal(old): normal(name) for old, name in known()["aliases"].items()}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands in a configuration."""

    section: str
    name: str
    node: Node

    @property
    def full_name(self) -> str:
        return f"{self.section}.{self.name}" if self.section else self.name

    @property
    def meaning(self) -> str:
        """Its name without case and underscores, in today's spelling."""
        return _aliases().get(normal(self.name), normal(self.name))

    @property
    def value(self) -> Any:
        return self.node.plain()

    @property
    def is_off(self) -> bool:
        """Whether its value says that something is not wanted, or not there."""
        value = self.value
        if isinstance(value, dict):
            return not value or str(value.get("activate", True)).lower() in _FALSE
        return value in ([], 0) or str(value).strip().lower() in _OFF

    @property
    def text(self) -> str:
        """The value as text; "" when it is off."""
        return "" if self.is_off else str(self.value).strip()

    def item(self, fate: Fate, to: str = "", fr: str = "", en: str = "") -> Item:
        shown = str(self.value)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        return Item(self.node.line, self.full_name, shown, fate, to, Text(fr=fr, en=en))


@dataclass(slots=True)
class Settings:
    """All settings of a configuration, and what became of them so far."""

    all: list[Setting]
    folder: Path = Path()  #: of the configuration
    items: list[Item] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, configuration: Configuration, folder: Path = Path()) -> Settings:
        """Every setting of every section; a value outside any section is taken as one of its own."""
        found: list[Setting] = []
        for section, node in configuration.sections.items():
            if isinstance(node.value, dict):
                found += [Setting(section, name, inner) for name, inner in node.value.items()]
            else:
                found.append(Setting("", section, node))
        return cls(found, folder)

    def find(self, name: str, section: str = "") -> Setting | None:
        """The setting of that meaning, in ``section`` or anywhere."""
        wanted, where = normal(name), normal(section)
        for setting in self.all:
            if setting.meaning == wanted and (not where or normal(setting.section) == where):
                return setting
        return None

    def text(self, name: str, section: str = "") -> str:
        """The value as text; "" when it is off or not there."""
        found = self.find(name, section)
        return found.text if found else ""

    def number(self, name: str, section: str = "") -> float | None:
        """The value as a number, quoted or not; the first one of a list."""
        found = self.find(name, section)
        value = found.value if found else None
        if isinstance(value, list):
            value = value[0] if value else None
        try:
            return None if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            return None

    def truth(self, name: str, default: bool) -> bool:
        """The value as true or false, quoted or not."""
        found = self.find(name)
        said = str(found.value).strip().lower() if found else ""
        return True if said in _TRUE else False if said in _FALSE else default

    def tell(self, name: str, fate: Fate, to: str = "", fr: str = "", en: str = "", *, section: str = "") -> None:
        """Note what became of a setting; nothing when it is not there."""
        found = self.find(name, section)
        if found is not None:
            self.note(found, fate, to, fr, en)

    def note(self, setting: Setting, fate: Fate, to: str = "", fr: str = "", en: str = "") -> None:
        """Note what became of a setting, once."""
        if setting.full_name not in self._done:
            self._done.add(setting.full_name)
            self.items.append(setting.item(fate, to, fr, en))

    def assume(self, name: str, value: object, to: str, fr: str = "", en: str = "", fate: Fate = Fate.CARRIED) -> None:
        """Note what the configuration does not say: a default of iota2, or something that has to be filled in."""
        why = Text(fr=fr or "réglage implicite d'iota2", en=en or "iota2's own default")
        self.items.append(Item(0, name, str(value), fate, to, why))

    def rest(self) -> list[Setting]:
        """The settings of which nothing was noted."""
        return [setting for setting in self.all if setting.full_name not in self._done]
