# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite repository``: look after an instance: people and roles, history, index, what waits to be told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from terracite.cli import console
from terracite.errors import DepositError, ProblemsError

if TYPE_CHECKING:
    from terracite.repository.models import DatasetVersion, Event, OutboxItem

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog="Example: terracite repository person add alice --email alice@example.org")
def repository() -> None:
    """Look after a repository: people, desks, index, history."""


@repository.group(epilog="Example: terracite repository person grant bob moderator ocean")
def person() -> None:
    """Accounts, roles and tokens."""


@person.command(epilog="Example: terracite repository person add alice --given-name Alice --family-name Martin")
@click.argument("username")
@click.option("--email", default="", help="Address for notices.")
@click.option("--given-name", default="")
@click.option("--family-name", default="")
@click.option("--orcid", default="", help="16 digits with hyphens.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
@click.option("--password-env", metavar="NAME", help="Environment variable that holds the password; asked otherwise.")
@click.option("--no-password", is_flag=True, help="No login by password (tokens only).")
def add(username: str, password_env: str | None, no_password: bool, **details: str) -> None:
    """Make an account; an existing one stays as it is."""
    _open()
    from terracite.repository.models import Person
    from terracite.repository.people import ensure_person

    if Person.objects.filter(username=username).exists():
        console.note(f"The account '{username}' is already there; nothing was changed.")
        return
    password = "" if no_password else _password(password_env)
    ensure_person(username, password=password, **details)
    console.step(f"Account '{username}' made.")


@person.command(epilog="Example: terracite repository person grant bob moderator continental_surfaces")
@click.argument("username")
@click.argument("role", type=click.Choice(["moderator", "curator", "administrator"]))
@click.argument("discipline", default="")
@click.option("--revoke", is_flag=True, help="Take the role away instead.")
def grant(username: str, role: str, discipline: str, revoke: bool) -> None:
    """Give a role; a moderator's needs its discipline."""
    _open()
    from terracite.repository import people

    change = people.revoke if revoke else people.grant
    change(people.find_person(username), role, discipline)
    console.step(f"'{username}' is {'no longer ' if revoke else ''}{role} {discipline}".rstrip() + ".")


@person.command(epilog="Example: export TERRACITE_TOKEN=$(terracite repository person token alice --label laptop)")
@click.argument("username")
@click.option("--label", default="command line", show_default=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["read", "deposit", "moderate"]),
    help="Default: the first two.",
)
def token(username: str, label: str, scopes: tuple[str, ...]) -> None:
    """Make a token for the REST API and the command line; it is shown once, on standard output."""
    _open()
    from terracite.repository.people import find_person, make_token

    click.echo(make_token(find_person(username), label, scopes or ("read", "deposit")).text)


@repository.command(epilog="Example: terracite repository history 7c9e6679-7425-40de-944b-e07fc1f90ae7")
@click.argument("uuid", type=click.UUID)
@_JSON
def history(uuid: UUID, as_json: bool) -> None:
    """Show what happened to a dataset or to one of its versions."""
    _open()
    from terracite.repository import events

    told = [_event(event) for version in _versions(uuid) for event in events.history(version)]
    lines = [
        f"{item['at'][:16]}  v{item['version']}  {item['move']:<18} {item['actor']:<20} {item['note']}" for item in told
    ]
    console.result(told, as_json=as_json, text="\n".join(line.rstrip() for line in lines))


@repository.command("check-history", epilog="Example: terracite repository check-history")
@_JSON
def check_history(as_json: bool) -> None:
    """Verify the chain of hashes of the log of events."""
    _open()
    from terracite.repository.events import verify_chain
    from terracite.repository.models import Event

    problems = verify_chain()
    count = Event.objects.count()
    if as_json:
        found = [{"where": item.where, "what": item.what, "cure": item.cure} for item in problems]
        console.result({"events": count, "problems": found}, as_json=True, text="")
    if problems:
        raise ProblemsError("The log of events is not what was written:", problems)
    if not as_json:
        click.echo(f"The log is intact: {count} events, each chained to the one before.")


@repository.command(epilog="Example: terracite repository reindex")
def reindex() -> None:
    """Make the search index anew from the database."""
    _open()
    from terracite.repository import search

    search.rebuild()
    console.step("The search index was made anew.")


