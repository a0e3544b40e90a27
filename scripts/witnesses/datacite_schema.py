# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the schemas say of our DataCite and Dublin Core XML, and inveniosoftware's ``datacite`` of our JSON.

XML: valid against the XSD of kernel 4.7, or of oai_dc where its root is oai_dc:dc (``../shared/data/xsd``, or that of
TERRACITE_SHARED_DATA).
JSON: valid against the JSON schema of 4.5 that ``datacite`` ships, after what 4.6 and 4.7 added is taken out
(`_as_4_5`, so nobody judges those parts of the JSON); then turned into XML by ``datacite``, which must be valid too.

``python datacite_schema.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}. Offline.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

PACKAGES = ["datacite==1.4.1", "lxml==6.1.3"]

SHARED = Path(os.environ.get("TERRACITE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
XSD = SHARED / "xsd" / "schema.datacite.org" / "meta" / "kernel-4.7" / "metadata.xsd"
OAI_DC = SHARED / "xsd" / "www.openarchives.org" / "OAI" / "2.0" / "oai_dc.xsd"

#: words that came after 4.5, each with one of 4.5 in its place
_NEWER = {
    "contributorType": {"Translator": "Other"},
    "relationType": {"HasTranslation": "IsVariantFormOf", "IsTranslationOf": "IsVariantFormOf", "Other": "References"},
    "relatedIdentifierType": dict.fromkeys(("CSTR", "RRID", "RAiD", "SWHID"), "URL"),
    "relatedItemIdentifierType": dict.fromkeys(("CSTR", "RRID", "RAiD", "SWHID"), "URL"),
    "resourceTypeGeneral": dict.fromkeys(("Award", "Project", "Poster", "Presentation"), "Other"),
    "relatedItemType": dict.fromkeys(("Award", "Project", "Poster", "Presentation"), "Other"),
}

Node = dict[str, Any]


def _no_network(*_: object) -> NoReturn:
    raise OSError("this witness works offline")


def _as_4_5(document: Node) -> Node:
    """The attributes without what this schema of 4.5 cannot know: newer words and properties, and four differences."""
    content: Node = {key: _once(value) for key, value in _older(document).items()}
    if "publicationYear" in content:
        content["publicationYear"] = str(content["publicationYear"])  # a number in DataCite's REST API
    content["dates"] = [date for date in content.get("dates", []) if date["dateType"] != "Coverage"]  # 4.6
    for reference in content.get("fundingReferences", []):
        reference.pop("schemeUri", None)  # property 19.2.b, which this schema forgot
    for item in content.get("relatedItems", []):
        if "relatedItemIdentifierType" not in item.get("relatedItemIdentifier", {}):
            item.pop("relatedItemIdentifier", None)  # the XSD asks for no type
    return content


def _once(value: Any) -> Any:
    """A list without what is in it twice, which the XSD allows."""
    if not isinstance(value, list):
        return value
    return [item for place, item in enumerate(value) if item not in value[:place]]


def _older(value: Any) -> Any:
    if isinstance(value, list):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _older(item) for key, item in value.items() if key != "relationTypeInformation"}  # 4.7
    return {key: _NEWER[key].get(item, item) if key in _NEWER else item for key, item in kept.items()}


def _of_json(document: bytes, schema: Any) -> Iterator[str]:
    from datacite import schema45
    from lxml import etree

    content = _as_4_5(json.loads(document))
    faults = list(schema45.validator.iter_errors(content))
    yield from (f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}" for fault in faults)
    if not faults:
        theirs = etree.fromstring(schema45.tostring(content).encode())
        yield from (f"as XML: {fault}" for fault in _of_xml(theirs, schema))


def _of_xml(root: Any, schema: Any) -> Iterator[str]:
    schema.validate(root)
    yield from (f"{error.line}: {error.message}" for error in schema.error_log)


def _verdict(path: Path, schema: Any, dublin_core: Any) -> list[str]:
    from lxml import etree

    document = path.read_bytes()
    try:
        if path.suffix == ".json":
            return list(_of_json(document, schema))
        root = etree.fromstring(document)
        return list(_of_xml(root, dublin_core if etree.QName(root).localname == "dc" else schema))
    except (ValueError, KeyError, TypeError, etree.XMLSyntaxError) as error:
        return [f"{type(error).__name__} {error}"]


def main(paths: list[str]) -> None:
    from lxml import etree

    socket.socket.connect = _no_network  # type: ignore[method-assign]
    parser = etree.XMLParser(no_network=True, load_dtd=False)
    schemas = [etree.XMLSchema(etree.parse(xsd, parser)) for xsd in (XSD, OAI_DC)]
    for path in paths:
        why = _verdict(Path(path), *schemas)
        print(json.dumps({"file": path, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
