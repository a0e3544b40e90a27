# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other people's judges say of our pages: axe-core (WCAG 2.2 AA) and Lighthouse (on a phone, throttled).

    python bench/accessibility.py                      all: about ten minutes on a quiet machine
    python bench/accessibility.py --only axe|weight|lighthouse --page "step files" --page desk
    python bench/accessibility.py --only lighthouse --every       each page, not one of each kind: half an hour more

`terracite serve` with something in every state. axe-core looks at each page in both languages, wide and light, narrow
and dark. Lighthouse (npm, in ``.venv-witnesses/lighthouse``; needs node and chromium) judges speed, accessibility and
good practice, and what search engines see of the pages that are for them, as a phone does that is four times slower.
Where a page falls short it is asked twice more and the median counts: speed falls on a loaded machine (the load is
told). Weight: compressed bytes of a first visit, under 60 kB, and under 200 kB with a map to move.

One line a figure: name, ours, the bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.figures import Met, bar_is, summary
from common.weights import most_kb, weigh

HERE = Path(__file__).resolve().parent
LIGHTHOUSE = "12.8.2"  # the last one for node 18 and 20
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
#: pages that answer with an error on purpose, which Lighthouse does not take
NOT_JUDGED = frozenset({"not found", "old reply link", "old review link", "tombstone"})
#: beginnings of names of pages that search engines are asked to leave: one file of a page, one search, a reviewer's
NOT_FOR_ENGINES = ("preview", "results", "nothing found", "reviewer", "reply", "contact", "changes", "revision")
#: one of each kind, and each step: what Lighthouse judges unless told otherwise
JUDGED = frozenset({
    "home", "search", "results", "dataset", "step deposit", "step files", "step describe", "step context", "step check",
    "desk", "review", "preview of a map", "preview of a cube",
})  # fmt: skip
AGAIN = 2  #: times, where a page falls short
#: WCAG 2.2 asks for targets of 24 pixels; axe-core looks for it when asked to. Its driver writes this as Python does
AXE_OPTIONS = {"rules": {"target-size": {"enabled": 1}}}
LOOKS = (("en", 1280, "light"), ("fr", 320, "dark"))


@dataclass(frozen=True)
class Site:
    """A server, its pages (name -> whose, path), and who is logged in."""

    url: str
    pages: dict[str, tuple[str, str]]
    sessions: dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("axe", "weight", "lighthouse"))
    parser.add_argument("--page", action="append")
    parser.add_argument("--every", action="store_true", help="Lighthouse judges every page")
    wanted = parser.parse_args()
    met: list[Met] = []
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site:
        pages = {name: page for name, page in site.pages.items() if name in (wanted.page or site.pages)}
        for name, judge in {"axe": axe, "weight": weight, "lighthouse": lighthouse}.items():
            if wanted.only in {None, name}:
                chosen = pages if name != "lighthouse" or wanted.every or wanted.page else _of_each_kind(pages)
                met += judge(site, chosen)
    return summary(met)