@repository.command(epilog="Example: terracite repository outbox --retry")
@click.option("--retry", is_flag=True, help="Try everything again now, after an outside system came back.")
@_JSON
def outbox(retry: bool, as_json: bool) -> None:
    """Show what outside systems (registrar, index, preservation) must still be told."""
    _open()
    from terracite.repository import outbox as queue

    if retry:
        queue.retry_now()
        console.step(f"{queue.process_outbox()} items done.")
    waiting = [_item(item) for item in queue.waiting()]
    lines = [f"{item['key']}  {item['attempts']} attempts  {item['error']}".rstrip() for item in waiting]
    console.result(waiting, as_json=as_json, text="\n".join(lines) or "Nothing is waiting.")


@repository.command(epilog="Example: terracite repository reconcile --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what differs.")
@_JSON
def reconcile(dry_run: bool, as_json: bool) -> None:
    """Compare the registrar, the preserved files and the search with the database, and mend what differs."""
    _open()
    from terracite.repository import outbox as queue
    from terracite.repository import reconciling

    found = list(reconciling.drifts()) if dry_run else reconciling.reconcile()
    if not dry_run:
        queue.process_outbox(limit=max(100, 4 * len(found)))
    told = [
        {"version": str(item.version.uuid) if item.version else "", "kind": item.kind.value, "what": item.what}
        for item in found
    ]
    lines = [f"{item['version']}  {item['what']}".strip() for item in told]
    console.result(told, as_json=as_json, text="\n".join(lines) or "Everything is where it belongs.")
    if found and not dry_run:
        left = queue.waiting().count()
        console.step(f"{len(found)} asked to be mended; {left} still waiting (see 'terracite repository outbox').")


@repository.command(epilog="Example: terracite repository collect")
@_JSON
def collect(as_json: bool) -> None:
    """Set aside bytes that nothing names any more, and delete those set aside a week ago.

    The worker does the same once a day.
    """
    _open()
    from dataclasses import asdict

    from terracite.repository import collecting

    done = asdict(collecting.collect())
    told = "{set_aside} set aside, {brought_back} brought back, {deleted} deleted ({freed} bytes); {previews} previews."
    text = told.format(**done)
    console.result(done, as_json=as_json, text=text)


@repository.group(epilog="Example: terracite repository authorities load v1.70-ror-data.zip")
def authorities() -> None:
    """People, organisations and funders that the form finds."""


@authorities.command("load", epilog="Example: terracite repository authorities load v1.70-ror-data.zip")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def load_authorities(file: Path, as_json: bool) -> None:
    """Read a register into the store: ROR data dump (ZIP, JSON), Crossref funders (CSV), ORCID summaries (CSV, JSON).

    Nothing is fetched: download the file first. The same file again changes nothing.
    """
    _open()
    from dataclasses import asdict

    from terracite.repository.authorities import load

    done = load(file, lambda count: console.note(f"{count:,} read") if count % 20_000 == 0 else None)
    told = f"{done.register}: {done.made:,} new, {done.changed:,} changed, {done.same:,} as before"
    refused = f", {done.refused:,} left out (closed, or without a name or a good identifier)" if done.refused else ""
    console.result(asdict(done), as_json=as_json, text=f"{told}{refused}.")


@authorities.command("rebuild", epilog="Example: terracite repository authorities rebuild")
def rebuild_authorities() -> None:
    """Remember again whom the published datasets name."""
    _open()
    from terracite.repository.authorities import rebuild

    console.step(f"{rebuild()} published datasets were read.")


def _open() -> None:
    from terracite.repository.instance import open_instance

    open_instance()


def _password(variable: str | None) -> str:
    if variable is None:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if variable not in os.environ:
        raise click.UsageError(f"The environment has no {variable}. Set it, or leave --password-env out.")
    return os.environ[variable]


def _versions(uuid: UUID) -> list[DatasetVersion]:
    """The versions of the dataset of that uuid, or the one version."""
    from django.db.models import Q

    from terracite.repository.models import DatasetVersion

    found = list(DatasetVersion.objects.filter(Q(uuid=uuid) | Q(dataset__uuid=uuid)).order_by("number"))
    if not found:
        raise DepositError(f"There is no dataset {uuid}.", (), hint="Copy its identifier from the address of its page.")
    return found


def _event(event: Event) -> dict[str, str]:
    return {
        "number": str(event.number),
        "at": event.at.isoformat(),
        "version": str(event.version.number) if event.version else "",
        "move": event.move,
        "actor": event.actor.username if event.actor else "system",
        "from": event.from_state,
        "to": event.to_state,
        "note": event.note,
    }


def _item(item: OutboxItem) -> dict[str, str]:
    return {
        "key": item.key,
        "attempts": str(item.attempts),
        "next_try_at": item.next_try_at.isoformat(),
        "error": item.error,
    }
