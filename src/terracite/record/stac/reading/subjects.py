# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are about: keywords and themes, variables and bands, classes, platforms, grids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from terracite.record import vocabularies
from terracite.record.model import (
    Discipline,
    Keyword,
    MapClass,
    Platform,
    ReferenceSystem,
    Resolution,
    Text,
    Variable,
)
from terracite.record.reading import JsonNode
from terracite.record.stac.names import UNCONTROLLED
from terracite.record.stac.reading.document import Document, named
from terracite.record.stac.subjects import DISCIPLINES, TOPICS
from terracite.record.two_languages import other_language

_GREY = "#808080"


def subjects(document: Document) -> dict[str, Any]:
    """Topics, disciplines, keywords."""
    topics: list[str] = []
    disciplines: list[Discipline] = []
    concepts: list[Keyword] = []
    for theme in document.fields.all("themes"):
        thesaurus = _thesaurus(theme.text("scheme"))
        for concept in theme.all("concepts"):
            _sort(concept, thesaurus, document, topics, disciplines, concepts)
    return {
        "topics": tuple(topics) or None,
        "disciplines": tuple(disciplines) or None,
        "keywords": tuple(_keywords(document, concepts)) or None,
    }


def _sort(
    concept: JsonNode,
    thesaurus: str,
    document: Document,
    topics: list[str],
    disciplines: list[Discipline],
    concepts: list[Keyword],
) -> None:
    code = str(concept.value.get("id") or "") if isinstance(concept.value, dict) else concept.text()
    if thesaurus == TOPICS and code in vocabularies.topics():
        topics.append(code)
        concept.skip()
    elif thesaurus == DISCIPLINES and code in set(Discipline):
        disciplines.append(Discipline(code))
        concept.skip()
    elif code:
        concepts.append(_concept(concept, code, thesaurus, document))


def _concept(node: JsonNode, code: str, thesaurus: str, document: Document) -> Keyword:
    label = document.translated("title", node) if isinstance(node.value, dict) else Text()
    uri = node.text("url") if isinstance(node.value, dict) else ""
    uri = uri or (code if re.match(r"https?://", code) else "")
    if not label or uri.endswith(code) or code in {label.fr, label.en}:
        node.text("id")
    label = label or Text.model_validate({document.language: code})
    return Keyword(label=label, uri=uri, thesaurus="" if thesaurus == uri else thesaurus)


@cache
def _thesaurus_index() -> dict[str, str]:
    index: dict[str, str] = {}
    for known in vocabularies.thesauri().values():
        for name in (known.uri, known.identifier, known.title.fr, known.title.en):
            index.setdefault(name.rstrip("/").casefold(), known.identifier)
    return {name: identifier for name, identifier in index.items() if name}


def _thesaurus(scheme: str) -> str:
    """The thesaurus we know by that address or title, else the scheme itself."""
    if scheme == UNCONTROLLED:
        return ""
    found = _thesaurus_index().get(scheme.rstrip("/").casefold(), "")
    return found or (TOPICS if "topiccategory" in scheme.casefold() else scheme)


def _keywords(document: Document, concepts: list[Keyword]) -> Iterator[Keyword]:
    """The keywords in their order, each with the concept of the same label; then the other concepts."""
    left: dict[Text, list[Keyword]] = {}
    for concept in concepts:
        left.setdefault(concept.label, []).append(concept)
    used: list[Keyword] = []
    for label in _labels(document):
        same = left.get(label)
        if same:
            used.append(same[0])
            yield same.pop(0)
        else:
            yield Keyword(label=label)
    for rest in left.values():
        yield from rest


def _labels(document: Document) -> list[Text]:
    other = other_language(document.language)
    if told := [_told(node) for node in document.fields.all("keywords_by_language")]:
        for key in ("keywords", "keywords_fr", "keywords_en"):
            if found := document.fields.first(key):
                found.skip()
        return [label for label in told if label]
    plain = [node.text() for node in document.fields.all("keywords")]
    own, translated = (_same_length(document, f"keywords_{code}", len(plain)) for code in (document.language, other))
    labels = []
    for at, text in enumerate(plain):
        first = own[at] or (text if text != translated[at] else "")
        labels.append(Text.model_validate({document.language: first, other: translated[at]}))
    return [label for label in labels if label]


def _told(node: JsonNode) -> Text:
    return Text(fr=node.text("fr"), en=node.text("en"))


def _same_length(document: Document, key: str, length: int) -> list[str]:
    found = [node.text() for node in document.fields.all(key)]
    return found if len(found) == length else [""] * length


def variables(document: Document) -> tuple[Variable, ...]:
    """The variables of a data cube, else the bands, each name once."""
    cube = document.fields.first("cube:variables") or document.summaries.first("cube:variables")
    for node in (document.fields.first("cube:dimensions"), document.summaries.first("cube:dimensions")):
        _skip_dimensions(node)
    if cube:
        return tuple(_variable(name, node, document) for name, node in named(cube))
    found: dict[str, Variable] = {}
    for band in _bands(document):
        name = band.text("name") or band.text("common_name", "eo:common_name")
        if name and name not in found:
            label = document.translated("description", band) or Text(en=band.text("common_name", "eo:common_name"))
            found[name] = Variable(name=name, label=label, unit=band.text("unit"))
    return tuple(found.values())


