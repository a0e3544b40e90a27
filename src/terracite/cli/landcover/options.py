# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options that the commands of ``terracite landcover`` share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.errors import ProblemsError, TerraciteError

if TYPE_CHECKING:
    from terracite.record.model import Language

language_option = click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the answer."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def in_language(command: Callable[..., None]) -> Callable[..., None]:
    """A command that tells mistakes and warnings about a recipe in English or French."""

    @language_option
    @functools.wraps(command)
    def speaking(*args: object, language: Language, **options: object) -> None:
        from terracite.landcover.recipe.french import told

        if "language" in inspect.signature(command).parameters:
            options["language"] = language
        try:
            with console.warning_through(lambda text: told(text, language)):
                command(*args, **options)
        except ProblemsError as error:
            if language == "en":
                raise
            raise TerraciteError(told(str(error), language)) from error

    return speaking
