# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: parse, call one function, print.

Each noun is a module of this package, imported only when its command is called, so that ``--help`` stays fast.
Exit codes: 0 done; 1 it could not be done, and the message says why; 2 the command was not understood.
"""

from __future__ import annotations

import errno
import importlib
import sys
import warnings
from difflib import get_close_matches

import click

from terracite import __version__
from terracite.errors import TerraciteError

#: noun -> (where its click command lives, one line of help); help here keeps modules unloaded
COMMANDS: dict[str, tuple[str, str]] = {
    "timeseries": ("terracite.cli.timeseries:timeseries", "Inventory an image archive; make series and footprints."),
    "landcover": ("terracite.cli.landcover:landcover", "Make a land-cover map from a recipe, with its accuracy."),
    "reproduce": ("terracite.cli.reproduce:reproduce", "Make the map of a crate again and compare every file."),
    "record": ("terracite.cli.record:record", "Check a metadata record; write it in every standard."),
    "vocabulary": ("terracite.cli.vocabulary:vocabulary", "Find concepts of thesauri; suggest keywords for a text."),
    "geoflow": ("terracite.cli.geoflow:geoflow", "Check and repair geoflow tables; make records and crates of them."),
    "crate": ("terracite.cli.crate:crate", "Show or verify a crate (files, record, checksums, provenance)."),
    "deposit": ("terracite.cli.deposit:deposit", "Send crates or folders to a repository."),
    "dataset": ("terracite.cli.dataset:dataset", "Take datasets from a repository: files, citation."),
    "inspect": ("terracite.cli.inspect:inspect", "Say what a data file holds: where, when, what."),
    "repository": ("terracite.cli.repository:repository", "Look after a repository: people, desks, index, history."),
    "serve": ("terracite.cli.serve:serve", "Start the website, its worker and its database."),
    "simulate": ("terracite.cli.simulate:simulate", "Make simulated data to try Terracite with."),
    "config": ("terracite.cli.config:config", "Show the settings in use, secrets hidden."),
    "demo": ("terracite.cli.demo:demo", "Run the whole thread once: images, series, map, deposit, DOI."),
}


class LazyGroup(click.Group):
    """Imports a command only when it is called, and suggests the nearest name for a mistyped one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            near = get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else " See 'terracite --help'."
            raise click.UsageError(f"There is no command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    epilog="Example: terracite timeseries run ARCHIVE --output crates, then terracite deposit crates/* --to here",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="terracite")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("-v", "--verbose", count=True, help="Say more; twice for everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what failed.")
@click.pass_context
def cli(ctx: click.Context, debug: bool, verbose: int, quiet: bool) -> None:
    """From satellite images to datasets that can be cited."""
    from terracite.cli import console

    ctx.ensure_object(dict)
    ctx.obj["debug"] = debug
    console.set_level(-1 if quiet else verbose)


def main(args: list[str] | None = None) -> None:
    """Run the command line; errors become one message with its cure, and an exit code."""
    arguments = sys.argv[1:] if args is None else args
    warnings.filterwarnings("ignore", "Dataset has no geotransform")  # of rasterio: told as our own message
    try:
        outcome = cli.main(args=arguments, prog_name="terracite", standalone_mode=False)
        if isinstance(outcome, int):  # what click makes of `ctx.exit(code)`
            sys.exit(outcome)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. What was finished is kept; run the same command again to go on.", err=True)
        sys.exit(1)
    except TerraciteError as error:
        _show(error, arguments)
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output went away (such as `| head`)
            sys.exit(0)
        _show(error, arguments)


#: what a disk refuses -> what to do; what was finished is kept in every case
_CURES = {
    errno.ENOSPC: "The disk is full. Free some space and run the same command again.",
    errno.EDQUOT: "The quota of this disk is used up. Free some space and run the same command again.",
    errno.EFBIG: "The file is larger than the disk or its limits allow. Give another folder with --output.",
    errno.EROFS: "The disk can only be read. Give a folder on another one with --output.",
    errno.EACCES: "There is no permission. Change the permissions, or give another folder.",
    errno.EPERM: "The system does not allow it. Change the permissions, or give another folder.",
    errno.ENOTDIR: "A part of the path is a file, not a folder. Check the path.",
    errno.EISDIR: "It is a folder where a file is wanted. Check the path.",
    errno.ENOENT: "It is not there. Check the path.",
    errno.EIO: "The disk does not answer. Check it, then run the same command again.",
}


def _said(error: OSError) -> str:
    """One sentence about the file, one about the cure."""
    cure = _CURES.get(error.errno or 0)
    if cure is None:
        return str(error)
    return f"'{error.filename}': {cure}" if error.filename else f"{cure} What was finished is kept."


def _show(error: TerraciteError | OSError, arguments: list[str]) -> None:
    if "--debug" in arguments:
        raise error
    message = _said(error) if isinstance(error, OSError) else str(error)
    click.secho("Error: ", fg="red", bold=True, err=True, nl=False)
    click.echo(message, err=True)
    sys.exit(1)
