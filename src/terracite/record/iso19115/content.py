# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold: variables and classes (``mrc``), and what they were acquired with (``mac``)."""

from __future__ import annotations

from lxml.etree import _Element as Element

from terracite.record.iso19115.elements import Iso
from terracite.record.model import MapClass, Platform, Text, Variable

_CONTENT = "mrc:MD_CoverageContentTypeCode"
_CF = "http://vocab.nerc.ac.uk/standard_name/"


def write(iso: Iso, root: Element) -> None:
    """One coverage description: a group for the quantities, one for the other variables, one for the classes."""
    record = iso.record
    if not record.variables and not record.classes:
        return
    element = iso.add(root, "mdb:contentInfo", "mrc:MD_CoverageDescription")
    names = ", ".join(variable.name for variable in record.variables) or record.nomenclature or "class"
    iso.add(element, "mrc:attributeDescription", "gco:RecordType", text=names)
    measured = [variable for variable in record.variables if _is_measured(variable)]
    _variables(iso, element, "physicalMeasurement", measured)
    _variables(iso, element, "auxillaryInformation", [one for one in record.variables if one not in measured])
    if record.classes:
        group = iso.add(element, "mrc:attributeGroup", "mrc:MD_AttributeGroup")
        iso.code(group, "mrc:contentType", _CONTENT, "thematicClassification")
        _classes(iso, group)


def _is_measured(variable: Variable) -> bool:
    """Whether it is a quantity; a column of a table ("path", "tile") has neither a unit nor a standard name."""
    return bool(variable.unit.strip() or variable.standard_name)


def _variables(iso: Iso, parent: Element, kind: str, variables: list[Variable]) -> None:
    """One group; ``kind`` is a code of MD_CoverageContentTypeCode, in the spelling of its code list."""
    if variables:
        group = iso.add(parent, "mrc:attributeGroup", "mrc:MD_AttributeGroup")
        iso.code(group, "mrc:contentType", _CONTENT, kind)
        for variable in variables:
            _variable(iso, group, variable)


def _variable(iso: Iso, parent: Element, variable: Variable) -> None:
    element = iso.add(parent, "mrc:attribute", "mrc:MD_SampleDimension")
    iso.text(element, "mrc:description", _described(variable))
    iso.identifier(element, "mrc:name", variable.name)
    if variable.standard_name:
        address = f"{_CF}{variable.standard_name}/"
        iso.identifier(element, "mrc:name", variable.standard_name, "CF standard name", address)
    if variable.unit.strip():
        iso.unit(element, "mrc:units", variable.unit)


def _described(variable: Variable) -> Text:
    """The label, then how it was measured, each in its language."""
    parts = {
        language: " — ".join(
            part for part in (getattr(variable.label, language), getattr(variable.method, language)) if part
        )
        for language in ("fr", "en")
    }
    return Text(**parts)


def _classes(iso: Iso, parent: Element) -> None:
    element = iso.add(parent, "mrc:attribute", "mrc:MD_SampleDimension")
    iso.identifier(element, "mrc:name", iso.record.nomenclature or "class")
    for item in iso.record.classes:
        description = iso.add(element, "mrc:rangeElementDescription", "mrc:MI_RangeElementDescription")
        iso.required_text(description, "mrc:name", item.label)
        iso.text(description, "mrc:definition", _definition(item))
        iso.add(description, "mrc:rangeElement", "gco:Record", text=str(item.code))


def _definition(item: MapClass) -> Text:
    area = f", {item.area_ha:.10g} ha" if item.area_ha is not None else ""
    return Text(fr=f"couleur {item.colour}{area.replace('.', ',')}", en=f"colour {item.colour}{area}")


def write_acquisition(iso: Iso, root: Element) -> None:
    """Platforms, each with its instruments."""
    if iso.record.platforms:
        element = iso.add(root, "mdb:acquisitionInformation", "mac:MI_AcquisitionInformation")
        iso.scope(element, "mac:scope")
        for platform in iso.record.platforms:
            _platform(iso, element, platform)


def _platform(iso: Iso, parent: Element, platform: Platform) -> None:
    element = iso.add(parent, "mac:platform", "mac:MI_Platform")
    iso.identifier(element, "mac:identifier", platform.name)
    iso.required_text(element, "mac:description", Text(en=platform.name))
    for name in platform.instruments:
        instrument = iso.add(element, "mac:instrument", "mac:MI_Instrument")
        iso.identifier(instrument, "mac:identifier", name)
        iso.required_text(instrument, "mac:type", Text(en=name))
    if not platform.instruments:
        iso.missing(element, "mac:instrument")
