# SPDX-License-Identifier: AGPL-3.0-or-later
"""The witnesses of what the demo makes: its NetCDF files and its crates, as they lie on disk."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path

from witness_corpus import ROOT

ENVIRONMENTS = ROOT / ".venv-witnesses"
WITNESSES = {"netcdf": ["compliance-checker==6.1.0"], "crate": ["roc-validator==0.13.0"]}
CONTEXT = "https://w3id.org/ro/crate/1.2/context"

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


def ask_about_demos(figure: Callable[[str, int, int, float], bool]) -> list[bool]:
    """Every NetCDF file and crate of the demos that were run; nothing where none was."""
    demos = [ROOT / name for name in ("demo", "demo-real") if (ROOT / name).is_dir()]
    if not demos:
        print("There is no demo to ask about: run 'DEMO_EXIT=1 make demo' first.")
        return []
    records = [path for demo in demos for part in ("series", "maps") for path in (demo / part).glob("*/record.json")]
    crates = [path.parent for path in records]
    return [
        _ask(figure, "demo NetCDF x compliance checker", netcdf, (nc for c in crates for nc in c.glob("*.nc"))),
        _ask(figure, "demo crates x RO-Crate validator", crate, crates),
    ]


def _ask(
    figure: Callable[[str, int, int, float], bool],
    what: str,
    witness: Callable[[Path], Verdict],
    things: Iterable[Path],
) -> bool:
    started = time.monotonic()
    verdicts = {path: witness(path) for path in sorted(things)}
    accepted = sum(not verdict for verdict in verdicts.values())
    met = figure(what, accepted, len(verdicts), time.monotonic() - started)
    for path, verdict in verdicts.items():
        if verdict:
            print(f"    {path}: {verdict}")
    return met
