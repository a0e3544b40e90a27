#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the compact vocabularies that are shipped in `terracite/record/data` from the releases of their makers.

    python scripts/build_vocabularies.py ../shared/data/vocab [--communes FOLDER]

The folder holds GEMET (fr, en), GCMD (csv, rdf), INSPIRE themes, CF standard names and SPDX licences as their makers
give them; `scripts/vocabularies/*.tsv` the words written for Terracite. Names of countries come from CLDR (the `babel`
package of the docs group). FOLDER is `data/` of the npm package @etalab/decoupage-administratif: without it, the French
administrative units that are there stay as they are. Same input, same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale
from babel import __version__ as babel_version
from babel.core import get_global
from lxml import etree

from terracite.record.vocabularies import labels
from terracite.record.vocabularies.folding import LITTLE_WORDS, phrase, words_of

HERE = Path(__file__).resolve().parent / "vocabularies"
DATA = HERE.parent.parent / "src" / "terracite" / "record" / "data"
GEMET = "http://www.eionet.europa.eu/gemet/"
INSPIRE = "http://inspire.ec.europa.eu/theme/"
GCMD = "https://gcmd.earthdata.nasa.gov/kms/concept/"
CF = "http://vocab.nerc.ac.uk/standard_name/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
INSEE = "http://id.insee.fr/geo/"
TOPIC = "http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/"
ISO_TOPIC = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#MD_TopicCategoryCode_"
DATACITE = "https://datacite-metadata-schema.readthedocs.io/en/4.7/appendices/appendix-1/"
SKOS = "{http://www.w3.org/2004/02/skos/core#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LANGUAGES = ("", "fr", "en")
LABEL, SYNONYM, CUE = range(3)  #: how sure a phrase is that its concept is meant
LONGEST_PHRASE = 9  #: words; longer labels are not looked for in texts
GLOSS_WORDS = 8


@dataclass
class Row:
    """One concept while the tables are made."""

    uri: str
    en: str = ""
    fr: str = ""
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    synonyms: list[tuple[str, str]] = field(default_factory=list)  #: (language, words)
    cues: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)  #: short forms of the label, as good as the label
    definition: str = ""
    code: str = ""


Thesauri = dict[str, list[Row]]


def main() -> None:
    """Read everything, then write the tables."""
    parser = argparse.ArgumentParser(description="Make the vocabularies shipped with Terracite.")
    parser.add_argument("vocab", type=Path)
    parser.add_argument("--communes", type=Path, help="data/ of @etalab/decoupage-administratif")
    given = parser.parse_args()
    thesauri: Thesauri = {
        "inspire-themes": inspire(given.vocab),
        "gemet": gemet(given.vocab),
        "gemet-themes": gemet_themes(given.vocab),
        "gcmd-science": gcmd_science(given.vocab),
        "gcmd-platforms": gcmd_named(given.vocab / "gcmd" / "platforms.csv"),
        "gcmd-instruments": gcmd_named(given.vocab / "gcmd" / "instruments.csv"),
        "gcmd-locations": gcmd_paths(given.vocab / "gcmd" / "locations.csv"),
        "cf-standard-names": standard_names(given.vocab),
        "iso-topics": topics(),
        "countries": countries(),
        "datacite-roles": datacite("contributor_roles", "contributorType"),
        "datacite-relations": datacite("relations", "relationType"),
    }
    units = french_units(given.communes) if given.communes else kept_units()
    thesauri |= {name: rows for name, rows in units.items() if name != "fr-communes"}
    thesauri["spdx-licences"] = spdx(given.vocab)
    say_more(thesauri)
    write("concepts", packed(thesauri))
    write("communes", packed({"fr-communes": units["fr-communes"]}))
    write("definitions", {row.uri: row.definition for rows in thesauri.values() for row in rows if row.definition})
    write_licences(given.vocab)
    for name, rows in (*thesauri.items(), ("fr-communes", units["fr-communes"])):
        print(f"{name:20}{len(rows):6} concepts, {sum(bool(row.fr) for row in rows):6} with a French label")


