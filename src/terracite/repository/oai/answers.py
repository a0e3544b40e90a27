# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers as XML, valid against OAI-PMH.xsd."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from lxml import etree

from terracite.errors import RecordError
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.oai import items, tokens
from terracite.repository.oai.formats import OAI_FORMATS, Element
from terracite.repository.oai.requests import OaiError, OaiRequest, known_prefix
from terracite.repository.records import record_of

log = logging.getLogger(__name__)

OAI = "http://www.openarchives.org/OAI/2.0/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES: dict[Any, str] = {None: OAI, "xsi": _XSI}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every answer has around it."""

    base_url: str
    now: dt.datetime

    def with_content(self, request: OaiRequest, content: Element) -> bytes:
        """A successful answer."""
        root = self._root(request.arguments)
        root.append(content)
        return _bytes(root)

    def with_error(self, error: OaiError, request: OaiRequest | None = None) -> bytes:
        """An error, with the arguments of ``request`` when it was understood, else those that the error holds."""
        root = self._root(request.arguments if request else error.arguments)
        _add(root, "error", error.message).set("code", error.code)
        return _bytes(root)

    def _root(self, arguments: dict[str, str]) -> Element:
        root = etree.Element(_name("OAI-PMH"), nsmap=_NAMESPACES)
        root.set(f"{{{_XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
        _add(root, "responseDate", _time(self.now))
        request = _add(root, "request", self.base_url)
        for name, value in arguments.items():
            request.set(name, value)
        return root


def identify(base_url: str, now: dt.datetime) -> Element:
    """Who we are."""
    answer = etree.Element(_name("Identify"))
    for name, value in (
        ("repositoryName", settings.TERRACITE.site_name),
        ("baseURL", base_url),
        ("protocolVersion", "2.0"),
        ("adminEmail", _mailbox(base_url)),
        ("earliestDatestamp", _time(items.earliest() or now)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):
        _add(answer, name, value)
    return answer


def metadata_formats(request: OaiRequest, base_url: str) -> Element:
    """The formats; the same for every item."""
    if request.identifier:
        _existing(request.identifier, base_url)
    answer = etree.Element(_name("ListMetadataFormats"))
    for item in OAI_FORMATS.values():
        element = _add(answer, "metadataFormat")
        _add(element, "metadataPrefix", item.prefix)
        _add(element, "schema", item.schema)
        _add(element, "metadataNamespace", item.namespace)
    return answer


def sets() -> Element:
    """The sets, by discipline and by deposit."""
    answer = etree.Element(_name("ListSets"))
    for item in items.all_sets():
        element = _add(answer, "set")
        _add(element, "setSpec", item.spec)
        _add(element, "setName", item.name)
    return answer


def record(request: OaiRequest, base_url: str) -> Element:
    """One item in one format."""
    version = _existing(request.identifier, base_url)
    known_prefix(request.prefix)
    answer = etree.Element(_name("GetRecord"))
    try:
        answer.append(_record(version, request.prefix, base_url))
    except RecordError as error:
        raise OaiError("cannotDisseminateFormat", f"This item is not available as {request.prefix}.") from error
    return answer


def listing(request: OaiRequest, base_url: str, page_size: int) -> Element:
    """One page of ListRecords or ListIdentifiers, with the token of the next one."""
    selection = request.selection
    assert selection is not None
    known_prefix(request.prefix)
    found, has_more, total = items.page(selection, page_size)
    if not found:
        raise OaiError("noRecordsMatch", "Nothing matches. Widen the dates or leave the set out.")
    answer = etree.Element(_name(request.verb))
    for version in found:
        _append(answer, version, request, base_url)
    if has_more or selection.cursor:
        last = found[-1]
        assert last.datestamp is not None
        following = selection.following((last.datestamp, last.pk), len(found))
        token = _add(answer, "resumptionToken", tokens.write(following) if has_more else "")
        token.set("completeListSize", str(total))
        token.set("cursor", str(selection.cursor))
    return answer


def _append(answer: Element, version: DatasetVersion, request: OaiRequest, base_url: str) -> None:
    if request.verb == "ListIdentifiers":
        answer.append(_header(version, base_url))
        return
    try:
        answer.append(_record(version, request.prefix, base_url))
    except RecordError as error:  # one faulty record must not stop a harvest
        log.error("OAI-PMH: %s left out of %s: %s", version.uuid, request.prefix, error)


def _record(version: DatasetVersion, prefix: str, base_url: str) -> Element:
    element = etree.Element(_name("record"))
    element.append(_header(version, base_url))
    if not items.is_deleted(version):
        content = OAI_FORMATS[prefix].element(record_of(version), addresses.landing_url(version))
        _add(element, "metadata").append(content)
    return element


def _header(version: DatasetVersion, base_url: str) -> Element:
    element = etree.Element(_name("header"))
    if items.is_deleted(version):
        element.set("status", "deleted")
    assert version.datestamp is not None
    _add(element, "identifier", items.identifier_of(version, base_url))
    _add(element, "datestamp", _time(version.datestamp))
    for spec in items.set_specs(version):
        _add(element, "setSpec", spec)
    return element


def _existing(identifier: str, base_url: str) -> DatasetVersion:
    found = items.item(identifier, base_url)
    if found is None:
        raise OaiError("idDoesNotExist", "There is no item of this identifier.")
    return found


def _mailbox(base_url: str) -> str:
    """The mailbox that RFC 2142 keeps for the keeper of a website; the protocol wants one."""
    host = items.namespace(base_url)
    return f"webmaster@{host}" if "." in host else f"webmaster@{host.strip('[]').replace(':', '-')}.invalid"


def _add(parent: Element, name: str, text: str = "") -> Element:
    element = etree.SubElement(parent, _name(name))
    element.text = text or None
    return element


def _name(name: str) -> str:
    return f"{{{OAI}}}{name}"


def _time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
