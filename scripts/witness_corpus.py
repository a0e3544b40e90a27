# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records that witnesses are asked about: invented ones of every kind, and every real one that reads."""

from __future__ import annotations

import datetime as dt
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from terracite.errors import RecordError
from terracite.record.detection import detect
from terracite.record.model import Agent, DateKind, Organisation, Record

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TERRACITE_SHARED_DATA", ROOT.parent / "shared" / "data"))
sys.path.insert(0, str(ROOT / "tests"))

INVENTED = 160  #: records that hypothesis makes up, the same ones in every run
LARGEST = 2_000_000  #: bytes of a real document worth asking about


def corpus() -> dict[str, Record]:
    """The records by name, each as a repository would publish it."""
    found = {**dict(_examples()), **dict(_invented()), **dict(_real())}
    return {name: published(record) for name, record in found.items()}


def published(record: Record) -> Record:
    """The record with what a repository adds: a DOI, a publisher, a date of publication; without e-mails."""
    publisher = record.publisher or Organisation(name="Terracite demo")
    missing = {
        "doi": record.doi or f"10.5072/{record.uuid}",
        "publisher": publisher,
        "creators": record.creators or record.contacts or (Agent(organisation=publisher.name),),
    }
    record = record.model_copy(update=missing).without_emails()
    return record if record.date(DateKind.ISSUED) else record.with_dates(issued=dt.date(2026, 1, 1))


def _examples() -> Iterator[tuple[str, Record]]:
    from record.examples import EXAMPLES

    for name, make in EXAMPLES.items():
        if name != "empty":
            yield f"example-{name}", make()


def _invented() -> Iterator[tuple[str, Record]]:
    from record.plausible import plausible_records

    found: list[Record] = []

    @settings(
        max_examples=INVENTED,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plausible_records())
    def collect(record: Record) -> None:
        found.append(record)

    collect()
    for place, record in enumerate(found):
        own = uuid.uuid5(uuid.NAMESPACE_URL, f"invented:{place}")
        yield f"invented-{place:03}", record.model_copy(update={"uuid": own, "doi": f"10.5072/invented-{place:03}"})


def _real() -> Iterator[tuple[str, Record]]:
    """Every document of the shared metadata that reads and names itself."""
    for path in sorted((SHARED / "metadata").rglob("*")):
        if path.suffix not in {".xml", ".json", ".ttl", ".rdf"} or path.stat().st_size > LARGEST:
            continue
        try:
            document = path.read_bytes()
            record = detect(document).read(document).record
        except RecordError:
            continue
        if record.title:
            name = "-".join(path.relative_to(SHARED / "metadata").with_suffix("").parts)
            yield f"real-{name}".replace(" ", "_"), record
