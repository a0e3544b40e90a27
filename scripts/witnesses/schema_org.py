# SPDX-License-Identifier: AGPL-3.0-or-later
"""What readers of web pages make of our schema.org: pyld expands it, extruct finds it in a page of HTML.

Offline: our documents bring their context with them, and any that is given by address is refused. Of the expanded
graph it is asked what Google Dataset Search requires and recommends
(https://developers.google.com/search/docs/appearance/structured-data/dataset): types, lengths, dates, boxes,
addresses. What a record does not have cannot be asked for; what is there must be of a kind that Google reads.

``python schema_org.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = ["pyld==3.3.0", "extruct==0.9.0", "lxml==4.9.4"]  # extruct needs a name that lxml 5 dropped

SCHEMA = "https://schema.org/"
#: the class is Dataset, or one of the others under which a record that holds no data is shown
TYPES = {"Dataset", "SoftwareSourceCode", "WebAPI", "DigitalDocument", "CreativeWork"}
PEOPLE = {"Person", "Organization"}
DAY = r"[+-]?\d{4,}(-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?)?)?"
PERIOD = rf"(\.\.|{DAY})?(/(\.\.|{DAY})?)?"
NUMBER = r"-?\d+(\.\d+)?"

Node = dict[str, Any]


def refuse(address: str, _: object = None) -> NoReturn:
    raise OSError(f"this witness works offline, and was asked for {address}")


def expanded(document: Node) -> Node:
    from pyld import jsonld

    found = jsonld.expand(document, {"documentLoader": refuse})
    if len(found) != 1:
        raise ValueError(f"{len(found)} nodes at the top, not one")
    node: Node = found[0]
    return node


def values(node: Node, name: str) -> list[Any]:
    """The values of a property of schema.org; of an ordered list its items."""
    return [item for value in node.get(SCHEMA + name, []) for item in value.get("@list", [value])]


def texts(node: Node, name: str) -> list[str]:
    return [value["@value"] for value in values(node, name) if isinstance(value.get("@value"), str)]


def kinds(node: Node) -> set[str]:
    return {kind.removeprefix(SCHEMA) for kind in node.get("@type", [])}


def named(node: Node) -> bool:
    return bool(values(node, "name"))


def required(node: Node) -> Iterator[str]:
    """Type, name, and a description of 50 to 5000 characters (or, of a record that says less, what it says)."""
    if not kinds(node) & TYPES:
        yield f"its type is {sorted(kinds(node))}"
    if len(texts(node, "name")) != 1 or not texts(node, "name")[0].strip():
        yield "it has not one name"
    found = texts(node, "description")
    told = max((len(value.get("@value", "")) for value in values(node, "abstract")), default=0)
    if len(found) != 1 or not (min(50, told) <= len(found[0]) <= 5000):
        yield f"its descriptions have {[len(text) for text in found]} characters"


def addresses(node: Node) -> Iterator[str]:
    for name in ("url", "license", "thumbnailUrl"):
        for value in values(node, name):
            text = value.get("@value", value.get("@id", ""))
            if name != "license" and not re.fullmatch(r"https?://\S+", text):
                yield f"{name}: '{text}' is no address"
    for value in values(node, "identifier"):
        if "PropertyValue" not in kinds(value) or not texts(value, "value"):
            yield "an identifier without its value"


def people(node: Node) -> Iterator[str]:
    if not values(node, "creator"):
        yield "no creator"
    for name in ("creator", "publisher", "maintainer"):
        for value in values(node, name):
            if not kinds(value) & PEOPLE or not named(value):
                yield f"{name}: neither a person nor an organisation with a name"
    for role in values(node, "contributor"):
        inner = values(role, "contributor")
        if not inner or not all(kinds(item) & PEOPLE and named(item) for item in inner):
            yield "contributor: a role without its person"
    for grant in values(node, "funding"):
        if not any(map(named, values(grant, "funder"))):
            yield "funding: a grant without its funder"


def when(node: Node) -> Iterator[str]:
    for name in ("dateCreated", "datePublished", "dateModified", "expires"):
        for text in texts(node, name):
            if not re.fullmatch(DAY, text):
                yield f"{name}: '{text}' is no date"
    for value in values(node, "temporalCoverage"):
        if "@value" in value and not re.fullmatch(PERIOD, value["@value"]):
            yield f"temporalCoverage: '{value['@value']}' is no period"


def where(node: Node) -> Iterator[str]:
    for place in values(node, "spatialCoverage"):
        shapes = values(place, "geo")
        if "Place" not in kinds(place) or not shapes:
            yield "spatialCoverage: no place with coordinates"
        for shape in shapes:
            yield from _shape(shape)


def _shape(shape: Node) -> Iterator[str]:
    if "GeoCoordinates" in kinds(shape):
        pairs = [tuple(values(shape, name)[0]["@value"] for name in ("latitude", "longitude"))]
    else:
        lines = [*texts(shape, "box"), *texts(shape, "polygon")]
        if not lines or not all(re.fullmatch(f"{NUMBER}( {NUMBER})+", line) for line in lines):
            yield f"geo: {lines}"
            return
        numbers = [list(map(float, line.split())) for line in lines]
        pairs = [pair for line in numbers for pair in zip(line[::2], line[1::2], strict=True)]
        yield from ("a box of other than four numbers" for box in texts(shape, "box") if len(box.split()) != 4)
        yield from ("a polygon that is not closed" for line in numbers if len(line) > 4 and line[:2] != line[-2:])
    for lat, lon in pairs:
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            yield f"geo: latitude {lat}, longitude {lon}"


def files(node: Node) -> Iterator[str]:
    for value in values(node, "distribution"):
        address, media = texts(value, "contentUrl"), texts(value, "encodingFormat")
        if not address or not media or not re.fullmatch(r"https?://[\x21-\x7e]+", address[0]):
            yield f"distribution: {address} in {media}"
        if not re.fullmatch(r"\d+", "".join(texts(value, "contentSize"))):
            yield "distribution: no size in bytes"


def words(node: Node) -> Iterator[str]:
    for name in ("keywords", "about"):
        for value in values(node, name):
            if "@value" not in value and not ("DefinedTerm" in kinds(value) and named(value)):
                yield f"{name}: a term without its name"
    for value in values(node, "variableMeasured"):
        if "PropertyValue" not in kinds(value) or not named(value):
            yield "variableMeasured: no property with a name"
    if not values(node, "version"):
        yield "no version"


def access(node: Node) -> Iterator[str]:
    """A record that does not say how its data are had says nothing here; one that does says it whole."""
    free = values(node, "isAccessibleForFree")
    if free and not values(node, "conditionsOfAccess"):
        yield "isAccessibleForFree without conditionsOfAccess"
    if any(value.get("@value") not in {True, False} for value in free):
        yield f"isAccessibleForFree: {free}"


CHECKS: tuple[Callable[[Node], Iterator[str]], ...] = (required, addresses, people, when, where, files, words, access)


def as_page(document: Node) -> str:
    """A landing page with the description in it, with what could end the script escaped."""
    text = json.dumps(document, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    title = "<title>A dataset &amp; its page</title>"
    script = f'<script type="application/ld+json">{text}</script>'
    return f"<!doctype html><html lang='fr'><head><meta charset='utf-8'>{title}{script}</head><body></body></html>"


def faults(document: Node) -> Iterator[str]:
    from extruct.jsonld import JsonLdExtractor

    node = expanded(document)
    for check in CHECKS:
        yield from check(node)
    extracted = JsonLdExtractor().extract(as_page(document))
    if extracted != [document]:
        yield f"extruct finds {len(extracted)} descriptions in the page, or another one"


def main(paths: list[str]) -> None:
    for path in paths:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        try:
            why = list(faults(document))
        except Exception as error:  # noqa: BLE001 - whatever a witness says is its verdict
            why = [f"{type(error).__name__} {error}"]
        print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
