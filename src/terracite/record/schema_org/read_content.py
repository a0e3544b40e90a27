# SPDX-License-Identifier: AGPL-3.0-or-later
"""Subjects, keywords, variables, classes and measures of a schema.org document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from terracite.record import vocabularies
from terracite.record.model import (
    Discipline,
    Keyword,
    KeywordKind,
    MapClass,
    Platform,
    Quality,
    ReferenceSystem,
    Representation,
    Resolution,
    Text,
    Variable,
)
from terracite.record.schema_org import terms
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.setting import Setting, both, code_of, integer

#: what a property of the dataset measures: by address, or by the words that others use for it
_MEASURES = {
    terms.CRS: terms.CRS,
    "coordinate reference system": terms.CRS,
    "spatial reference system": terms.CRS,
    "crs": terms.CRS,
    terms.DISTANCE: terms.DISTANCE,
    "spatial resolution": terms.DISTANCE,
    terms.SCALE: terms.SCALE,
    "scale denominator": terms.SCALE,
    terms.REPRESENTATION: terms.REPRESENTATION,
    "spatial representation": terms.REPRESENTATION,
    terms.TIME_RESOLUTION: terms.TIME_RESOLUTION,
    "temporal resolution": terms.TIME_RESOLUTION,
    terms.PLATFORM: terms.PLATFORM,
    "platform": terms.PLATFORM,
    terms.QUALITY: terms.QUALITY,
}
_WORD = both("a keyword", "un mot-clé")


def subjects_and_keywords(dataset: Thing, here: Setting) -> dict[str, Any]:
    """Disciplines, topic categories and keywords."""
    disciplines, topics, keywords = [], [], []
    for thing in [*dataset.all("about"), *dataset.all("keywords", "keyword", "tags")]:
        for keyword in _keywords(thing, here):
            code = thing.text("termCode") if thing.is_object else ""
            if keyword.thesaurus == terms.DISCIPLINES and code in set(Discipline):
                disciplines.append(Discipline(code))
            elif keyword.thesaurus == "iso-topics" and code in vocabularies.topics():
                topics.append(code)
            else:
                keywords.append(keyword)
    return {"disciplines": tuple(disciplines), "topics": tuple(topics), "keywords": tuple(keywords)}


def _keywords(thing: Thing, here: Setting) -> Iterator[Keyword]:
    """One keyword; several from a text that stands alone, as Google has them: words between commas."""
    if thing.is_object:
        yield from _term(thing, here)
        return
    is_alone = not thing.where.endswith("]")
    for language, text in thing.words():
        parts = re.split(r"\s*[,;]\s*", text) if is_alone else [text]
        for part in filter(None, parts):
            yield Keyword(label=Text(**{language or here.language: part}))


def _term(thing: Thing, here: Setting) -> Iterator[Keyword]:
    """A defined term; its code is the end of its address."""
    name = here.said(thing, "name", "alternateName", "description")
    uri = thing.text("url") or (thing.id if "://" in thing.id else "")
    code = thing.text("termCode")
    label = name or Text(**{here.language: code or uri})
    kind = code_of(thing.text("additionalType"), terms.KEYWORD_KIND)
    if label:
        yield Keyword(
            label=label,
            uri=uri,
            thesaurus=_thesaurus(thing),
            kind=KeywordKind(kind) if kind in set(KeywordKind) else KeywordKind.THEME,
        )
    else:
        here.notes.say(thing.where, "unreadable", expected=_WORD)


def _thesaurus(thing: Thing) -> str:
    """Our identifier of a thesaurus that is shipped, by address or title; the title, or address, of any other."""
    found = thing.first("inDefinedTermSet")
    if found is None:
        return ""
    names = [found.text()] if not found.is_object else [found.text("url"), found.text("name"), found.id]
    for known in vocabularies.thesauri().values():
        if {known.uri, known.title.en, known.title.fr} & set(filter(None, names)):
            return known.identifier
    return next((name for name in reversed(names[:2]) if name), names[-1])


def variables_and_classes(dataset: Thing, here: Setting) -> dict[str, Any]:
    """Variables; the one that is a set of terms too is the legend of a map."""
    variables, classes, nomenclature = [], [], ""
    for thing in dataset.all("variableMeasured", "variablesMeasured"):
        if "DefinedTermSet" in thing.kinds:
            nomenclature = thing.text("identifier", "propertyID")
            thing.skip("name")
            classes += [found for item in thing.all("valueReference") if (found := _class(item, here))]
        elif variable := _variable(thing, here):
            variables.append(variable)
    return {"variables": tuple(variables), "classes": tuple(classes), "nomenclature": nomenclature}


def _variable(thing: Thing, here: Setting) -> Variable | None:
    if not thing.is_object:
        return Variable(name=thing.text()) if thing.text() else None
    name = thing.text("name") if "name" in thing.names else ""
    values = {
        "label": here.said(thing, "description", "alternateName"),
        "unit": thing.text("unitText", "unitCode", "unit"),
        "method": here.said(thing, "measurementTechnique", "measurementMethod"),
        "standard_name": next(filter(None, map(_standard_name, thing.all("propertyID", "sameAs"))), ""),
    }
    made: Variable | None = here.notes.part(Variable, thing.where, name=name or thing.text(), **values)
    return made


def _standard_name(thing: Thing) -> str:
    """The CF standard name in an address of the table; any other address stays unread."""
    value = thing.node.value
    found = re.fullmatch(
        r"https?://vocab\.nerc\.ac\.uk/standard_name/([^/]+)/?", value if isinstance(value, str) else ""
    )
    if not found:
        return ""
    thing.text()
    return unquote(found[1])


def _class(thing: Thing, here: Setting) -> MapClass | None:
    code = integer(thing.text("value", "termCode"))
    if code is None:
        here.notes.say(
            thing.where, "unreadable", thing.text(), expected=both("the code of a class", "le code d’une classe")
        )
        return None
    more: dict[str, Any] = {}
    for item in thing.all("valueReference"):
        item.skip()
        if item.text("name") == "colour":
            more["colour"] = item.text("value")
        elif item.text("name") == "area":
            more["area_ha"] = item.number("value")
    label = here.said(thing, "name")
    made: MapClass | None = here.notes.part(MapClass, thing.where, code=code, label=label, **more)
    return made


def measures(dataset: Thing, here: Setting) -> dict[str, Any]:
    """What stands in ``additionalProperty``, of the dataset or (science-on-schema.org) of its places."""
    found: dict[str, list[Any]] = {}
    places = dataset.all("spatialCoverage")
    inside = [item for place in places if place.is_object for item in place.all("additionalProperty")]
    for thing in [*dataset.all("additionalProperty"), *inside]:
        field, read = _MEASURE_READERS.get(_what(thing), ("", None))
        item = read(thing, here) if read else None
        if item is not None:
            found.setdefault(field, []).append(item)
    return {field: items[0] if field in _SINGLE else tuple(items) for field, items in found.items()}


def _what(thing: Thing) -> str:
    """The address of what is measured; "" when unknown, and then nothing is marked as read."""
    value = thing.node.value if isinstance(thing.node.value, dict) else {}
    names = (value.get("propertyID"), value.get("schema:propertyID"), str(value.get("name")).casefold())
    return next((_MEASURES[name] for name in names if isinstance(name, str) and name in _MEASURES), "")


def _reference_system(thing: Thing, here: Setting) -> ReferenceSystem:
    wkt = thing.first("valueReference")
    thing.skip("name", "propertyID", "url", "valueReference")
    name = here.said(thing, "description").best(here.language)
    return ReferenceSystem(code=thing.text("value"), name=name, wkt=wkt.text("value") if wkt else "")


def _distance(thing: Thing, here: Setting) -> Resolution | None:
    thing.skip("name", "propertyID", "unitText", "unitCode")
    made: Resolution | None = here.notes.part(Resolution, thing.where, distance_m=thing.number("value"))
    return made


def _scale(thing: Thing, here: Setting) -> Resolution | None:
    thing.skip("name", "propertyID")
    made: Resolution | None = here.notes.part(Resolution, thing.where, scale=integer(thing.text("value")))
    return made


def _representation(thing: Thing, here: Setting) -> Representation | None:
    thing.skip("name", "propertyID")
    value = thing.text("value")
    if value in set(Representation):
        return Representation(value)
    expected = both("a type of spatial representation", "un type de représentation spatiale")
    here.notes.say(thing.where, "unreadable", value, expected=expected)
    return None


def _time_resolution(thing: Thing, _here: Setting) -> str | None:
    thing.skip("name", "propertyID")
    return thing.text("value") or None


def _platform(thing: Thing, here: Setting) -> Platform | None:
    thing.skip("name", "propertyID")
    carried = thing.all("valueReference")
    for item in carried:
        item.skip("name", "propertyID")
    instruments = tuple(text for item in carried if (text := item.text("value")))
    values = {"name": thing.text("value"), "instruments": instruments}
    made: Platform | None = here.notes.part(Platform, thing.where, **values)
    return made


def _quality(thing: Thing, here: Setting) -> Quality | None:
    thing.skip("propertyID")
    report = thing.text("url")
    values = {
        "name": here.said(thing, "name"),
        "value": thing.number("value"),
        "unit": thing.text("unitText"),
        "low": thing.number("minValue"),
        "high": thing.number("maxValue"),
        "note": here.said(thing, "description"),
        "report": here.path(report) or report,
    }
    made: Quality | None = here.notes.part(Quality, thing.where, **values)
    return made


#: what is measured -> the field of the record, and what reads it
_MEASURE_READERS: dict[str, tuple[str, Callable[[Thing, Setting], Any]]] = {
    terms.CRS: ("reference_systems", _reference_system),
    terms.DISTANCE: ("resolutions", _distance),
    terms.SCALE: ("resolutions", _scale),
    terms.REPRESENTATION: ("representation", _representation),
    terms.TIME_RESOLUTION: ("time_resolution", _time_resolution),
    terms.PLATFORM: ("platforms", _platform),
    terms.QUALITY: ("quality", _quality),
}
_SINGLE = frozenset({"representation", "time_resolution"})
