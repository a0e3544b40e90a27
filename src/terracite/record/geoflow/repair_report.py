# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a repair changed, cell by cell: for a terminal, as JSON, as a page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from terracite.record.geoflow.checking import to_dict as check_to_dict
from terracite.record.geoflow.checking.report import html_table
from terracite.record.geoflow.repairing import Change, Repair
from terracite.record.model import Language
from terracite.record.report.page import page

_SHOWN = 90  #: characters of a cell on a terminal
_WORDS: dict[str, tuple[str, str]] = {  #: key -> French, English
    "page": ("Réparation d’une table geoflow : {source}", "Repair of a geoflow table: {source}"),
    "row": ("ligne {row}", "row {row}"),
    "verdict": (
        "{changes} cellules changées ; erreurs pour geoflow : {before} avant, {after} après.",
        "{changes} cells changed; errors for geoflow: {before} before, {after} after.",
    ),
    "dropped": (
        "Colonnes que geoflow n’a pas, laissées de côté : {names}.",
        "Columns that geoflow does not have, left out: {names}.",
    ),
    "remaining": ("Reste à corriger à la main", "Left to correct by hand"),
    "changes": ("Cellules changées", "Changed cells"),
    "where": ("Où", "Where"),
    "before": ("Avant", "Before"),
    "after": ("Après", "After"),
    "why": ("Pourquoi", "Why"),
    "what": ("Constat", "Finding"),
    "cure": ("Remède", "Cure"),
    "empty": ("(vide)", "(empty)"),
}


def repair_to_text(repair: Repair, language: Language) -> str:
    """Each changed cell, then what is left, then one line."""
    lines = []
    for change in repair.changes:
        lines.append(f"{_where(change, language)}: {change.why.best(language)}")
        lines += [f"  - {_short(change.before, language)}", f"  + {_short(change.after, language)}"]
    if repair.after.findings:
        lines.append(f"\n{_word('remaining', language)}")
        for item in repair.after.findings:
            place = f"{_word('row', language, row=item.row)}, {item.column}"
            lines.append(f"  {place}: {item.message.best(language)} {item.cure.best(language)}")
    return "\n".join([*lines, "", *_verdict(repair, language)]).lstrip("\n")


def repair_to_dict(repair: Repair, language: Language) -> dict[str, Any]:
    """The repair as JSON's own types."""
    return {
        "changes": [
            {
                "row": change.row,
                "entity": change.entity,
                "column": change.column,
                "before": change.before,
                "after": change.after,
                "why": change.why.best(language),
            }
            for change in repair.changes
        ],
        "dropped_columns": list(repair.dropped),
        "errors_before": repair.before.errors,
        "remaining": check_to_dict([repair.after], language)["tables"][0],
    }


def repair_to_html(repair: Repair, language: Language) -> str:
    """The repair as one page that needs nothing else."""
    title = _word("page", language, source=repair.before.source)
    remaining = [
        (
            f"{_word('row', language, row=item.row)}, {item.column}",
            item.message.best(language),
            item.cure.best(language),
        )
        for item in repair.after.findings
    ]
    changes = [
        (_where(change, language), change.before, change.after, change.why.best(language)) for change in repair.changes
    ]
    parts = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(line)}</p>" for line in _verdict(repair, language))]
    parts += _section("remaining", ("where", "what", "cure"), remaining, language)
    parts += _section("changes", ("where", "before", "after", "why"), changes, language)
    return page(title, parts, language)


def _section(heading: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], language: Language) -> list[str]:
    if not rows:
        return []
    table = html_table([_word(column, language) for column in columns], rows)
    return [f"<h2>{_word(heading, language)} ({len(rows)})</h2>", table]


def _verdict(repair: Repair, language: Language) -> list[str]:
    counts = {"changes": len(repair.changes), "before": repair.before.errors, "after": repair.after.errors}
    dropped = [_word("dropped", language, names=", ".join(repair.dropped))] if repair.dropped else []
    return [*dropped, _word("verdict", language, **counts)]


def _where(change: Change, language: Language) -> str:
    named = f" ({change.entity})" if change.entity else ""
    return f"{_word('row', language, row=change.row)}{named}, {change.column}"


def _short(cell: str, language: Language) -> str:
    text = " ".join(cell.split()) or _word("empty", language)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _word(key: str, language: Language, **values: object) -> str:
    return _WORDS[key][0 if language == "fr" else 1].format(**values)
