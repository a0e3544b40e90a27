# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON as documents are written in it: UTF-8, indented, every character as itself."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json


def json_document(content: Any, indent: int = 1) -> bytes:
    """``content`` (JSON's own types, no NaN) with an end of line.

    Pydantic's writer, for that of Python indents without its part in C, and the record is written in ten formats of
    JSON.

    >>> json_document({"né": [1.5, None]})
    b'{\\n "n\\xc3\\xa9": [\\n  1.5,\\n  null\\n ]\\n}\\n'
    """
    return to_json(content, indent=indent) + b"\n"
