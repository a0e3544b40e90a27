# SPDX-License-Identifier: AGPL-3.0-or-later
"""The variables that record sets tell: the fields of tables, not of enumerations and splits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from terracite.record.model import MapClass, Variable
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.setting import Setting

_NO_TABLES = ("Enumeration", "cr:Split")
_DEEPEST = 20  #: fields inside fields


def variables_of(dataset: Thing, values: dict[str, Any], here: Setting) -> tuple[Variable, ...]:
    """The variables known already, and a variable for each other field."""
    found = {item.name: item for item in values.get("variables", ())}
    for table in dataset.all("cr:recordSet"):
        if not table.is_object:
            continue
        if _is_legend(table, values.get("classes", ())) or _repeats(table, set(found)):
            table.skip()
        elif not any(kind.endswith(_NO_TABLES) for kind in _data_types(table)):
            for name, field in _fields(table):
                variable = _variable(name, field, here)
                if variable:
                    found.setdefault(variable.name, variable)
    return tuple(found.values())


def _data_types(table: Thing) -> list[str]:
    return [thing.peek() for thing in table.all("cr:dataType")]


def _is_legend(table: Thing, classes: tuple[MapClass, ...]) -> bool:
    """Whether its rows are the classes that the description has already."""
    rows = table.node.value.get("data")
    if not isinstance(rows, list) or not classes:
        return False
    codes = [row.get("#classes/code") if isinstance(row, dict) else None for row in rows]
    return codes == [item.code for item in classes]


def _repeats(table: Thing, known: set[str]) -> bool:
    """Whether every column is a variable that the description has already."""
    names = [field.peek("name") for field in table.all("cr:field") if field.is_object]
    return bool(names) and set(names) <= known


def _fields(above: Thing, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Thing]]:
    """The innermost fields, each named by its place: "position/latitude"."""
    for field in above.all("cr:subField" if depth else "cr:field"):
        if not field.is_object:
            continue
        name = prefix + _name(field)
        if depth < _DEEPEST and field.all("cr:subField"):
            yield from _fields(field, f"{name}/", depth + 1)
        elif name:
            yield name, field


def _name(field: Thing) -> str:
    """Its name; else the end of its address, which begins with that of its record set."""
    return field.peek("name") or str(field.node.value.get("@id", "")).rpartition("/")[2]


def _variable(name: str, field: Thing, here: Setting) -> Variable | None:
    field.skip("name")
    values = {"label": here.said(field, "description"), "unit": field.text("unitText", "unitCode")}
    made: Variable | None = here.notes.part(Variable, field.where, name=name, **values)
    return made
