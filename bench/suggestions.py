# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords suggested for real records, beside a plain way of finding them; and how fast thesauri are searched.

    python bench/suggestions.py [--data ../shared/data] [--each]

Every real record (ISO, DataCite, DCAT, STAC, geoflow, Theia/OZCAR pivot, NetCDF attributes) that names keywords of a
thesaurus we ship is asked for ten suggestions from its title, abstract and variable names only. The share of its own
keywords among them is the figure; names of countries are extents, not subjects, and left out. The baseline takes the
labels of the same thesauri that stand in the text to the letter, in the order of the text. One line a figure: name,
ours, baseline, ratio, bar, met or not; an error when not.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terracite.errors import TerraciteError
from terracite.record import vocabularies
from terracite.record.detection import detect
from terracite.record.model import Keyword, Record, Text
from terracite.record.vocabularies import store
from terracite.record.vocabularies.suggesting import WEIGHTS

FIRST = 10
FOLDERS = {
    "ISO": ("metadata/iso19115-3", "metadata/iso19139", "metadata/csw", "metadata/oai-pmh"),
    "DataCite": ("metadata/datacite", "metadata/zenodo"),
    "DCAT, STAC": ("metadata/dcat", "metadata/stac"),
    "geoflow": ("geoflow-entities",),
}
ALL, OWN = "found in the first ten", "found in the first ten, in its own thesauri"
BARS = {ALL: 2, OWN: 1.5}  #: how many times the baseline
LINE = "{:82} {:>9} {:>9} {:>7} {:>8}  {}"


@dataclass(frozen=True)
class Case:
    """A record with the addresses of its own keywords that are concepts we ship."""

    group: str
    name: str
    title: Text
    abstract: Text
    variables: tuple[str, ...]
    own: frozenset[str]


def main() -> None:
    """Print the figures; exit code 1 when one misses its bar."""
    parser = argparse.ArgumentParser(description="Measure suggestions and search.")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--each", action="store_true", help="Also every record, with what was found.")
    given = parser.parse_args()
    print(LINE.format("figure", "ours", "baseline", "ratio", "bar", "met"))
    results = list(speed())
    if given.data.is_dir():
        cases = list(distinct([*records(given.data), *pivots(given.data), *netcdf(given.data)]))
        results += shares(cases, each=given.each)
    else:
        print(f"No real records at {given.data}: the shares are not measured.")
    missed = results.count(False)
    print(f"{len(results)} bars, {len(results) - missed} met, {missed} missed.")
    sys.exit(1 if missed else 0)


# -- figures -----------------------------------------------------------------------------------------------------------


def shares(cases: list[Case], *, each: bool) -> Iterator[bool]:
    """The share of their own keywords found again: all thesauri, then only those each record uses, then by group."""
    plain = labels()
    rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for case in cases:
        used = {vocabularies.concept(uri).thesaurus for uri in case.own}
        for name, thesauri in ((ALL, None), (OWN, used)):
            ours = {item.keyword.uri for item in suggested(case, thesauri)}
            row = len(case.own), len(case.own & ours), len(case.own & set(baseline(case, plain, thesauri or WEIGHTS)))
            rows[name].append(row)
            if thesauri is None:
                rows[f"  {case.group}"].append(row)
                if each:
                    tell(case, row)
    for name, found in rows.items():
        own, ours, theirs = (sum(column) for column in zip(*found, strict=True))
        bar, ratio = BARS.get(name), ours / theirs if theirs else float("inf")
        shown = (f"{ours / own:.3f}", f"{theirs / own:.3f}", f"{ratio:.2f}", f">= {bar}" if bar else "")
        met = None if bar is None else ratio >= bar
        print(LINE.format(f"{name}: {own} keywords of {len(found)} records", *shown, told(met)))
        if met is not None:
            yield met


def speed() -> Iterator[bool]:
    """Milliseconds of the first search (a process of its own, imports not counted) and of later ones, the worst."""
    program = (
        "import time; from terracite.record.vocabularies import search; start = time.perf_counter();"
        "search('végét'); print((time.perf_counter() - start) * 1000)"
    )
    first = float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)
    yield at_most("first search, ms", first, 300)
    words = (
        "végétation",
        "sea surface temp",
        "e",
        "ch",
        "occupation du sol",
        "SENTINEL",
        "forêts trop",
        "nothing at all",
    )
    yield at_most("later searches, worst of 8, ms", worst(vocabularies.search, words), 20)
    vocabularies.search_by_meaning("warm up")
    yield at_most("searches by meaning, worst of 8, ms", worst(vocabularies.search_by_meaning, words), 20)


def worst(action: Callable[[str], object], words: Iterable[str]) -> float:
    return max(min(timed(action, word) for _ in range(5)) for word in words)


def timed(action: Callable[[str], object], word: str) -> float:
    start = time.perf_counter()
    action(word)
    return (time.perf_counter() - start) * 1000


def at_most(name: str, value: float, bar: float) -> bool:
    print(LINE.format(name, f"{value:.1f}", "", "", f"<= {bar:g}", told(value <= bar)))
    return value <= bar


def told(met: bool | None) -> str:
    return {True: "yes", False: "NO", None: ""}[met]


def tell(case: Case, row: tuple[int, int, int]) -> None:
    print(f"\n{case.name}: {row[1]} of {row[0]} (baseline {row[2]})")
    for item in suggested(case, None):
        mark = "*" if item.keyword.uri in case.own else " "
        label = item.keyword.label.best("fr")
        print(f"  {mark} {item.score:5.2f} {item.keyword.thesaurus:18} {label} — {item.because.fr}")


# -- the two ways ------------------------------------------------------------------------------------------------------


