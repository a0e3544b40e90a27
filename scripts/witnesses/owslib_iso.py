# SPDX-License-Identifier: AGPL-3.0-or-later
"""What OWSLib (`owslib.iso3`, `owslib.iso`) reads in our ISO documents: title, box, period, contacts, keywords.

``python owslib_iso.py FILE...`` compares each with ``FILE.expected.json``, which `expected` makes from the record, and
prints one line of JSON per file: {"file", "ok", "why"}. Offline.

OWSLib 0.35 looks for the period of ISO 19115-3 in the namespace of GML 3.1, which that standard does not use: it is
told the right one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PACKAGES = ["OWSLib==0.35.0"]

Facts = dict[str, Any]


def expected(record: Any) -> Facts:
    """What is to be read back from a document of that `Record`: texts in its first language, the first extent."""
    language = record.first_language
    keywords = [keyword.label.best(language) or keyword.uri for keyword in record.keywords]
    return {
        "title": record.title.best(language),
        "box": _box(record),
        "period": _period(record),
        "contacts": [_contact(agent) for agent in record.contacts],
        "keywords": sorted({_plain(word) for word in keywords if word}),
    }


def _box(record: Any) -> list[float] | None:
    """The first box: OWSLib does not join the two of an extent across the antimeridian."""
    if not record.extents:
        return None
    box = record.extents[0].box.parts()[0]
    return [box.west, box.south, box.east, box.north]


def _period(record: Any) -> list[str | None] | None:
    if not record.periods:
        return None
    period = record.periods[0]
    return [_instant(period.start), _instant(period.end) if period.end else None]


def _instant(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")


def _contact(agent: Any) -> list[str]:
    """Name ("Family, Given") and organisations, as OWSLib reads the two of a party."""
    own = [agent.organisation] if agent.organisation else []
    places = own + [place.name for place in agent.affiliations if place.name != agent.organisation]
    name = agent.name if agent.is_person else ""
    alone = bool(name) and not agent.given_name and " " in name
    return [_plain(f"{name}," if alone else name), _plain(("; " if name else " ; ").join(places))]


def _plain(text: Any) -> str:
    return " ".join(str(text or "").split())


def _read(document: bytes) -> Facts:
    """What OWSLib finds, with the reader of the document's standard."""
    from lxml import etree
    from owslib import iso, iso3

    root = etree.fromstring(document)
    if "19115/-3" in root.tag:
        iso3.NAMESPACES_V2["gml"] = "http://www.opengis.net/gml/3.2"
        return _facts(iso3.MD_Metadata(root))
    return _facts(iso.MD_Metadata(root))


def _facts(metadata: Any) -> Facts:
    found = metadata.identification[0]
    extent = getattr(found, "extent", None)  # `owslib.iso` does not set these where there is no extent
    box = extent.boundingBox if extent else None
    times = [getattr(found, f"temporalextent_{end}", None) for end in ("start", "end")]
    return {
        "title": found.title or "",
        "box": [float(value) for value in (box.minx, box.miny, box.maxx, box.maxy)] if box else None,
        "period": times,
        "contacts": [[_plain(item.name), _plain(item.organization)] for item in found.contact],
        "keywords": sorted({_plain(word.name) for group in found.keywords for word in group.keywords}),
    }


def differences(facts: Facts, read: Facts) -> list[str]:
    """What was not read as it should be; keywords may be more (disciplines, platforms)."""
    wrong = []
    if _plain(facts["title"]) != _plain(read["title"]):
        wrong.append(f"title {read['title']!r} is not {facts['title']!r}")
    wrong += [f"{name} {read[name]} is not {facts[name]}" for name in ("box", "contacts") if facts[name] != read[name]]
    if facts["period"] and [item or None for item in read["period"]] != facts["period"]:
        wrong.append(f"period {read['period']} is not {facts['period']}")
    if missing := [word for word in facts["keywords"] if word not in read["keywords"]]:
        wrong.append(f"keywords {missing} are not read")
    return wrong


def judged(path: Path) -> Facts:
    facts = json.loads(Path(f"{path}.expected.json").read_text(encoding="utf-8"))
    try:
        wrong = differences(facts, _read(path.read_bytes()))
    except Exception as error:  # noqa: BLE001  # whatever it raises, OWSLib does not read this document
        wrong = [f"{type(error).__name__}: {error}"]
    return {"file": str(path), "ok": not wrong, "why": "; ".join(wrong)}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(judged(Path(name))), flush=True)
