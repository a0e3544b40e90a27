# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite demo``: the whole thread once, as the commands that a person would type.

Every step but the moderator's prints the command it runs; that one stands for people at a website.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import click

from terracite.cli import console
from terracite.errors import TerraciteError

CREATOR = "Martin, Alice; ; Terracite demo"
MODIS = "MODIS/Terra Vegetation Indices 16-Day L3 Global 250m SIN Grid (MOD13Q1); 10.5067/MODIS/MOD13Q1.061"
PASSWORD = "simulated people only"  # of accounts in a demo that listens on this machine alone
DESKS = {"bob": ("Bob", "Durand", "continental_surfaces"), "dora": ("Dora", "Petit", "biodiversity")}


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo keeps what it makes."""

    folder: Path
    data: Path | None  #: the real data, or None for simulated ones
    port: int

    @property
    def series(self) -> Path:
        return self.folder / "series"

    @property
    def maps(self) -> Path:
        return self.folder / "maps"


@click.command(epilog="Example: terracite demo --exit; terracite demo --data ../shared/data")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of real data; simulated ones otherwise.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to work. [demo, or demo-real with --data]")
@click.option("--port", default=8000, show_default=True, help="Port of the website.")
@click.option("--exit", "leave", is_flag=True, help="Stop at the end instead of serving the website.")
def demo(data: Path | None, folder: Path | None, port: int, leave: bool) -> None:
    """Run the whole thread once: images, series, map, deposit, moderation, DOI; then serve the result."""
    place = Demo((folder or Path("demo-real" if data else "demo")).absolute(), data and data.absolute(), port)
    _choose_instance(place)
    start = time.monotonic()
    if place.data is None:
        _simulated_series(place)
    else:
        _real_series(place)
    _make_map(place)
    _publish(place)
    console.step(f"done in {time.monotonic() - start:.0f} s; everything is in '{_short(place.folder)}'")
    _say_where_to_look(place, leave)
    if not leave:
        _terracite("serve", "--port", str(port))


def _choose_instance(place: Demo) -> None:
    """The demo's own repository, whatever the settings of this machine say."""
    place.folder.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("TERRACITE_")]:
        del os.environ[name]
    settings = place.folder / "terracite.toml"
    settings.write_text(
        f'data_dir = "repository"\nsite_name = "Terracite demo"\nbase_url = "http://127.0.0.1:{place.port}"\n',
        encoding="utf-8",
    )
    os.environ["TERRACITE_CONFIG"] = str(settings)


def _simulated_series(place: Demo) -> None:
    archive = place.folder / "archive"
    if not (archive / "simulation.json").exists():
        _terracite("simulate", "archive", str(archive), "--seed", "1")
    _terracite("timeseries", "inventory", str(archive / "sen2chain"))
    _terracite(
        *("timeseries", "run", str(archive / "sen2chain"), "--output", str(place.series)),
        *("--creator", CREATOR, "--place", "un paysage inventé de La Réunion / an invented landscape of La Réunion"),
    )


def _real_series(place: Demo) -> None:
    """Series of real images, under the licences that their makers gave them."""
    data = _data(place)
    to = ("--output", str(place.series), "--creator", "Terracite demonstration")
    sinop, fields = data / "sits-sinop-raster", data / "sen2rts-s2-ndvi"
    _terracite(
        *("timeseries", "run", str(sinop), *to, "--licence", "GPL-2.0-only", "--source", MODIS),
        *("--place", "Sinop, Mato Grosso, Brésil / Sinop, Mato Grosso, Brazil"),
    )
    _terracite("timeseries", "run", str(fields), *to, "--licence", "GPL-3.0-only", "--discipline", "biodiversity")


def _make_map(place: Demo) -> None:
    """One of the example recipes, written beside the images it reads; then run."""
    name = "simulated-series.toml" if place.data is None else "cbers-bahia.toml"
    text = resources.files("terracite.cli").joinpath("data", name).read_text(encoding="utf-8")
    if place.data is not None:
        text = text.replace("../../shared/data", place.data.as_posix())
    recipe = place.folder / "map.toml"
    recipe.write_text(text, encoding="utf-8")
    _terracite("landcover", "run", str(recipe), "--output", str(place.maps / "land-cover"))


