# SPDX-License-Identifier: AGPL-3.0-or-later
"""Terracite's own JSON: the record without loss. What is published is kept in this form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from enum import Enum
from typing import Any, NoReturn
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from terracite.errors import RecordError
from terracite.record.crosswalk import Carried, paths
from terracite.record.json_text import json_document
from terracite.record.model import SCHEMA_VERSION, Record, iso
from terracite.record.reading import Reading

MAX_BYTES = 20_000_000  #: a record of 50,000 files takes about 15 MB
SHOWN_MISTAKES = 50
CARRIES_JSON = Carried(wholly=frozenset(path for path in paths() if not path.endswith(".email")))

#: version n -> what turns the JSON of version n into that of version n + 1
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    # 2 added eras, kinds of keywords, precision of dates, conditions of access, the day the record was made
    1: lambda content: content | {"schema_version": 2},
    # 3 tells an access that nothing says from an open one; until then, nothing said meant open
    2: lambda content: content | {"schema_version": 3, "access": _told_open(content.get("access"))},
}


def to_json(record: Record) -> str:
    """The record as JSON: fields in the order of the model, empty ones left out, two spaces of indent.

    ``from_json(to_json(record)) == record`` for every record.
    """
    return json_document(_plain(record), 2).decode()


def from_json(text: str | bytes) -> Record:
    """The record that ``text`` holds, written by this version of Terracite or an earlier one.

    Raises `RecordError` that lists every mistake with its place ("creators.0.orcid"). NaN, infinity, a field
    given twice and documents above ``MAX_BYTES`` are refused.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise RecordError(
            f"The record holds {size:,} bytes; the most that is read is {MAX_BYTES:,}.",
            hint="Describe fewer files, or put them in an archive.",
        )
    content = migrated(_parsed(text))
    try:
        return Record.model_validate_json(json.dumps(content))
    except ValidationError as error:
        raise RecordError(_listed(error), hint="Correct these fields and try again.") from error


def write_json(record: Record, _: str) -> bytes:
    """The record as anybody may read it, without e-mails."""
    return to_json(record.without_emails()).encode()


def read_json(document: bytes) -> Reading:
    """A record written by Terracite, with the origins it has."""
    return Reading(from_json(document))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the record."""
    schema = Record.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def migrated(content: dict[str, Any]) -> dict[str, Any]:
    """The content of a record as this version of Terracite writes it. Raises `RecordError` for a newer one."""
    version = content.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RecordError(
            f"schema_version: {version!r} is not a version of the record.", hint=f"Write {SCHEMA_VERSION}."
        )
    if version > SCHEMA_VERSION:
        raise RecordError(
            f"This record was written by a newer Terracite (schema version {version}; this one reads up to "
            f"{SCHEMA_VERSION}).",
            hint="Update Terracite.",
        )
    for step in range(version, SCHEMA_VERSION):
        content = MIGRATIONS[step](content)
    return content


def from_content(content: dict[str, Any]) -> Record:
    """The record that a database keeps as JSON, written by this version of Terracite or an earlier one."""
    return Record.model_validate(migrated(content))


def _told_open(access: Any) -> Any:
    return {"kind": "open"} | access if isinstance(access, dict) else access or {"kind": "open"}


def _parsed(text: str | bytes) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_doubles)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"This is not JSON: {error}.", hint="Give a file written by Terracite.") from error
    except RecordError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise RecordError(f"This JSON cannot be read: {error}.", hint="Give a file written by Terracite.") from error
    except RecursionError as error:
        raise RecordError("This JSON is nested too deeply.", hint="Give a file written by Terracite.") from error
    if not isinstance(content, dict):
        raise RecordError("A record is a JSON object, between { and }.", hint="Give a file written by Terracite.")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise RecordError(f"The record holds {name}, which is not a number.", hint="Remove it, or write null.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise RecordError(f"The field '{double}' is given twice.", hint="Keep one of them.")
    return content


def _listed(error: ValidationError) -> str:
    mistakes = error.errors(include_url=False)
    lines = [_line(mistake) for mistake in mistakes[:SHOWN_MISTAKES]]
    if len(mistakes) > SHOWN_MISTAKES:
        lines.append(f"... and {len(mistakes) - SHOWN_MISTAKES} more")
    plural = "s" if len(mistakes) > 1 else ""
    return "\n".join([f"The record has {len(mistakes)} mistake{plural}:", *(f"  - {line}" for line in lines)])


def _line(mistake: ErrorDetails) -> str:
    place = ".".join(str(part) for part in mistake["loc"]) or "the record"
    given = "" if isinstance(mistake["input"], dict | list) else f" (given: {str(mistake['input'])[:80]!r})"
    unknown = mistake["type"] == "extra_forbidden"
    what = "is not a field of the record" if unknown else mistake["msg"].removeprefix("Value error, ")
    return f"{place}: {what}{given}"


def _plain(value: Any) -> Any:
    """JSON's own types; a field is left out when it is empty and empty is its default."""
    if isinstance(value, BaseModel):
        content = {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        return {name: item for name, item in content.items() if not _is_left_out(value, name, item)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    return _plain_leaf(value)


def _plain_leaf(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):  # a datetime is a date too
        return iso(value)
    return str(value) if isinstance(value, UUID) else value


def _is_left_out(owner: BaseModel, name: str, plain: Any) -> bool:
    if plain not in ("", None) and plain != [] and plain != {}:
        return False
    default = type(owner).model_fields[name].get_default(call_default_factory=True)
    return bool(getattr(owner, name) == default)
