# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record in the attributes of a NetCDF file: ACDD-1.3, and what came before it (Unidata discovery 1.0, COARDS)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from terracite.errors import RecordError
from terracite.record import vocabularies
from terracite.record.cf.attributes import Attributes, plain
from terracite.record.cf.history import steps_of
from terracite.record.cf.lists import split_words
from terracite.record.cf.reading_people import people
from terracite.record.cf.reading_places import extents, resolutions
from terracite.record.cf.reading_variables import classes, reference_systems, variables
from terracite.record.cf.reading_when import dates, periods
from terracite.record.identifiers import bare_doi, web_address
from terracite.record.model import (
    Access,
    Keyword,
    Lineage,
    Platform,
    Related,
    Representation,
    Source,
    Text,
    Version,
)
from terracite.record.reading import JsonNode, Notes, Reading, parse_json
from terracite.record.reading.identity import uuid_for

_HINT = 'Give {"attributes": {...}, "variables": {...}}, as "terracite record convert --to acdd" writes it.'
#: they say how the file is written, or repeat what another attribute says
_SILENT = (
    "Conventions",
    "Metadata_Conventions",
    "standard_name_vocabulary",
    "naming_authority",
    "featureType",
    "keywords_vocabulary",
    "contributor_role_vocabulary",
    "publisher_type",
    "time_coverage_duration",
    "geospatial_bounds_crs",
)
_FEATURES = frozenset({"point", "station", "trajectory", "profile", "timeseries", "section", "timeseriesprofile"})


def read_acdd(document: bytes) -> Reading:
    """The record of ``{"attributes": {...}, "variables": {...}}``, also as NCO's ncks writes it in JSON."""
    root = parse_json(document)
    if not isinstance(root.value, dict) or not {"attributes", "variables"} & root.value.keys():
        raise RecordError("This JSON holds no attributes of a NetCDF file.", hint=_HINT)
    attributes = root.value.get("attributes", {})
    named = root.value.get("variables", {})
    if not isinstance(attributes, dict) or not isinstance(named, dict):
        raise RecordError("This JSON holds no attributes of a NetCDF file.", hint=_HINT)
    inner = {name: item.get("attributes", item) for name, item in named.items() if isinstance(item, dict)}
    return from_attributes(attributes, inner, document=document)


def from_attributes(
    attributes: Mapping[str, Any], variables_: Mapping[str, Mapping[str, Any]] | None = None, *, document: bytes = b""
) -> Reading:
    """The record that the global ``attributes`` of a file and those of its variables tell.

    Values may be texts, numbers, lists or numpy's; ``document`` makes the uuid of a file that names itself nowhere.
    """
    inner = {name: plain(item) for name, item in (variables_ or {}).items() if isinstance(item, Mapping)}
    root = JsonNode({"attributes": plain(attributes), "variables": inner})
    own = Attributes(root.first("attributes") or JsonNode({}))
    notes = Notes("acdd")
    named = {name: node for name in inner if (node := (root.first("variables") or root).first(name))}
    doi = _doi(own)
    found: dict[str, Any] = {
        "uuid": uuid_for(own.text("uuid") or doi or _identifier(own), document or repr(root.value).encode()),
        "doi": doi or None,
        **_texts(own),
        **people(own),
        "keywords": _keywords(own) or None,
        **dates(own, notes),
        "periods": periods(own, notes) or None,
        "time_resolution": own.text("time_coverage_resolution") or None,
        "extents": extents(own, notes) or None,
        "resolutions": resolutions(own) or None,
        "representation": _representation(own),
        "lineage": _lineage(own),
        "licence": _licence(own) or None,
        "platforms": _platforms(own) or None,
        "related": _related(own, doi) or None,
        "variables": variables(named) or None,
        "classes": classes(named) or None,
        "reference_systems": reference_systems(named, own) or None,
    }
    own.skip(*_SILENT)
    return notes.finish(found, root.leftovers())


def _doi(own: Attributes) -> str:
    for name in ("doi", "id", "identifier", "metadata_link"):
        node = own.first(name)
        if node and (found := bare_doi(str(node.value))):
            node.skip()
            return found
    return ""


