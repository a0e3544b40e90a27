# SPDX-License-Identifier: AGPL-3.0-or-later
"""Citations of ISO (``CI_Citation``): titles, identifiers, dates, addresses."""

from __future__ import annotations

from dataclasses import dataclass

from terracite.record.identifiers import bare_doi
from terracite.record.iso_reading import codes
from terracite.record.iso_reading.texts import Iso, code, href, peek_attribute, peeked_code
from terracite.record.model import DateKind, RecordDate, Text
from terracite.record.reading import XmlNode, values

_NO_TEXT = Text()


@dataclass(frozen=True, slots=True)
class Identifier:
    """An ``MD_Identifier``: ``space`` is who gave it or what kind it is, ``address`` where its anchor leads."""

    code: str
    space: str = ""
    address: str = ""
    description: Text = _NO_TEXT

    @property
    def doi(self) -> str:
        return bare_doi(self.code) or bare_doi(self.address)


@dataclass(frozen=True, slots=True)
class Online:
    """A ``CI_OnlineResource``, with its element so that the rest can be read from it."""

    address: str
    node: XmlNode


def identifier(iso: Iso, node: XmlNode) -> Identifier:
    """The identifier in a property (or in an ``MD_Identifier`` itself); marks it as read."""
    holder = node if node.first("code") is not None else next(iter(node.children()), node)
    place = holder.first("code") or node
    return Identifier(
        code=iso.string(place),
        space=iso.string(holder.first("codeSpace")),
        address=href(place),
        description=iso.text(holder.first("description")),
    )


def peeked_identifier(node: XmlNode) -> str:
    """The code of an identifier, without marking it as read."""
    holders = [*node.all("*/code/*"), *node.all("code/*"), *node.all("*/code")]
    return next((text for item in holders if (text := (item.element.text or "").strip())), "")


def peeked_address(node: XmlNode) -> str:
    """The address of the anchor of an identifier, without marking it as read."""
    holders = [*node.all("*/code/*"), *node.all("code/*")]
    return next((text for item in holders if (text := peek_attribute(item, "href"))), "")


def dates(iso: Iso, citation: XmlNode) -> tuple[RecordDate, ...]:
    """The dates of a citation whose kind the record knows; the others stay unread."""
    found = (_date(iso, node) for node in citation.all("date/*"))
    return tuple(dict.fromkeys(date for date in found if date is not None))


def _date(iso: Iso, node: XmlNode) -> RecordDate | None:
    holder = node.first("dateType")
    listed = peeked_code(holder) if holder is not None else ""
    kind = codes.found(codes.DATES, listed) if listed else DateKind.ISSUED
    if kind is None:
        return None
    code(holder)
    text = iso.string(node.first("date"))
    if not text:
        return None
    read = values.day(text)
    if read is None:
        iso.notes.say(node.where, "unreadable", text, expected=Text(fr="une date", en="a date"))
        return None
    if not listed:
        iso.notes.say(node.where, "missing", expected=_kind_of(text))
    on, precision = read
    part: RecordDate | None = iso.notes.part(RecordDate, node.where, kind=kind, on=on, precision=precision)
    return part


def _kind_of(day: str) -> Text:
    """What is missing beside a date without type."""
    return Text(
        fr=f"le type de la date {day} ; lue comme date de publication",
        en=f"type for the date {day}; read as the date of publication",
    )


def address_of(iso: Iso, online: XmlNode) -> str:
    """The linkage of a ``CI_OnlineResource``."""
    return iso.string(online.first("linkage"))
