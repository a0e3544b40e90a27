# SPDX-License-Identifier: AGPL-3.0-or-later
"""The attributes of the variables of a CF file, and of the classes of a map as flags (CF-1.11, 3.5).

What CF would refuse keeps a place of its own: ``original_name`` and ``original_units`` (CMIP), and
``proposed_standard_name`` for a name that the CF table does not have, or has for another quantity.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from terracite.record import vocabularies
from terracite.record.cf import lists
from terracite.record.cf.units import dimension, fits
from terracite.record.model import MapClass, Record, ReferenceSystem, Text, Variable
from terracite.record.two_languages import spread

CLASSES = "class"  #: name of the variable of a map when the record names none, or several
CLASSES_LABEL = Text(fr="Classes de la carte", en="Classes of the map")
SYSTEM = "crs"  #: name of the variable that tells a reference system
AXES = frozenset(
    {"latitude", "longitude", "time", "projection_x_coordinate", "projection_y_coordinate", "forecast_reference_time"}
)
AXIS_NAMES = frozenset({"lat", "lon", "latitude", "longitude", "time", "x", "y", SYSTEM, "spatial_ref"})
_UPWARDS = {"depth": "down", "height": "up", "altitude": "up"}  #: CF-1.11, 4.3

Attributes = dict[str, Any]


def variable_attributes(record: Record) -> dict[str, Attributes]:
    """Attributes by name of variable; the flags are of the only variable, else of one more, `CLASSES`."""
    found: dict[str, Attributes] = {}
    for variable in record.variables:
        name = _free(cf_name(variable.name), found)
        found[name] = _attributes(variable, name)
    if record.classes:
        owner = next(iter(found)) if len(found) == 1 else _free(CLASSES, found)
        found[owner] = found.get(owner, spread("long_name", CLASSES_LABEL, "en")) | _flags(record.classes)
    for system in record.reference_systems:
        found[_free(SYSTEM, found)] = _system(system)
    return found


def cf_name(name: str) -> str:
    """The name in letters, digits and underscores, beginning with a letter (CF-1.11, 2.3).

    >>> cf_name("salinité"), cf_name("2 m temperature")
    ('salinite', 'v2_m_temperature')
    """
    plain = re.sub(r"\W+", "_", _ascii(name), flags=re.ASCII).strip("_")
    return plain if plain[:1].isalpha() else f"v{plain}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _free(name: str, taken: dict[str, Attributes]) -> str:
    number = 2
    candidate = name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _attributes(variable: Variable, name: str) -> Attributes:
    standard = _is_standard(variable)
    named = {
        "original_name": variable.name if variable.name != name or is_axis(name, variable.standard_name) else "",
        "standard_name" if standard else "proposed_standard_name": variable.standard_name,
        "units" if dimension(variable.unit) is not None else "original_units": variable.unit,
    }
    return {
        **_long_name(variable),
        **{key: text for key, text in named.items() if text},
        **({"positive": _UPWARDS[variable.standard_name]} if standard and variable.standard_name in _UPWARDS else {}),
        **spread("comment", variable.method, "en"),
        "coverage_content_type": "physicalMeasurement",
    }


def _is_standard(variable: Variable) -> bool:
    """Whether CF's table has the name, perhaps with a modifier, for a quantity of that unit."""
    canonical = vocabularies.standard_unit(variable.standard_name.partition(" ")[0])
    return canonical is not None and (not variable.unit or fits(variable.unit, canonical))


def is_axis(name: str, standard_name: str) -> bool:
    """Whether a variable is where or when, by its names, not what was measured."""
    support = name.casefold() in AXIS_NAMES or re.search(rf"(?:_bnds|_bounds|^{SYSTEM}_\d+)$", name.casefold())
    return bool(support) or standard_name in AXES


def _long_name(variable: Variable) -> dict[str, str]:
    """The label, else the name, which ACDD wants to see; a label that is the name is said twice."""
    label = spread("long_name", variable.label, "en")
    if variable.label.en == variable.name:
        label["long_name_en"] = variable.name
    return label or {"long_name": variable.name}


def _flags(classes: tuple[MapClass, ...]) -> Attributes:
    """``flag_meanings`` are words of plain letters; the labels as they are beside; colours as ESA's maps have them."""
    return {
        "flag_values": [item.code for item in classes],
        "flag_meanings": " ".join(_word(item) for item in classes),
        **lists.spread("flag_labels", [item.label for item in classes], lists.joined),
        "flag_colors": " ".join(item.colour for item in classes),
        "coverage_content_type": "thematicClassification",
    }


def _word(item: MapClass) -> str:
    """The label with the characters of CF's words; the code when it has none."""
    word = re.sub(r"[^\w.+@-]+", "_", _ascii(item.label.best("en")), flags=re.ASCII).strip("_")
    return word or f"class_{item.code}".replace("-", "minus_")


def _system(system: ReferenceSystem) -> Attributes:
    """No grid mapping in CF's sense: a record knows the code of a projection, not its parameters."""
    named = {"long_name": system.name, "epsg_code": system.code, "crs_wkt": system.wkt}
    return {name: text for name, text in named.items() if text}
