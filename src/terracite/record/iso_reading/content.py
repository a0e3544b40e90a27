# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold, and what they were acquired with.

Variables and classes: ``MD_CoverageDescription`` of 19115-3 (mrc) and 19139. Platforms: ``MI_AcquisitionInformation``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from terracite.record.iso_reading.citation import identifier
from terracite.record.iso_reading.quality import unit
from terracite.record.iso_reading.texts import Iso, code, peek_attribute
from terracite.record.model import MapClass, Platform, Text, Variable
from terracite.record.reading import XmlNode, values

_SEPARATOR = " — "
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_AREA = re.compile(r"(\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*ha\b", re.IGNORECASE)
_CLASS_LINE = re.compile(r"(-?\d+) = (.*) \((#[0-9a-f]{6})(?:, ([\d.,e+-]+) ha)?\)$")
_STANDARD = re.compile(r"^(.*?)\s*\(([a-z][a-z0-9_]*)\)$", re.DOTALL)
_CLASSES = "thematicClassification"
_LONGEST = 1_000  #: characters in which a standard name, a colour or an area is looked for


@dataclass(slots=True)
class Content:
    """Variables and classes; ``nomenclature`` names the list that the classes come from."""

    variables: list[Variable] = field(default_factory=list)
    classes: list[MapClass] = field(default_factory=list)
    nomenclature: str = ""


def read(iso: Iso, record: XmlNode) -> Content:
    content = Content()
    for node in record.all("contentInfo/*"):
        for group in node.all("attributeGroup/*"):
            classes = code(group.first("contentType")) == _CLASSES
            for attribute in group.all("attribute/*"):
                _attribute(iso, attribute, content, classes=classes)
        for attribute in node.all("dimension/*"):
            _attribute(iso, attribute, content, classes=code(node.first("contentType")) == _CLASSES)
        if content.variables or content.classes or content.nomenclature:
            _skip_names(node)
    return content


def _skip_names(node: XmlNode) -> None:
    """The description of the attributes repeats their names; the kind of content, their groups."""
    for name in ("attributeDescription", "contentType"):
        for item in node.all(name):
            item.skip()


def _attribute(iso: Iso, node: XmlNode, content: Content, *, classes: bool) -> None:
    descriptions = node.all("rangeElementDescription/*")
    if descriptions:
        content.nomenclature = _nomenclature(_name(iso, node))
        found = [_class(iso, item) for item in descriptions]
        content.classes += [item for item in found if item is not None]
    elif classes and not _is_described(node):
        content.nomenclature = _nomenclature(_name(iso, node))
    elif lines := _class_lines(iso, node):
        content.nomenclature = _nomenclature(_name(iso, node))
        content.classes += lines
    elif (variable := _variable(iso, node)) is not None:
        content.variables.append(variable)


def _is_described(node: XmlNode) -> bool:
    """Whether there is more than a name: a name alone, for classes, is that of their list."""
    return any(node.first(name) is not None for name in ("description", "descriptor", "units"))


def _nomenclature(name: str) -> str:
    return "" if name == "class" else name


def _name(iso: Iso, node: XmlNode) -> str:
    """The name of an attribute: its identifier, else the member of the record type."""
    holder = node.first("name")
    if holder is not None and (named := identifier(iso, holder).code):
        _member(iso, node)
        return named
    return _member(iso, node)


def _member(iso: Iso, node: XmlNode) -> str:
    member = node.first("sequenceIdentifier/*")
    if member is None:
        return ""
    for item in member.all("attributeType/*/aName"):
        iso.string(item)
    return iso.string(member.first("aName"))


def _variable(iso: Iso, node: XmlNode) -> Variable | None:
    names = [identifier(iso, holder) for holder in node.all("name")]
    member = _member(iso, node)
    described = iso.text(node.first("description")) or iso.text(node.first("descriptor"))
    name = names[0].code if names else member
    if not (name or described):
        return None
    label = names[0].description if names else Text()
    standard = next((item.code for item in names[1:] if "standard" in item.space.casefold()), "")
    if node.first("descriptor") is not None:
        label, standard, method = _described_2007(described)
    elif label or _is_nil(node):
        method = _after(described, label)
    else:
        label, method = described, Text()
    part: Variable | None = iso.notes.part(
        Variable,
        node.where,
        name=name or described.best()[:60],
        label=label,
        standard_name=standard,
        unit=unit(iso, node.first("units")),
        method=method,
    )
    return part


