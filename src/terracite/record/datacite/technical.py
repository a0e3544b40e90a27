# SPDX-License-Identifier: AGPL-3.0-or-later
"""What DataCite has no property for, told in words: one heading and one line per thing, in French and in English.

Variables:
- ndvi [1] (normalized_difference_vegetation_index): Vegetation index; method: (B08-B04)/(B08+B04)
Map classes (reunion-6):
- 1 = Forest (#1b7837), 1234.5 ha
Reference system:
- EPSG:32740 (WGS 84 / UTM zone 40S)
"""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.model import MapClass, Quality, Record, ReferenceSystem, Resolution, Text, Variable

HEADINGS = {
    "purpose": Text(fr="But", en="Purpose"),
    "version": Text(fr="Notes de version", en="Version notes"),
    "quality": Text(fr="Qualité", en="Quality"),
    "variables": Text(fr="Variables", en="Variables"),
    "classes": Text(fr="Classes de la carte", en="Map classes"),
    "systems": Text(fr="Système de référence", en="Reference system"),
    "resolutions": Text(fr="Résolution spatiale", en="Spatial resolution"),
    "representation": Text(fr="Représentation spatiale", en="Spatial representation"),
    "time_resolution": Text(fr="Pas de temps", en="Time step"),
}


def technical_lines(record: Record, language: str) -> Iterator[str]:
    """Variables, classes, reference systems and resolutions; nothing in a language the record does not speak."""
    if not _speaks(record, language):
        return
    yield from _block("variables", [_variable(item, language) for item in record.variables], language)
    classes = [_map_class(item, language) for item in record.classes]
    yield from _block("classes", classes, language, record.nomenclature)
    yield from _block("systems", [_system(item) for item in record.reference_systems], language)
    yield from _block("resolutions", [_resolution(item, language) for item in record.resolutions], language)
    yield from _block("representation", [record.representation or ""], language)
    yield from _block("time_resolution", [record.time_resolution], language)


def quality_lines(record: Record, language: str) -> Iterator[str]:
    """The measures that are named or commented in that language, with their numbers in the record."""
    told = [
        (number, item)
        for number, item in enumerate(record.quality, start=1)
        if getattr(item.name, language) or getattr(item.note, language)
    ]
    if told:
        yield f"{getattr(HEADINGS['quality'], language)}{_colon(language)}"
    yield from (f"{number}. {_measure(item, language)}" for number, item in told)


def _speaks(record: Record, language: str) -> bool:
    texts = [record.title, *(text for item in record.variables for text in (item.label, item.method))]
    texts += [item.label for item in record.classes]
    return language == record.first_language or any(getattr(text, language) for text in texts)


def _block(key: str, lines: list[str], language: str, detail: str = "") -> Iterator[str]:
    lines = [one_line(line) for line in lines if line]
    if lines or detail:
        heading = getattr(HEADINGS[key], language)
        yield f"{heading} ({one_line(detail)}){_colon(language)}" if detail else f"{heading}{_colon(language)}"
    yield from (f"- {line}" for line in lines)


def _variable(variable: Variable, language: str) -> str:
    unit = f" [{variable.unit}]" if variable.unit else ""
    standard_name = f" ({variable.standard_name})" if variable.standard_name else ""
    label, method = getattr(variable.label, language), getattr(variable.method, language)
    named = f"{_colon(language)} {label}" if label else ""
    return f"{variable.name}{unit}{standard_name}{named}{_detail('méthode', 'method', method, language)}"


def _map_class(item: MapClass, language: str) -> str:
    label = getattr(item.label, language)
    area = f", {_number(item.area_ha, language)} ha" if item.area_ha is not None else ""
    return f"{item.code}{f' = {label}' if label else ''} ({item.colour}){area}"


def _system(system: ReferenceSystem) -> str:
    if system.code and system.name:
        return f"{system.code} ({system.name})"
    return system.code or system.name


def _resolution(resolution: Resolution, language: str) -> str:
    distance = f"{_number(resolution.distance_m, language)} m" if resolution.distance_m is not None else ""
    scale = f"1:{resolution.scale}" if resolution.scale is not None else ""
    return ", ".join(filter(None, (distance, scale)))


def _measure(quality: Quality, language: str) -> str:
    name = getattr(quality.name, language)
    unit = f" {quality.unit}" if quality.unit not in {"", "1"} else ""
    text = f"{f'{name}{_colon(language)} ' if name else ''}{_number(quality.value, language)}{unit}"
    text += _interval(quality, language)
    text += _detail("note", "note", getattr(quality.note, language), language)
    return one_line(text + _detail("rapport", "report", quality.report, language))


def _interval(quality: Quality, language: str) -> str:
    if quality.low is None and quality.high is None:
        return ""
    low, high = (".." if end is None else _number(end, language) for end in (quality.low, quality.high))
    if language == "fr":
        return f" (intervalle à 95 % : {low} à {high})"
    return f" (95 % interval: {low} to {high})"


def _detail(french: str, english: str, text: str, language: str) -> str:
    if not text:
        return ""
    return f" ; {french} : {text}" if language == "fr" else f"; {english}: {text}"


def _colon(language: str) -> str:
    return " :" if language == "fr" else ":"


def _number(value: float, language: str) -> str:
    """The shortest text that gives the number back, with the decimal comma of French."""
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return text.replace(".", ",") if language == "fr" else text


def one_line(text: str) -> str:
    """``text`` without line breaks."""
    return " ".join(text.split()) if "\n" in text or "\r" in text else text
