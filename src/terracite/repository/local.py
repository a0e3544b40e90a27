# SPDX-License-Identifier: AGPL-3.0-or-later
"""The repository of this machine, for the command line: opened from its settings, then given crates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from terracite.config import Settings
from terracite.repository.instance import open_instance


def receive_crate(
    settings: Settings,
    crate_folder: Path,
    *,
    depositor: str,
    disciplines: Sequence[str] = (),
    deposit_title: str = "",
    submit: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """Take a crate into the instance of ``settings``; the same crate again changes nothing.

    ``depositor``: a user name; the account is made when there is none (nobody can log in with it by password
    before one is set). Returns identifier (uuid of the dataset), version, url, state, doi and action (created,
    updated, continued, submitted, unchanged). ``told`` hears of bytes copied and bytes in all. After an interruption,
    the same call goes on in the middle of a large file. The rules and errors: `terracite.repository.ingest.receive`.
    """
    open_instance(settings)
    from terracite.repository import ingest, people

    person = people.ensure_person(depositor)
    wishes = ingest.Wishes(disciplines=tuple(disciplines), deposit_title=deposit_title, submit=submit)
    return ingest.receive(Path(crate_folder), person, wishes, told)
