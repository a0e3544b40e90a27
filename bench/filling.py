# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of a deposit is filled without typing, from real files, and whether what is filled is right.

    python bench/filling.py [DATASET ...]      (files: ../shared/data/deposit-files; TERRACITE_TEST_DATA: elsewhere)

Each dataset of ``bench/data/filling.toml`` is a group of files as a depositor would send them. They go through the same
functions as a deposit: a look into each in the child process, then the record. The mandatory fields that a person
would have to type are counted (`COUNTED`); the DOI, the publisher, the deposit and the dates of the moderation are the
repository's. "from the files": read in them; "with the account": also what the account and the deposit give to every
dataset (`FROM_ACCOUNT`). Every value read is compared with the truth in the same table, written by hand from what other
programs (ncdump, gdalinfo, ogrinfo, unzip, a text editor) show; a value without a truth counts as wrong.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("TERRACITE_TEST_DATA", ROOT.parent / "shared" / "data")) / "deposit-files"
COUNTED = (
    "title", "abstract", "lineage", "disciplines", "topics", "keywords", "creators", "contacts", "created", "extents",
    "periods", "licence", "access",
)  # fmt: skip
FROM_ACCOUNT = frozenset({"disciplines", "creators", "contacts", "licence", "access"})
AIM = 0.8


def main() -> int:
    """Print the table and the wrong values; 1 where a value is wrong or the aim is not reached."""
    os.environ.setdefault("TERRACITE_SECRET_KEY", "none-needed")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terracite.website.settings")
    django.setup()
    if not DATA.is_dir():
        print(f"There are no files in {DATA}: nothing was measured.")
        return 1
    table = tomllib.loads((ROOT / "bench/data/filling.toml").read_text(encoding="utf-8"))
    chosen = {name: row for name, row in table.items() if not sys.argv[1:] or name in sys.argv[1:]}
    print(f"Counted: {', '.join(COUNTED)}.\nFrom the account: {', '.join(sorted(FROM_ACCOUNT))}.\n")
    print(f"{'dataset':<22} {'files':>6} {'account':>8}  filled from the files")
    shares, wrong, values = [], [], 0
    for name, row in chosen.items():
        read = filled(row["files"])
        from_files = [field for field in COUNTED if field in read]
        both = set(from_files) | FROM_ACCOUNT
        shares.append((len(from_files) / len(COUNTED), len(both) / len(COUNTED)))
        print(f"{name:<22} {shares[-1][0]:>6.0%} {shares[-1][1]:>8.0%}  {', '.join(from_files)}", flush=True)
        found = list(differences(read, row.get("truth", {})))
        values += len(read)
        wrong += [f"{name}: {line}" for line in found]
    return report(shares, wrong, values)


def report(shares: list[tuple[float, float]], wrong: list[str], values: int) -> int:
    """The figures, a line each, and the summary."""
    from common.figures import bar_is

    from_files, with_account = (sum(column) / len(shares) for column in zip(*shares, strict=True))
    print()
    for line in wrong:
        print(f"WRONG {line}")
    told = [
        bar_is(f"{values} values read: none wrong ({len(wrong)})", not wrong),
        bar_is(f"filled with account {with_account:.0%} (files {from_files:.0%})", with_account >= AIM),
    ]
    print(f"{sum(told)} of {len(told)} bars met; {len(shares)} datasets.")
    return 0 if all(told) else 1


def filled(names: list[str]) -> dict[str, Any]:
    """What is in the record after a look into each file, as plain values."""
    from terracite.errors import InspectionError
    from terracite.record.model import DateKind, Record
    from terracite.repository import facts
    from terracite.repository.described import inspect

    known = {}
    for name in names:
        try:
            known[name] = inspect(DATA / name)
        except InspectionError as error:
            print(f"   {error}")
    record = facts.refill(Record(), known)
    found = {
        "title": record.title.best(),
        "abstract": record.abstract.best(),
        "lineage": record.lineage.statement.best() or " | ".join(
            step.description.best() or step.command for step in record.lineage.steps),
        "topics": sorted(record.topics),
        "keywords": sorted(item.label.best() for item in record.keywords),
        "creators": [agent.name for agent in record.creators],
        "contacts": [agent.name for agent in record.contacts],
        "created": next((date.text for date in record.dates if date.kind is DateKind.CREATED), ""),
        "extents": [
            [box.west, box.south, box.east, box.north] for box in (item.box for item in record.extents)],
        "periods": [period.interval()[:10] + "/" + str(period.end or "")[:10] for period in record.periods],
        "licence": record.licence,
        "access": "" if record.access.kind == "unknown" else record.access.kind.value,
        "crs": [item.label for item in record.reference_systems],
        "resolutions": [item.distance_m for item in record.resolutions],
        "representation": record.representation.value if record.representation else "",
        "time_resolution": record.time_resolution,
        "units": [f"{item.name} [{item.unit}]" for item in record.variables if item.unit][:5],
        "classes": [f"{item.code} {item.label.best()}" for item in record.classes][:3],
    }  # fmt: skip
    if len(found["abstract"]) < 50:  # the rules ask for 50 characters: less still has to be typed
        found["abstract"] = ""
    return {name: value for name, value in found.items() if value}


def differences(read: dict[str, Any], truth: dict[str, Any]) -> Iterator[str]:
    """What was read and is not so."""
    for field, value in read.items():
        if field not in truth:
            yield f"{field} = {value!r}, of which no truth is known"
        elif not SAME.get(field, equal)(value, truth[field]):
            yield f"{field} = {value!r}, not {truth[field]!r}"


def equal(value: Any, truth: Any) -> bool:
    return bool(value == truth)


def begins(value: Any, truth: Any) -> bool:
    return str(value).startswith(truth)


def near(value: Any, truth: Any) -> bool:
    """Boxes to a hundredth of a degree (of a cell's edge or its centre), lengths to a hundredth."""
    flat = [number for item in value for number in (item if isinstance(item, list) else [item])]
    wanted = [number for item in truth for number in (item if isinstance(item, list) else [item])]
    close = (abs(one - other) <= max(0.01, abs(other) * 0.01) for one, other in zip(flat, wanted, strict=False))
    return len(flat) == len(wanted) and all(close)


SAME: dict[str, Callable[[Any, Any], bool]] = {
    "extents": near, "resolutions": near, "abstract": begins, "lineage": begins, "title": begins,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
