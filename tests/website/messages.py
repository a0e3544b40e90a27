# SPDX-License-Identifier: AGPL-3.0-or-later
"""The strings of the website and their French: found with Babel, so that no system gettext is needed.

After changing a string::

    python tests/website/messages.py    # updates django.po, tells what is not translated, writes django.mo
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import terracite.website

WEBSITE = Path(terracite.website.__file__).parent
PO = WEBSITE / "locale" / "fr" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
MAKERS = "The Terracite developers"
LICENCE = "SPDX-License-Identifier: " + "AGPL-3.0-or-later"
_FIXED = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)  # a real date would change the files at every run
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def found() -> Catalog:
    """Every string of the code and of the templates (the prose of each language is apart)."""
    catalog = Catalog(
        locale="fr", project="Terracite", version="", charset="utf-8", fuzzy=False, copyright_holder=MAKERS,
        msgid_bugs_address="", last_translator=MAKERS, language_team="French", header_comment=f"# {LICENCE}\n#",
        creation_date=_FIXED, revision_date=_FIXED,
    )  # fmt: skip
    paths = sorted([*WEBSITE.rglob("*.py"), *WEBSITE.rglob("*.html")])
    for path in paths:
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(WEBSITE))
        source = unindented(templatize(text, origin=name)) if path.suffix == ".html" else text
        for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            del line  # line numbers would change the file with every edit
            flags = ("python-format",) if "%(" in str(message) else ()
            catalog.add(message, locations=[(name, 0)], context=context, flags=flags)
    return catalog


def unindented(source: str) -> str:
    """A template as Babel's reader of Python takes it: the indentation of HTML is not that of Python."""
    return "\n".join(line.lstrip() for line in source.split("\n"))


def translated() -> Catalog:
    """What the French catalogue holds."""
    if not PO.exists():
        return Catalog(locale="fr")
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def missing(catalog: Catalog) -> list[str]:
    """The strings without their French."""
    return [str(message.id) for message in catalog if message.id and not _is_complete(message.string)]


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _is_complete(text: object) -> bool:
    return all(text) if isinstance(text, (list, tuple)) else bool(text)


def merged() -> Catalog:
    """The strings in use, each with the French that the catalogue has for it."""
    before, now = translated(), found()
    for message in now:
        known = before.get(message.id[0] if isinstance(message.id, tuple) else message.id, message.context)
        if message.id and known is not None:
            message.string = known.string
    return now


def main() -> int:
    catalog = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    MO.write_bytes(compiled(catalog))
    for text in missing(catalog):
        sys.stdout.write(f"not translated: {text}\n")
    return len(missing(catalog))


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
