# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold: one ``gmd:MD_CoverageDescription`` per run of variables of a kind, one for the classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terracite.record.iso19115.content import CLASSES, area, attribute_names, runs
from terracite.record.iso19139.elements import Gmd
from terracite.record.model import Record, Text, Variable


def write(gmd: Gmd) -> Iterator[str]:
    record = gmd.record
    for kind, variables in runs(record):
        yield _description(gmd, kind, (_band(gmd, variable) for variable in variables))
    if record.classes or record.nomenclature:
        yield _description(gmd, CLASSES, [_classes(gmd)])


def _description(gmd: Gmd, kind: str, dimensions: Iterable[str]) -> str:
    return gmd.element(
        "gmd:contentInfo/gmd:MD_CoverageDescription",
        gmd.record_type("gmd:attributeDescription", attribute_names(gmd.record)),
        gmd.code("gmd:contentType", "gmd:MD_CoverageContentTypeCode", kind),
        *dimensions,
    )


def _band(gmd: Gmd, variable: Variable) -> str:
    """``MD_Band``, as oceanographers' catalogues write variables: ``MD_RangeDimension`` has no unit."""
    return gmd.element(
        "gmd:dimension/gmd:MD_Band",
        gmd.member("gmd:sequenceIdentifier", variable.name),
        gmd.text("gmd:descriptor", _descriptor(gmd, variable)),
        gmd.unit("gmd:units", variable.unit),
    )


def _descriptor(gmd: Gmd, variable: Variable) -> Text:
    """ "label (standard_name) — method" in the languages that have words; the standard name alone where none has."""
    languages = {language for text in (variable.label, variable.method) for language, _ in text.items()}
    standard = f"({variable.standard_name})" if variable.standard_name else ""
    words = {}
    for language in languages or {gmd.language}:
        method = getattr(variable.method, language)
        parts = (getattr(variable.label, language), standard, f"— {method}" if method else "")
        words[language] = " ".join(part for part in parts if part)
    return Text(**words)


def _classes(gmd: Gmd) -> str:
    return gmd.element(
        "gmd:dimension/gmd:MD_RangeDimension",
        gmd.member("gmd:sequenceIdentifier", gmd.record.nomenclature or "class"),
        gmd.text("gmd:descriptor", legend(gmd.record)),
    )


def legend(record: Record) -> Text:
    """A line per class, "1 = Forest (#1b7837, 12.5 ha)", in the languages that have labels."""
    spoken = {language for item in record.classes for language, _ in item.label.items()}
    languages = spoken or ({record.first_language} if record.classes else set())
    lines = {
        language: "\n".join(
            f"{item.code} = {_line(getattr(item.label, language))} ({item.colour}{area(item)})"
            for item in record.classes
        )
        for language in languages
    }
    return Text(**lines)


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())
