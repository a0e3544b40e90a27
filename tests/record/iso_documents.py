# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small ISO 19139 documents, made by hand for the tests of the reader."""

from __future__ import annotations

from terracite.record.iso_reading import read_iso19139
from terracite.record.reading import Reading

_GMD = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:gml="http://www.opengis.net/gml/3.2" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
FRENCH = "<gmd:language><gco:CharacterString>fre</gco:CharacterString></gmd:language>"
LOCALES = """<gmd:locale><gmd:PT_Locale id="locale-fr"><gmd:languageCode><gmd:LanguageCode codeListValue="fre"/>
  </gmd:languageCode></gmd:PT_Locale></gmd:locale>
  <gmd:locale><gmd:PT_Locale id="E"><gmd:languageCode><gmd:LanguageCode codeListValue="eng"/>
  </gmd:languageCode></gmd:PT_Locale></gmd:locale>"""


def gmd(path: str, *content: str) -> str:
    """Content inside elements of gmd, one in the other: "extent/EX_Extent"."""
    names = path.split("/")
    opening, closing = (f"<gmd:{name}>" for name in names), (f"</gmd:{name}>" for name in reversed(names))
    return "".join((*opening, *content, *closing))


def property_of(name: str, text: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{text}</gco:CharacterString></gmd:{name}>"


def document_with(identification: str = "", *, before: str = FRENCH, after: str = "") -> str:
    """A record titled "Carte" with that inside, before and after its identification."""
    title = gmd("citation/CI_Citation", property_of("title", "Carte"))
    inside = identification if "<gmd:citation>" in identification else title + identification
    identified = gmd("identificationInfo/MD_DataIdentification", inside)
    return f"<gmd:MD_Metadata {_GMD}>{before}{identified}{after}</gmd:MD_Metadata>"


def reading_of(identification: str = "", *, before: str = FRENCH, after: str = "") -> Reading:
    return read_iso19139(document_with(identification, before=before, after=after).encode())


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(remark.kind, remark.message.en) for remark in reading.remarks]


def box_of(west: str, south: str, east: str, north: str, *, kind: str = "") -> str:
    """A bounding box; ``kind``: its ``extentTypeCode``, "false" for where the data are not."""
    sides = {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
    inside = [gmd("extentTypeCode", f"<gco:Boolean>{kind}</gco:Boolean>")] if kind else []
    inside += [gmd(side, f"<gco:Decimal>{value}</gco:Decimal>") for side, value in sides.items()]
    return gmd("geographicElement/EX_GeographicBoundingBox", *inside)


def extent_of(*content: str) -> str:
    return gmd("extent/EX_Extent", *content)


def boxes_read(reading: Reading) -> list[tuple[float, ...]]:
    boxes = [extent.box for extent in reading.record.extents]
    return [(box.west, box.south, box.east, box.north) for box in boxes]


def party_of(inside: str, role: str) -> str:
    """A point of contact, whatever the role."""
    code = gmd("role", f"<gmd:CI_RoleCode codeListValue='{role}'/>")
    return gmd("pointOfContact/CI_ResponsibleParty", inside, code)
