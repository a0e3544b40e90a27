# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of the architecture holds: layers, light imports, quick help, small modules."""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest

from terracite.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
WRITTEN = [path for path in MODULES if "migrations" not in path.parts]


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_the_import_contracts_are_kept() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("module", ["terracite", "terracite.cli", "terracite.config", "terracite.record.model"])
def test_importing_the_top_loads_nothing_heavy(module: str) -> None:
    heavy = "{'django', 'rasterio', 'numpy', 'netCDF4', 'sklearn', 'numba', 'tantivy', 'httpx', 'obstore'}"
    assert python(f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))").strip() == "[]"


def test_the_areas_do_not_load_each_other() -> None:
    code = (
        "import sys, terracite.landcover.run, terracite.timeseries.run;"
        "print([m for m in sys.modules if m.startswith(('django', 'terracite.repository', 'terracite.website'))])"
    )
    assert python(code).strip() == "[]"


def test_help_is_quick() -> None:
    """0.3 s is the promise; counted in processor time, because a machine may be busy, with a margin for slow ones."""
    command = [Path(sys.executable).with_name("terracite"), "--help"]
    durations = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        durations.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(durations) < 0.4


@pytest.mark.parametrize("noun", sorted(COMMANDS))
def test_every_command_exists_and_has_help_with_an_example(noun: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, noun)
    assert command is not None
    verbs = command.commands.values() if isinstance(command, click.Group) else [command]
    for verb in verbs:
        text = verb.get_help(click.Context(verb, info_name=verb.name, parent=context))
        assert verb.help, f"terracite {noun} {verb.name} has no help"
        assert "Example" in text, f"terracite {noun} {verb.name} --help has no example"


def test_only_services_open_connections() -> None:
    """What import-linter cannot say of parts of the standard library."""
    for path in WRITTEN:
        if "services" in path.parts:
            continue
        names = {node.module for node in _nodes(path) if isinstance(node, ast.ImportFrom)}
        names |= {a.name for node in _nodes(path) if isinstance(node, ast.Import) for a in node.names}
        assert not names & {"urllib.request", "http.client", "ftplib", "asyncio.streams"}, path


def test_no_module_becomes_a_giant() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in WRITTEN if (lines := _lines(path)) > 500}
    assert long == {}


def test_every_module_states_its_licence_and_its_subject() -> None:
    for path in WRITTEN:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# SPDX-License-Identifier: AGPL-3.0-or-later"), path
        assert ast.get_docstring(_nodes(path)[0]), f"{path} has no docstring"  # type: ignore[arg-type]


def test_nothing_below_the_command_line_prints_or_exits() -> None:
    for path in WRITTEN:
        if "cli" in path.relative_to(ROOT / "src" / "terracite").parts:
            continue
        for node in _nodes(path):
            if isinstance(node, ast.Call):
                assert _called(node.func) not in {"print", "sys.exit", "exit", "quit"}, path


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def _nodes(path: Path) -> list[ast.AST]:
    """The module, then what it imports and calls, wherever that stands: all that these tests look at."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    return [module, *(node for node in ast.walk(module) if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)))]


def _called(function: ast.expr) -> str:
    """``name`` or ``module.name``; anything longer is none of those looked for."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""