# -- readers of the releases -------------------------------------------------------------------------------------------


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
    newest = {"disaster", "extraTerrestrial"}
    return [
        Row((ISO_TOPIC if code in newest else TOPIC) + code, en=label.en, fr=label.fr, code=code)
        for code, label in labels.topics().items()
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


def french_units(folder: Path) -> Thesauri:
    """Regions, departements and communes (INSEE), each in the larger one."""
    regions, departements, communes = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("regions", "departements", "communes")
    )
    return {
        "fr-regions": [_unit("region", item) for item in regions],
        "fr-departements": [_unit("departement", item, "region") for item in departements],
        "fr-communes": [
            _unit("commune", item, "departement") for item in communes if item["type"] == "commune-actuelle"
        ],
    }


def _unit(kind: str, item: dict[str, Any], larger: str = "") -> Row:
    row = Row(f"{INSEE}{kind}/{item['code']}", fr=item["nom"], en=item["nom"], code=item["code"])
    row.broader = [f"{INSEE}{larger}/{item[larger]}"] if larger and item.get(larger) else []
    return row


def kept_units() -> Thesauri:
    """The French units of the tables that are there."""
    found: Thesauri = {}
    for name in ("concepts", "communes"):
        old = json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
        for group in old["thesauri"]:
            if group["id"].startswith("fr-"):
                found[group["id"]] = list(_kept(old, group))
    return found


def _kept(old: dict[str, Any], group: dict[str, Any]) -> Iterator[Row]:
    prefix, larger = group["prefix"], {"departement": "region", "commune": "departement"}
    kind = prefix.rstrip("/").rpartition("/")[2]
    for place in range(group["from"], group["to"]):
        name, code = old["fr"][place], old["uris"][place]
        row = Row(prefix + code, fr=name, en=name, code=code)
        outer = old["broader"].get(str(place))
        if outer and kind in larger:
            row.broader = [outer[0] if isinstance(outer[0], str) else _address(old, outer[0])]
        yield row


def _address(old: dict[str, Any], place: int) -> str:
    group = next(item for item in old["thesauri"] if item["from"] <= place < item["to"])
    return str(group["prefix"]) + str(old["uris"][place])


def spdx(vocab: Path) -> list[Row]:
    names = licence_names(vocab)
    offered = {row["identifier"]: row for row in json.loads((DATA / "licences.json").read_text(encoding="utf-8"))}
    rows = []
    for identifier, name in sorted(names.items()):
        row = Row(f"https://spdx.org/licenses/{identifier}.html", en=name, code=identifier)
        row.fr = offered[identifier]["fr"] if identifier in offered else ""
        row.names = [("", identifier)]
        rows.append(row)
    return rows


def licence_names(vocab: Path) -> dict[str, str]:
    listed = json.loads((vocab / "spdx-licenses.json").read_text(encoding="utf-8"))["licenses"]
    return {item["licenseId"]: item["name"] for item in listed if not item["isDeprecatedLicenseId"]}