def _is_nil(node: XmlNode) -> bool:
    """Whether the label is said to be missing: the description is then the method alone."""
    holder = node.first("name/*/description")
    return holder is not None and bool(peek_attribute(holder, "nilReason"))


def _after(described: Text, label: Text) -> Text:
    """The method in "label — method", language by language."""
    parts = {}
    for language, text in described.items():
        before = getattr(label, language)
        if before and text == before:
            continue
        start = f"{before}{_SEPARATOR}" if before else ""
        parts[language] = text.removeprefix(start)
    return Text(**parts)


def _described_2007(described: Text) -> tuple[Text, str, Text]:
    """Label, standard name and method of "label (standard_name) — method"."""
    labels, methods, standard = {}, {}, ""
    for language, text in described.items():
        alone = text.startswith(_SEPARATOR.lstrip())  # a method without a label
        label, _, methods[language] = (f" {text}" if alone else text).partition(_SEPARATOR)
        if len(label) < _LONGEST and (found := _STANDARD.match(label)):
            label, standard = found[1], found[2]
        labels[language] = label
    return Text(**labels), standard, Text(**methods)


def _class(iso: Iso, node: XmlNode) -> MapClass | None:
    """One class of a map; a range that is not a number has no code, and stays unread."""
    number = values.number(iso.string(node.first("rangeElement")))
    if number is None or number != int(number):
        return None
    definition = iso.text(node.first("definition")).best()[:_LONGEST]
    colour, area = _COLOUR.search(definition), _AREA.search(_COLOUR.sub("", definition))
    part: MapClass | None = iso.notes.part(
        MapClass,
        node.where,
        code=int(number),
        label=iso.text(node.first("name")),
        area_ha=values.number(area[1]) if area else None,
        **({"colour": colour[0].lower()} if colour else {}),
    )
    return part


def _class_lines(iso: Iso, node: XmlNode) -> list[MapClass]:
    """The classes of a descriptor that has a line for each, in both languages."""
    descriptor = iso.text(node.first("descriptor"))
    found: dict[int, dict[str, str]] = {}
    for language, text in descriptor.items():
        lines = [_CLASS_LINE.fullmatch(line.strip()) for line in text.split("\n")]
        for line in lines:
            if line is None:
                return []
            known = found.setdefault(int(line[1]), {"colour": line[3], "area": line[4] or ""})
            known[language] = line[2]
    return [
        MapClass(
            code=number,
            label=Text(fr=item.get("fr", ""), en=item.get("en", "")),
            colour=item["colour"],
            area_ha=values.number(item["area"]) if item["area"] else None,
        )
        for number, item in found.items()
    ]


def platforms(iso: Iso, record: XmlNode) -> Iterator[Platform]:
    """The platforms, each with its instruments; instruments that stand alone go with the only platform."""
    for holder in record.all("acquisitionInformation/*"):
        alone = [_instrument(iso, item) for item in holder.all("instrument/*")]
        found = [(_platform(iso, item)) for item in holder.all("platform/*")]
        if alone and len(found) == 1:
            extra = tuple(name for name in alone if name and name not in found[0].instruments)
            found = [found[0].model_copy(update={"instruments": found[0].instruments + extra})]
        elif any(alone) and not found:
            found = [Platform(name="", instruments=tuple(name for name in alone if name))]
        yield from found


def _platform(iso: Iso, node: XmlNode) -> Platform:
    names = (_instrument(iso, item) for item in node.all("instrument/*"))
    return Platform(name=_named(iso, node, "description"), instruments=tuple(name for name in names if name))


def _instrument(iso: Iso, node: XmlNode) -> str:
    return _named(iso, node, "type")


def _named(iso: Iso, node: XmlNode, other: str) -> str:
    """The code of the identifier, else the title of the citation, else the property ``other``."""
    holder = node.first("identifier")
    name = identifier(iso, holder).code if holder is not None else ""
    name = name or iso.string(node.first("citation/*/title"))
    words = iso.string(node.first(other)) if not name or _repeats(node, other, name) else ""
    return name or words


def _repeats(node: XmlNode, other: str, name: str) -> bool:
    """Whether the property only says the name again, so that reading it loses nothing."""
    return any((item.element.text or "").strip() == name for item in node.all(f"{other}/*"))
