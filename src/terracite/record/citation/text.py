# SPDX-License-Identifier: AGPL-3.0-or-later
"""The citation in one line, after DataCite's recommendation.

Creator (Year): Title. Version. Publisher. Resource type. Identifier.
"""

from __future__ import annotations

from html import escape

from terracite.record.citation.terms import UNPUBLISHED, identifier, kind, known
from terracite.record.model import Record


def formatted(record: Record, language: str = "en", landing_url: str = "") -> str:
    """The citation in one line of plain text, in ``language`` ("fr" or "en").

    A DOI for practice resolves nowhere: ``landing_url``, when given, stands in its place.
    """
    return " ".join(part for part in (_head(record, language), identifier(record, landing_url)) if part)


def formatted_html(record: Record, language: str = "en", landing_url: str = "") -> str:
    """The same citation in HTML: everything escaped, the address a link."""
    return f"{escape(_head(record, language))} {linked(identifier(record, landing_url))}".strip()


def linked(text: str) -> str:
    """An address as a link, any other text escaped."""
    url = escape(text)
    return f'<a href="{url}">{url}</a>' if url.startswith(("https:", "http:")) else url


def _head(record: Record, language: str) -> str:
    creators = "; ".join(agent.name for agent in record.creators)
    year = record.publication_year or UNPUBLISHED[known(language)]
    publisher = record.publisher.name if record.publisher else ""
    colon = " :" if language == "fr" else ":"
    start = f"{creators} ({year}){colon}".strip()
    parts = [record.title.best(language), f"Version {record.version.number}", publisher, kind(record, language)]
    return f"{start} " + " ".join(f"{part.rstrip('.')}." for part in parts if part)
