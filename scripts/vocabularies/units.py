# SPDX-License-Identifier: AGPL-3.0-or-later
"""French regions, departements and communes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocabularies.rows import DATA, INSEE, Row, Thesauri


def french_units(folder: Path) -> Thesauri:
    """Regions, departements and communes (INSEE), each in the larger one."""
    regions, departements, communes = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("regions", "departements", "communes")
    )
    return {
        "fr-regions": [_unit("region", item) for item in regions],
        "fr-departements": [_unit("departement", item, "region") for item in departements],
        "fr-communes": [
            _unit("commune", item, "departement") for item in communes if item["type"] == "commune-actuelle"
        ],
    }


def _unit(kind: str, item: dict[str, Any], larger: str = "") -> Row:
    row = Row(f"{INSEE}{kind}/{item['code']}", fr=item["nom"], en=item["nom"], code=item["code"])
    row.broader = [f"{INSEE}{larger}/{item[larger]}"] if larger and item.get(larger) else []
    return row


def kept_units() -> Thesauri:
    """The French units of the tables that are there."""
    found: Thesauri = {}
    for name in ("concepts", "communes"):
        old = json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
        for group in old["thesauri"]:
            if group["id"].startswith("fr-"):
                found[group["id"]] = list(_kept(old, group))
    return found


def _kept(old: dict[str, Any], group: dict[str, Any]) -> Iterator[Row]:
    prefix, larger = group["prefix"], {"departement": "region", "commune": "departement"}
    kind = prefix.rstrip("/").rpartition("/")[2]
    for place in range(group["from"], group["to"]):
        name, code = old["en"][place], old["uris"][place]
        row = Row(prefix + code, fr=name, en=name, code=code)
        outer = old["broader"].get(str(place))
        if outer and kind in larger:
            row.broader = [outer[0] if isinstance(outer[0], str) else _address(old, outer[0])]
        yield row


def _address(old: dict[str, Any], place: int) -> str:
    group = next(item for item in old["thesauri"] if item["from"] <= place < item["to"])
    return str(group["prefix"]) + str(old["uris"][place])
