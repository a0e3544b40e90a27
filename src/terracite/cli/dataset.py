# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite dataset``: take datasets from a repository: files, citation, where they stand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from terracite.cli import console
from terracite.errors import ServiceError

if TYPE_CHECKING:
    from terracite.client import Client

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_FROM = click.option(
    "--from", "source", default="", envvar="TERRACITE_REPOSITORY", metavar="URL",
    help="The repository; not needed with the address of a dataset. Also $TERRACITE_REPOSITORY.",
)  # fmt: skip


@click.group(epilog="Example: terracite dataset get https://data.example.org/datasets/7c9e6679-.../v1/ --output data")
def dataset() -> None:
    """Take datasets from a repository, by address, DOI or identifier."""


@dataset.command(epilog="Example: terracite dataset get 10.5072/abc map.tif docs --from https://data.example.org")
@click.argument("name")
@click.argument("paths", nargs=-1)
@_FROM
@click.option("--output", type=click.Path(path_type=Path), default=Path(), help="Folder; default: this one.")
@_JSON
def get(name: str, paths: tuple[str, ...], source: str, output: Path, as_json: bool) -> None:
    """Download its files, or those at PATHS (files or folders); each is compared with its published SHA-256.

    When it is interrupted, the same command goes on. A token in $TERRACITE_TOKEN opens what is yours.
    """
    with _client(name, source) as client:
        found = client.dataset(name)
        with console.progress("downloading", in_bytes=True) as progress:
            files = found.download(output, paths, progress)
    names = [str(file) for file in files]
    told = {"identifier": found.identifier, "version": found.version, "files": names}
    console.result(told, as_json=as_json, text="\n".join(names))


@dataset.command(epilog="Example: terracite dataset cite 10.5072/abc --style apa --from https://data.example.org")
@click.argument("name")
@_FROM
@click.option("--style", default="datacite", show_default=True, help="apa, harvard, iso690, ieee, nature, vancouver...")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
def cite(name: str, source: str, style: str, language: str) -> None:
    """Print how to cite it."""
    with _client(name, source) as client:
        click.echo(client.dataset(name).cite(style, language))


@dataset.command(epilog="Example: terracite dataset show 10.5072/abc --from https://data.example.org")
@click.argument("name")
@_FROM
@_JSON
def show(name: str, source: str, as_json: bool) -> None:
    """Say what it is, where it stands and which files it has."""
    with _client(name, source) as client:
        found = client.dataset(name)
        files = list(found.files())
    listed = [{"path": file.path, "bytes": file.bytes, "sha256": file.sha256} for file in files]
    told = {"identifier": found.identifier, "version": found.version, "title": found.title.best("en")}
    told |= {"state": found.state, "doi": found.doi, "url": found.url, "files": listed}
    text = [f"{told['title']}  ({found.state}, version {found.version})", found.doi, found.url]
    text += [f"{file.bytes:>14}  {file.path}" for file in files]
    console.result(told, as_json=as_json, text="\n".join(line for line in text if line))


def _client(name: str, source: str) -> Client:
    """The repository that is named, or the one of the dataset's address."""
    from terracite.client import Client

    parts = urlsplit(name)
    if not source and parts.scheme in {"http", "https"} and parts.hostname not in {"doi.org", "dx.doi.org"}:
        source = f"{parts.scheme}://{parts.netloc}"
    if not source:
        raise ServiceError(f"It is not said where '{name}' is.", hint="Add --from URL, the address of the repository.")
    return Client(source, os.environ.get("TERRACITE_TOKEN", ""))
