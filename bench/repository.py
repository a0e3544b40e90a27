# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full repository under load: read the bars, and take them on a quiet machine.

    python bench/repository.py                        100,000 datasets: some twenty minutes, of which filling takes most
    python bench/repository.py --datasets 2000 --seconds 20
    python bench/repository.py --keep folder          fill the folder once, measure again and again

`terracite serve` as it starts by default (one web process, SQLite, everything on this machine), and the people in front
of it in another process of the same machine. A reader opens another landing page every 5 seconds, a depositor changes
a field of their draft every 5 seconds: 200 and 50 of them at once. Then pages one after the other, for the time of the
server; then as many as it can, to see that memory stays what it was.

One line a figure: name, ours, the bar, met or not; a summary last; an error when a bar is not met.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from common.autosaved_form import AutosavedForm
from common.figures import Met, bar_is, summary
from common.servers import memory_mb, web_processes
from common.visitors import Act, Seen, Visitor, at_once

HERE = Path(__file__).resolve().parent
THINK_S = 5.0
SEEN = re.compile(r'name="seen" id="seen" value="([^"]*)"')
#: requests of an hour of that load
AN_HOUR = int(3600 / THINK_S * 200)


@dataclass(frozen=True)
class Site:
    """A server with its content."""

    port: int
    parent: int
    datasets: list[str]
    drafts: list[str]
    sessions: list[str]
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--requests", type=int, default=AN_HOUR // 4, help="how many, for the memory")
    parser.add_argument("--keep", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(wanted.keep or Path(name), wanted.datasets) as site:
        warm(site)
        print(f"{wanted.datasets} datasets; {os.cpu_count()} cores")
        met = [*load(site, wanted.seconds), *one_by_one(site), *flat_memory(site, wanted.requests)]
        return summary(met)


def load(site: Site, seconds: float) -> list[Met]:
    """Fifty people who save and two hundred who read."""
    savers = [Visitor(site.port, {"sessionid": one, "csrftoken": site.csrf}) for one in site.sessions]
    readers = [Visitor(site.port) for _ in site.datasets]
    saving, reading = at_once(
        [
            (savers, [_saves(site, draft) for draft in site.drafts], THINK_S),
            (readers, [_reads(site, number) for number in range(len(readers))], THINK_S),
        ],
        seconds,
    )
    _tell(f"{len(savers)} save drafts", saving)
    _tell(f"{len(readers)} read landing pages", reading)
    for wrong in [*saving.errors, *reading.errors][:5]:
        print(f"  {wrong}")
    return [
        bar_is("no error", not saving.errors and not reading.errors),
        bar_is(f"save, 95 %: {saving.percentile(0.95):.0f} ms, under 500", saving.percentile(0.95) < 500),
        bar_is(f"landing page, 95 %: {reading.percentile(0.95):.0f} ms, under 200", reading.percentile(0.95) < 200),
    ]


def one_by_one(site: Site) -> list[Met]:
    """What one reader alone waits for; a cookie of another program keeps the pages in memory out of it."""
    pages = {"landing page": (_reads(site, 0), 50), "landing page, made anew": (_reads(site, 1), 50),
             "search in words": (_searches("forest"), 100),
             "search in a box": (_searches("", "&bbox=0,40,10,50"), 100)}  # fmt: skip
    met = []
    for name, (act, limit) in pages.items():
        visitor = Visitor(site.port, {"other": "1"} if "anew" in name else None)
        seen = at_once([([visitor], [act], 0.0)], 8.0)[0]
        _tell(name, seen)
        took = seen.percentile(0.95)
        met.append(bar_is(f"{name} alone, 95 %: {took:.0f} ms, under {limit}", took < limit and not seen.errors))
    return met


def flat_memory(site: Site, requests: int) -> list[Met]:
    """The web process after some requests, and after many more."""
    web = web_processes(site.parent)
    _many(site, 2000)
    before = memory_mb(web)
    _many(site, requests)
    grown = memory_mb(web) - before
    name = f"memory after {requests} more requests: {before:.0f} + {grown:.1f} MB, 5 % at most"
    return [bar_is(name, grown <= 0.05 * before)]


def warm(site: Site) -> None:
    """Everything is loaded and opened once."""
    at_once([([Visitor(site.port)], [_reads(site, 7)], 0.0), ([Visitor(site.port)], [_searches("rain")], 0.0)], 3.0)


def _many(site: Site, count: int) -> None:
    """That many pages, as fast as they come: landing pages, searches, records for machines."""
    left = iter(range(count))

    def going_on(number: int) -> Act:
        read, search = _reads(site, number), _searches("forest")

        async def act(visitor: Visitor, turn: int) -> str:
            if next(left, None) is None:
                raise StopAsyncIteration
            return await (search if turn % 10 == 9 else read)(visitor, turn)

        return act

    visitors = [Visitor(site.port) for _ in range(8)]
    try:
        at_once([(visitors, [going_on(number) for number in range(8)], 0.0)], 36_000.0)
    except (StopAsyncIteration, RuntimeError):
        return


def _reads(site: Site, number: int) -> Act:
    chance = random.Random(number)

    async def act(visitor: Visitor, _turn: int) -> str:
        path = f"/datasets/{chance.choice(site.datasets)}/v1/"
        status, body = await visitor.ask("GET", path)
        return "" if status == 200 and b"</html>" in body else f"{path}: {status}"

    return act


def _searches(words: str, rest: str = "") -> Act:
    async def act(visitor: Visitor, _turn: int) -> str:
        status, body = await visitor.ask("GET", f"/search/?q={words}{rest}")
        return "" if status == 200 and b"</html>" in body else f"search: {status}"

    return act


def _saves(site: Site, draft: str) -> Act:
    """One field of the third step changed: all its inputs are sent, as htmx does, and what was seen is kept."""
    path, form = f"/deposit/{draft}/describe/", AutosavedForm("")

    async def act(visitor: Visitor, turn: int) -> str:
        if not form.fields:
            status, page = await visitor.ask("GET", path)
            if status != 200:
                return f"form: {status}"
            form.fields |= AutosavedForm(page.decode()).fields
        form.fields |= {"csrfmiddlewaretoken": [site.csrf], "title.en": [f"Trees, {turn}"]}
        status, body = await visitor.ask("POST", path, form.sent(), {"HX-Request": "true"})
        seen = SEEN.search(body.decode())
        if status != 200 or seen is None:
            return f"save: {status} {body[:200]!r}"
        form.fields["seen"] = [unescape(seen[1])]
        return ""

    return act


def _tell(name: str, seen: Seen) -> None:
    half, most = seen.percentile(0.5), seen.percentile(0.95)
    print(f"{name}: {len(seen.waits)} times, median {half:.0f} ms, 95 % {most:.0f} ms, {len(seen.errors)} errors")


@contextmanager
def served(folder: Path, datasets: int) -> Iterator[Site]:
    """`terracite serve` on an instance that is filled first, unless it is already."""
    from terracite.config import Settings
    from terracite.repository.instance import environment
    from terracite.website.server import start_background

    settings = Settings(data_dir=folder.absolute())
    told = folder / "told.json"
    if not told.exists():
        command = [sys.executable, "-m", "common.full_repository", str(datasets), "200", "50"]
        known = os.environ | environment(settings)
        done = subprocess.run(command, cwd=HERE, env=known, check=True, capture_output=True, text=True)
        told.write_text(done.stdout.splitlines()[-1])
    with start_background(settings) as running:
        yield Site(int(running.url.rpartition(":")[2]), running.process.pid, **json.loads(told.read_text()))


if __name__ == "__main__":
    sys.exit(main())
