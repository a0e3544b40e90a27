# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords suggested for real records, beside plain ways of finding them; and how fast thesauri are searched.

    python bench/suggestions.py [--data ../shared/data] [--each]

Every real record (ISO, DataCite, DCAT, STAC, geoflow, Theia/OZCAR pivot, NetCDF attributes) that names keywords of a
thesaurus we ship is asked for ten suggestions from its title, abstract and variable names only. The share of its own
keywords among them is the figure; names of countries are extents, not subjects, and left out. Records of the same title
and abstract count once. The baseline takes the labels of the same thesauri that stand in the text to the letter, in the
order of the text; a second one takes them whatever their plural and accents, the longest first.

Two halves, told apart by a hash of the title: tables and weights are changed with the *tuned* half in view only. That
rule came late (21 November 2026): `scripts/vocabularies/*.tsv` had by then been written with all records in view, so
the half called *held out* is clean of what was changed since, not of everything. "Labels alone" leaves out all that
those tables say (synonyms and cues): no record can have shaped it, but through the weights.

One line a figure: name, ours, baseline, ratio, bar, met or not; an error when a bar is not met. Milliseconds are of the
processor, since machines are shared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from keywords.cases import Case, cases
from keywords.plain import Labels, in_order, longest_first
from keywords.queries import queries

from terracite.record import vocabularies
from terracite.record.model import Text
from terracite.record.vocabularies import store

FIRST = 10
LINE = "{:88} {:>7} {:>9} {:>7} {:>8}  {}"
Way = Callable[[Case, Collection[str] | None], Collection[str]]


def main() -> None:
    """Print the figures; exit code 1 when one misses its bar."""
    parser = argparse.ArgumentParser(description="Measure suggestions and search.")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--each", action="store_true", help="Also every record of the tuned half, with what was found.")
    given = parser.parse_args()
    print(LINE.format("figure", "ours", "baseline", "ratio", "bar", "met"))
    results = [*speed()]
    if given.data.is_dir():
        found = cases(given.data)
        results += shares(found)
        for case in found if given.each else ():
            if case.own and not case.held_out:
                tell(case)
    else:
        print(f"No real records at {given.data}: the shares are not measured.")
    asked = [result for result in results if result is not None]
    print(f"{len(asked)} bars, {asked.count(True)} met, {asked.count(False)} missed.")
    sys.exit(0 if all(asked) else 1)


# -- keywords found again ----------------------------------------------------------------------------------------------


def shares(found: list[Case]) -> Iterator[bool | None]:
    """The share of their own keywords found again: all, by half, by ablation, by group."""
    with_own = [case for case in found if case.own]
    halves = {False: "records that tuned", True: "records held out"}
    parts = {half: [case for case in with_own if case.held_out is half] for half in halves}
    plain = Labels.shipped()
    letters: Way = lambda case, thesauri: in_order(case, plain, thesauri, FIRST)  # noqa: E731
    folded: Way = lambda case, thesauri: longest_first(case, plain, thesauri, FIRST)  # noqa: E731
    yield compared("found in the first ten", with_own, suggested, letters, bar=2)
    for half, name in halves.items():
        yield compared(f"  {name}", parts[half], suggested, letters)
    yield compared("  beside folded labels, the longest first", with_own, suggested, folded, bar=1.5)
    for half, name in halves.items():
        yield compared(f"    {name}", parts[half], suggested, folded)
    bare = labels_alone()
    with mock.patch.object(store, "concepts", return_value=bare):
        yield compared("  labels alone, without synonyms and cues", with_own, suggested, letters)
    for group in dict.fromkeys(case.group for case in with_own):
        yield compared(f"  {group}", [case for case in with_own if case.group == group], suggested, letters)
    yield compared(
        "found in the first ten of its own thesauri", with_own, suggested, letters, bar=1.5, own_thesauri=True
    )
    for half, name in halves.items():
        yield compared(f"  {name}", parts[half], suggested, letters, own_thesauri=True)
    yield from free_shares(found, letters, halves)


def free_shares(found: list[Case], letters: Way, halves: dict[bool, str]) -> Iterator[bool | None]:
    """The same for keywords without a thesaurus that are called as a concept; rows made from one template once."""
    distinct = {(case.group, case.free): case for case in found if case.free}.values()
    yield compared("words of no thesaurus that are labels of ours", list(distinct), suggested, letters, free=True)
    for half, name in halves.items():
        part = [case for case in distinct if case.held_out is half]
        yield compared(f"  {name}", part, suggested, letters, free=True)


