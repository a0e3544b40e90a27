# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder of files as a draft in a repository elsewhere: files first; the repository reads what they say.

What was begun is kept in the folder's own hidden ``.terracite``, so that the same command goes on with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from terracite.cli import console
from terracite.errors import DepositError, Problem

if TYPE_CHECKING:
    from terracite.client import Client, Dataset

KEPT_IN = ".terracite"
EDITABLE = ("draft", "changes_requested")
WAIT_S = 900.0  #: for the repository to look into the files


def is_plain(folder: Path) -> bool:
    """Whether it is a folder of files, and no crate."""
    from terracite.crate import layout

    return folder.is_dir() and not any((folder / name).exists() for name in (layout.MANIFEST, layout.METADATA))


def plan(folder: Path, target: str) -> dict[str, object]:
    """What `send` would do."""
    from terracite.client.sending import local_files

    files = local_files(folder)
    action = "would be continued" if _begun(folder, target) else "would be sent"
    total = sum(file.bytes for file in files)
    return {"crate": folder.name, "action": action, "target": target, "files": len(files), "bytes": total}


def send(
    folder: Path, client: Client, target: str, *, disciplines: tuple[str, ...], deposit_title: str, submit: bool
) -> dict[str, object]:
    """Files in a draft, what is still missing, and where a person goes on; submitted when asked and complete."""
    before = _begun(folder, target)
    dataset = client.dataset(before) if before else _begin(folder, client, target, disciplines, deposit_title)
    if dataset.state not in EDITABLE:
        return _told(folder, dataset, "unchanged", (), ())
    with console.progress(f"sending {folder.name}", in_bytes=True) as progress:
        sent = dataset.upload(folder, progress)
    dataset = dataset.wait_for_files(WAIT_S)
    missing = tuple(one.said() for one in dataset.findings() if one.level == "blocker")
    action = "updated" if before and sent else "unchanged" if before else "sent"
    if submit and not missing:
        dataset, action = dataset.submit(), "submitted"
    _keep(folder, dataset, target)
    return _told(folder, dataset, action, sent, missing)


def lines(result: dict[str, object]) -> str:
    """A result for a person."""
    missing = [str(item) for item in result.get("missing", ())]  # type: ignore[attr-defined]
    first = f"{result['crate']}: {result['action']}, {result['state']}  {result['url']}"
    if not missing:
        return first
    return "\n".join([first, *(f"  - {item}" for item in missing), f"  Still missing; go on at {result['form']}"])


def _begin(folder: Path, client: Client, target: str, disciplines: tuple[str, ...], deposit_title: str) -> Dataset:
    """A draft in one's deposit of that title; the same draft when the command is run again."""
    title = deposit_title or folder.resolve().name
    key = hashlib.sha256(f"{target}\n{folder.resolve()}\n{title}".encode()).hexdigest()
    known = [one for one in client.deposits() if title in {one.title.fr, one.title.en} and one.role != "reader"]
    if not known and not disciplines:
        cure = "Say it with --discipline, such as --discipline continental_surfaces."
        raise DepositError(
            "The folder has no desk to go to.", [Problem(folder.name, "its discipline is not known.", cure)]
        )
    deposit = known[0] if known else client.create_deposit(title, disciplines=disciplines, key=f"d-{key}")
    dataset = deposit.create_dataset(key=f"s-{key}")
    _keep(folder, dataset, target)
    return dataset


def _begun(folder: Path, target: str) -> str:
    """The address of the draft that this folder went to; "" when there is none."""
    from terracite.crate import receipts

    found = receipts.latest(folder / KEPT_IN, target)
    return found.identifier if found else ""


def _keep(folder: Path, dataset: Dataset, target: str) -> None:
    from terracite.crate import receipts

    (folder / KEPT_IN).mkdir(exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    receipt = receipts.Receipt(target, dataset.identifier, dataset.url, dataset.state, dataset.doi, now)
    receipts.add(folder / KEPT_IN, receipt)


def _told(
    folder: Path, dataset: Dataset, action: str, sent: tuple[str, ...], missing: tuple[str, ...]
) -> dict[str, object]:
    return {
        "crate": folder.name,
        "action": action,
        "identifier": dataset.identifier,
        "url": dataset.url,
        "form": dataset.form,
        "state": dataset.state,
        "doi": dataset.doi,
        "sent": list(sent),
        "missing": list(missing),
    }
