# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a crate was sent, kept inside it so that sending it again changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from terracite.crate import disk, layout
from terracite.errors import CrateError


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a target answered when it took the crate."""

    target: str  #: "here", or the address of the repository
    identifier: str  #: the target's own identifier of the dataset
    url: str = ""  #: where a person sees it
    state: str = ""  #: draft, submitted, published...
    doi: str = ""
    at: dt.datetime | None = None  #: when it was taken, UTC
    snapshot: str = ""  #: content hash of the crate that was sent


def read(folder: Path) -> list[Receipt]:
    """The receipts of a crate, oldest first; none when it was never sent."""
    path = Path(folder) / layout.RECEIPTS
    if not path.exists():
        return []
    try:
        return [_from_json(item) for item in json.loads(path.read_bytes())["receipts"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CrateError(f"'{path}' is not a list of receipts: {error}.", hint="Delete it and send again.") from error


def add(folder: Path, receipt: Receipt) -> None:
    """Keep ``receipt``; it takes the place of an earlier one for the same target and identifier."""
    same = (receipt.target, receipt.identifier)
    kept = [old for old in read(folder) if (old.target, old.identifier) != same]
    content = {"receipts": [_to_json(item) for item in [*kept, receipt]]}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    disk.write_atomically(Path(folder) / layout.RECEIPTS, text.encode())


def latest(folder: Path, target: str) -> Receipt | None:
    """The last receipt from ``target``, or None."""
    return next((receipt for receipt in reversed(read(folder)) if receipt.target == target), None)


def _to_json(receipt: Receipt) -> dict[str, str | None]:
    return asdict(receipt) | {"at": receipt.at.isoformat() if receipt.at else None}


def _from_json(content: dict[str, str]) -> Receipt:
    at = content.get("at")
    return Receipt(**(content | {"at": dt.datetime.fromisoformat(at) if at else None}))  # type: ignore[arg-type]