def _identifier(own: Attributes) -> str:
    """The id with its authority; both stay among the leftovers, unless the id is the uuid."""
    node, authority = own.first("id"), own.first("naming_authority")
    if node is None:
        return ""
    said = str(authority.value) if authority else ""
    if said in {"", "uuid", "org.doi"}:
        return node.text()
    return f"{said}:{node.value}"


def _texts(own: Attributes) -> dict[str, Any]:
    rights = own.translated("distribution_statement")
    number = own.text("product_version", "version")
    texts = {
        "title": own.translated("title", "dataset_name", "name"),
        "abstract": own.translated("summary", "abstract", "description"),
        "notes": own.translated("comment", "comments"),
        "purpose": own.translated("purpose"),
    }
    return {name: text or None for name, text in texts.items()} | {
        "access": Access(conditions=rights) if rights else None,
        "version": Version(number=number) if number else None,
    }


def _keywords(own: Attributes) -> tuple[Keyword, ...]:
    """The words, each the concept of a thesaurus when we know it and the file names a thesaurus."""
    text = own.text("keywords")
    plain_words = split_words(text)
    french, english = (_same_length(own.text(f"keywords_{code}"), len(plain_words)) for code in ("fr", "en"))
    vocabularies_named = own.text("keywords_vocabulary", "keyword_vocabulary")
    found = []
    for word, fr, en in zip(plain_words, french, english, strict=True):
        label = Text(fr=fr, en=en or (word if word != fr else ""))
        if label:
            found.append(_concept(label, vocabularies_named) or Keyword(label=label))
    return tuple(found)


def _same_length(text: str, length: int) -> list[str]:
    words = split_words(text) if text else []
    return words if len(words) == length else [""] * length


def _concept(label: Text, named: str) -> Keyword | None:
    """A keyword of a vocabulary that the file names, under exactly that label."""
    known = vocabularies.keyword(label.best("en")) if named else None
    if known is None:
        return None
    title = vocabularies.thesauri()[known.thesaurus].title.en.replace(",", "")
    same = not label.fr or known.label == label
    return known if same and (title in named or ("gcmd" in named.casefold() and "gcmd" in known.thesaurus)) else None


def _representation(own: Attributes) -> Representation | None:
    said = own.text("cdm_data_type") or own.text("featureType")
    if said.casefold() in {"grid", "image", "swath", "radial"}:
        return Representation.GRID
    return Representation.VECTOR if said.casefold() in _FEATURES else None


def _lineage(own: Attributes) -> Lineage | None:
    sources = tuple(Source(title=title) for title in split_words(own.text("source", "source_data")) if title)
    found = Lineage(statement=own.translated("lineage"), steps=steps_of(own.text("history")), sources=sources)
    return found if found != Lineage() else None


def _licence(own: Attributes) -> str:
    """The SPDX identifier that the text is or begins with, else the text."""
    text = own.text("license", "licence", "rights")
    first = text.split()[0] if text.split() else ""
    return vocabularies.spdx_of(text) or vocabularies.spdx_of(first) or text


def _platforms(own: Attributes) -> tuple[Platform, ...]:
    """Platforms, each with all instruments: the file does not say which carries which."""
    carried = own.first("instrument", "instrument_name", "sensor")
    names = [name for name in split_words(own.text("platform", "platform_name", "satellite")) if name]
    if not names or carried is None:
        return tuple(Platform(name=name) for name in names)
    instruments = tuple(name for name in split_words(carried.text()) if name)
    return tuple(Platform(name=name, instruments=instruments) for name in names)


def _related(own: Attributes, doi: str) -> tuple[Related, ...]:
    """``references`` one by one when they are addresses, else as one text; and where the metadata are."""
    text = own.text("references", "reference")
    parts = [part.strip(" .;") for part in re.split(r"[,;\n]\s*|\s(?=https?://)", text) if part.strip(" .;")]
    addresses = parts if parts and all(_address(part) for part in parts) else [text] if text else []
    found = [Related(identifier=_address(part) or part) for part in addresses]
    link = own.text("metadata_link")
    if link and bare_doi(link) != doi and web_address(link):
        found.append(Related(identifier=link, relation="HasMetadata"))
    return tuple(found)


def _address(text: str) -> str:
    return bare_doi(text) or (text if web_address(text) and " " not in text else "")
