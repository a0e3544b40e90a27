# SPDX-License-Identifier: AGPL-3.0-or-later
"""The check of one or several tables: for a terminal, as JSON, as a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from terracite.errors import Severity
from terracite.record.geoflow.checking.finding import TERRACITE, Finding
from terracite.record.geoflow.checking.table import TableCheck
from terracite.record.model import Language
from terracite.record.report.page import page

_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "page": ("Contrôle de tables geoflow", "Check of geoflow tables"),
    "error": ("erreur", "error"),
    "warning": ("à revoir", "warning"),
    "entities": ("entités", "entities"),
    "contacts": ("contacts", "contacts"),
    "row": ("ligne {row}", "row {row}"),
    "accepted": ("geoflow la lit", "geoflow reads it"),
    "refused": ("geoflow s’y arrête", "geoflow stops at it"),
    "line": (
        "{source} : {rows} {kind}, {errors} erreurs, {warnings} à revoir ; {verdict}",
        "{source}: {rows} {kind}, {errors} errors, {warnings} warnings; {verdict}",
    ),
    "rules": ("Par règle", "By rule"),
    "nothing": ("Rien à corriger.", "Nothing to correct."),
    "where": ("Où", "Where"),
    "level": ("Niveau", "Level"),
    "what": ("Constat", "Finding"),
    "findings": ("Constats", "Findings"),
    "cure": ("Remède", "Cure"),
    "times": ("Fois", "Times"),
    "rule": ("Règle", "Rule"),
}


def to_text(checks: Sequence[TableCheck], language: Language, most: int = 0) -> str:
    """A line a table, then its findings; ``most`` of each table (0: all), the others counted by rule."""
    lines: list[str] = []
    for check in checks:
        lines.append(_line(check, language))
        shown = check.findings[:most] if most else check.findings
        for item in shown:
            lines.append(f"  {_level(item, language):8} {_where(item, language)}: {item.message.best(language)}")
            lines.append(f"           → {item.cure.best(language)}")
        if len(shown) < len(check.findings):
            counted = Counter(item.rule for item in check.findings)
            lines.append(f"  ... {', '.join(f'{rule} × {count}' for rule, count in counted.most_common())}")
    return "\n".join(lines)


def to_dict(checks: Sequence[TableCheck], language: Language) -> dict[str, Any]:
    """The checks as JSON's own types."""
    return {
        "accepted": all(check.is_accepted for check in checks),
        "tables": [
            {
                "source": check.source,
                "kind": check.kind,
                "rows": check.rows,
                "accepted": check.is_accepted,
                "errors": check.errors,
                "warnings": check.warnings,
                "findings": [_as_dict(item, language) for item in check.findings],
            }
            for check in checks
        ],
    }


def to_html(checks: Sequence[TableCheck], language: Language) -> str:
    """The checks as one page that needs nothing else."""
    parts = [f"<h1>{_word('page', language)}</h1>"]
    for check in checks:
        parts.append(f"<h2>{escape(check.source)}</h2>")
        verdict = "good" if check.is_accepted else "bad"
        parts.append(f'<p class="{verdict}"><strong>{escape(_line(check, language))}</strong></p>')
        parts += _tables(check, language)
    return page(_word("page", language), parts, language)


def _tables(check: TableCheck, language: Language) -> Iterator[str]:
    if not check.findings:
        yield f"<p>{_word('nothing', language)}</p>"
        return
    counted = Counter(item.rule for item in check.findings)
    yield f"<h3>{_word('rules', language)}</h3>"
    yield _table(("rule", "times"), [(rule, str(count)) for rule, count in counted.most_common()], language)
    rows = [
        (
            _where(item, language),
            _level(item, language),
            item.message.best(language),
            item.cure.best(language),
        )
        for item in check.findings
    ]
    yield f"<h3>{_word('findings', language)} ({len(rows)})</h3>"
    yield _table(("where", "level", "what", "cure"), rows, language)


def html_table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    """A table whose long ids may go on in the next line."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_breakable(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _breakable(cell: str) -> str:
    return re.sub(r"(?<=[_/])(?=\w)", "<wbr>", escape(cell))


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], language: Language) -> str:
    return html_table([_word(column, language) for column in columns], rows)


def _as_dict(item: Finding, language: Language) -> dict[str, Any]:
    return {
        "row": item.row,
        "line": item.line,
        "entity": item.entity,
        "column": item.column,
        "rule": item.rule,
        "of": "terracite" if item.rule in TERRACITE else "geoflow",
        "severity": item.severity.value,
        "message": item.message.best(language),
        "cure": item.cure.best(language),
    }


def _line(check: TableCheck, language: Language) -> str:
    return _word(
        "line",
        language,
        source=check.source,
        rows=check.rows,
        kind=_word(check.kind, language),
        errors=check.errors,
        warnings=check.warnings,
        verdict=_word("accepted" if check.is_accepted else "refused", language),
    )


def _where(item: Finding, language: Language) -> str:
    place = _word("row", language, row=item.row)
    named = f" ({item.entity})" if item.entity else ""
    return f"{place}{named}{f', {item.column}' if item.column else ''}"


def _level(item: Finding, language: Language) -> str:
    return _word("error" if item.severity is Severity.ERROR else "warning", language)


def _word(key: str, language: Language, **values: object) -> str:
    return _WORDS[key][0 if language == "fr" else 1].format(**values)
