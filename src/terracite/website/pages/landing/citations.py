# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the dataset is cited: in words, in the style that was asked for, and for reference managers."""

from __future__ import annotations

from dataclasses import dataclass

from terracite.record import citation
from terracite.record.formats import FORMATS
from terracite.record.model import Record, Text
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.website.templatetags.show import language

FOR_MANAGERS = ("bibtex", "ris", "csl")
METADATA = tuple(name for name in FORMATS if name not in {*FOR_MANAGERS, "citation"})


@dataclass(frozen=True, slots=True)
class CitedAs:
    """One way to cite, ready to be copied; ``url`` where it is downloaded."""

    key: str
    label: Text
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What the panel "Cite" shows."""

    html: str
    style: str
    styles: tuple[citation.styles.Style, ...]
    others: tuple[CitedAs, ...]


def shown(version: DatasetVersion, record: Record, style: str) -> Citation:
    """The citation in ``style`` (DataCite's for one that is not there), and the record for reference managers.

    Only the style that was asked for is made: most of them take a processor some milliseconds.
    """
    url = addresses.landing_url(version)
    chosen = style if style in citation.STYLES else "datacite"
    html = citation.styled_html(record, chosen, language(), url)
    others = [_document(version, record, name, url) for name in FOR_MANAGERS]
    others.append(CitedAs("html", Text(fr="HTML", en="HTML"), html, ""))
    return Citation(html, chosen, tuple(citation.STYLES.values()), tuple(others))


def metadata_formats(version: DatasetVersion) -> list[tuple[Text, str]]:
    """Every exchange format with its address."""
    return [(FORMATS[name].label, addresses.metadata_path(version, name)) for name in METADATA]


def _document(version: DatasetVersion, record: Record, name: str, url: str) -> CitedAs:
    text = FORMATS[name].write(record, url).decode()
    return CitedAs(name, FORMATS[name].label, text.strip(), addresses.metadata_path(version, name))
