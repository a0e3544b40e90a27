# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing and reading records beside pygeometa and OWSLib, in one run: read the ratios, not the seconds.

    python bench/records.py                 10,000 records
    python bench/records.py --records 1000

One line a figure: name, ours, the peer's, ratio, bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from owslib.iso import MD_Metadata

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "scripts")]

from ask_witnesses import environment_with, packages_in  # noqa: E402
from witness_corpus import SHARED, corpus  # noqa: E402

from record.examples import PAGE, full_record  # noqa: E402
from terracite.errors import RecordError  # noqa: E402
from terracite.record.formats import FORMATS  # noqa: E402

PEER = ROOT / "bench" / "peers" / "pygeometa_writes.py"
ALL_FORMATS_MS = 50.0  #: bar: every format of one record
ISO_A_SECOND = 500.0  #: bar: records converted to ISO 19115-3 in one process


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=10_000)
    count = arguments.parse_args().records
    met = [_all_formats(), _iso_a_second(count), *_beside_pygeometa(), *_beside_owslib()]
    asked = [item for item in met if item is not None]
    print(f"{sum(asked)} of {len(asked)} bars met")
    return 0 if all(asked) else 1


def line(name: str, ours: str, peer: str, ratio: float | None, bar: str, met: bool | None) -> bool | None:
    """One figure; ``met`` is None where no bar was set."""
    shown = f"{ratio:8.2f}" if ratio is not None else f"{'-':>8}"
    verdict = "no bar" if met is None else "met" if met else "NOT MET"
    print(f"{name:<46} {ours:>14} {peer:>22} {shown}  {bar:<12} {verdict}", flush=True)
    return met


def _milliseconds(work: Callable[[], object], repeats: int = 20) -> float:
    """The median of several runs, the first one (imports, tables) left out."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def _all_formats() -> bool | None:
    record = full_record()
    each = {name: _milliseconds(lambda n=name: FORMATS[n].write(record, PAGE), 7) for name in FORMATS}
    total = sum(each.values())
    slowest = sorted(each, key=lambda name: -each[name])[:4]
    print("slowest: " + ", ".join(f"{name} {each[name]:.1f} ms" for name in slowest))
    limit = f"< {ALL_FORMATS_MS:g} ms"
    return line(f"all {len(each)} formats of one record", f"{total:.1f} ms", "-", None, limit, total < ALL_FORMATS_MS)


def _iso_a_second(count: int) -> bool | None:
    records = list(itertools.islice(itertools.cycle(corpus().values()), count))
    written = FORMATS["iso19115-3"]
    written.write(records[0], PAGE)
    started = time.perf_counter()
    total = sum(len(written.write(record, PAGE)) for record in records)
    rate = count / (time.perf_counter() - started)
    print(f"{count:,} records, {total / count / 1000:.1f} kB each")
    return line("ISO 19115-3 written", f"{rate:.0f} /s", "-", None, f">= {ISO_A_SECOND:g} /s", rate >= ISO_A_SECOND)


def _beside_pygeometa() -> list[bool | None]:
    folder = environment_with("pygeometa", packages_in(PEER))
    done = subprocess.run([folder / "bin" / "python", PEER], capture_output=True, text=True, check=True)
    theirs: dict[str, float] = json.loads(done.stdout)
    record = full_record()
    found = []
    for name, peer in theirs.items():
        ours = _milliseconds(lambda n=name: FORMATS[n].write(record, PAGE))
        ratio = peer / ours
        is_iso = name == "iso19139"
        found.append(
            line(
                f"{name} written",
                f"{ours:.2f} ms",
                f"pygeometa {peer:.2f} ms",
                ratio,
                ">= 1" if is_iso else "none",
                ratio >= 1 if is_iso else None,
            )
        )
    return found


def _beside_owslib() -> list[bool | None]:
    """The same real ISO 19139 documents, read by both; only those that both can read."""
    documents = [path.read_bytes() for path in sorted((SHARED / "metadata" / "iso19139").glob("*.xml"))]
    documents = [document for document in documents if _owslib_reads(document) and _we_read(document)]
    if not documents:
        print("the real records (../shared/data) are not on this machine; reading is not measured")
        return []
    reader = FORMATS["iso19139"]
    ours = _milliseconds(lambda: [reader.read(document) for document in documents], 5) / len(documents)
    peer = _milliseconds(lambda: [MD_Metadata(etree.fromstring(document)) for document in documents], 5)
    peer /= len(documents)
    name = f"ISO 19139 read ({len(documents)} real records)"
    return [line(name, f"{ours:.2f} ms", f"OWSLib {peer:.2f} ms", peer / ours, "none", None)]


def _owslib_reads(document: bytes) -> bool:
    try:
        MD_Metadata(etree.fromstring(document))
    except Exception:  # noqa: BLE001  # whatever it raises, it does not read this one
        return False
    return True


def _we_read(document: bytes) -> bool:
    try:
        FORMATS["iso19139"].read(document)
    except RecordError:  # a list of labels among the records
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
