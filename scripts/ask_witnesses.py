# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks programs that others wrote about what Terracite writes, over the corpus of records and over the demo.

Each witness (`scripts/witnesses/<name>.py`) runs in an environment of its own, for they conflict. One line a figure:
format and witness, documents accepted, documents asked about, their ratio, the bar, met or not. Ends in an error when
a bar is not met. ``ask_witnesses.py NAME...`` asks these witnesses only.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from witness_corpus import ROOT, SHARED, corpus
from witnesses import acdd, citations, geojson, owslib_iso

from terracite.errors import RecordError
from terracite.record.formats import FORMATS
from terracite.record.model import Record

ENVIRONMENTS = ROOT / ".venv-witnesses"
PROGRAMS = ROOT / "scripts" / "witnesses"
PAGE = "https://data.example.org/datasets/"
CORES = os.cpu_count() or 1
SHOWN = 5  #: refusals shown of one question


@dataclass(frozen=True)
class Question:
    """What a witness is asked: documents in ``formats``, perhaps with what it should read back from each."""

    witness: str
    formats: tuple[str, ...]
    expected: Callable[[Record], Mapping[str, Any]] | None = None
    needs_shared: bool = False
    most: int = 0  #: records asked about, evenly through the corpus, where each takes seconds; 0: all of them


QUESTIONS = (
    Question("iso_schema", ("iso19115-3", "iso19139"), needs_shared=True),
    Question("owslib_iso", ("iso19115-3", "iso19139"), expected=owslib_iso.expected),
    Question("datacite_schema", ("datacite", "datacite-json", "oai_dc"), needs_shared=True),
    Question("dcat_shapes", ("dcat-ap", "dcat-ap-xml", "dcat-ap-jsonld", "geodcat-ap")),
    Question("schema_org", ("schema.org",)),
    Question("croissant", ("croissant",)),
    Question("ro_crate", ("ro-crate",), most=280),
    Question("stac", ("stac", "stac-items")),
    Question("geojson", ("geojson",), expected=geojson.expected),
    Question("acdd", ("acdd",), expected=acdd.expected),
    Question("citations", ("csl", "bibtex", "ris"), expected=citations.expected),
)
#: asked about something else than records: name -> module and function
OTHERS = {
    "demo": ("witness_demo", "ask_about_demos"),
    "inventory": ("witness_inventory", "ask_about_inventory"),
    "sen2chain": ("witness_sen2chain", "ask_about_sen2chain"),
    "opendap": ("witness_opendap", "ask_about_opendap"),
    "formats": ("witness_formats", "ask_about_formats"),
    "uploads": ("witness_uploads", "ask_about_uploads"),
    "openapi": ("witness_openapi", "ask_about_openapi"),
}


def main() -> int:
    chosen = set(sys.argv[1:])
    records = corpus()
    real = sum(name.startswith("real-") for name in records)
    print(f"corpus: {len(records)} records, {real} of them real", flush=True)
    met = [len(records) >= 200 or not SHARED.is_dir()]
    for question in QUESTIONS:
        if chosen and question.witness not in chosen:
            continue
        if question.needs_shared and not SHARED.is_dir():
            print(f"{question.witness}: what it needs (../shared/data) is not on this machine; not asked")
            continue
        met += [_ask(question, name, records) for name in question.formats]
    for name, (module, function) in OTHERS.items():
        if not chosen or name in chosen:
            met += getattr(importlib.import_module(module), function)(figure)
    print(f"{sum(met)} of {len(met)} met")
    return 0 if all(met) else 1


def figure(name: str, accepted: int, asked: int, seconds: float) -> bool:
    """One line: name, ours (accepted), of how many, ratio, bar, met or not."""
    ratio = accepted / asked if asked else 0.0
    met = accepted == asked > 0
    print(
        f"{name:<44} {accepted:>4} of {asked:<4} {ratio:6.3f}  bar 1.000  {'met' if met else 'NOT MET'}  "
        f"({seconds:.0f} s)",
        flush=True,
    )
    return met


