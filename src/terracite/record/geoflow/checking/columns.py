# SPDX-License-Identifier: AGPL-3.0-or-later
"""geoflow's rules for the cells of each column: whether they may be empty, which keys they take, what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from terracite.errors import Severity
from terracite.record.geoflow.checking import contents
from terracite.record.geoflow.checking.components import Cut, cut_cell, known_keys_in, with_default
from terracite.record.geoflow.checking.finding import Told
from terracite.record.geoflow.columns import BY_NAME, CONTACT_NAMES, NAMES

_SERVICES = tuple(
    f"{service}{version}"
    for service, versions in {
        "csw": ("", "202", "30"),
        "wcs": ("", "100", "11", "110", "111", "201"),
        "wfs": ("", "100", "110", "200"),
        "wms": ("", "110", "111", "130"),
    }.items()
    for version in versions
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column takes; ``keys`` empty: any key; ``default`` "": a key is required."""

    needed: bool = False
    keys: tuple[str, ...] = ()
    default: str = ""
    tolerant: bool = False  #: another key is only looked at askance
    keyless: Callable[[str], Iterable[Told]] | None = None  #: for a cell without keys
    contents: Callable[[list[Cut]], Iterable[Told]] | None = None


_IDENTIFIERS = (
    *("id", "id_version", "uuid", "doi", "conceptdoi", "packageId"),
    *("zenodo_doi_to_save", "zenodo_conceptdoi_to_save", "dataverse_doi_to_save", "dataverse_conceptdoi_to_save"),
    *("dataone_packageId_to_save", "id_to_save", "doi_to_save", "conceptdoi_to_save", "packageId_to_save"),
    "uuid_to_save",
)
ENTITIES: dict[str, Rule] = {
    "Identifier": Rule(True, _IDENTIFIERS, "id", contents=contents.identifiers),
    "Title": Rule(True, BY_NAME["Title"].keys, "title"),
    "Description": Rule(True, BY_NAME["Description"].keys, "abstract"),
    "Subject": Rule(contents=contents.subjects),
    "Creator": Rule(True, BY_NAME["Creator"].keys, tolerant=True),
    "Date": Rule(False, BY_NAME["Date"].keys, "creation", tolerant=True, contents=contents.dates),
    "Type": Rule(True, BY_NAME["Type"].keys, "generic"),
    "Language": Rule(keyless=contents.languages),
    "SpatialCoverage": Rule(False, BY_NAME["SpatialCoverage"].keys, "ewkt", contents=contents.spatial),
    "TemporalCoverage": Rule(keyless=contents.period),
    "Format": Rule(False, BY_NAME["Format"].keys, "resource"),
    "Relation": Rule(False, (*BY_NAME["Relation"].keys[:7], *_SERVICES)),
    "Rights": Rule(False, BY_NAME["Rights"].keys),
    "Provenance": Rule(False, ("statement", "process"), contents=contents.provenance),
    "Data": Rule(contents=contents.data),
}
CONTACTS: dict[str, Rule] = {"Identifier": Rule(True, ("id", "orcid"), "id", contents=contents.contact_identifiers)}
MODELS: dict[str, tuple[tuple[str, ...], dict[str, Rule]]] = {
    "entities": (NAMES, ENTITIES),
    "contacts": (CONTACT_NAMES, CONTACTS),
}


def check_cell(cell: str, rule: Rule, separator: str) -> Iterator[Told]:
    """Everything that geoflow would say of a cell."""
    if not cell.strip() or cell.strip() == "NA":
        yield from _empty(rule)
        return
    if rule.keyless:
        yield from rule.keyless(cell)
        return
    components = cut_cell(cell, separator)
    for one in components:
        yield from _keys(one, rule)
    if rule.contents:
        filled = with_default(components, rule.keys, rule.default) if rule.default else components
        yield from rule.contents(filled)


def _empty(rule: Rule) -> Iterator[Told]:
    if rule.needed:
        yield Told("empty")
    elif rule is ENTITIES["Date"]:
        yield Told("no_date")
    elif rule is ENTITIES["Language"]:
        yield from contents.languages("")


def _keys(one: Cut, rule: Rule) -> Iterator[Told]:
    """The key of a component; several keys in it mean that a separator is missing."""
    found = known_keys_in(one.text, rule.keys) if rule.keys else []
    if len(found) > 1:
        for start, end in pairwise(found):
            yield Told("separator", one.text[start:end])
    if found:
        return
    if one.key is None:
        yield Told("default_key", one.text, rule.default) if rule.default else Told("no_key", one.text, _listed(rule))
        return
    yield from _unknown(one.key, rule)
    if one.locale and not (len(one.locale) == 2 and one.locale.isupper()):
        yield Told("locale", one.locale)


def _unknown(key: str, rule: Rule) -> Iterator[Told]:
    """A tolerant column only minds a key with a figure in it."""
    if not rule.keys or key in rule.keys:
        return
    if not rule.tolerant:
        yield Told("unknown_key", key, _listed(rule))
    elif any(character.isdigit() for character in key):
        yield Told("unknown_key", key, _listed(rule), Severity.WARNING)


def _listed(rule: Rule) -> str:
    return ", ".join(rule.keys[:12]) or "theme, place, source"
