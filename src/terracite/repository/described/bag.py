# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fields of a record from the tags of a BagIt bag (RFC 8493, bag-info.txt)."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.model import Agent, Text
from terracite.repository.described.agents import agents_in, is_organisation


def fields(text: str) -> dict[str, Any]:
    """What the tags say of the data; the date of bagging is not the data's."""
    tags: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", text.replace("\r\n", "\n")).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            tags.setdefault(name.strip().lower(), value.strip())
    source, email = tags.get("source-organization", ""), tags.get("contact-email", "")
    contacts = agents_in(tags.get("contact-name", ""), email=email, place=source)
    found = {
        "abstract": Text(en=tags.get("external-description", "")),
        "creators": (Agent(organisation=source),) if is_organisation(source) else (),
        "contacts": contacts,
    }
    return {name: value for name, value in found.items() if value}
