# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of a deposit is filled without typing, from real files, and whether what is filled is right.

    python bench/filling.py [DATASET ...]      (files: ../shared/data/deposit-files; TERRACITE_TEST_DATA: elsewhere)

Each dataset of ``bench/data/filling.toml`` is a group of files as a depositor would send them. A person of a temporary
instance makes a deposit (title, discipline), says once for all its datasets the licence and the access, makes a dataset
in it and adds the files; nothing else is typed. Then the mandatory fields of the record are counted (`COUNTED`) by
where their values came from, as the record itself says:

- extracted: read in the files;
- inherited: from the deposit, or from the account (the person as author and contact);
- suggested: composed from facts, and shown as to be checked: a person has still to read it.

The DOI, the publisher, the deposit and the dates of the moderation are the repository's and not counted. Every value
extracted is compared with the truth in the same table, written by hand from what other programs show (see there); a
value without a truth counts as wrong. In suggested texts, every number and every name must be one of the facts. Last,
the looks into files that are broken or made to hurt: none may take longer, or more memory, than it is given.
"""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]
DATA = Path(os.environ.get("TERRACITE_TEST_DATA", ROOT.parent / "shared" / "data")) / "deposit-files"
COUNTED = (
    "title", "abstract", "lineage", "disciplines", "topics", "keywords", "creators", "contacts", "created", "extents",
    "periods", "licence", "access",
)  # fmt: skip
KINDS = ("extracted", "inherited", "suggested")
AIM = 0.8


def main() -> int:
    """Print the table and the wrong values; 1 where a value is wrong or the aim is not reached."""
    from common.nasty import nasty_bars

    from terracite.config import Settings
    from terracite.repository.instance import open_instance

    if not DATA.is_dir():
        print(f"There are no files in {DATA}: nothing was measured.")
        return 1
    table = tomllib.loads((ROOT / "bench/data/filling.toml").read_text(encoding="utf-8"))
    chosen = {name: row for name, row in table.items() if not sys.argv[1:] or name in sys.argv[1:]}
    print(f"Mandatory fields counted: {', '.join(COUNTED)}.")
    print(f"{'dataset':<20}{'files':>7}{'+ deposit, account':>20}{'+ suggested':>13}  still to type")
    with tempfile.TemporaryDirectory() as folder:
        open_instance(Settings(data_dir=Path(folder), secret_key="only-for-this-run"))
        measured = {name: measure(name, row) for name, row in chosen.items()}
        found = [*report(list(measured.values())), *([] if sys.argv[1:] else nasty_bars(DATA / "nasty"))]
    print(f"{sum(found)} of {len(found)} bars met; {len(measured)} datasets.")
    return 0 if all(found) else 1


def measure(name: str, row: dict[str, Any]) -> tuple[list[float], list[str], int]:
    """The shares filled (files; and deposit and account; and suggestions), what is wrong, how many values were read."""
    record, known = deposited(row)
    read = values_of(record)
    kinds = {field: kind_of(record, field) for field in COUNTED if field in read}
    shares = [sum(kind in KINDS[: at + 1] for kind in kinds.values()) / len(COUNTED) for at in range(len(KINDS))]
    missing = [field for field in COUNTED if kinds.get(field) not in KINDS]
    print(f"{name:<20}{shares[0]:>7.0%}{shares[1]:>20.0%}{shares[2]:>13.0%}  {', '.join(missing)}", flush=True)
    extracted = {field: value for field, value in read.items() if kind_of(record, field) == "extracted"}
    wrong = [*differences(extracted, row.get("truth", {})), *invented(record, known)]
    return shares, [f"{name}: {line}" for line in wrong], len(extracted)


def deposited(row: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The record of a new dataset with these files, and the facts of each."""
    from terracite.raster.inspect import Facts
    from terracite.record.model import Text
    from terracite.repository import deposits, files, inheriting, people

    alice = people.ensure_person("alice")
    if not alice.last_name:
        alice.first_name, alice.last_name, alice.orcid = "Alice", "Martin", "0000-0002-1825-0097"
        alice.email = "alice@example.org"
        alice.save()
    deposit = deposits.create_deposit(alice, Text(en="Data of Alice"), [row["discipline"]])
    inheriting.save_common(deposit, alice, {"licence": "CC-BY-4.0", "access": {"kind": "open"}})
    version = deposits.create_dataset(deposit, alice)
    for name in row["files"]:
        for path in parts_of(DATA / name):
            with path.open("rb") as stream:
                files.add_file(version, alice, path.name, stream)
    while waiting := version.files.filter(state="incoming").first():  # a shapefile again, once its parts are there
        if problem := files.inspect_file(waiting).problem:
            print(f"   {problem}")
    version.refresh_from_db()
    known = {file.path: Facts.from_dict(file.facts) for file in version.files.all() if file.facts}
    return deposits.record_of(version), known


def parts_of(path: Path) -> list[Path]:
    """A file, with the parts of a shapefile beside it."""
    if path.suffix != ".shp":
        return [path]
    return sorted(path.with_suffix(suffix) for suffix in (".shp", ".dbf", ".prj", ".shx"))


def kind_of(record: Any, field: str) -> str:
    """Where the value of a field came from: a kind of `OriginKind`, "typed" where nothing says so."""
    name = {"created": "dates", "crs": "reference_systems", "units": "variables"}.get(field, field)
    origin = record.origin(name)
    return origin.kind.value if origin else "typed"


def invented(record: Any, known: dict[str, Any]) -> Iterator[str]:
    """What composed texts say beyond the facts."""
    from founded import unfounded

    for field in ("title", "abstract", "lineage"):
        if kind_of(record, field) == "suggested":
            text = record.lineage.statement if field == "lineage" else getattr(record, field)
            for language, words in text.items():
                if strange := unfounded(words, language, record, known):
                    yield f"{field}.{language} says {strange}, which no fact does"


def report(measured: list[tuple[list[float], list[str], int]]) -> list[bool]:
    """The figures, a line each."""
    from common.figures import bar_is

    means = [sum(column) / len(measured) for column in zip(*(shares for shares, _, _ in measured), strict=True)]
    wrong = [line for _, lines, _ in measured for line in lines]
    print(f"{'all':<20}{means[0]:>7.0%}{means[1]:>20.0%}{means[2]:>13.0%}\n")
    for line in wrong:
        print(f"WRONG {line}")
    values = sum(count for _, _, count in measured)
    told = [
        bar_is(f"{values} values read in files: none wrong ({len(wrong)})", not wrong),
        bar_is(f"filled without typing {means[2]:.1%}, at least 80 %", means[2] >= AIM),
    ]
    print("  (without typing = extracted from files + inherited from deposit and account + suggested, to be checked)")
    return [bool(one) for one in told]


def values_of(record: Any) -> dict[str, Any]:
    """What is in the record, as plain values."""
    from terracite.record.model import DateKind

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
        "disciplines": sorted(item.value for item in record.disciplines),
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
