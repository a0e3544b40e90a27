# SPDX-License-Identifier: AGPL-3.0-or-later
"""How to cite the dataset: BibTeX, RIS, CSL-JSON, and one formatted line for people.

The formatted citation follows DataCite's recommendation:
Creator (Year): Title. Version. Publisher. Resource type. Identifier.
"""

from __future__ import annotations

import json
import re
import unicodedata
from html import escape
from typing import Any

from terracite.record import vocabularies
from terracite.record.identifiers import doi_url
from terracite.record.model import Agent, DateKind, Language, Record

_BIBTEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}&%$#_"},
}
_UNPUBLISHED = {"fr": "non publié", "en": "unpublished"}


def formatted(record: Record, language: str = "en") -> str:
    """The citation in one line of plain text, in ``language`` ("fr" or "en")."""
    return " ".join(f"{part}" for part in [_head(record, language), _identifier(record)] if part)


def formatted_html(record: Record, language: str = "en") -> str:
    """The same citation in HTML: everything escaped, the DOI a link."""
    url = escape(_identifier(record))
    link = f'<a href="{url}">{url}</a>' if url.startswith("https:") else url
    return f"{escape(_head(record, language))} {link}".strip()


def write_citation(record: Record, _: str) -> bytes:
    """The formatted citation as a document, in the first language of the record."""
    return formatted(record, record.first_language).encode() + b"\n"


def write_bibtex(record: Record, _: str) -> bytes:
    """`to_bibtex` as a document."""
    return to_bibtex(record).encode()


def write_ris(record: Record, _: str) -> bytes:
    """`to_ris` as a document."""
    return to_ris(record).encode()


def write_csl(record: Record, _: str) -> bytes:
    """`to_csl` as a document: a list of one item."""
    return json.dumps([to_csl(record)], ensure_ascii=False, indent=1).encode() + b"\n"


def to_bibtex(record: Record) -> str:
    """A BibTeX entry of type ``dataset`` (biblatex; BibTeX treats it as ``misc``), UTF-8, specials escaped."""
    language = record.first_language
    title = record.title.best(language)
    fields = {
        "author": " and ".join(_bibtex_name(agent) for agent in record.creators),
        "title": f"{{{_bibtex(title)}}}" if title else "",
        "year": str(record.publication_year or ""),
        "month": _month(record),
        "publisher": _bibtex(record.publisher.name) if record.publisher else "",
        "version": _bibtex(record.version.number),
        "doi": record.doi,
        "url": _identifier(record) if record.doi else "",
        "language": {"fr": "french", "en": "english"}[language],
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@dataset{{{_bibtex_key(record)},\n" + ",\n".join(lines) + "\n}\n"


def to_ris(record: Record) -> str:
    """A RIS reference of type DATA; lines end with CR LF as the format asks."""
    language = record.first_language
    issued = record.date(DateKind.ISSUED)
    tags = [
        ("TY", "DATA"),
        *(("AU", agent.name) for agent in record.creators),
        ("TI", record.title.best(language)),
        *(("TT", text) for other, text in record.title.items() if other != language),
        ("PY", str(record.publication_year or "")),
        ("DA", issued.strftime("%Y/%m/%d") if issued else ""),
        ("PB", record.publisher.name if record.publisher else ""),
        ("ET", record.version.number),
        ("DO", record.doi),
        ("UR", _identifier(record) if record.doi else ""),
        ("AB", record.abstract.best(language)),
        *(("KW", keyword.label.best(language)) for keyword in record.keywords),
        ("LA", language),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value.strip()]
    return "\r\n".join([*lines, "ER  - ", ""])


def to_csl(record: Record) -> dict[str, Any]:
    """One item of CSL-JSON, as citation processors read it."""
    language = record.first_language
    issued = record.date(DateKind.ISSUED)
    item: dict[str, Any] = {
        "id": record.doi or str(record.uuid),
        "type": "dataset",
        "title": record.title.best(language),
        "author": [_csl_name(agent) for agent in record.creators],
        "issued": {"date-parts": [_date_parts(record, issued)]} if record.publication_year else {},
        "publisher": record.publisher.name if record.publisher else "",
        "version": record.version.number,
        "DOI": record.doi,
        "URL": _identifier(record) if record.doi else "",
        "abstract": record.abstract.best(language),
        "language": language,
    }
    return {name: value for name, value in item.items() if value}


def _head(record: Record, language: str) -> str:
    creators = "; ".join(agent.name for agent in record.creators)
    year = record.publication_year or _UNPUBLISHED[_known(language)]
    kind = vocabularies.resource_type_label(record.resource_type).best(language)
    publisher = record.publisher.name if record.publisher else ""
    colon = " :" if language == "fr" else ":"
    start = f"{creators} ({year}){colon}".strip()
    parts = [record.title.best(language), f"Version {record.version.number}", publisher, kind]
    return f"{start} " + " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _known(language: str) -> Language:
    return "fr" if language == "fr" else "en"


def _identifier(record: Record) -> str:
    return doi_url(record.doi) if record.doi else f"urn:uuid:{record.uuid}"


def _bibtex(text: str) -> str:
    flat = " ".join(text.split())
    return "".join(_BIBTEX_ESCAPES.get(character, character) for character in flat)


def _bibtex_name(agent: Agent) -> str:
    """Braces keep the name of an organisation whole; "and" in a person's name stays one name."""
    if not agent.is_person or re.search(r"\band\b", agent.name):
        return f"{{{_bibtex(agent.name)}}}"
    return _bibtex(agent.name)


def _bibtex_key(record: Record) -> str:
    first = record.creators[0] if record.creators else None
    name = (first.family_name or first.organisation) if first else "terracite"
    words = _ascii(record.title.best(record.first_language)).split()
    long_word = next((word for word in words if len(word) > 3), "")
    return f"{_ascii(name).replace(' ', '')[:30]}_{record.publication_year or 'nd'}_{long_word}".strip("_") or "key"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def _month(record: Record) -> str:
    issued = record.date(DateKind.ISSUED)
    return str(issued.month) if issued and issued.year == record.publication_year else ""


def _csl_name(agent: Agent) -> dict[str, str]:
    if not agent.is_person:
        return {"literal": agent.organisation}
    name = {"family": agent.family_name, "given": agent.given_name}
    return {part: value for part, value in name.items() if value}


def _date_parts(record: Record, issued: Any) -> list[int]:
    if issued and issued.year == record.publication_year:
        return [issued.year, issued.month, issued.day]
    return [record.publication_year or 0]
