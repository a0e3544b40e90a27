# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real records, each with its title, abstract and variable names on one side and its own keywords on the other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terracite.errors import TerraciteError
from terracite.record import vocabularies
from terracite.record.detection import detect
from terracite.record.model import Keyword, Record, Text
from terracite.record.vocabularies.folding import folded

FOLDERS = {
    "ISO": ("metadata/iso19115-3", "metadata/iso19139", "metadata/csw", "metadata/oai-pmh"),
    "DataCite": ("metadata/datacite", "metadata/zenodo"),
    "DCAT, STAC": ("metadata/dcat", "metadata/stac"),
    "geoflow": ("geoflow-entities",),
}


@dataclass(frozen=True)
class Case:
    """A record: what is suggested from, and what is looked for."""

    group: str
    name: str
    title: Text
    abstract: Text
    variables: tuple[str, ...]
    own: frozenset[str]  #: addresses of keywords that the record says are of a thesaurus we ship
    free: frozenset[str] = frozenset()  #: addresses of concepts called as a keyword that names no thesaurus

    @property
    def texts(self) -> tuple[str, str]:
        """What makes two records the same: title and abstract, in the language that they have."""
        return folded(self.title.best("en")).strip(), folded(self.abstract.best("en")).strip()

    @property
    def held_out(self) -> bool:
        """In the half that nobody looks at while tables and weights are tuned; decided by the title alone."""
        return hashlib.sha256(" ".join(self.texts[0].split()).encode()).digest()[0] % 2 == 1


def cases(data: Path) -> list[Case]:
    """Every record with something to suggest from and a keyword of ours; the same texts once."""
    found: dict[tuple[str, str], Case] = {}
    for case in (*records(data), *pivots(data), *netcdf(data)):
        if any(case.texts) and (case.own or case.free):
            found.setdefault(case.texts, case)
    return list(found.values())


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
    except (TerraciteError, ImportError):
        return


def case_of(group: str, name: str, record: Record) -> Case:
    own = {uri for keyword in record.keywords if (uri := address(keyword)) and "authority/country" not in uri}
    free = {uri for keyword in record.keywords if not address(keyword) for uri in called(keyword)}
    variables = tuple(
        dict.fromkeys(word for item in record.variables for word in (item.name, item.standard_name) if word)
    )
    return Case(group, name, record.title, record.abstract, variables, frozenset(own), frozenset(free))


def address(keyword: Keyword) -> str:
    """The address of the concept that a keyword of a record is, where it says so by address or by thesaurus."""
    found = vocabularies.keyword(keyword.uri) if keyword.uri else None
    thesaurus = vocabularies.thesaurus_named(keyword.thesaurus) if keyword.thesaurus else None
    for label in dict(keyword.label.items()).values() if thesaurus and not found else ():
        found = found or vocabularies.keyword(label, thesaurus.identifier)
    return found.uri if found and vocabularies.concept(found.uri) else ""


def called(keyword: Keyword) -> Iterator[str]:
    """The concepts that have a keyword's label as theirs, to the letter."""
    for label in dict(keyword.label.items()).values():
        if found := vocabularies.keyword(label):
            yield found.uri


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
