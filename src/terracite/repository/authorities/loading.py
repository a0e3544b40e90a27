# SPDX-License-Identifier: AGPL-3.0-or-later
"""Registers that an operator downloaded: ROR, Crossref funders, ORCID summaries; read as they stream, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from terracite.errors import RecordError
from terracite.repository.authorities import streams
from terracite.repository.authorities.checked import checked_orcid, checked_ror
from terracite.repository.authorities.writing import BATCH, Count, Row, put
from terracite.repository.models import AuthorityKind

_NO_KIND = "Give the ROR data dump (ZIP or JSON), the Crossref funder list (CSV) or ORCID summaries (CSV or JSON)."
_FUNDER = "https://doi.org/10.13039/"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; ``refused``: objects without a good identifier or a name."""

    register: str
    made: int
    changed: int
    same: int
    refused: int


def load(path: Path, told: Callable[[int], None] = lambda _: None) -> Loaded:
    """Read a register into the store. The same file again changes nothing.

    ``told`` is called with the number read so far. Raises `RecordError` for a file of another kind.
    """
    with streams.opened(path) as (name, file):
        items: Iterator[Mapping[str, Any]] = (
            streams.csv_rows(file) if name.lower().endswith(".csv") else streams.json_items(file)
        )
        first = next(items, None)
        if first is None:
            raise RecordError(f"'{path.name}' is empty.", hint=_NO_KIND)
        register, read = _register(first)
        count, refused, seen = Count(), 0, 0
        rows = (read(item) for item in chain([first], items))
        while batch := list(islice(rows, BATCH)):
            good = [row for row in batch if row is not None]
            put(good, count)
            seen, refused = seen + len(batch), refused + len(batch) - len(good)
            told(seen)
    return Loaded(register, count.made, count.changed, count.same, refused)


Reader = Callable[[Mapping[str, Any]], Row | None]


def _register(first: Mapping[str, Any]) -> tuple[str, Reader]:
    """Which register its first object comes from."""
    if "ror.org" in str(first.get("id", "")):
        return "ror", _of_ror
    if any(name in first for name in ("orcid", "orcid-identifier", "orcid_id")):
        return "orcid", _of_orcid
    if any(name in first for name in ("primary_name_display", "funder", "funder_id", "uri")):
        return "crossref", _of_funder
    raise RecordError("This is no register that is read here.", hint=_NO_KIND)


def _of_ror(item: Mapping[str, Any]) -> Row | None:
    ror, wrong = checked_ror(str(item.get("id", "")))
    if wrong or item.get("status", "active") != "active":
        return None
    name, others = _ror_names(item)
    if not name:
        return None
    detail = {"funder": "funder" in item.get("types", ()), "country": _country(item)}
    place = ", ".join(filter(None, (_town(item), _country(item))))
    return Row(AuthorityKind.ORGANISATION, ror, name, others, place, detail, "ror")


def _ror_names(item: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The name that ROR shows, and the others: acronyms, aliases, labels. Schema 2, or 1."""
    names = item.get("names")
    if isinstance(names, list):
        shown = [one["value"] for one in names if "ror_display" in one.get("types", ())]
        every = [str(one.get("value", "")) for one in names]
        name = shown[0] if shown else (every[0] if every else "")
    else:
        name = str(item.get("name", ""))
        labels = [label.get("label", "") for label in item.get("labels", ())]
        every = [*item.get("acronyms", ()), *item.get("aliases", ()), *labels]
    return name, tuple(dict.fromkeys(one for one in every if one and one != name))[:20]


def _location(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = item.get("locations") or [{}]
    details: Mapping[str, Any] = found[0].get("geonames_details", {}) if isinstance(found[0], dict) else {}
    return details


def _town(item: Mapping[str, Any]) -> str:
    old = item.get("addresses") or [{}]
    return str(_location(item).get("name") or old[0].get("city") or "")


def _country(item: Mapping[str, Any]) -> str:
    old = item.get("country") or {}
    return str(_location(item).get("country_name") or old.get("country_name") or "")


def _of_orcid(item: Mapping[str, Any]) -> Row | None:
    given = item.get("orcid") or item.get("orcid_id") or item.get("orcid-identifier")
    orcid, wrong = checked_orcid(str(given.get("path", "") if isinstance(given, Mapping) else given))
    family = _text(item, "family_name", "family-name", "family_names", "last_name", "familyname")
    first = _text(item, "given_name", "given-names", "given_names", "first_name", "givenname")
    if wrong or not orcid or not (family or first):
        return None
    home, place = _text(item, "affiliation", "institution", "organization", "employment"), _text(item, "ror")
    ror, wrong = checked_ror(place)
    detail: dict[str, object] = {
        "family_name": family or first,
        "given_name": first if family else "",
        "affiliation": home,
        "ror": "" if wrong else ror,
    }
    name = f"{family}, {first}" if family and first else family or first
    names = tuple(filter(None, (_text(item, "credit_name", "credit-name"),)))
    return Row(AuthorityKind.PERSON, orcid, name, names, home, detail, "orcid")


def _of_funder(item: Mapping[str, Any]) -> Row | None:
    name = _text(item, "primary_name_display", "funder", "name", "primary_name")
    given = _text(item, "uri", "funder_id", "doi", "id")
    number = given.rpartition("/")[2]
    if not name or not number.isdecimal():
        return None
    names = tuple(filter(None, _text(item, "alt_names", "aliases").split(";")))
    return Row(AuthorityKind.FUNDER, f"{_FUNDER}{number}", name, names, _text(item, "country"), {}, "crossref")


def _text(item: Mapping[str, Any], *names: str) -> str:
    """The first of these that is given, as a text; ORCID wraps some in {"value": ...}."""
    for value in _values(item, names):
        inner = value.get("value", "") if isinstance(value, Mapping) else value
        if isinstance(inner, str) and inner.strip():
            return inner.strip()
    return ""


def _values(item: Mapping[str, Any], names: Iterable[str]) -> Iterator[Any]:
    """Those of the object itself, then of its "person" and "name" as ORCID nests them."""
    person = item.get("person")
    inner = person.get("name") if isinstance(person, Mapping) else item.get("name")
    for holder in (item, inner):
        if isinstance(holder, Mapping):
            yield from (holder[name] for name in names if name in holder)
