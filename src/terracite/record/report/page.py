# SPDX-License-Identifier: AGPL-3.0-or-later
"""One page of HTML that needs nothing else: every text escaped, readable on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from terracite.record.model import Language
from terracite.record.report.words import word

Rows = list[tuple[str, ...]]


def page(title: str, parts: Iterable[str], language: Language) -> str:
    """The whole page. ``title`` is plain text, ``parts`` are HTML."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def section(name: str, language: Language, columns: tuple[str, ...], rows: Rows, level: int = 2) -> list[str]:
    """A table with its heading, or "nothing"."""
    heading = f"<h{level}>{word(name, language)} ({len(rows)})</h{level}>"
    if not rows:
        return [heading, f"<p>{word('none', language)}</p>"]
    head = "".join(f'<th scope="col">{word(column, language)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{word(name, language)}">'
    return [heading, f"{scroll}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"]


_LONG = re.compile(r"\S{20,}")


def _cell(text: str) -> str:
    """Escaped, with places where a path or a dotted name may go on in the next line."""
    return _LONG.sub(lambda found: re.sub(r"(?<=[/._:])(?=\w)", "<wbr>", found.group()), escape(text))


_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0}"
    "main{max-width:70rem;margin:auto;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}"
    "h3{font-size:1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "padding:.4rem .6rem;border-bottom:1px solid #ccc;overflow-wrap:break-word}.scroll{overflow-x:auto}"
    "h1,h2,p{overflow-wrap:anywhere}.good{color:#125b26}.bad{color:#8a1c12}.fair{list-style:none;padding:0}meter{width:12rem;max-width:50%}"
    "@media(max-width:40rem){thead{display:none}tr,td{display:block}td{border:0;padding:.1rem 0}"
    "tr{border-bottom:1px solid #ccc;padding:.5rem 0}td:first-child{font-weight:600}}"
    "@media print{.scroll{overflow:visible}}"
)
