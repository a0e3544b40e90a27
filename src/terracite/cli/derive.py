# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite timeseries derive``: composites, smoothed series and phenology from series files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.timeseries.derived import Choices

_EXAMPLE = (
    "Example: terracite timeseries derive crates/40KCB-NDVI-2022 crates/40KCB-NDVI-2023 --composite month "
    "--smooth whittaker --phenology --output crates"
)


@click.command(epilog=_EXAMPLE)
@click.argument("series", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the crate.")
@click.option(
    "--composite",
    "composites",
    multiple=True,
    type=click.Choice(["month", "year"]),
    help="One image a month or a year, with its number of clear dates. Repeat for both.",
)
@click.option(
    "--method",
    type=click.Choice(["median", "mean", "max"]),
    default="median",
    show_default=True,
    help="How clear dates make a composite.",
)
@click.option(
    "--smooth",
    "smoother",
    type=click.Choice(["whittaker", "savgol"]),
    help="Write the gap-filled, smoothed series. Phenology uses it too; whittaker without this option.",
)
@click.option("--step", "step_days", default=10, show_default=True, help="Days between two smoothed dates.")
@click.option("--stiffness", default=100.0, show_default=True, help="Whittaker: larger is smoother.")
@click.option("--window", "window_days", default=15.0, show_default=True, help="savgol: days on each side.")
@click.option(
    "--noise",
    type=click.Choice(["auto", "none", "low", "high"]),
    default="auto",
    show_default=True,
    help="Where missed clouds lie; auto: low for vegetation indices.",
)
@click.option("--phenology", is_flag=True, help="Write start, peak and end of each season.")
@click.option(
    "--by",
    type=click.Choice(["threshold", "derivative"]),
    default="threshold",
    show_default=True,
    help="What starts and ends a season.",
)
@click.option("--threshold", default=0.5, show_default=True, help="Share of the rise and of the fall, 0 to 1.")
@click.option("--seasons", "most", default=2, show_default=True, help="Seasons kept in each year.")
@click.option("--creator", "creators", multiple=True, metavar="NAME", help="Default: those of the series.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def derive(series: tuple[Path, ...], output: Path, creators: tuple[str, ...], as_json: bool, **choices: Any) -> None:
    """Composites, clear-sky counts, smoothed series and phenology of SERIES, as one crate.

    SERIES: files or crates of one tile and index that `terracite timeseries run` made. A season that crosses New
    Year needs the years on both sides.
    """
    from terracite.timeseries.derived import derive as make
    from terracite.timeseries.options import agent

    signers = tuple(agent(text) for text in creators)
    with console.progress("computing") as progress:
        folder, changed = make(series, output, _choices(**choices), creators=signers, progress=progress)
    console.step(f"{folder.name}: {'written' if changed else 'unchanged'}")
    files = sorted(path.name for path in folder.glob("*.nc"))
    console.result(
        {"crate": str(folder), "written": changed, "files": files},
        as_json=as_json,
        text=str(folder),
    )


def _choices(
    *,
    composites: tuple[str, ...],
    method: str,
    smoother: str | None,
    step_days: int,
    stiffness: float,
    window_days: float,
    noise: str,
    phenology: bool,
    by: str,
    threshold: float,
    most: int,
) -> Choices:
    from terracite.timeseries.derived import Choices, SeasonRule, Smoothing

    return Choices(
        composites=composites,
        method=method,
        smoothed=smoother is not None,
        phenology=phenology,
        smoothing=Smoothing(
            method=smoother or "whittaker", stiffness=stiffness, half_window_days=window_days, noise=noise
        ),
        step_days=step_days,
        rule=SeasonRule(method=by, threshold=threshold, most=most),
    )