def _skip_dimensions(node: JsonNode | None) -> None:
    """The extents of x, y and time repeat those of the data; reference systems and other dimensions are not skipped."""
    for name in ("x", "y", "time"):
        dimension = node.first(name) if node else None
        for key in ("type", "axis", "extent", "reference_system") if dimension else ():
            if dimension and (found := dimension.first(key)) and (key != "reference_system" or found.value == 4326):
                found.skip()


def _variable(name: str, node: JsonNode, document: Document) -> Variable:
    attributes = node.first("attrs") or JsonNode({})
    for key in ("type", "dimensions"):
        if found := node.first(key):
            found.skip()
    label = document.translated("description", node)
    if not label:
        label = Text.model_validate({document.language: attributes.text("long_name")})
    return Variable(
        name=name,
        label=label,
        standard_name=attributes.text("standard_name"),
        unit=node.text("unit") or attributes.text("units"),
        method=document.translated("comment", attributes),
    )


def _bands(document: Document) -> Iterator[JsonNode]:
    """Bands of the fields or summaries, else of the assets; as objects, which they are since STAC 0.9."""
    nodes = document.summary("bands", "eo:bands")
    if not nodes:
        nodes = [band for _, asset in document.assets() for band in asset.all("bands", "eo:bands")]
    yield from (node for node in nodes if isinstance(node.value, dict))


def classes(document: Document) -> tuple[MapClass, ...]:
    """The first list of classes of the document; the same list elsewhere is read with it."""
    found: tuple[MapClass, ...] = ()
    first: Any = None
    for node in _class_lists(document):
        if first is None:
            first = node.value
            found = tuple(item for each in node.items() if (item := _class(each, document)))
        elif node.value == first:
            node.skip()
    return found


def _class_lists(document: Document) -> Iterator[JsonNode]:
    assets = [*document.assets(), *named(document.root.first("item_assets"))]
    for owner in (document.fields, document.summaries, *(node for _, node in assets)):
        for node in (owner, *owner.all("raster:bands"), *owner.all("bands")):
            if list_ := node.first("classification:classes"):
                yield list_


def _class(node: JsonNode, document: Document) -> MapClass | None:
    code = node.number("value")
    label = document.translated("title", node) or document.translated("description", node)
    name = node.text("name")
    if code is None or code != int(code):
        return None
    colour = node.text("color_hint", "color-hint").casefold()
    return MapClass(
        code=int(code),
        label=label or Text.model_validate({document.language: name}),
        colour=f"#{colour}" if re.fullmatch("[0-9a-f]{6}", colour) else _GREY,
    )


def platforms(document: Document) -> tuple[Platform, ...]:
    """Platforms, each with all instruments: a STAC document does not say which carries which."""
    said = document.summary("platform", "eo:platform") or document.summary(
        "constellation", "eo:constellation", "mission"
    )
    texts = [node.text() for node in said]
    names = [name for text in texts for name in (text.split(", ") if document.is_item else [text]) if name]
    carried = document.summary("instruments", "eo:instrument")
    if carried and not names:
        expected = Text(fr="une plateforme pour les instruments", en="platform for the instruments")
        document.notes.say(carried[0].where, "missing", expected=expected)
        return ()
    instruments = tuple(filter(None, (node.text() for node in carried)))
    return tuple(Platform(name=name, instruments=instruments) for name in names)


def resolutions(document: Document) -> tuple[Resolution, ...]:
    """``gsd`` of the fields or summaries, else of the assets, each once."""
    stated = list(_distances(document.summary("gsd", "eo:gsd")))
    of_assets = [asset.all("gsd", "eo:gsd") + asset.all("raster:spatial_resolution") for _, asset in document.assets()]
    for nodes in of_assets:
        for node in nodes:
            if not stated or node.value in stated:
                node.number()
    found = stated or sorted({number for nodes in of_assets for number in _distances(nodes)})
    return tuple(Resolution(distance_m=number) for number in dict.fromkeys(found))


def _distances(nodes: list[JsonNode]) -> Iterator[float]:
    """Positive numbers; both ends of a range."""
    for node in nodes:
        ends = (node.number("minimum"), node.number("maximum")) if isinstance(node.value, dict) else (node.number(),)
        yield from (number for number in ends if number is not None and number > 0)


def reference_systems(document: Document) -> tuple[ReferenceSystem, ...]:
    """``proj:code``, or ``proj:epsg`` as it was before; of the fields or summaries, else of the assets."""
    found = _systems(document.summary("proj:code"), document.summary("proj:epsg", "eo:epsg"))
    of_assets = _systems(
        [node for _, asset in document.assets() for node in asset.all("proj:code")],
        [node for _, asset in document.assets() for node in asset.all("proj:epsg")],
    )
    found = found or of_assets
    wkt = document.text("proj:wkt2")
    if wkt and len(found) == 1:
        return (found[0].model_copy(update={"wkt": wkt}),)
    return (*found, ReferenceSystem(wkt=wkt)) if wkt else tuple(found)


def _systems(codes: list[JsonNode], epsg: list[JsonNode]) -> list[ReferenceSystem]:
    texts = [node.text() for node in codes]
    texts += [f"EPSG:{number:.0f}" for node in epsg if (number := node.number())]
    return [ReferenceSystem(code=text) for text in dict.fromkeys(texts) if text]
