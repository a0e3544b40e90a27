# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that describe data, handed over as they are: metadata in XML and JSON, README, CITATION.cff, BagIt's tags.

What they mean is read by `terracite.repository.described`, in the same child process.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from terracite.raster.inspect import Document, Facts
from terracite.raster.inspect_kinds import Kind

MOST_BYTES = 2 * 2**20  #: of a document; records are smaller
_README = re.compile(r"^(_?read[-_ ]?me|lisez[-_ ]?moi|a[-_ ]lire)", re.IGNORECASE)
_NAMED = {"citation.cff": "cff", "bag-info.txt": "bag-info", "package-info.txt": "bag-info"}
_SUFFIXES = dict.fromkeys((".xml", ".json", ".jsonld", ".ttl", ".rdf", ".bib", ".ris"), "")
_EML = re.compile(r"<(?:\w+:)?eml[\s>]")


def facts(path: Path, kind: Kind) -> Facts:
    """The text, when its name or content says that it may describe data."""
    found = Facts(kind.format, kind.media_type)
    if path.stat().st_size > MOST_BYTES:
        return found
    document = document_of(path.name, path.read_bytes())
    return found if document is None else Facts(kind.format, kind.media_type, documents=(document,))


def may_describe(name: str) -> bool:
    """Whether a file of that name may describe data."""
    path = PurePosixPath(name)
    if path.name.startswith("._") or "__MACOSX" in path.parts:
        return False
    is_readme = bool(_README.match(path.name)) and path.suffix.lower() in {"", ".md", ".txt", ".rst"}
    return path.name.lower() in _NAMED or path.suffix.lower() in _SUFFIXES or is_readme


def document_of(name: str, content: bytes) -> Document | None:
    """The document of that name; None when nothing says that it describes data."""
    if not may_describe(name):
        return None
    path = PurePosixPath(name)
    text = _text(content)
    suffix = path.suffix.lower()
    kind = _NAMED.get(path.name.lower(), _SUFFIXES.get(suffix, "readme"))
    if _README.match(path.name) and suffix in {"", ".md", ".txt", ".rst"}:
        kind = "readme"
    if suffix == ".xml" and _EML.search(text[:2000]):
        kind = "eml"
    return Document(name, text, kind)


def _text(content: bytes) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