def write_licences(vocab: Path) -> None:
    """Names of the SPDX list, and the one licence that each address or deprecated identifier means."""
    listed = json.loads((vocab / "spdx-licenses.json").read_text(encoding="utf-8"))["licenses"]
    names = licence_names(vocab)
    sharing: dict[str, set[str]] = defaultdict(set)
    for item in listed:
        for address in item["seeAlso"]:
            if item["licenseId"] in names:
                sharing[re.sub(r"^https?://", "https://", address.strip())].add(item["licenseId"])
    meaning = {address: only for address, ids in sharing.items() if (only := _one_licence(ids))}
    for item in listed:
        if item["isDeprecatedLicenseId"] and (successor := _successor(item["licenseId"], names)):
            meaning[item["licenseId"]] = successor
    value = {"names": dict(sorted(names.items())), "meaning": dict(sorted(meaning.items()))}
    (DATA / "spdx_licences.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _one_licence(identifiers: set[str]) -> str:
    """The only one; of "X-only" and "X-or-later" the first, which promises less; "" for several."""
    if len(identifiers) == 1:
        return next(iter(identifiers))
    stems = {re.sub(r"-(only|or-later)$", "", name) for name in identifiers}
    only = f"{next(iter(stems))}-only"
    return only if len(stems) == 1 and only in identifiers else ""


def _successor(identifier: str, names: dict[str, str]) -> str:
    candidate = f"{identifier[:-1]}-or-later" if identifier.endswith("+") else f"{identifier}-only"
    return candidate if candidate in names else ""


# -- what is added to them ---------------------------------------------------------------------------------------------


def say_more(thesauri: Thesauri) -> None:
    """Synonyms: the groups of `terms.tsv`, and GEMET's French for the same names in English-only thesauri."""
    groups = [
        [(lang, term) for lang, text in zip(("en", "fr"), line, strict=True) for term in parts(text)]
        for line in lines("terms.tsv")
    ]
    by_phrase: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for _, term in group:
            by_phrase[phrase(term)].append(number)
    french = {phrase(row.en): row.fr for row in thesauri["gemet"] if row.en and row.fr}
    for name in SPOKEN:
        for row in thesauri[name]:
            own = [phrase(words) for _, words in spoken(row)]
            if name not in {"gemet", "inspire-themes"}:
                row.synonyms += [("fr", french[key]) for key in own if key in french]
            numbers = {number for key in own for number in by_phrase.get(key, ())}
            row.synonyms += [pair for number in sorted(numbers) for pair in groups[number]]
            row.synonyms = [
                pair for pair in dict.fromkeys(row.synonyms) if phrase(pair[1]) not in own or pair[0] == "fr"
            ]


#: thesauri whose concepts are things that terms.tsv names
SPOKEN = (
    "gemet", "gemet-themes", "inspire-themes", "gcmd-science", "gcmd-platforms", "gcmd-instruments",
    "cf-standard-names", "iso-topics",
)  # fmt: skip


def spoken(row: Row) -> list[tuple[str, str]]:
    """The label in each language, or its short forms where the label is a path or an identifier."""
    whole = [] if " > " in row.en else [(language, text) for language, text in (("en", row.en), ("fr", row.fr)) if text]
    whole += [("en", re.sub(r"\s*\([^()]*\)", "", row.en))] if "(" in row.en and " > " not in row.en else []
    whole += [("fr", re.sub(r"\s*\([^()]*\)", "", row.fr))] if "(" in row.fr else []
    return [*dict.fromkeys([*whole, *row.names])]


# -- the compact form --------------------------------------------------------------------------------------------------


def packed(thesauri: Thesauri) -> dict[str, Any]:
    """Columns, one place a concept; phrases point to places. See `terracite.record.vocabularies.store`."""
    rows = [row for group in thesauri.values() for row in group]
    place = {row.uri: number for number, row in enumerate(rows)}
    groups, start = [], 0
    for name, group in thesauri.items():
        prefix = _common_prefix([row.uri for row in group])
        groups.append({"id": name, "prefix": prefix, "from": start, "to": start + len(group)})
        start += len(group)
    prefixes = [group["prefix"] for group in groups for _ in range(group["from"], group["to"])]
    texts = phrases(rows)
    return {
        "thesauri": groups,
        "uris": [row.uri.removeprefix(prefix) for row, prefix in zip(rows, prefixes, strict=True)],
        "en": [row.en for row in rows],
        "fr": [row.fr if row.fr != row.en else 0 for row in rows],
        "codes": {str(place[row.uri]): row.code for row in rows if row.code and not row.uri.endswith("/" + row.code)},
        "broader": _links(rows, place, "broader"),
        "related": _links(rows, place, "related"),
        "synonyms": {str(place[row.uri]): _by_language(row.synonyms) for row in rows if row.synonyms},
        "phrases": list(texts),
        "means": [targets for targets, _ in texts.values()],
        "rarity": [rare for _, rare in texts.values()],
    }


def _by_language(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    found: dict[str, list[str]] = {"fr": [], "en": []}
    for language, words in pairs:
        found[language or "en"].append(words)
    return [found["fr"], found["en"]]


def _links(rows: list[Row], place: dict[str, int], name: str) -> dict[str, list[int | str]]:
    """Places; an address where the concept lies in another file."""
    found: dict[str, list[int | str]] = {}
    for row in rows:
        targets = [place.get(uri, uri) for uri in getattr(row, name) if uri in place or uri.startswith(INSEE)]
        if targets:
            found[str(place[row.uri])] = targets
    return found


def phrases(rows: list[Row]) -> dict[str, tuple[list[int], int]]:
    """Every folded phrase -> what it means (place * 9 + sureness * 3 + language), and how rare it is (0 to 9)."""
    found: dict[str, dict[int, None]] = {}
    for place, row in enumerate(rows):
        for sureness, pairs in ((LABEL, spoken(row)), (SYNONYM, row.synonyms), (CUE, row.cues)):
            for language, words in pairs:
                key = phrase(words.replace("_", " "))
                if key and len(key.split()) <= LONGEST_PHRASE:
                    _point(found.setdefault(key, {}), place, sureness, LANGUAGES.index(language))
    for key in {phrase(word) for line in lines("vague.tsv") for cell in line for word in parts(cell)}:
        found.setdefault(key, {})  # it means nothing, and neither do the words in it
    rare = rarity(rows, found)
    return {key: (list(targets), rare[key]) for key, targets in sorted(found.items())}


def _point(targets: dict[int, None], place: int, sureness: int, language: int) -> None:
    """Unless a surer phrase of the same language says it already."""
    if not any(place * 9 + surer * 3 + language in targets for surer in range(sureness + 1)):
        targets[place * 9 + sureness * 3 + language] = None


def rarity(rows: list[Row], found: dict[str, dict[int, None]]) -> dict[str, int]:
    """How telling each phrase is: English ones by how few definitions have it, French ones as their English label."""
    counts = counted(rows, found)
    top = math.log(1 + max(counts.values(), default=1))
    english = {key: round(9 * (1 - math.log(1 + counts[key]) / top)) for key in found}
    vague = {phrase(word) for line in lines("vague.tsv") for cell in line for word in parts(cell)}
    result = {}
    for key, targets in found.items():
        languages = {target % 3 for target in targets}
        value = english[key]
        if languages == {1}:
            value = min([_of_label(rows[target // 9], english) for target in targets] or [value])
        result[key] = 0 if key in vague else max(1, value)
    return result


def _of_label(row: Row, english: dict[str, int]) -> int:
    return max([english.get(phrase(words), 5) for language, words in spoken(row) if language != "fr"] or [5])


def counted(rows: list[Row], found: dict[str, Any]) -> Counter[str]:
    """In how many definitions each phrase stands."""
    counts: Counter[str] = Counter()
    for text in sorted({row.definition for row in rows if row.definition}):
        stems = [word for word in words_of(text) if word not in LITTLE_WORDS]
        seen = {" ".join(stems[i : i + n]) for n in range(1, 5) for i in range(len(stems) - n + 1)}
        counts.update(key for key in seen if key in found)
    return counts


# -- small things ------------------------------------------------------------------------------------------------------


def skos(path: Path) -> Iterator[tuple[str, Any]]:
    for element in etree.parse(str(path)).getroot().iter(f"{SKOS}Concept"):
        yield element.get(f"{RDF}about"), element


def _targets(element: Any, name: str) -> list[str]:
    found = [item.get(f"{RDF}resource") for item in element.iterfind(f"{SKOS}{name}")]
    return [uri for uri in found if uri and not uri.endswith("/themes")]


def _union(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _common_prefix(uris: list[str]) -> str:
    first, last = min(uris), max(uris)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: max(first.rfind("/", 0, length), first.rfind("#", 0, length)) + 1]


def lines(name: str) -> list[list[str]]:
    """The cells of a hand-written table."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def write(name: str, value: Any) -> None:
    """Compressed, the same bytes for the same value."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    path = DATA / f"{name}.json.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes ({len(content):,} open; CLDR of Babel {babel_version})")


if __name__ == "__main__":
    main()