def _of_each_kind(pages: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {name: page for name, page in pages.items() if name in JUDGED}


def axe(site: Site, pages: dict[str, tuple[str, str]]) -> list[Met]:
    """Violations that axe-core finds on each page."""
    from playwright.sync_api import sync_playwright

    met, judge = [], _axe_core()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for name, (person, path) in pages.items():
            found = []
            for language, width, scheme in LOOKS:
                look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
                context = browser.new_context(**look, bypass_csp=True)  # the judge is put into the page
                cookies = {"terracite_language": language} | _cookies(site, person)
                context.add_cookies([{"name": key, "value": value, "url": site.url} for key, value in cookies.items()])
                page = context.new_page()
                page.goto(site.url + path)
                page.wait_for_load_state("load")
                found += [f"{language}: {one['id']}" for one in judge(page)["violations"]]
                context.close()
            met.append(bar_is(f"axe-core, {name}: {len(found)} violations", not found))
            for one in found:
                print(f"  {one}")
        browser.close()
    return met


def _axe_core() -> Callable[[Any], dict[str, Any]]:
    """The axe-core that Lighthouse brings, which knows WCAG 2.2; without it the older one of the tests."""
    from axe_core_python.sync_playwright import Axe

    program = _installed()
    newer = program.parents[1] / "axe-core" / "axe.min.js" if program else Path()
    if newer.is_file():
        return lambda page: Axe.from_file(newer).run(page, options=AXE_OPTIONS)
    return Axe().run


def weight(site: Site, pages: dict[str, tuple[str, str]]) -> list[Met]:
    """Kilobytes of a first visit."""
    from playwright.sync_api import sync_playwright

    met = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for name, (person, path) in pages.items():
            context = browser.new_context()
            cookies = _cookies(site, person)
            context.add_cookies([{"name": key, "value": value, "url": site.url} for key, value in cookies.items()])
            kilobytes, asked = weigh(context, site.url + path)
            most = most_kb(asked)
            met.append(bar_is(f"weight, {name}: {kilobytes:.0f} kB of {most}", kilobytes < most))
            context.close()
        browser.close()
    return met


def lighthouse(site: Site, pages: dict[str, tuple[str, str]]) -> list[Met]:
    """The scores of each page that people work on, from 0 to 100."""
    program = _installed()
    if not program:
        print("Lighthouse is not asked: there is no npm on this machine.")
        return []
    met = []
    for name, (person, path) in pages.items():
        if name in NOT_JUDGED:
            continue
        asked = CATEGORIES[:-1] if person or name.startswith(NOT_FOR_ENGINES) else CATEGORIES
        try:
            scores = _median_scores(program, site, person, path, asked)
        except subprocess.CalledProcessError as error:  # a page that never comes to rest, or a machine too busy
            print(f"  {error.stderr.decode().strip()[-300:]}")
            met.append(bar_is(f"Lighthouse, {name}: no scores (load {os.getloadavg()[0]:.0f})", False))
            continue
        told = ", ".join(f"{category} {score:.0f}" for category, score in scores.items())
        met.append(bar_is(f"Lighthouse, {name}: {told} (load {os.getloadavg()[0]:.0f})", min(scores.values()) >= LEAST))
    return met


def _median_scores(program: Path, site: Site, person: str, path: str, asked: tuple[str, ...]) -> dict[str, float]:
    """The scores of a page; where one falls short, the medians of three runs."""
    runs = [_scores(program, site, person, path, asked)]
    if min(runs[0].values()) < LEAST:
        runs += [_scores(program, site, person, path, asked) for _ in range(AGAIN)]
    return {category: statistics.median(run[category] for run in runs) for category in asked}


def _scores(program: Path, site: Site, person: str, path: str, asked: tuple[str, ...]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        headers = Path(folder) / "headers.json"
        cookies = "; ".join(f"{key}={value}" for key, value in _cookies(site, person).items())
        headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
        command = [str(program), site.url + path, "--quiet", "--output=json", f"--output-path={folder}/told.json",
                   f"--only-categories={','.join(asked)}", f"--extra-headers={headers}",
                   "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]  # fmt: skip
        _asked(command)
        told = json.loads((Path(folder) / "told.json").read_text())
    for category in asked:
        for one in told["categories"][category]["auditRefs"]:
            audit = told["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"  {category}: {audit['title']} {audit.get('displayValue', '')}")
    return {category: 100 * (told["categories"][category]["score"] or 0) for category in asked}


def _asked(command: list[str]) -> None:
    """Run Lighthouse; again, as it says itself, when the browser lost the recording of a page (NO_NAVSTART)."""
    for left in reversed(range(1 + AGAIN)):
        done = subprocess.run(command, check=False, env=os.environ | {"CHROME_PATH": _chromium()}, capture_output=True)
        if not done.returncode or not left or b"run Lighthouse again" not in done.stderr:
            done.check_returncode()
            return


def _installed() -> Path | None:
    place = HERE.parent / ".venv-witnesses" / "lighthouse"
    program = place / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        if not shutil.which("npm"):
            return None
        place.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), f"lighthouse@{LIGHTHOUSE}"]
        subprocess.run(command, check=True, capture_output=True)
    return program


def _cookies(site: Site, person: str) -> dict[str, str]:
    return {"sessionid": site.sessions[person]} if person else {}


def _chromium() -> str:
    return os.environ.get("TERRACITE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    from terracite.config import Settings
    from terracite.repository.instance import environment
    from terracite.website.server import start_background

    settings = Settings(data_dir=folder)
    command = [sys.executable, "-m", "common.furnished_site"]
    known = os.environ | environment(settings)
    done = subprocess.run(command, cwd=HERE, env=known, check=True, capture_output=True, text=True)
    with start_background(settings) as running:
        yield Site(running.url, **json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
