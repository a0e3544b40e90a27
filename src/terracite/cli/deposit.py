# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite deposit``: send crates to this machine's repository or to another one, and plain folders to another one.

The answer is kept in the crate as a receipt, so that sending it again changes nothing.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terracite.cli import console, folders
from terracite.errors import DepositError, Problem, ProblemsError, ServiceError

if TYPE_CHECKING:
    from terracite.crate.read import Crate
    from terracite.crate.receipts import Receipt

HERE = "here"
DISCIPLINES = ("atmosphere", "ocean", "solid_earth", "continental_surfaces", "biodiversity")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the depositor asks of the repository."""

    disciplines: tuple[str, ...]
    deposit_title: str
    submit: bool


@click.command(epilog='Example: terracite deposit crates/* --to here --deposit "Vegetation of La Réunion" --submit')
@click.argument("crates", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "target", required=True, metavar="here|URL", help="This machine's repository, or an address.")
@click.option(
    "--discipline",
    "disciplines",
    multiple=True,
    type=click.Choice(DISCIPLINES),
    help="Desk; default: the record's.",
)
@click.option("--deposit", "deposit_title", default="", metavar="TITLE", help="The deposit that groups the crates.")
@click.option("--as", "depositor", default="", metavar="NAME", help="Depositor, with --to here; default: you.")
@click.option("--token-env", default="TERRACITE_TOKEN", metavar="NAME", help="Variable that holds the token for a URL.")
@click.option("--submit", is_flag=True, help="Submit to moderation at once.")
@click.option("--dry-run", is_flag=True, help="Check the crates and say what would be sent.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def deposit(
    crates: tuple[Path, ...],
    target: str,
    disciplines: tuple[str, ...],
    deposit_title: str,
    depositor: str,
    token_env: str,
    submit: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send crates to a repository. A crate that it has already is left unchanged.

    A plain folder becomes a draft: its files are sent, the repository reads what they say, and what is still missing
    is told with the address of the form. When sending is interrupted, the same command again goes on from where it was.
    """
    from terracite.services.repository_client import checked_address

    target = HERE if target == HERE else checked_address(target)
    plain = tuple(path for path in crates if folders.is_plain(path))
    opened = _checked(tuple(path for path in crates if path not in plain))
    wishes = Wishes(disciplines, deposit_title, submit)
    if dry_run:
        results = [_plan(crate, target) for crate in opened] + [folders.plan(folder, target) for folder in plain]
    else:
        send = _sender(target, token_env, depositor or getpass.getuser(), wishes) if opened else None
        results = _deposit_all(opened, target, send) if send else []
        results += _folders(plain, target, token_env, wishes)
    console.result(results, as_json=as_json, text="\n".join(_line(result) for result in results))


def _folders(plain: tuple[Path, ...], target: str, token_env: str, wishes: Wishes) -> list[dict[str, object]]:
    """Plain folders, each as a draft of a repository that answers over the network."""
    if not plain:
        return []
    if target == HERE:
        raise ServiceError(
            f"'{plain[0]}' is no crate, and only crates go straight to 'here'.",
            hint="Start 'terracite serve' and give its address with --to, or make a crate.",
        )
    from terracite.client import Client

    with Client(target, _token(target, token_env)) as client:
        return [
            folders.send(
                folder,
                client,
                target,
                disciplines=wishes.disciplines,
                deposit_title=wishes.deposit_title,
                submit=wishes.submit,
            )
            for folder in plain
        ]


def _checked(folders: tuple[Path, ...]) -> list[Crate]:
    """Every crate opened, after all of them were verified: nothing is sent while one is broken."""
    from terracite.crate.read import open_crate
    from terracite.crate.verify import verify

    problems: list[Problem] = []
    with console.progress("verifying") as progress:
        for done, folder in enumerate(folders, start=1):
            found = verify(folder)
            problems += [Problem(f"{folder.name}: {item.where}", item.what, item.cure) for item in found]
            progress(done, len(folders))
    if problems:
        raise ProblemsError("Nothing was sent, because these crates are not intact:", problems)
    return [open_crate(folder) for folder in folders]


def _plan(crate: Crate, target: str) -> dict[str, object]:
    from terracite.crate import receipts

    earlier = receipts.latest(crate.folder, target)
    known = earlier is not None and earlier.snapshot == crate.content_hash
    size = sum(file.bytes for file in crate.record.files)
    action = "would stay unchanged" if known else "would be updated" if earlier else "would be sent"
    return {
        "crate": crate.name,
        "action": action,
        "target": target,
        "files": len(crate.record.files),
        "bytes": size,
    }


