# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lineage as the CommonMark text of ``processing:lineage``: the statement, numbered steps, sources as bullets.

::

    Made from Sentinel-2 series.

    1. Gap filling. [2024-02-01T08:30:00Z] [terracite 0.1.0] `terracite landcover run reunion.toml`

    - [NDVI series](<https://doi.org/10.5072/ndvi>) [sha256:9f86d081] NDVI of 2023

The reader takes any such list, whoever wrote it. A step keeps its number in both languages, and a language only has
the steps it can tell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from terracite.record import instants
from terracite.record.identifiers import bare_doi, resolvable
from terracite.record.model import Language, Lineage, Record, Source, Step, Text, iso
from terracite.record.two_languages import other_language

_STEP = re.compile(r"(\d{1,9})\.(?: (.*))?$")
_SOURCE = re.compile(r"- \[((?:[^\[\]\\]|\\.)*)\](?:\(<([^<>]*)>\))?(?: \[([a-z0-9-]+:[0-9A-Za-z+/=]+)\])?(?: (.*))?$")
_CHECKSUM = re.compile(r"[a-z0-9-]+:[0-9A-Za-z+/=]+")
_LOOKS_LIKE_A_LIST = re.compile(r"^(\d*)([.-])(?=$| )", re.MULTILINE)
_ESCAPED_LIST = re.compile(r"^(\d*)\\([.-])(?=$| )", re.MULTILINE)
_DETAILS = re.compile(
    r"^(?P<said>.*?)(?: \[(?P<on>\d{4}-[^\[\]\\]*Z)\])?(?: \[(?P<software>(?:[^\[\]\\]|\\.)*)\])?"
    r"(?: `(?P<command>[^`]+)`)?$"
)


def lineage_text(record: Record, language: Language) -> Text:
    """The whole lineage in each language that tells some of it; details that have no language are in ``language``."""
    both = {code: _in_language(record.lineage, code, told=code == language) for code in _languages(language)}
    return Text.model_validate(both)


def _languages(language: Language) -> tuple[Language, Language]:
    return language, other_language(language)


def _in_language(lineage: Lineage, language: Language, *, told: bool) -> str:
    steps = list(_steps(lineage.steps, language, told=told))
    sources = list(_sources(lineage.sources, language, told=told))
    statement = _LOOKS_LIKE_A_LIST.sub(r"\1\\\2", getattr(lineage.statement, language))
    return "\n\n".join(part for part in (statement, "\n".join(steps), "\n".join(sources)) if part)


def _steps(steps: tuple[Step, ...], language: Language, *, told: bool) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        said = _item(getattr(step.description, language))
        details = f"{_details(step)}" if told else ""
        if said or told:
            yield f"{number}. {said}{details}"


def _details(step: Step) -> str:
    parts = [f" [{iso(step.on)}]" if step.on else ""]
    parts.append(f" [{_escaped(_one_line(step.software))}]" if step.software else "")
    command = _one_line(step.command).replace("`", "'")
    return "".join([*parts, f" `{command}`" if command else ""])


def _sources(sources: tuple[Source, ...], language: Language, *, told: bool) -> Iterator[str]:
    if not told and not any(getattr(source.description, language) for source in sources):
        return
    for source in sources:
        address = resolvable(source.identifier)
        link = f"(<{address}>)" if address and not re.search(r"[<>\s]", address) else ""
        checksum = f" [{source.checksum}]" if told and _CHECKSUM.fullmatch(source.checksum) else ""
        said = _item(getattr(source.description, language))
        yield f"- [{_escaped(_one_line(source.title))}]{link}{checksum}{f' {said}' if said else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _item(text: str) -> str:
    """A text as one line of a list; CommonMark breaks it at ``<br>``."""
    return "<br>".join(_one_line(line) for line in _escaped(text).split("\n"))


def _escaped(text: str) -> str:
    return re.sub(r"([\[\]\\`]|<(?=br>))", r"\\\1", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\[\]\\`<])|<br>", lambda found: found[1] or "\n", text)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one language tells."""

    statement: str
    steps: dict[int, Step]
    sources: list[Source]


def lineage_of(text: Text, language: Language) -> Lineage:
    """The lineage that a text tells; text without lists is all statement."""
    told = {code: _told(getattr(text, code), code) for code in _languages(language)}
    first, second = told[language], told[other_language(language)]
    return Lineage(
        statement=Text.model_validate({code: item.statement for code, item in told.items()}),
        steps=tuple(
            _same_step(first.steps.get(at), second.steps.get(at)) for at in sorted({*first.steps, *second.steps})
        ),
        sources=_same_sources(first.sources, second.sources),
    )


def _told(text: str, language: Language) -> _Told:
    lines = text.split("\n")
    sources: list[Source] = []
    while lines and (found := _SOURCE.match(lines[-1])):
        sources.insert(0, _source(found, language))
        lines.pop()
    lines = _without_blank_end(lines)
    steps: dict[int, Step] = {}
    while lines and (found := _STEP.match(lines[-1])):
        steps[int(found[1])] = _step(found[2] or "", language)
        lines.pop()
    statement = _ESCAPED_LIST.sub(r"\1\2", "\n".join(_without_blank_end(lines)))
    return _Told(statement, steps, sources)


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _source(found: re.Match[str], language: Language) -> Source:
    address = found[2] or ""
    return Source(
        title=_unescaped(found[1]),
        identifier=bare_doi(address) or address,
        checksum=found[3] or "",
        description=Text.model_validate({language: _unescaped(found[4] or "")}),
    )


def _step(line: str, language: Language) -> Step:
    found = _DETAILS.match(line)
    if found is None:
        return Step(description=Text.model_validate({language: line}))
    on = instants.moment(found["on"]) if found["on"] else None
    return Step(
        description=Text.model_validate({language: _unescaped(found["said"])}),
        software=_unescaped(found["software"] or ""),
        command=found["command"] or "",
        on=on if isinstance(on, dt.datetime) else None,
    )


def _same_step(first: Step | None, second: Step | None) -> Step:
    if first is None or second is None:
        found = first or second
        assert found is not None
        return found
    return first.model_copy(update={"description": _joined(first.description, second.description)})


def _same_sources(first: list[Source], second: list[Source]) -> tuple[Source, ...]:
    if len(first) != len(second):
        return tuple(first or second)
    pairs = zip(first, second, strict=True)
    return tuple(
        one.model_copy(update={"description": _joined(one.description, two.description)}) for one, two in pairs
    )


def _joined(first: Text, second: Text) -> Text:
    return Text(fr=first.fr or second.fr, en=first.en or second.en)
