# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thesauri as their makers release them, read into rows."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global
from lxml import etree

from terracite.record.vocabularies import labels
from vocabularies.rows import DATA, Row, lines, parts

INSPIRE = "http://inspire.ec.europa.eu/theme/"
GCMD = "https://gcmd.earthdata.nasa.gov/kms/concept/"
CF = "http://vocab.nerc.ac.uk/standard_name/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
TOPIC = "http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/"
ISO_CODE = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#"
DATACITE = "https://datacite-metadata-schema.readthedocs.io/en/4.7/appendices/appendix-1/"
SKOS = "{http://www.w3.org/2004/02/skos/core#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def gemet(vocab: Path) -> list[Row]:
    """GEMET's concepts: labels of both files, relations of the more recent French one between concepts only."""
    rows = {uri: Row(uri) for uri, _ in skos(vocab / "gemet-fr.rdf") if "/concept/" in uri}
    for name in ("gemet-fr.rdf", "gemet-en.rdf"):
        for uri, element in skos(vocab / name):
            if "/concept/" in uri:
                _fill(rows.setdefault(uri, Row(uri)), element)
    return [row for row in rows.values() if row.en or row.fr]


def gemet_themes(vocab: Path) -> list[Row]:
    """The forty themes; what lies in one is `broader` of its concepts in the same file."""
    english = dict(lines("gemet_themes.tsv"))
    found = {uri: Row(uri) for uri, _ in skos(vocab / "gemet-fr.rdf") if "/theme/" in uri}
    for uri, element in skos(vocab / "gemet-fr.rdf"):
        if uri in found:
            _fill(found[uri], element)
            found[uri].en, found[uri].code = english[uri.rpartition("/")[2]], uri.rpartition("/")[2]
            found[uri].broader = []
    for row in found.values():
        row.names += [
            (language, part) for language, text in (("fr", row.fr), ("en", row.en)) for part in text.split(", ")
        ]
    return list(found.values())


def _fill(row: Row, element: Any) -> None:
    for label in element.iterfind(f"{SKOS}prefLabel"):
        language = label.get("{http://www.w3.org/XML/1998/namespace}lang")
        if language == "en":
            row.en = label.text.strip()
        elif language == "fr":
            row.fr = label.text.strip()
    row.broader = _union(row.broader, _targets(element, "broader"))
    row.related = _union(row.related, _targets(element, "related"))
    notes = [note.text or "" for note in element.iterfind(f"{SKOS}scopeNote") if "en" in note.values()]
    row.definition = row.definition or " ".join(" ".join(notes[:1]).split())


def inspire(vocab: Path) -> list[Row]:
    """The 34 themes of the directive: English definitions of the registry, French labels as already shipped."""
    french = {row["uri"]: row["fr"] for row in json.loads((DATA / "keywords.json").read_text(encoding="utf-8"))}
    cues = {code: words for code, *words in lines("cues.tsv")}
    rows = []
    for element in etree.parse(str(vocab / "inspire-theme.en.rdf")).getroot():
        uri, label = element.get(f"{RDF}about"), element.findtext(f"{SKOS}prefLabel")
        if not (uri or "").startswith(INSPIRE) or not label or uri.removeprefix(INSPIRE) not in cues:
            continue
        code = uri.removeprefix(INSPIRE)
        row = Row(uri, en=label.strip(), fr=french[uri], code=code)
        row.definition = " ".join((element.findtext(f"{SKOS}definition") or "").split())
        row.cues = [(lang, cue) for lang, text in zip(("en", "fr"), cues[code], strict=True) for cue in parts(text)]
        rows.append(row)
    return sorted(rows, key=lambda row: row.code)


def gcmd_science(vocab: Path) -> list[Row]:
    """GCMD Science Keywords: the whole path is the label; definitions of the SKOS form."""
    rows = gcmd_paths(vocab / "gcmd" / "sciencekeywords.csv")
    definitions = {
        uri: element.findtext(f"{SKOS}definition") or "" for uri, element in skos(vocab / "gcmd/sciencekeywords.rdf")
    }
    for row in rows:
        row.definition = " ".join(definitions.get(row.uri.removeprefix(GCMD), "").split())
    return rows


def gcmd_paths(path: Path) -> list[Row]:
    """Keywords of one column a level."""
    found: dict[tuple[str, ...], Row] = {}
    for cells in gcmd_rows(path):
        levels = tuple(cell.strip() for cell in cells[:-1] if cell.strip())
        row = Row(GCMD + cells[-1], en=" > ".join(levels))
        row.names = [("en", words) for words in short_forms(levels[-1])]
        row.synonyms = [("en", words) for words in alternatives(levels[-1])]
        found[levels] = row
    for levels, row in found.items():
        row.broader = [found[levels[:-1]].uri] if levels[:-1] in found else []
    return list(found.values())


