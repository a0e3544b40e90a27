# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold, variables and classes (``mrc``), and what they were acquired with (``mac``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from terracite.record.iso19115.elements import Iso
from terracite.record.iso19115.extent import decimal
from terracite.record.iso19115.xml_text import element
from terracite.record.model import MapClass, Platform, Record, Text, Variable

MEASURED, AUXILIARY, CLASSES = "physicalMeasurement", "auxillaryInformation", "thematicClassification"
_CONTENT = "mrc:MD_CoverageContentTypeCode"
_CF = "http://vocab.nerc.ac.uk/standard_name/"
_SAMPLE = "mrc:attribute/mrc:MD_SampleDimension"


def write(iso: Iso) -> str:
    """One coverage description: a group per run of quantities or of other variables, one for the classes."""
    record = iso.record
    if not (record.variables or record.classes or record.nomenclature):
        return ""
    return element(
        "mdb:contentInfo/mrc:MD_CoverageDescription",
        iso.value("mrc:attributeDescription", "gco:RecordType", attribute_names(record)),
        *(_group(iso, kind, (_variable(iso, item) for item in run)) for kind, run in runs(record)),
        _group(iso, CLASSES, [_classes(iso)]) if record.classes or record.nomenclature else "",
    )


def attribute_names(record: Record) -> str:
    """What the attributes are, in one line."""
    return ", ".join(variable.name for variable in record.variables) or record.nomenclature or "class"


def runs(record: Record) -> Iterator[tuple[str, list[Variable]]]:
    """The variables in their order, by runs of the same code of MD_CoverageContentTypeCode (spelt as its list does).

    A column of a table ("path", "tile") has neither a unit nor a standard name: it is not a measurement.
    """
    for measured, run in groupby(record.variables, lambda item: bool(item.unit.strip() or item.standard_name)):
        yield (MEASURED if measured else AUXILIARY), list(run)


def _group(iso: Iso, kind: str, attributes: Iterable[str]) -> str:
    code = iso.code("mrc:contentType", _CONTENT, kind)
    return element("mrc:attributeGroup/mrc:MD_AttributeGroup", code, *attributes)


def _variable(iso: Iso, variable: Variable) -> str:
    name, label = variable.standard_name, variable.label
    standard = iso.identifier("mrc:name", name, "CF standard name", f"{_CF}{name}/") if name else ""
    nothing = "" if label or not variable.method else iso.missing("mcc:description")
    return element(
        _SAMPLE,
        iso.text("mrc:description", described(variable.label, variable.method)),
        iso.identifier("mrc:name", variable.name, description=label, also=nothing),
        standard,
        iso.unit("mrc:units", variable.unit),
    )


def described(label: Text, method: Text) -> Text:
    """The label, then how it was measured, each in its language."""
    parts = {
        language: " — ".join(part for part in (getattr(label, language), getattr(method, language)) if part)
        for language in ("fr", "en")
    }
    return Text(**parts)


def _classes(iso: Iso) -> str:
    name = iso.identifier("mrc:name", iso.record.nomenclature or "class")
    return element(_SAMPLE, name, *(_class(iso, item) for item in iso.record.classes))


def _class(iso: Iso, item: MapClass) -> str:
    return element(
        "mrc:rangeElementDescription/mrc:MI_RangeElementDescription",
        iso.required_text("mrc:name", item.label),
        iso.text("mrc:definition", _definition(item)),
        iso.value("mrc:rangeElement", "gco:Record", str(item.code)),
    )


def _definition(item: MapClass) -> Text:
    shown = area(item)
    return Text(fr=f"couleur {item.colour}{shown}", en=f"colour {item.colour}{shown}")


def area(item: MapClass) -> str:
    """ ", 12.5 ha" for a class whose area is known."""
    return "" if item.area_ha is None else f", {decimal(item.area_ha)} ha"


def write_acquisition(iso: Iso) -> str:
    """Platforms, each with its instruments."""
    if not iso.record.platforms:
        return ""
    return element(
        "mdb:acquisitionInformation/mac:MI_AcquisitionInformation",
        iso.scope("mac:scope"),
        *(_platform(iso, platform) for platform in iso.record.platforms),
    )


def _platform(iso: Iso, platform: Platform) -> str:
    instruments = "".join(_instrument(iso, name) for name in platform.instruments)
    return element(
        "mac:platform/mac:MI_Platform",
        iso.identifier("mac:identifier", platform.name),
        iso.required_text("mac:description", platform.name),
        instruments or iso.missing("mac:instrument"),
    )


def _instrument(iso: Iso, name: str) -> str:
    return element(
        "mac:instrument/mac:MI_Instrument",
        iso.identifier("mac:identifier", name),
        iso.required_text("mac:type", name),
    )
