# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a program may load: the columns of a table, and the classes of a map with their codes.

A record set is described only where the record tells which file has the variables as its columns: the one table of
the dataset, or the tables that the variables were read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from terracite.record.model import DataFile, FileRole, Language, OriginKind, Record, Variable
from terracite.record.schema_org.nodes import Node, said, without_empty
from terracite.record.schema_org.terms import CF_NAMES

#: media types whose columns Croissant can name
_TABLES = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "application/parquet",
        "application/x-parquet",
        "application/vnd.apache.parquet",
    }
)
_CLASS_FIELDS = {"code": "sc:Integer", "name": "sc:Text", "colour": "sc:Text"}


def record_sets(record: Record) -> list[Node]:
    """One record set for each table, then the classes. Addresses begin with "#", as no file's does."""
    variables = list({item.name: item for item in record.variables if item.name}.values())
    tables = _tables(record) if variables else []
    found = [_table(file, number, variables, record.language) for number, file in enumerate(tables, start=1)]
    return [*found, *_classes(record)]


def file_id(file: DataFile) -> str:
    """How a file is referred to: its path, escaped."""
    return quote(file.path)


def _tables(record: Record) -> list[DataFile]:
    """The files that have the variables as columns."""
    tables = [file for file in record.files if file.role is FileRole.DATA and file.media_type in _TABLES]
    origin = record.origin("variables")
    if origin and origin.kind is OriginKind.EXTRACTED:
        names = origin.detail.split(", ")
        return [file for file in tables if file.path in names]
    return tables if len(tables) == 1 else []


def _table(file: DataFile, number: int, variables: list[Variable], language: Language) -> Node:
    name = f"#table-{number}"
    return without_empty(
        {
            "@type": "cr:RecordSet",
            "@id": name,
            "name": file.path,
            "description": said(file.description, language),
            "field": [_column(item, name, file, language) for item in variables],
        }
    )


def _column(variable: Variable, table: str, file: DataFile, language: Language) -> Node:
    """A column. What has a unit or a standard name is a number; any other column can be read as text."""
    standard_name = variable.standard_name
    return without_empty(
        {
            "@type": "cr:Field",
            "@id": f"{table}/{quote(variable.name, safe='')}",
            "name": variable.name,
            "description": said(variable.label, language),
            "dataType": "sc:Float" if variable.unit or standard_name else "sc:Text",
            "unitText": variable.unit,
            "equivalentProperty": f"{CF_NAMES}{quote(standard_name, safe='')}/" if standard_name else "",
            "source": {"fileObject": {"@id": file_id(file)}, "extract": {"column": variable.name}},
        }
    )


def _classes(record: Record) -> Iterator[Node]:
    """The legend of a map as an enumeration whose rows stand in the document."""
    if not record.classes:
        return
    first = record.first_language
    fields = [
        {"@type": "cr:Field", "@id": f"#classes/{name}", "name": name, "dataType": kind}
        for name, kind in _CLASS_FIELDS.items()
    ]
    rows = [
        {
            "#classes/code": item.code,
            "#classes/name": item.label.best(first) or str(item.code),
            "#classes/colour": item.colour,
        }
        for item in record.classes
    ]
    yield {
        "@type": "cr:RecordSet",
        "@id": "#classes",
        "name": record.nomenclature or "classes",
        "dataType": "sc:Enumeration",
        "key": {"@id": "#classes/code"},
        "field": fields,
        "data": rows,
    }
