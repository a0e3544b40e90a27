# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full repository under load: read the bars, and take them on a quiet machine.

    python bench/repository.py                        100,000 datasets: half an hour, most of it for the memory
    python bench/repository.py --datasets 2000 --seconds 20 --requests 5000
    python bench/repository.py --keep folder          fill the folder once, measure again and again

`terracite serve` as it starts by default (two web processes on two cores, SQLite, everything on this machine), and the
people in front of it in another process of the same machine.

How people are understood: 200 readers have a page each in front of them and open another one of 200 datasets, drawn at
random, 2.5 to 7.5 seconds after they got the one before (40 pages a second in all); 50 depositors change a field of
their draft, its form open before, 2.5 to 7.5 seconds after the one before was saved (10 a second). This is brisk: most
people read for longer. A reader waits for an answer before asking again, as people do; so a server that cannot keep up
is asked less, and shows it by the waits. Each has a connection that is kept, and asks for pages only: style and scripts
are in the browser's memory. The first seconds are not measured, so that the server is as it is in the middle of a day.

Then pages one after the other, for the time of the server; then as many requests as an hour of those people makes, as
fast as they can be answered, to see that memory stays what it was.

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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from common.autosaved_form import AutosavedForm
from common.figures import Met, bar_is, summary
from common.servers import children, cpu_s, memory_mb, web_processes
from common.visitors import Act, Enough, Group, Seen, Visitor, at_once

HERE = Path(__file__).resolve().parent
THINK_S = 5.0
READERS, SAVERS = 200, 50
LEAD_IN_S = 15.0
SEEN = re.compile(r'name="seen" id="seen" value="([^"]*)"')
#: requests of an hour of that load
AN_HOUR = int(3600 / THINK_S * (READERS + SAVERS))


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
    parser.add_argument("--requests", type=int, default=AN_HOUR, help="how many, for the memory")
    parser.add_argument("--keep", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(wanted.keep or Path(name), wanted.datasets) as site:
        warm(site)
        print(f"{wanted.datasets} datasets; {os.cpu_count()} cores")
        met = [*load(site, wanted.seconds), *one_by_one(site), *flat_memory(site, wanted.requests)]
        return summary(met)


def load(site: Site, seconds: float) -> list[Met]:
    """Fifty people who save and two hundred who read."""
    savers, readers = _savers(site), [Visitor(site.port) for _ in range(READERS)]
    saves, reads = [_saves(site, draft) for draft in site.drafts], [_reads(site, number) for number in range(READERS)]
    groups: list[Group] = [(savers, saves, THINK_S), (readers, reads, THINK_S)]
    early = at_once(groups, LEAD_IN_S)
    before = _worked(site)
    start = time.perf_counter()
    saving, reading = at_once(groups, seconds)
    for seen, more in zip((saving, reading), early, strict=True):
        seen.errors += more.errors
    took = (time.perf_counter() - start) * (os.cpu_count() or 1)
    shares = ", ".join(f"{name} {100 * (now - before[name]) / took:.0f} %" for name, now in _worked(site).items())
    print(f"of all cores: {shares}")
    _tell(f"{len(savers)} save drafts", saving)
    _tell(f"{len(readers)} read landing pages", reading)
    for wrong in [*saving.errors, *reading.errors][:5]:
        print(f"  {wrong}")
    return [
        bar_is("no error", not saving.errors and not reading.errors),
        bar_is(f"save, 95 %: {saving.percentile(0.95):.0f} ms, under 500", saving.percentile(0.95) < 500),
        bar_is(f"landing page, 95 %: {reading.percentile(0.95):.0f} ms, under 200", reading.percentile(0.95) < 200),
    ]


def _worked(site: Site) -> dict[str, float]:
    """CPU seconds so far: of the web processes, of what works beside them, of the people."""
    web = web_processes(site.parent)
    beside = [pid for pid in children(site.parent) if pid not in web]
    return {"web": cpu_s(web), "worker": cpu_s([site.parent, *beside]), "people": time.process_time()}


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
    """The larger web process after some requests, and after many more."""
    web = web_processes(site.parent)
    _many(site, 4000)
    before = memory_mb(web)
    _many(site, requests)
    grown = memory_mb(web) - before
    name = f"memory after {requests} more requests: {before:.0f} + {grown:.1f} MB, 5 % at most"
    return [bar_is(name, grown <= 0.05 * before)]


def warm(site: Site) -> None:
    """Everything is loaded and opened once."""
    several = range(8)  # connections, so that each web process gets some
    readers, searchers = [Visitor(site.port) for _ in several], [Visitor(site.port) for _ in several]
    searches = [_searches(words) for words in ("rain", "forest") * 4]
    at_once([(readers, [_reads(site, number) for number in several], 0.0), (searchers, searches, 0.0)], 3.0)


def _many(site: Site, count: int) -> None:
    """That many requests, as fast as they are answered: a fifth of them saves, the rest pages and some searches."""
    left = iter(range(count))

    def going_on(act: Act, then: Act | None = None) -> Act:
        async def one_more(visitor: Visitor, turn: int) -> str:
            if next(left, None) is None:
                raise Enough
            return await (then if then and turn % 20 == 19 else act)(visitor, turn)

        return one_more

    savers, readers = _savers(site)[:2], [Visitor(site.port) for _ in range(8)]
    saves = [going_on(_saves(site, draft)) for draft in site.drafts[:2]]
    reads = [going_on(_reads(site, number), _searches("forest")) for number in range(8)]
    wrong = [
        error for seen in at_once([(savers, saves, 0.0), (readers, reads, 0.0)], 36_000.0) for error in seen.errors
    ]
    if wrong:
        raise RuntimeError(f"{len(wrong)} errors, such as {wrong[0]}")


def _savers(site: Site) -> list[Visitor]:
    return [Visitor(site.port, {"sessionid": one, "csrftoken": site.csrf}) for one in site.sessions]


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
        command = [sys.executable, "-m", "common.full_repository", str(datasets), str(READERS), str(SAVERS)]
        known = os.environ | environment(settings)
        done = subprocess.run(command, cwd=HERE, env=known, check=True, capture_output=True, text=True)
        told.write_text(done.stdout.splitlines()[-1])
    with start_background(settings) as running:
        yield Site(int(running.url.rpartition(":")[2]), running.process.pid, **json.loads(told.read_text()))


if __name__ == "__main__":
    sys.exit(main())