def suggested(case: Case, thesauri: set[str] | None) -> list[vocabularies.Suggestion]:
    return vocabularies.suggest(case.title, case.abstract, case.variables, limit=FIRST, thesauri=thesauri)


def labels() -> list[tuple[str, str, frozenset[str]]]:
    """Address, thesaurus and labels in lower case of every concept that is suggested from."""
    table = store.concepts()
    found = []
    for name in table.thesauri():
        for concept in map(table.concept, table.places(name)):
            words = (concept.short.fr, concept.short.en.replace("_", " "))
            found.append((concept.uri, name, frozenset(word.casefold() for word in words if word)))
    return found


def baseline(case: Case, known: list[tuple[str, str, frozenset[str]]], thesauri: Iterable[str]) -> list[str]:
    """The labels that stand in the text to the letter, in the order of the text."""
    texts = (*dict(case.title.items()).values(), *dict(case.abstract.items()).values(), *case.variables)
    text, wanted = "\n".join(texts).casefold().replace("_", " "), set(thesauri)
    found = []
    for uri, thesaurus, words in known:
        if thesaurus in wanted and (place := first_place(text, words)) is not None:
            found.append((place, uri))
    return [uri for _, uri in sorted(found)[:FIRST]]


def first_place(text: str, words: Iterable[str]) -> int | None:
    places = [
        match.start()
        for word in words
        if word in text and (match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    ]
    return min(places, default=None)


# -- the records -------------------------------------------------------------------------------------------------------


def records(data: Path) -> Iterator[Case]:
    """Every document that one of our readers reads."""
    for group, folders in FOLDERS.items():
        for path in sorted(path for folder in folders for path in (data / folder).rglob("*") if path.is_file()):
            for record in read(path):
                yield case_of(group, str(path.relative_to(data)), record)


def read(path: Path) -> Iterator[Record]:
    try:
        document = path.read_bytes()
        if path.suffix == ".csv":
            from terracite.record.geoflow import read_geoflow_table

            yield from (reading.record for reading in read_geoflow_table(document))
        elif path.suffix in {".xml", ".json", ".rdf", ".ttl", ".jsonld"}:
            yield detect(document).read(document).record
    except (TerraciteError, AttributeError, ImportError):
        return


def case_of(group: str, name: str, record: Record) -> Case:
    own = {uri for keyword in record.keywords if (uri := address(keyword)) and "authority/country" not in uri}
    variables = tuple(
        dict.fromkeys(word for item in record.variables for word in (item.name, item.standard_name) if word)
    )
    return Case(group, name, record.title, record.abstract, variables, frozenset(own))


def address(keyword: Keyword) -> str:
    """The address of the concept that a keyword of a record is, where it says so by address or by thesaurus."""
    found = vocabularies.keyword(keyword.uri) if keyword.uri else None
    thesaurus = vocabularies.thesaurus_named(keyword.thesaurus) if keyword.thesaurus else None
    for label in dict(keyword.label.items()).values() if thesaurus and not found else ():
        found = found or vocabularies.keyword(label, thesaurus.identifier)
    return found.uri if found and vocabularies.concept(found.uri) else ""


def pivots(data: Path) -> Iterator[Case]:
    """Datasets of the Theia/OZCAR pivot, with the GCMD keywords of their variables."""
    for path in sorted((data / "vocab" / "theia-ozcar").glob("*_en.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["datasets"]:
            about, properties = item["metadata"], [row["observedProperty"] for row in item["observations"]]
            words = [row.get("uri", "") for row in about.get("keywords") or ()]
            words += [row["uuid"] for part in properties for row in part.get("gcmdKeywords", ())]
            own = {address(Keyword(label=Text(en="-"), uri=uri)) for uri in words if uri}
            own.add(address(Keyword(label=Text(en=about.get("inspireTheme") or "-"), thesaurus="inspire-themes")))
            names = tuple(dict.fromkeys(part["name"] for part in properties))
            title, abstract = Text(en=about["title"]), Text(en=about["description"])
            yield Case("Theia/OZCAR", about["title"], title, abstract, names, frozenset(own - {""}))


def netcdf(data: Path) -> Iterator[Case]:
    """NetCDF attributes (in CDL) whose keywords come from a vocabulary they name."""
    for path in sorted((data / "deposit-files").rglob("*.cdl")):
        text = path.read_text(encoding="utf-8", errors="replace")
        thesaurus = vocabularies.thesaurus_named(attribute(text, "keywords_vocabulary"))
        if thesaurus is None:
            continue
        words = (
            vocabularies.keyword(word, thesaurus.identifier) for word in re.split(r",\s*", attribute(text, "keywords"))
        )
        names = re.findall(r':standard_name = "([^"]*)"', text) + re.findall(
            r"^\s*(?:float|double) (\w+)\(", text, re.M
        )
        title, abstract = Text(en=attribute(text, "title")), Text(en=attribute(text, "summary"))
        own = frozenset(word.uri for word in words if word)
        yield Case("NetCDF", str(path.relative_to(data)), title, abstract, tuple(dict.fromkeys(names)), own)


def attribute(text: str, name: str) -> str:
    found = re.search(rf':{name} = "((?:[^"\\]|\\.)*)"', text)
    return found[1] if found else ""


def distinct(cases: Iterable[Case]) -> Iterator[Case]:
    """Those with a keyword of ours and something to suggest from, the same texts once."""
    seen: set[Any] = set()
    for case in cases:
        key = (case.title, case.abstract, case.own)
        if case.own and (case.title or case.abstract) and key not in seen:
            seen.add(key)
            yield case


if __name__ == "__main__":
    main()