def _deposit_all(crates: list[Crate], target: str, send: Callable[[Crate], Receipt]) -> list[dict[str, object]]:
    """Send every crate that can be; those refused are told together at the end."""
    results: list[dict[str, object]] = []
    refused: list[tuple[Crate, DepositError]] = []
    with console.progress("depositing") as progress:
        for done, crate in enumerate(crates, start=1):
            try:
                results.append(_deposit(crate, target, send))
            except DepositError as error:
                console.warn(f"{crate.name}: {error.message}")
                refused.append((crate, error))
            progress(done, len(crates))
    if len(crates) == 1 and refused:
        raise refused[0][1]
    if refused:
        problems = [
            replace(item, where=f"{crate.name}: {item.where}") for crate, error in refused for item in error.problems
        ]
        raise DepositError(f"{len(results)} of {len(crates)} crates were taken; these are not complete:", problems)
    return results


def _deposit(crate: Crate, target: str, send: Callable[[Crate], Receipt]) -> dict[str, object]:
    """Send one crate; keep the receipt unless it says what the last one said."""
    from terracite.crate import receipts

    earlier = receipts.latest(crate.folder, target)
    receipt = send(crate)
    action = _action(earlier, receipt)
    if earlier is None or replace(receipt, at=earlier.at) != earlier:
        receipts.add(crate.folder, receipt)
    console.step(f"{crate.name}: {action} ({receipt.state or 'taken'})")
    return {"crate": crate.name, "action": action} | asdict(receipt)


def _action(earlier: Receipt | None, receipt: Receipt) -> str:
    """What happened, compared with the last time. What moderators did meanwhile is not an action of ours."""
    if earlier is None or earlier.identifier != receipt.identifier:
        return "sent"
    if earlier.snapshot != receipt.snapshot:
        return "updated"
    return "submitted" if (earlier.state, receipt.state) == ("draft", "submitted") else "unchanged"


def _sender(target: str, token_env: str, depositor: str, wishes: Wishes) -> Callable[[Crate], Receipt]:
    if target == HERE:
        return lambda crate: _to_here(crate, depositor, wishes)
    token = _token(target, token_env)
    return lambda crate: _to_url(crate, target, token, wishes)


def _token(target: str, token_env: str) -> str:
    token = os.environ.get(token_env, "")
    if not token:
        raise ServiceError(
            f"The repository {target} needs a token, and ${token_env} is empty.",
            hint=f"Make a token on your account page there, then: export {token_env}=...",
        )
    return token


def _to_here(crate: Crate, depositor: str, wishes: Wishes) -> Receipt:
    from terracite import config
    from terracite.repository.local import receive_crate
    from terracite.services.repository_client import receipt_of

    with console.progress(f"copying {crate.name}", in_bytes=True) as progress:
        answer = receive_crate(
            config.load(),
            crate.folder,
            depositor=depositor,
            disciplines=wishes.disciplines,
            deposit_title=wishes.deposit_title,
            submit=wishes.submit,
            told=progress,
        )
    return receipt_of(answer, HERE, crate.content_hash)


def _to_url(crate: Crate, url: str, token: str, wishes: Wishes) -> Receipt:
    """Send over the network, unless the receipt says that it was, and the repository still has it."""
    from terracite.crate import receipts
    from terracite.services import repository_client

    earlier = receipts.latest(crate.folder, url)
    if earlier and _settled(earlier, crate, wishes) and repository_client.still_there(url, token, earlier.identifier):
        return earlier
    with console.progress(f"sending {crate.name}", in_bytes=True) as progress:
        return repository_client.send(
            crate,
            url,
            token,
            progress,
            disciplines=wishes.disciplines,
            deposit_title=wishes.deposit_title,
            submit=wishes.submit,
        )


def _settled(earlier: Receipt, crate: Crate, wishes: Wishes) -> bool:
    """Whether ``earlier`` is about these very bytes, and there is nothing more to ask."""
    return earlier.snapshot == crate.content_hash and not (wishes.submit and earlier.state == "draft")


def _line(result: dict[str, object]) -> str:
    if "files" in result:
        size = f"{result['files']} files, {result['bytes']} bytes"
        return f"{result['crate']}: {result['action']} to {result['target']} ({size})"
    if "missing" in result:
        return folders.lines(result)
    where = result["url"] or result["identifier"]
    doi = f"  DOI {result['doi']}" if result["doi"] else ""
    return f"{result['crate']}: {result['action']}, {result['state'] or 'taken'}  {where}{doi}"
