# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attributes of the variables of a CF file, and of the classes of a map as flags (CF-1.11, 3.5)."""

from __future__ import annotations

from typing import Any

from terracite.record.model import MapClass, Record, Variable
from terracite.record.two_languages import spread

CLASSES = "class"  #: name of the variable of a map when the record names none, or several

Attributes = dict[str, Any]


def variable_attributes(record: Record) -> dict[str, Attributes]:
    """Attributes by name of variable; the flags are of the only variable, else of one more, `CLASSES`."""
    found: dict[str, Attributes] = {}
    for variable in record.variables:
        found.setdefault(variable.name, _attributes(variable))
    if record.classes:
        owner = next(iter(found)) if len(found) == 1 else CLASSES
        found[owner] = found.get(owner, {}) | _flags(record.classes)
    return found


def _attributes(variable: Variable) -> Attributes:
    named = {"standard_name": variable.standard_name, "units": variable.unit}
    return {
        **spread("long_name", variable.label, "en"),
        **{name: text for name, text in named.items() if text},
        **spread("comment", variable.method, "en"),
    }


def _flags(classes: tuple[MapClass, ...]) -> Attributes:
    """``flag_meanings`` are words without spaces, in both languages; colours as ESA's land-cover maps have them."""
    meanings = {
        f"flag_meanings{suffix}": " ".join(_word(getattr(item.label, language), item) for item in classes)
        for suffix, language in (("", "en"), ("_fr", "fr"))
    }
    return {
        "flag_values": [item.code for item in classes],
        **meanings,
        "flag_colors": " ".join(item.colour for item in classes),
    }


def _word(label: str, item: MapClass) -> str:
    """The label with underscores for spaces; the code when the class has no label in that language."""
    return "_".join(label.split()) or f"class_{item.code}"
