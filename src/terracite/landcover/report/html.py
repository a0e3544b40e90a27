# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the sections of the report are built of: tables, matrices, names of classes with their colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terracite.landcover.accuracy import Interval
from terracite.landcover.outcome import Outcome
from terracite.landcover.report.words import LANGUAGES
from terracite.landcover.wording import number


def both(tag: str, texts: Mapping[str, str], attributes: str = "") -> str:
    """The same element once per language; ``texts`` are HTML."""
    return "".join(f'<{tag} lang="{language}"{attributes}>{texts[language]}</{tag}>' for language in LANGUAGES)


def section(title: str, content: str) -> str:
    """A section with its heading."""
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>"


def paragraph(text: str, attributes: str = "") -> str:
    """A paragraph of plain text."""
    return f"<p{attributes}>{escape(text)}</p>"


def bullets(texts: Sequence[str]) -> str:
    """A list of plain texts."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> str:
    """A table; ``columns`` and its ``name`` are plain text, the cells of ``rows`` HTML, the first one a heading."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' if column else "<td></td>" for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>\n"
        for row in rows
    )
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"
    return scroller(whole, name)


def scroller(content: str, name: str) -> str:
    """What may be wider than a phone, with a bar of its own to scroll it, by keyboard too."""
    told = escape(name, quote=True)
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{told}">{content}</div>'


def matrix(counts: ArrayLike, found: Outcome, language: str, caption: str, digits: int = 0) -> str:
    """A confusion matrix, of counts or of shares in percent: rows as mapped, columns as in the reference."""
    values: NDArray[np.float64] = np.asarray(counts, np.float64)
    names = [escape(label) for label in found.prepared.nomenclature.labels(language)]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = ""
    for row, name in enumerate(names):
        cells = "".join(
            f"<td{_shade(row == column, value)}>{number(value, language, digits)}</td>"
            for column, value in enumerate(values[row].tolist())
        )
        body += f'<tr><th scope="row">{name}</th>{cells}</tr>\n'
    whole = f'<table class="matrix"><thead><tr><td></td>{head}</tr></thead><tbody>\n{body}</tbody></table>'
    return f'<p class="soft">{escape(caption)}</p>{scroller(whole, caption)}'


def _shade(right: bool, value: float) -> str:
    return ' class="right"' if right else ' class="wrong"' if value else ""


def labels(found: Outcome, language: str) -> list[str]:
    """The name of each class with its colour, as HTML."""
    return [
        f'<span class="swatch" style="background:{item.colour}"></span>{escape(item.label.best(language))}'
        for item in found.prepared.nomenclature.classes
    ]


def interval(value: Interval, language: str) -> str:
    """ "0.913 ± 0.184" """
    mean = number(value.mean, language, 3)
    return mean if np.isnan(value.half_width) else f"{mean} ± {number(value.half_width, language, 3)}"
