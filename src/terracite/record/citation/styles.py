# SPDX-License-Identifier: AGPL-3.0-or-later
"""Citations in the styles of journals, through citeproc-py and styles of the Citation Style Language project.

The styles are in ``styles/``, unchanged (see ``NOTICE.md`` there).
"""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape, unescape
from importlib import resources
from typing import Any

from terracite.errors import RecordError
from terracite.record.citation.csl import to_csl
from terracite.record.citation.terms import UNPUBLISHED, identifier, is_practice, known
from terracite.record.citation.text import formatted, formatted_html, linked
from terracite.record.cleaning import cleaned
from terracite.record.identifiers import doi_url
from terracite.record.model import Language, Record, Text

MOST_CREATORS = 25  #: given to a style; all of ours write fewer and then "et al."
#: characters that mean something in HTML -> what carries them through the processor unharmed
_DISGUISES = {"<": "\ue000", ">": "\ue001", "&": "\ue002"}
_ID = "1"
_LOCALES = {"fr": "fr-FR", "en": "en-US"}


@dataclass(frozen=True, slots=True)
class Style:
    """A style of citation; ``files`` by language, none for DataCite's, which is ours."""

    identifier: str
    label: Text
    fr: str = ""
    en: str = ""


def _style(name: str, label: str, file: str) -> Style:
    return Style(name, Text(fr=label, en=label), file, file)


STYLES: dict[str, Style] = {
    style.identifier: style
    for style in (
        Style("datacite", Text(fr="DataCite", en="DataCite")),
        _style("apa", "APA", "apa"),
        _style("harvard", "Harvard", "harvard-cite-them-right"),
        Style("iso690", Text(fr="ISO 690", en="ISO 690"), "iso690-author-date-fr", "iso690-author-date-en"),
        _style("ieee", "IEEE", "ieee"),
        _style("nature", "Nature", "nature"),
        _style("vancouver", "Vancouver", "elsevier-vancouver"),
        _style("copernicus", "Copernicus", "copernicus-publications"),
        _style("agu", "American Geophysical Union", "american-geophysical-union"),
    )
}


def styled(record: Record, style: str = "datacite", language: str = "en", landing_url: str = "") -> str:
    """The citation in one of `STYLES`, as plain text. Raises `RecordError` for a style that is not there."""
    if _file(style, known(language)) == "":
        return formatted(record, language, landing_url)
    return unescape(re.sub(r"<[^>]+>", "", _rendered(record, style, known(language), landing_url)))


def styled_html(record: Record, style: str = "datacite", language: str = "en", landing_url: str = "") -> str:
    """The same in HTML: italics as the style wants them, everything else escaped, the address a link."""
    if _file(style, known(language)) == "":
        return formatted_html(record, language, landing_url)
    html = _rendered(record, style, known(language), landing_url)
    with_links, count = re.subn(r"https?://[^\s<>]*[^\s<>.,;)]", lambda found: linked(unescape(found[0])), html)
    return with_links if count else _doi_linked(html, record.doi)


def _doi_linked(html: str, doi: str) -> str:
    """The DOI as a link, where a style writes it alone ("doi: 10.1234/a")."""
    if not doi or is_practice(doi):
        return html
    return html.replace(escape(doi), f'<a href="{escape(doi_url(doi))}">{escape(doi)}</a>', 1)


def _file(style: str, language: Language) -> str:
    if style not in STYLES:
        raise RecordError(f"There is no style '{style}'.", hint=f"Known styles: {', '.join(STYLES)}.")
    return str(getattr(STYLES[style], language))


def _rendered(record: Record, style: str, language: Language, landing_url: str) -> str:
    """HTML without links, escaped; it ends with the identifier even where the style leaves it out."""
    item = _item(cleaned(record), language, landing_url)
    html = _bibliography(_file(style, language), language, json.dumps(item))
    html = re.sub(r"\s*<div[^>]*>|</div>\s*", " ", html).strip()
    html = re.sub(r"^(\[1\]|1\.)\s*", "", html)
    for character, disguise in _DISGUISES.items():
        html = html.replace(disguise, escape(character))
    end = escape(identifier(record, landing_url))
    return html if (record.doi and escape(record.doi) in html) or end in html else f"{html} {end}"


def _item(record: Record, language: Language, landing_url: str) -> dict[str, Any]:
    item = to_csl(record, landing_url, language)
    for name in ("abstract", "keyword", "submitted", "language"):
        item.pop(name, None)
    if is_practice(record.doi):
        item.pop("DOI")
    item.setdefault("issued", {"literal": UNPUBLISHED[language]})
    item["id"] = _ID
    item["author"] = _few(item.get("author", []))
    disguised: dict[str, Any] = _disguised(item)
    return disguised


def _few(authors: list[Any]) -> list[Any]:
    """The first authors and the last, which is all that a style writes of a long list."""
    return authors if len(authors) <= MOST_CREATORS else [*authors[: MOST_CREATORS - 1], authors[-1]]


def _disguised(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(_DISGUISES.get(character, character) for character in value)
    if isinstance(value, list):
        return [_disguised(item) for item in value]
    return {name: _disguised(item) for name, item in value.items()} if isinstance(value, dict) else value


@lru_cache(maxsize=1024)
def _bibliography(file: str, language: Language, item: str) -> str:
    """What the processor makes of an item in JSON; remembered, for pages ask for the same one again and again."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bibliography = CitationStylesBibliography(
            _loaded(file, language), CiteProcJSON([json.loads(item)]), formatter.html
        )
        bibliography.register(Citation([CitationItem(_ID)]))
        return str(bibliography.bibliography()[0])


@cache
def _loaded(file: str, language: Language) -> Any:
    from citeproc import CitationStylesStyle

    path = resources.files("terracite.record.citation").joinpath("styles", f"{file}.csl")
    with resources.as_file(path) as found:
        return CitationStylesStyle(str(found), locale=_LOCALES[language], validate=False)
