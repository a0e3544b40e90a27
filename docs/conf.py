# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the documentation is built. The pages on commands and settings are written from the program itself."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click
from sphinx.application import Sphinx

from terracite import __version__, config
from terracite.cli import COMMANDS, cli
from terracite.landcover import recipe
from terracite.record import crosswalk
from terracite.record.formats import FORMATS

project = "Terracite"
author = "The Terracite developers"
copyright = "2026, the Terracite developers"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Terracite {version}"
GENERATED = Path(__file__).parent / "_generated"


def commands_page() -> str:
    """Every command with its help, as `--help` prints it."""
    parts = ["# Commands\n", "What `terracite --help` says, command by command.\n"]
    parent = click.Context(cli, info_name="terracite")
    for noun in COMMANDS:
        command = cli.get_command(parent, noun)
        assert command is not None
        context = click.Context(command, info_name=noun, parent=parent)
        parts.append(f"## {noun}\n\n```text\n{command.get_help(context)}\n```\n")
        for name, verb in getattr(command, "commands", {}).items():
            text = verb.get_help(click.Context(verb, info_name=name, parent=context))
            parts.append(f"### {noun} {name}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def settings_page() -> str:
    """Every setting with its default and meaning, from the comments of `terracite.config.Settings`."""
    rows = ["# Settings\n"]
    rows.append(
        "One TOML file (`terracite.toml`, or `--config`, or `$TERRACITE_CONFIG`); the environment overrides it.\n"
    )
    rows.append("| setting | environment | default | meaning |\n|---|---|---|---|")
    pattern = re.compile(
        r"^    (\w+): .+? = (?:field\(default=)?([^#\n]*?)(?:, repr=False\))?(?:  #: (.*))?$", re.MULTILINE
    )
    for name, default, meaning in pattern.findall(inspect.getsource(config.Settings)):
        rows.append(f"| `{name}` | `TERRACITE_{name.upper()}` | `{default or '-'}` | {meaning} |")
    return "\n".join(rows) + "\n"


def recipe_page() -> str:
    """Every section of a recipe with its settings, from the comments of `terracite.landcover.recipe`."""
    parts = ["# Recipe\n", "What a land-cover map is made from: one TOML file. Paths are relative to it.\n"]
    field = re.compile(r"^    (\w+): (.+?)(?: = (.+?))?(?:  #: (.*))?$", re.MULTILINE)
    for part in recipe.Part.__subclasses__():
        parts.append(f"## {(part.__doc__ or '').strip()}\n")
        parts.append("| setting | default | meaning |\n|---|---|---|")
        for name, _, default, meaning in field.findall(inspect.getsource(part)):
            parts.append(f"| `{name}` | {f'`{default}`' if default else 'needed'} | {meaning} |")
        parts.append("")
    return "\n".join(parts)


def crosswalk_page() -> str:
    """What each format carries of a record, from the tables that the tests of the round trips check."""
    carried = {name: item.carries() for name, item in FORMATS.items() if item.reads and item.writes and name != "json"}
    parts = [
        "# What each format carries\n",
        "Written and read back: ● nothing is lost, ◐ something is (said below), empty: the format has no place for it.",
        "Terracite's own JSON carries everything. E-mails are read, and never written. The tests check every ● of this",
        "table on invented records of every kind.\n",
        "| field | " + " | ".join(carried) + " |",
        "|---|" + ":-:|" * len(carried),
    ]
    signs = {"wholly": "●", "partly": "◐", "": ""}
    parts += [
        f"| `{path}` | " + " | ".join(signs[item.how(path)] for item in carried.values()) + " |"
        for path in crosswalk.paths()
        if not path.endswith(".email")
    ]
    for name, item in carried.items():
        if item.partly:
            parts.append(f"\n## {FORMATS[name].label.en}\n")
            parts += [f"- `{path}`: {text.en}" for path, text in sorted(item.partly.items())]
    return "\n".join(parts) + "\n"


def formats_page() -> str:
    """Every format with what it is called in commands, addresses and content negotiation."""
    parts = [
        "# Formats\n",
        "`terracite record convert FILE --to NAME`, `?format=NAME` on a landing page, or the media type in `Accept`",
        "(where two formats share one, ask by name).\n",
        "| name | format | media type | ending | read | written |",
        "|---|---|---|---|:-:|:-:|",
    ]
    for item in FORMATS.values():
        known = f"`{item.media_type}`"
        reads, writes = ("●" if item.reads else ""), ("●" if item.writes else "")
        parts.append(f"| `{item.name}` | {item.label.en} | {known} | `{item.extension}` | {reads} | {writes} |")
    return "\n".join(parts) + "\n"


def write_generated_pages(app: Sphinx) -> None:
    GENERATED.mkdir(exist_ok=True)
    pages = {
        "commands": commands_page(),
        "settings": settings_page(),
        "recipe": recipe_page(),
        "formats": formats_page(),
        "crosswalk": crosswalk_page(),
    }
    for name, page in pages.items():
        path = GENERATED / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            path.write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", write_generated_pages)
