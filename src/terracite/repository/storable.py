# SPDX-License-Identifier: AGPL-3.0-or-later
"""Characters that no database keeps and no answer can be written with: NUL, and halves of a surrogate pair.

JSON can name both (``\\u0000``, ``\\ud800``), files of strangers hold them, and PostgreSQL refuses the first: one such
character in one value of a record would make every page of its dataset fail.
"""

from __future__ import annotations

import re
from typing import Any

_NEVER_KEPT = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether every character of ``text`` can be kept and written."""
    return _NEVER_KEPT.search(text) is None


def storable(value: Any) -> Any:
    """The plain value (text, list, dict, ...) without such characters, in the names of a dict too."""
    if isinstance(value, str):
        return value if is_storable(value) else _NEVER_KEPT.sub("", value)
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return value
