# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SPDX licence list: names as concepts, and what each address or old identifier means."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from vocabularies.rows import DATA, Row

_LONGEST = 100  #: characters of an address that a person would give for a licence; longer ones are archived copies


def spdx(vocab: Path) -> list[Row]:
    names = licence_names(vocab)
    offered = {row["identifier"]: row for row in json.loads((DATA / "licences.json").read_text(encoding="utf-8"))}
    rows = []
    for identifier, name in sorted(names.items()):
        row = Row(f"https://spdx.org/licenses/{identifier}.html", en=name, code=identifier)
        row.fr = offered[identifier]["fr"] if identifier in offered else ""
        row.names = [("", identifier)]
        rows.append(row)
    return rows


def licence_names(vocab: Path) -> dict[str, str]:
    listed = json.loads((vocab / "spdx-licenses.json").read_text(encoding="utf-8"))["licenses"]
    return {item["licenseId"]: item["name"] for item in listed if not item["isDeprecatedLicenseId"]}


def write_licences(vocab: Path) -> None:
    """Names of the SPDX list, and the one licence that each address or deprecated identifier means."""
    listed = json.loads((vocab / "spdx-licenses.json").read_text(encoding="utf-8"))["licenses"]
    names = licence_names(vocab)
    sharing: dict[str, set[str]] = defaultdict(set)
    for item in listed:
        for address in item["seeAlso"]:
            if item["licenseId"] in names and len(address) <= _LONGEST:
                sharing[re.sub(r"^https?://", "https://", address.strip())].add(item["licenseId"])
    meaning = {address: only for address, ids in sharing.items() if (only := _one_licence(ids))}
    for item in listed:
        if item["isDeprecatedLicenseId"] and (successor := _successor(item["licenseId"], names)):
            meaning[item["licenseId"]] = successor
    value = {"names": dict(sorted(names.items())), "meaning": dict(sorted(meaning.items()))}
    (DATA / "spdx_licences.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _one_licence(identifiers: set[str]) -> str:
    """The only one; of "X-only" and "X-or-later" the first, which promises less; "" for several."""
    if len(identifiers) == 1:
        return next(iter(identifiers))
    stems = {re.sub(r"-(only|or-later)$", "", name) for name in identifiers}
    only = f"{next(iter(stems))}-only"
    return only if len(stems) == 1 and only in identifiers else ""


def _successor(identifier: str, names: dict[str, str]) -> str:
    candidate = f"{identifier[:-1]}-or-later" if identifier.endswith("+") else f"{identifier}-only"
    return candidate if candidate in names else ""
