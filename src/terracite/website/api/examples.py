# SPDX-License-Identifier: AGPL-3.0-or-later
"""Examples of what is sent and what is answered, in the description of the API.

``examples.json`` holds one for each schema: real answers of a small repository, shortened, with invented people.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

_JSON = "application/json"
WAITS = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}


@cache
def known() -> dict[str, Any]:
    """Name of the schema -> example."""
    text = resources.files("terracite.website.api").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def put_into(described: dict[str, Any]) -> None:
    """Beside each body and answer that has one; and after 429 and 503, how long to wait."""
    for operation in operations(described):
        for content in bodies(operation):
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            if name in known():
                content["example"] = known()[name]
        for status, answer in operation["responses"].items():
            if str(status) in {"429", "503"}:
                answer["headers"] = WAITS


def operations(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in described["paths"].values():
        yield from methods.values()


def bodies(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The JSON that an operation takes, and that it answers when all went well."""
    for place in (operation.get("requestBody", {}), *_good(operation)):
        if "schema" in place.get("content", {}).get(_JSON, {}):
            yield place["content"][_JSON]


def _good(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (answer for status, answer in operation["responses"].items() if int(status) < 300)
