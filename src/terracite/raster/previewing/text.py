# SPDX-License-Identifier: AGPL-3.0-or-later
"""README and other texts as a page shows them. Runs in the child process of `previews`.

Markdown becomes HTML that nobody has cleaned yet: whoever shows it does (`terracite.website.previewing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from terracite.raster.previewing import Made
from terracite.raster.previewing.words import clean, encoding_of

MOST_BYTES = 200_000
TEXT_FILE = "text.txt"
HTML_FILE = "text.html"
_DEEPER = 2  #: a page has its own h1, and an h2 above the text
_MARKDOWN = (".md", ".markdown")


def make(path: Path, folder: Path) -> Made:
    """Facts ``form`` ("markdown" or "plain"), ``encoding``, ``lines``, ``shown_bytes``, ``bytes``."""
    size = path.stat().st_size
    with path.open("rb") as file:
        content = file.read(MOST_BYTES)
    encoding = encoding_of(content)
    text = clean(content.decode(encoding, errors="replace"))
    form = "markdown" if path.suffix.lower() in _MARKDOWN else "plain"
    if form == "markdown":
        (folder / HTML_FILE).write_text(to_html(text), encoding="utf-8")
    else:
        (folder / TEXT_FILE).write_text(text, encoding="utf-8")
    facts = {
        "form": form,
        "encoding": encoding.removesuffix("-sig"),
        "lines": len(text.splitlines()),
        "shown_bytes": min(size, MOST_BYTES),
        "bytes": size,
    }
    return Made(facts=facts, warnings=())


def to_html(markdown: str) -> str:
    """CommonMark with tables as HTML: raw HTML is shown as text, pictures as their words, headings start at h3."""
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    reader.add_render_rule("image", _words_of_picture)
    tokens = reader.parse(markdown)
    level = _DEEPER
    for token in tokens:
        if token.type == "heading_open":  # never more than one level down at once
            level = min(6, int(token.tag[1]) + _DEEPER, level + 1)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
    return str(reader.renderer.render(tokens, reader.options, {}))


def _words_of_picture(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    from html import escape

    words = renderer.renderInlineAsText(tokens[at].children or [], options, env)
    return f"[{escape(words)}]" if words else ""