def gcmd_named(path: Path) -> list[Row]:
    """Platforms and instruments: short name and long name at the end of their path, the same in every language."""
    found: dict[tuple[str, ...], Row] = {}
    for cells in gcmd_rows(path):
        *groups, short, long = (cell.strip() for cell in cells[:-1])
        levels = tuple(level for level in (*groups, short) if level)
        row = Row(GCMD + cells[-1], en=" > ".join(levels))
        row.names = [("" if short else "en", words) for words in short_forms(levels[-1])]
        row.synonyms = [("en", words) for words in short_forms(long)] if long else []
        found[levels] = row
    for levels, row in found.items():
        row.broader = [found[levels[:-1]].uri] if levels[:-1] in found else []
    return [row for row in found.values() if "NOT APPLICABLE" not in row.en]


def gcmd_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    width = len(rows[1])
    for cells in rows[2:]:
        if len(cells) > width:  # an unquoted comma in the long name
            cells = [*cells[: width - 2], ", ".join(cells[width - 2 : -1]), cells[-1]]
        yield cells


def short_forms(name: str) -> list[str]:
    """ "NORMALIZED DIFFERENCE VEGETATION INDEX (NDVI)" also by its halves."""
    halves = re.fullmatch(r"(.*?)\s*\(([^()]*)\)", name)
    forms = [name, *(halves.groups() if halves else ())]
    return list(dict.fromkeys(form.strip() for form in forms if form and form.strip()))


def alternatives(name: str) -> list[str]:
    """Each of "SOIL MOISTURE/WATER CONTENT"."""
    return [part.strip() for part in name.split("/") if "/" in name and len(part.strip()) > 3]


def standard_names(vocab: Path) -> list[Row]:
    """The CF table; aliases are synonyms of what replaced them; the canonical unit is the code."""
    root = etree.parse(str(vocab / "cf" / "cf-standard-name-table-v83.xml")).getroot()
    rows = {}
    for entry in root.iterfind("entry"):
        name = entry.get("id")
        row = Row(f"{CF}{name}/", en=name, code=(entry.findtext("canonical_units") or "1").strip())
        row.definition = " ".join((entry.findtext("description") or "").split())
        rows[name] = row
    for alias in root.iterfind("alias"):
        target = rows.get(alias.findtext("entry_id") or "")
        if target and alias.get("id") not in rows:
            target.synonyms.append(("en", alias.get("id")))
    return list(rows.values())


def topics() -> list[Row]:
    """ISO topic categories: addresses of the INSPIRE registry, which has all but the two newest."""
    newest, codes = {"disaster", "extraTerrestrial"}, f"{ISO_CODE}MD_TopicCategoryCode_"
    return [
        Row((codes if code in newest else TOPIC) + code, en=label.en, fr=label.fr, code=code)
        for code, label in labels.topics().items()
    ]


def iso_codes(name: str) -> list[Row]:
    """One code list of ISO 19115-1."""
    return [
        Row(f"{ISO_CODE}{name}_{code}", en=english, fr=french, code=code)
        for kind, code, english, french in lines("iso_codes.tsv")
        if kind == name
    ]


def datacite(name: str, page: str) -> list[Row]:
    found = labels._labels(name)
    return [
        Row(f"{DATACITE}{page}/#{code.casefold()}", en=label.en, fr=label.fr, code=code)
        for code, label in found.items()
    ]


def countries() -> list[Row]:
    """ISO 3166 countries: names of CLDR, addresses of the Publications Office (three letters)."""
    english, french = Locale("en").territories, Locale("fr").territories
    rows = []
    for three, (two, *_) in sorted(get_global("territory_aliases").items()):
        if re.fullmatch("[A-Z]{3}", three) and re.fullmatch("[A-Z]{2}", two) and two in english and three not in OLD:
            row = Row(COUNTRY + three, en=english[two], fr=french[two], code=three)
            rows.append(row)
    return rows


#: codes withdrawn from ISO 3166, or never in it
OLD = frozenset({
    "ANT", "ASC", "BUR", "CPT", "CSK", "DDR", "DGA", "FXX", "NTZ", "QUU", "QZZ", "ROM", "SCG", "SUN", "TAA", "TMP",
    "XKK", "XXK", "YMD", "YUG", "ZAR",
})  # fmt: skip


def skos(path: Path) -> Iterator[tuple[str, Any]]:
    for element in etree.parse(str(path)).getroot().iter(f"{SKOS}Concept"):
        yield element.get(f"{RDF}about"), element


def _targets(element: Any, name: str) -> list[str]:
    found = [item.get(f"{RDF}resource") for item in element.iterfind(f"{SKOS}{name}")]
    return [uri for uri in found if uri and not uri.endswith("/themes")]


def _union(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
