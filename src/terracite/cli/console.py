# SPDX-License-Identifier: AGPL-3.0-or-later
"""How commands speak: steps and progress on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Progress = Callable[[int, int], None]  #: called with (done, total)

_level = 0
_translated: Callable[[str], str] = str


def set_level(level: int) -> None:
    """-1 quiet, 0 normal, 1 and more verbose."""
    global _level
    _level = level


def step(message: str) -> None:
    """One line for a finished step, on standard error."""
    if _level >= 0:
        click.secho("✓ ", fg="green", err=True, nl=False)
        click.echo(message, err=True)


def note(message: str) -> None:
    """Something worth knowing, on standard error."""
    if _level >= 0:
        click.echo(f"  {message}", err=True)


def warn(message: str) -> None:
    """Something to look at, even when quiet."""
    click.secho("! ", fg="yellow", err=True, nl=False)
    click.echo(_translated(message), err=True)


@contextmanager
def warning_through(translated: Callable[[str], str]) -> Iterator[None]:
    """Warnings as ``translated`` puts them, for the time of a command."""
    global _translated
    before, _translated = _translated, translated
    try:
        yield
    finally:
        _translated = before


def result(value: Any, *, as_json: bool, text: str) -> None:
    """The result on standard output: ``value`` as JSON, or ``text`` for a person."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str) if as_json else text)


def _silent(done: int, total: int) -> None:
    pass


@contextmanager
def progress(label: str, *, in_bytes: bool = False) -> Iterator[Progress]:
    """A progress bar with remaining time on a terminal; nothing but the steps in a batch job."""
    if _level < 0 or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    done = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("  {task.description}"), BarColumn(), done, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
