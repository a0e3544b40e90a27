# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reference systems in the many ways they are named: EPSG codes, URNs, addresses, names, WKT."""

from __future__ import annotations

import re

from terracite.record.iso_reading.citation import Identifier, identifier
from terracite.record.iso_reading.texts import Iso, href, peek_attribute
from terracite.record.model import ReferenceSystem
from terracite.record.reading import XmlNode

_EPSG = re.compile(r"(?:EPSG[\s:]{1,2}(?:[\d.]*:)?|/EPSG/[\d.]+/|epsg\.xml#|epsg:)\s*(\d{4,6})(?!\d)", re.IGNORECASE)
_OTHER = re.compile(r"(?:^|def:crs:|def/crs/)(IGNF|OGC|CRS|ESRI|IAU)[:/]+(?:[\d.]*[:/])?(\w+)$", re.IGNORECASE)
_WKT = re.compile(
    r"(?:^|\n)((?:GEOGCS|PROJCS|COMPD_CS|GEOCCS|VERT_CS|LOCAL_CS|GEOGCRS|GEODCRS|PROJCRS|COMPOUNDCRS|VERTCRS|BOUNDCRS|"
    r"ENGCRS|GEODETICCRS|PROJECTEDCRS)\s*[\[(].*)",
    re.DOTALL,
)
_LONGEST = 1_000  #: characters of a name in which a code in brackets is looked for
_IN_BRACKETS = re.compile(r"\s*\((?:urn:ogc:def:crs:)?(?:EPSG|epsg)[\s:]+\d+\)\s*$")


def reference_systems(iso: Iso, record: XmlNode) -> tuple[ReferenceSystem, ...]:
    """The reference systems of a record, each once."""
    found = [_system(iso, node) for node in record.all("referenceSystemInfo")]
    return tuple(dict.fromkeys(item for item in found if item is not None))


def _system(iso: Iso, node: XmlNode) -> ReferenceSystem | None:
    holder = node.first("*/referenceSystemIdentifier/*")
    if holder is None:
        code = code_in(peek_attribute(node, "href"))
        if code:
            href(node)
        return ReferenceSystem(code=code) if code else None
    item = identifier(iso, holder)
    title = peek_attribute(holder.first("code/*") or holder, "title")
    authority = iso.string(holder.first("authority/*/title")) if not item.space else ""
    return _of(item, title, authority)


def _of(item: Identifier, title: str, authority: str) -> ReferenceSystem | None:
    words = "\n".join(part for part in (item.code, title if title != item.code else "") if part)
    space = item.space or authority
    code = code_in(item.code) or code_in(item.address) or code_in(title) or _with_space(item.code, space)
    description = item.description.best()
    wkt = _WKT.search(description) or _WKT.search(words)
    text = wkt[1] if wkt else ""
    if not code and item.space and item.code and not item.code.isdigit() and re.fullmatch(r"[\w.:-]+", item.code):
        code = item.code  # of an authority we do not know
    name = description.removesuffix(text).strip() if code else _name(item.code, text)
    name = name or _name(title or item.code, text)
    name = "" if name in {code, "unnamed"} or name.isdigit() or code_in(name) == code != "" else name
    return ReferenceSystem(code=code, name=name, wkt=text) if code or name or text else None


def code_in(text: str) -> str:
    """ "EPSG:32740" in any spelling of it, "IGNF:LAMB93" and the like; "" for anything else.

    >>> code_in("urn:ogc:def:crs:EPSG::2154"), code_in("http://www.opengis.net/def/crs/EPSG/0/4326")
    ('EPSG:2154', 'EPSG:4326')
    """
    if found := _EPSG.search(text):
        return f"EPSG:{found[1]}"
    other = _OTHER.search(text.strip())
    return f"{other[1].upper()}:{other[2]}" if other else ""


def _with_space(code: str, space: str) -> str:
    """A bare number with who gave it."""
    return f"EPSG:{code}" if "EPSG" in space.upper() and re.fullmatch(r"\d{4,6}", code) else ""


def _name(words: str, wkt: str) -> str:
    name = words.removesuffix(wkt).strip()
    return _IN_BRACKETS.sub("", name).strip() if len(name) < _LONGEST else name
