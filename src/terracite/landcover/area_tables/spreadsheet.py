# SPDX-License-Identifier: AGPL-3.0-or-later
"""An OpenDocument spreadsheet (ODF 1.3, part 3): text stays text, numbers are numbers, the first row is a heading.

GDAL's writer gives no styles, and another file each second; this one gives the same bytes for the same cells.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | None

_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_THEN = (1980, 1, 1, 0, 0, 0)
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)  # fmt: skip
_STYLES = (
    '<number:number-style style:name="N101"><number:number number:decimal-places="1" number:min-decimal-places="1" '
    'number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    '<style:table-cell-properties fo:border-bottom="0.75pt solid #000000"/></style:style>'
    '<style:style style:name="figure" style:family="table-cell" style:parent-style-name="Default" '
    'style:data-style-name="N101"/>'
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties '
    'style:column-width="3.6cm"/></style:style>'
)


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """Write ``sheets`` (name -> rows, the first of which is a heading) as ``path``."""
    body = "".join(_sheet(name, rows) for name, rows in sheets.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_SPACES} office:version="1.3">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_KIND}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(zipfile.ZipInfo("mimetype", _THEN), _KIND, zipfile.ZIP_STORED)  # first, and as it is
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            file.writestr(zipfile.ZipInfo(name, _THEN), text, zipfile.ZIP_DEFLATED)


def _sheet(name: str, rows: Sequence[Sequence[Cell]]) -> str:
    columns = max((len(row) for row in rows), default=1)
    head, *rest = rows
    return (
        f"<table:table table:name={quoteattr(name)}>"
        f'<table:table-column table:style-name="wide" table:number-columns-repeated="{columns}"/>'
        f"<table:table-header-rows>{_row(head, 'head')}</table:table-header-rows>"
        + "".join(_row(row) for row in rest)
        + "</table:table>"
    )


def _row(cells: Sequence[Cell], style: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(one, style) for one in cells)}</table:table-row>"


def _cell(value: Cell, style: str) -> str:
    styled = f' table:style-name="{style}"' if style else ""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        clean = "".join(letter for letter in value if letter >= " " or letter in "\t\n")
        return (
            f'<table:table-cell{styled} office:value-type="string"><text:p>{escape(clean)}</text:p></table:table-cell>'
        )
    if isinstance(value, float):
        styled = ' table:style-name="figure"'
    return (
        f'<table:table-cell{styled} office:value-type="float" office:value="{value!r}"><text:p>{value}</text:p>'
        "</table:table-cell>"
    )