def compared(
    name: str,
    of: list[Case],
    ours: Way,
    theirs: Way,
    *,
    bar: float | None = None,
    own_thesauri: bool = False,
    free: bool = False,
) -> bool | None:
    """One line: the share that each of two ways finds."""
    counts = [0, 0, 0]
    for case in of:
        wanted = case.free if free else case.own
        thesauri = (
            {concept.thesaurus for uri in wanted if (concept := vocabularies.concept(uri))} if own_thesauri else None
        )
        counts[0] += len(wanted)
        for place, way in enumerate((ours, theirs), start=1):
            counts[place] += hits(wanted, way(case, thesauri))
    total, own, peer = counts
    ratio = own / peer if peer else float("inf")
    shown = (f"{own / max(total, 1):.3f}", f"{peer / max(total, 1):.3f}", f"{ratio:.2f}", f">= {bar}" if bar else "")
    met = None if bar is None else ratio >= bar
    print(LINE.format(f"{name}: {own} of {total} keywords of {len(of)} records", *shown, told(met)), flush=True)
    return met


def hits(wanted: Collection[str], found: Collection[str]) -> int:
    return len(set(wanted) & set(found))


def suggested(case: Case, thesauri: Collection[str] | None) -> list[str]:
    found = vocabularies.suggest(case.title, case.abstract, case.variables, limit=FIRST, thesauri=thesauri)
    return [item.keyword.uri for item in found]


def labels_alone() -> store.Table:
    """The table without synonyms and cues."""
    content: dict[str, Any] = store._read("concepts")
    content["means"] = [[value for value in means if value % 9 // 3 == store.LABEL] for means in content["means"]]
    return store.Table(content)


def tell(case: Case) -> None:
    print(f"\n{case.name}: {case.title.best('fr')[:100]}")
    for item in vocabularies.suggest(case.title, case.abstract, case.variables, limit=FIRST):
        mark = "*" if item.keyword.uri in case.own else " "
        label = item.keyword.label.best("fr")
        print(f"  {mark} {item.score:5.2f} {item.keyword.thesaurus:18} {label} — {item.because.fr}")


# -- speed -------------------------------------------------------------------------------------------------------------


def speed() -> Iterator[bool]:
    """Milliseconds of the first call (a process of its own, imports not counted) and of later ones."""
    yield at_most("first search, ms", first("search('végét')"), 300)
    yield at_most("first search by meaning, ms", first("search_by_meaning('végétation')"), 300)
    typed = queries()
    for name, action in (("search", vocabularies.search), ("search by meaning", vocabularies.search_by_meaning)):
        action("warm up")
        times = spent(action, typed)
        yield at_most(f"{name}, median of {len(typed)} queries, ms", statistics.median(times), 20)
        yield at_most(f"{name}, worst of {len(typed)} queries, ms", max(times), 20)
    abstract = (
        "Suivi de la végétation des zones humides et de l’érosion des sols par images Sentinel-2, en 2020. " * 100
    )
    for name, length, bar in (
        ("an abstract of 5,000 characters", 5_000, 100),
        ("a text of 1,000,000 characters", 10**6, 1000),
    ):
        text = Text(fr=(abstract * 101)[:length])
        times = spent(lambda given: vocabularies.suggest(Text(fr="Végétation"), given), [text] * 3)
        yield at_most(f"suggestions from {name}, worst of 3, ms", max(times), bar)


def first(call: str) -> float:
    program = (
        "import time; from terracite.record.vocabularies import search, search_by_meaning;"
        f"start = time.process_time(); {call}; print((time.process_time() - start) * 1000)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(done.stdout)


def spent(action: Callable[[Any], object], given: Iterable[Any]) -> list[float]:
    """Milliseconds of each call, the better of two."""
    return [min(timed(action, item), timed(action, item)) for item in given]


def timed(action: Callable[[Any], object], item: Any) -> float:
    start = time.process_time()
    action(item)
    return (time.process_time() - start) * 1000


def at_most(name: str, value: float, bar: float) -> bool:
    print(LINE.format(name, f"{value:.1f}", "", "", f"<= {bar:g}", told(value <= bar)), flush=True)
    return value <= bar


def told(met: bool | None) -> str:
    return {True: "yes", False: "NO", None: ""}[met]


if __name__ == "__main__":
    main()