def _publish(place: Demo) -> None:
    """Deposit every crate as Alice; the simulated moderators accept; the machine gives the DOIs."""
    os.environ["TERRACITE_DEMO_PASSWORD"] = PASSWORD
    people = {"alice": ("Alice", "Martin", ""), **DESKS, "chloe": ("Chloé", "Passant", "")}
    for username, (given, family, desk) in people.items():
        names = ("--given-name", given, "--family-name", family, "--password-env", "TERRACITE_DEMO_PASSWORD")
        _terracite("repository", "person", "add", username, *names)
        if desk:
            _terracite("repository", "person", "grant", username, "moderator", desk)
    if place.data is None:
        _show_every_state()
    for folder, title in ((place.series, "Time series of the demo"), (place.maps, "Maps of the demo")):
        crates = sorted(str(path) for path in folder.iterdir() if (path / "record.json").is_file())
        _terracite("deposit", *crates, "--to", "here", "--as", "alice", "--deposit", title, "--submit")
    console.step(f"simulated moderators accepted {_moderate()} datasets")
    _wait_for_publication()


def _show_every_state() -> None:
    """A new version, an embargo, requests, questions, a withdrawal: before the crates, which so stand first."""
    from terracite.cli.demo_cases import add_cases

    if made := add_cases(_do_what_is_due):
        console.step(f"simulated people made {made} small datasets more: new version, embargo, request, questions")


def _do_what_is_due() -> None:
    from terracite.repository import tasks

    while tasks.run_due():
        pass


def _moderate() -> int:
    """Bob and Dora accept all that waits at their desks; returns how many datasets that was."""
    from terracite.repository import moderation, moderation_queue, people

    accepted = set()
    for username in DESKS:
        moderator = people.find_person(username)
        for review in moderation_queue.waiting(moderator):
            moderation.take(review.version, moderator)
            moderation.accept(review.version, moderator, note="Simulated moderation of the demo.")
            accepted.add(review.version.pk)
    return len(accepted)


def _wait_for_publication() -> None:
    """Do the worker's work here and now, and say which DOIs were given."""
    from terracite.repository.models import DatasetVersion
    from terracite.repository.states import State

    _do_what_is_due()
    waiting = DatasetVersion.objects.filter(state=State.ACCEPTED.value).count()
    if waiting:
        raise TerraciteError(
            f"{waiting} datasets are accepted but not published.", hint="See 'terracite repository outbox'."
        )
    for version in DatasetVersion.objects.filter(state=State.PUBLISHED.value).order_by("pk"):
        console.step(f"published: doi:{version.doi} (a test DOI)  {version.title_en or version.title_fr}")


def _say_where_to_look(place: Demo, leave: bool) -> None:
    from terracite import config

    base = config.load().base_url
    lines = [
        f"Home          {base}/",
        f"Search        {base}/search/",
        f"For machines  {base}/oai?verb=ListRecords&metadataPrefix=oai_dc",
        f"Accounts      alice (deposits), bob and dora (moderate), chloe (reads); password: {PASSWORD}",
    ]
    if leave:
        lines.append(f"To serve it   {_environment()} {_short(Path(sys.argv[0]))} serve --port {place.port}")
    console.note("\n  ".join(lines))


def _terracite(*arguments: str) -> None:
    """Show a command as it would be typed, then run it."""
    from terracite.cli import cli

    shown = [_short(Path(word)) if word.startswith("/") else word for word in arguments]
    click.secho(f"$ terracite {shlex.join(shown)}", bold=True, err=True)
    cli.main(args=list(arguments), prog_name="terracite", standalone_mode=False)


def _data(place: Demo) -> Path:
    if place.data is None or not (place.data / "cbers-bahia").is_dir():
        raise TerraciteError(
            f"'{place.data}' does not hold the real data that the demo uses.",
            hint="It needs the folders cbers-bahia, sits-sinop-raster and sen2rts-s2-ndvi.",
        )
    return place.data


def _environment() -> str:
    return f"TERRACITE_CONFIG={_short(Path(os.environ['TERRACITE_CONFIG']))}"


def _short(path: Path) -> str:
    """The path as seen from here, when that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)
