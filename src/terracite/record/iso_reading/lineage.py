# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made: ``LI_Lineage`` of 19115-3 (mrl) and 19139 (in the data quality)."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.iso_reading.citation import Identifier, identifier
from terracite.record.iso_reading.texts import Iso, href, peek_attribute
from terracite.record.model import Lineage, Source, Step, Text
from terracite.record.reading import XmlNode, values

_CHECKSUM = re.compile(r"(sha\d+|md5):[0-9a-f]+", re.IGNORECASE)
_TITLE_LENGTH = 160
#: beginnings of the last lines of the description of a step, where the format has no element for them
_LABELS = {
    ("fr", "software"): "Logiciel : ",
    ("en", "software"): "Software: ",
    ("fr", "command"): "Commande : ",
    ("en", "command"): "Command: ",
}


def read(iso: Iso, record: XmlNode) -> Lineage:
    """Statement, steps and sources of every lineage of the record."""
    nodes = [*record.all("resourceLineage/*"), *record.all("dataQualityInfo/*/lineage/*")]
    statements = [text for node in nodes if (text := iso.text(node.first("statement")))]
    sources = [source for node in nodes for item in node.all("source") if (source := _source(iso, item))]
    steps: list[Step] = []
    for node in nodes:
        for item in node.all("processStep/*"):
            sources += [source for inner in item.all("source") if (source := _source(iso, inner))]
            steps += [step] if (step := _step(iso, item)) else []
    statement = statements[0] if len(statements) == 1 else joined(statements)
    return Lineage(statement=statement, steps=tuple(steps), sources=tuple(sources))


def joined(texts: list[Text]) -> Text:
    """Several texts as one, a blank line between them."""
    return Text(
        fr="\n\n".join(text.fr for text in texts if text.fr), en="\n\n".join(text.en for text in texts if text.en)
    )


def _step(iso: Iso, node: XmlNode) -> Step | None:
    processing = node.first("processingInformation/*")
    software = command = ""
    if processing is not None:
        software = iso.string(processing.first("softwareReference/*/title"))
        command = iso.string(processing.first("procedureDescription"))
        name = identifier(iso, holder).code if (holder := processing.first("identifier/*")) is not None else ""
        software = software or (name if name != command else "")
    description = iso.text(node.first("description"))
    if processing is None:
        description, said = _without_last_lines(description)
        software, command = said.get("software", ""), said.get("command", "")
    on = _when(iso, node)
    if not (description or software or command):
        return None
    step: Step = iso.notes.part(Step, node.where, description=description, software=software, command=command, on=on)
    return step


def _without_last_lines(description: Text) -> tuple[Text, dict[str, str]]:
    """The description without the lines that say software and command, and what they say."""
    said: dict[str, str] = {}
    kept = {}
    for language, text in description.items():
        lines = text.split("\n")
        for name in ("command", "software"):
            if lines and lines[-1].startswith(_LABELS[language, name]):
                said[name] = lines.pop()[len(_LABELS[language, name]) :].strip()
        kept[language] = "\n".join(lines)
    return (Text(**kept), said) if said else (description, {})


def _when(iso: Iso, node: XmlNode) -> Any:
    """When a step was made; a day alone is its midnight, as the record has moments."""
    text = next((item.text() for item in node.all("stepDateTime/*/timePosition")), "")
    text = text or iso.string(node.first("dateTime"))
    if not text:
        return None
    moment = values.moment(text)
    if moment is not None:
        return moment
    day = values.day(text)
    if day is None:
        iso.notes.say(node.where, "unreadable", text, expected=Text(fr="un moment", en="a moment"))
        return None
    return f"{day[0].isoformat()}T00:00:00Z"


def _source(iso: Iso, node: XmlNode) -> Source | None:
    """A source; one that is only an address is titled by it."""
    holder = node.first("*")
    if holder is None:
        address = href(node) or node.attribute("uuidref")
        return Source(title=peek_attribute(node, "title") or address, identifier=address) if address else None
    citation = holder.first("sourceCitation/*")
    description = iso.text(holder.first("description"))
    title = iso.string(citation.first("title")) if citation is not None else ""
    found = [identifier(iso, item) for item in citation.all("identifier/*")] if citation is not None else []
    checksum = next((item.code for item in found if _CHECKSUM.fullmatch(item.code)), "")
    named = [item for item in found if item.code != checksum]
    if not (title or description or named):
        return None
    part: Source | None = iso.notes.part(
        Source,
        holder.where,
        title=title or _short(description) or _code(named),
        identifier=_code(named),
        description=description,
        checksum=checksum,
    )
    return part


def _code(items: list[Identifier]) -> str:
    return next((item.code or item.address for item in items), "")


def _short(description: Text) -> str:
    """The beginning of a description, to serve as a title."""
    text = " ".join(description.best().split())
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1].rstrip() + "…"
