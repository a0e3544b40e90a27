# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite config``: the settings in use, secrets hidden."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.config import Settings

HIDDEN = "(set, hidden)"


@click.command(epilog="Example: TERRACITE_DATA_DIR=/srv/terracite terracite config")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
def config(as_json: bool) -> None:
    """Show the settings in use, secrets hidden; a star marks what is not the default.

    A setting is changed in terracite.toml (or the file that $TERRACITE_CONFIG names), or by a variable such as
    TERRACITE_DATA_DIR.
    """
    from terracite import config as settings_of

    settings = settings_of.load()
    shown = _shown(settings)
    width = max(map(len, shown))
    lines = [f"{name:<{width}}  {_as_text(value)}{_mark(name, settings)}" for name, value in shown.items()]
    console.result(shown, as_json=as_json, text="\n".join(lines))


def _shown(settings: Settings) -> dict[str, object]:
    """Every setting, JSON-able; a secret only says whether it is set."""
    from terracite.config import SECRET_FIELDS

    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    hidden = {name: HIDDEN if values[name] else "" for name in SECRET_FIELDS}
    return {name: _plain(value) for name, value in (values | hidden).items()}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | bool | int) else str(value)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value) if value != "" else "-"


def _mark(name: str, settings: Settings) -> str:
    """A star beside what differs from the default."""
    from terracite.config import Settings

    return "  *" if getattr(settings, name) != getattr(Settings(), name) else ""