def _ask(question: Question, format_name: str, records: Mapping[str, Record]) -> bool:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        files, refused = _written(Path(folder), format_name, _some(records, question.most), question)
        answers = judge(question.witness, files)
    reasons = {path.name: answers.get(path.name, "no answer") for path in files} | refused
    wrong = {name: why for name, why in reasons.items() if why}
    met = figure(
        f"{format_name} x {question.witness}", len(reasons) - len(wrong), len(reasons), time.monotonic() - started
    )
    for why, count in Counter(_kind(why) for why in wrong.values()).most_common(SHOWN):
        example = next(name for name, text in wrong.items() if _kind(text) == why)
        print(f"    {count} x {why}   (such as {example})")
    return met


def _some(records: Mapping[str, Record], most: int) -> dict[str, Record]:
    """All of them, or every second, third..., so that each kind of the corpus stays."""
    step = -(-len(records) // most) if most else 1
    return dict(list(records.items())[::step])


def _kind(why: str) -> str:
    return " ".join(why.split())[:300]


def _written(
    folder: Path, format_name: str, records: Mapping[str, Record], question: Question
) -> tuple[list[Path], dict[str, str]]:
    """The documents of one format, and why some could not be written."""
    chosen = FORMATS[format_name]
    files, refused = [], {}
    for name, record in records.items():
        path = folder / f"{name}{chosen.extension}"
        try:
            path.write_bytes(chosen.write(record, f"{PAGE}{record.uuid}/"))
        except RecordError as error:
            refused[path.name] = f"not written: {error}"
            continue
        if question.expected:
            expected = json.dumps(question.expected(record), ensure_ascii=False)
            Path(f"{path}.expected.json").write_text(expected, encoding="utf-8")
        files.append(path)
    return files, refused


def judge(witness: str, files: list[Path]) -> dict[str, str]:
    """What the witness says of each file, by its name: "" = accepted, else why not. One process a core."""
    python = environment(witness) / "bin" / "python"
    shares = [share for part in range(CORES) if (share := files[part::CORES])]
    with ThreadPoolExecutor(CORES) as pool:
        answers = pool.map(lambda share: _judged(python, witness, share), shares)
        return {name: why for answer in answers for name, why in answer.items()}


def _judged(python: Path, witness: str, files: list[Path]) -> dict[str, str]:
    done = subprocess.run(
        [python, PROGRAMS / f"{witness}.py", *files],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"LANG": "C.UTF-8", "TERRACITE_SHARED_DATA": str(SHARED)},
    )
    answers = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            answer = json.loads(line)
            answers[Path(answer["file"]).name] = "" if answer["ok"] else str(answer["why"] or "refused")
    if len(answers) < len(files):
        print(f"    {witness} stopped early: {done.stderr[-800:].strip()}")
    return answers


@cache
def environment(witness: str) -> Path:
    """The environment of a witness."""
    return environment_with(witness, packages_in(PROGRAMS / f"{witness}.py"))


def environment_with(name: str, packages: list[str]) -> Path:
    """The environment of that name, with these packages (wheels only); made when it is not there or has others."""
    folder = ENVIRONMENTS / name
    ready = folder / "ready"
    if not ready.exists() or ready.read_text() != "\n".join(packages):
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        if packages:
            install = [uv, "pip", "install", "--quiet", "--only-binary", ":all:", "--python", folder / "bin" / "python"]
            subprocess.run([*install, *packages], check=True)
        ready.write_text("\n".join(packages))
    return folder


def packages_in(program: Path) -> list[str]:
    """``PACKAGES`` of a program, read without running it."""
    for node in ast.parse(program.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == "PACKAGES" and isinstance(node, ast.Assign | ast.AnnAssign):
            packages: list[str] = ast.literal_eval(node.value) if node.value else []
            return packages
    return []


if __name__ == "__main__":
    sys.exit(main())
