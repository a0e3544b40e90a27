# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asks programs that others wrote about what the demo made: each in an environment of its own, for they conflict.

One line per figure: what was asked, of how many, how many were accepted. Ends in an error when one was not.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path

from lxml import etree

from terracite.record.formats import FORMATS
from terracite.record.model import Organisation, Record
from terracite.record.native import from_json

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv-witnesses"
SHARED = Path(os.environ.get("TERRACITE_SHARED_DATA", ROOT.parent / "shared" / "data"))
WITNESSES = {"netcdf": ["compliance-checker==6.1.0"], "crate": ["roc-validator==0.13.0"]}
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
SCHEMAS = {"iso19115-3": "iso19115-3-all.xsd", "datacite": "schema.datacite.org/meta/kernel-4.7/metadata.xsd"}

#: What the compliance checker gets wrong or cannot know, with the reason.
EXCUSED = {
    # its table lacks a comma, so that it asks for "l", "o", "n"...; the attribute it means is there
    "sinusoidal": re.compile(r"\b\w is a required attribute for grid mapping sinusoidal$"),
    # CF has no standard name for these indices, and forbids to invent one
    "standard name": re.compile(r'^variable "(?!ndvi|time|x|y)\w+" missing the following attributes:+ standard_name$'),
}

Verdict = str  #: "" = accepted, else why not


def program(name: str, command: str) -> Path:
    """The witness's program; its environment is made when it is not there."""
    folder = ENVIRONMENTS / name
    if not (folder / "ready").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        install = [uv, "pip", "install", "--quiet", "--only-binary", ":all:", "--python", folder / "bin" / "python"]
        subprocess.run([*install, *WITNESSES[name]], check=True)
        (folder / "ready").touch()
    return folder / "bin" / command


def netcdf(path: Path) -> Verdict:
    """No error of CF 1.11, nothing highly recommended by ACDD 1.3 missing."""
    checker = program("netcdf", "compliance-checker")
    problems = []
    for test in ("cf:1.11", "acdd:1.3"):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            done = subprocess.run(
                [checker, "--test", test, "--format", "json", "--output", report, path], capture_output=True, text=True
            )
            if not report.exists():
                return f"{test}: {done.stderr[-300:]}"
            found = json.loads(report.read_text())[test]["high_priorities"]
        messages = [f"{item['name']} {message}" for item in found for message in item["msgs"]]
        problems += [f"{test}: {message}" for message in messages if not excused(message)]
    return "; ".join(problems)


def excused(message: str) -> bool:
    return any(pattern.search(message) for pattern in EXCUSED.values())


def crate(path: Path) -> Verdict:
    """Every required check of RO-Crate 1.2."""
    done = subprocess.run(
        [
            *(program("crate", "rocrate-validator"), "--no-interactive", "--disable-color", "validate"),
            *("--profile-identifier", "ro-crate-1.2", "--no-auto-profile", "--skip-availability-check"),
            *("--offline", "--cache-path", context_cache(), "--output-format", "json", "--output-file", os.devnull),
            str(path),
        ],
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-1500:]


def context_cache() -> Path:
    """The validator fetches the context of RO-Crate: here it finds the one that the rocrate library ships."""
    cache = ENVIRONMENTS / "crate" / "context"
    if not cache.with_suffix(".sqlite").exists():
        context = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_text(encoding="utf-8")
        python = program("crate", "python")
        subprocess.run([python, "-c", FILL_CACHE, cache, CONTEXT], input=context, text=True, check=True)
    return cache


FILL_CACHE = """
import io, sys
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse

class Shipped(HTTPAdapter):
    def send(self, request, **kwargs):
        raw = HTTPResponse(io.BytesIO(text), {"Content-Type": "application/ld+json"}, 200, preload_content=False)
        return self.build_response(request, raw)

text = sys.stdin.read().encode()
session = CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
session.mount("https://", Shipped())
for accepted in ("application/ld+json, application/json", "application/ld+json"):
    session.get(sys.argv[2], headers={"Accept": accepted})
"""


def schema_of(name: str) -> Callable[[Path], Verdict]:
    """Valid against the published schema of a metadata standard."""
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    schema = etree.XMLSchema(etree.parse(SHARED / "xsd" / SCHEMAS[name], parser))

    def valid(record: Path) -> Verdict:
        document = etree.fromstring(FORMATS[name].write(published(record), "https://repository.example/"))
        return "" if schema.validate(document) else str(schema.error_log.last_error)

    return valid


def published(path: Path) -> Record:
    """The record of a crate as the repository publishes it: with its DOI, publisher and date."""
    record = from_json(path.read_bytes())
    return record.model_copy(
        update={"doi": f"10.5072/{record.uuid}", "publisher": Organisation(name="Terracite demo")}
    ).with_dates(issued=dt.date(2026, 1, 1))


def ask(what: str, witness: Callable[[Path], Verdict], things: Iterable[Path]) -> bool:
    """One line: what was asked, how many were accepted of how many; then why the others were not."""
    verdicts = {path: witness(path) for path in sorted(things)}
    accepted = sum(not verdict for verdict in verdicts.values())
    met = accepted == len(verdicts) > 0
    print(f"{what:<44} {accepted:>3} of {len(verdicts):<3} accepted   {'met' if met else 'NOT MET'}", flush=True)
    for path, verdict in verdicts.items():
        if verdict:
            print(f"    {path}: {verdict}")
    return met


def main() -> int:
    demos = [ROOT / name for name in ("demo", "demo-real") if (ROOT / name).is_dir()]
    if not demos:
        print("There is nothing to ask about: run 'DEMO_EXIT=1 make demo' first.")
        return 1
    records = [path for demo in demos for part in ("series", "maps") for path in (demo / part).glob("*/record.json")]
    crates = [path.parent for path in records]
    met = [
        ask("NetCDF: IOOS compliance checker, CF + ACDD", netcdf, (nc for c in crates for nc in c.glob("*.nc"))),
        ask("Crates: RO-Crate validator, 1.2", crate, crates),
    ]
    if (SHARED / "xsd").is_dir():
        met += [ask(f"Records: schema of {name}", schema_of(name), records) for name in SCHEMAS]
    else:
        print("Records: the schemas (../shared/data/xsd) are not on this machine; not asked")
    print(f"{sum(met)} of {len(met)} met")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
