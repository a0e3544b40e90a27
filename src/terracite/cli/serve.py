# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite serve``: website, worker and database of one instance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console

if TYPE_CHECKING:
    from terracite.config import Settings


@click.command(epilog="Example: terracite serve --data my-repository --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 = every one.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--data", "data_dir", type=click.Path(path_type=Path, file_okay=False), help="Folder of the instance; made if new."
)
def serve(host: str, port: int, data_dir: Path | None) -> None:
    """Start the website, its worker and its database; stop with Ctrl-C.

    Everything the instance owns is in its data folder: copy that folder away, and you have copied the repository.
    """
    from terracite import config
    from terracite.website import server

    settings = config.load()
    if data_dir is not None:
        settings = replace(settings, data_dir=data_dir)
    console.note(f"Starting with the data in '{settings.data_dir}'...")
    server.serve(settings, host, port, _announce)
    console.step("Stopped; everything is kept.")


def _announce(settings: Settings) -> None:
    url = settings.base_url
    console.step(f"{settings.site_name} is open at {url}/")
    console.note(f"search     {url}/search/")
    console.note(f"REST API   {url}/api/v1/docs")
    console.note(f"OAI-PMH    {url}/oai?verb=Identify")
    console.note("Stop with Ctrl-C. First account: terracite repository person add NAME")
