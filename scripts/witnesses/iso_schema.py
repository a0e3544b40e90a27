# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether our ISO documents are valid against the official schemas: mdb 2.0 (ISO 19115-3) and gmd 20070417 (ISO 19139).

``python iso_schema.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}. Offline: the closure of the
schemas is ``xsd`` in the shared data (TERRACITE_SHARED_DATA, or ../shared/data beside the checkout).
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

PACKAGES = ["lxml==6.1.1"]

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = {
    "{http://standards.iso.org/iso/19115/-3/mdb/2.0}MD_Metadata": "iso19115-3-all.xsd",
    "{http://www.isotc211.org/2005/gmd}MD_Metadata": "iso19139-all.xsd",
}
SHOWN = 3  #: faults told of one document


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False, huge_tree=True)


@cache
def _schema(name: str) -> Any:
    from lxml import etree

    folder = Path(os.environ.get("TERRACITE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "xsd"
    return etree.XMLSchema(etree.parse(str(folder / name), _parser()))


def faults(document: bytes) -> list[str]:
    """What the schema says against a document, line by line; empty when it is valid."""
    from lxml import etree

    try:
        root = etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as error:
        return [f"not XML: {error}"]
    name = SCHEMAS.get(str(root.tag))
    if name is None:
        return [f"{root.tag} is the root of neither standard"]
    schema = _schema(name)
    schema.validate(root.getroottree())
    return [f"line {error.line}: {error.message}" for error in schema.error_log]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        found = faults(Path(argument).read_bytes())
        answer = {"file": argument, "ok": not found, "why": "; ".join(found[:SHOWN])}
        print(json.dumps(answer), flush=True)
