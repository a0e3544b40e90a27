# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options that the commands of ``terracite landcover`` share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console
from terracite.errors import ConfigError, TerraciteError

if TYPE_CHECKING:
    from terracite.landcover.recipe import SamplePart
    from terracite.record.model import Language

language_option = click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the answer."
)
class_column_option = click.option(
    "--class-column", default="class", show_default=True, help="Class of each point, as interpreted."
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
        except TerraciteError as error:
            if language == "en":
                raise
            raise TerraciteError(told(str(error), language)) from error

    return speaking


DESIGNS = ("strata", "map", "random", "cluster", "two-stage", "none")
_HOW = (
    "Say how its points were drawn: --design strata (with --strata FILE), map (the strata are the classes of MAP), "
    "random, cluster, two-stage; or none, if they were not drawn by chance."
)  # fmt: skip
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


def sample_options(otherwise: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Options that say how a sample was drawn: every command that takes a sample has these, and `sample_part` reads
    them.

    ``otherwise``: the design where neither ``--design`` nor ``--strata`` is given; "" = it has to be said.
    """
    usual = f"strata, where --strata is given{f'; else {otherwise}' if otherwise else ''}"
    options = (
        click.option("--design", type=click.Choice(DESIGNS), help=f"How the points were drawn [{usual}]."),
        click.option("--layer", default="", help="Of the sample's file [the first one]."),
        click.option("--stratum-column", default="stratum", show_default=True, help="Stratum of each point."),
        click.option("--strata", type=_file, help="Areas of the strata (CSV: stratum, area_ha)."),
        click.option("--cluster-column", default="cluster", show_default=True, help="What points were drawn together."),
        click.option("--inclusion-column", default="inclusion", show_default=True,
                     help="Chance of each point to be drawn, up to a factor (cluster, two-stage)."),
    )  # fmt: skip

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


def sample_part(sample: Path, class_column: str, drawn: dict[str, Any], otherwise: str = "") -> SamplePart:
    """The sample as a recipe would have it; ``drawn``: what `sample_options` gave. Raises `ConfigError`."""
    from terracite.landcover.recipe import SamplePart

    design, strata = drawn["design"], drawn["strata"]
    design = design or ("strata" if strata else otherwise)
    if not design:
        raise ConfigError(f"Nothing says how the sample '{sample.name}' was drawn.", hint=_HOW)
    if design == "strata" and strata is None:
        raise ConfigError(
            f"The sample '{sample.name}' was drawn in strata, whose areas are not known.",
            hint="Add --strata FILE, a CSV table with the columns stratum and area_ha.",
        )
    if strata and design in {"random", "map", "none"}:
        raise ConfigError(
            f"Strata are given for the sample '{sample.name}', whose design is {design}.",
            hint="Say --design strata, cluster or two-stage, or leave --strata out.",
        )
    given = {"file": sample, "class_column": class_column, "design": design, "strata_file": strata}
    columns = ("layer", "stratum_column", "cluster_column", "inclusion_column")
    return SamplePart.model_validate({**given, **{name: drawn[name] for name in columns}})


def sample_words(sample: Path | None, drawn: dict[str, Any]) -> list[str]:
    """The options as they were given, for the lineage of what is made."""
    if sample is None:
        return []
    words = ["--sample", sample.name]
    for name in ("design", "strata"):
        if drawn[name]:
            words += [f"--{name}", drawn[name].name if isinstance(drawn[name], Path) else drawn[name]]
    return words
