# SPDX-License-Identifier: AGPL-3.0-or-later
"""A preview in one sentence, which is also what stands for its picture."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terracite.repository.models import Preview, PreviewKind, PreviewState


def sentence(preview: Preview) -> str:
    """What the preview shows; "" when it is not ready, or there is nothing to say."""
    tell = _SENTENCES.get(preview.kind)
    return tell(preview.facts) if tell and preview.state == PreviewState.READY.value else ""


def whole(value: object) -> str:
    """A count with the separators of the reader's language."""
    return number_format(int(value), force_grouping=True) if isinstance(value, int | float) else ""


def columns(count: int) -> str:
    return ngettext("%(count)s column", "%(count)s columns", count) % {"count": whole(count)}


def features(count: int, geometry: str) -> str:
    """ "1,854 areas": what is counted, in the reader's words."""
    if "Point" in geometry:
        told = ngettext("%(count)s point", "%(count)s points", count)
    elif "Line" in geometry:
        told = ngettext("%(count)s line", "%(count)s lines", count)
    elif "Polygon" in geometry:
        told = ngettext("%(count)s area", "%(count)s areas", count)
    elif geometry:
        told = ngettext("%(count)s feature", "%(count)s features", count)
    else:
        told = ngettext("%(count)s row", "%(count)s rows", count)
    return told % {"count": whole(count)}


def rows(table: dict[str, Any]) -> str:
    """ "7,200 rows"; "about 3,000,000 rows" where they were estimated."""
    count = int(table.get("rows", 0))
    if not table.get("rows_are_estimated"):
        return ngettext("%(count)s row", "%(count)s rows", count) % {"count": whole(count)}
    rounded = int(float(f"{count:.2g}"))
    return _("about %(count)s rows") % {"count": whole(rounded)}


def _vector(facts: dict[str, Any]) -> str:
    layers = facts.get("layers", [])
    if len(layers) == 1:
        layer = layers[0]
        told = features(int(layer["count"]), layer["geometry"])
        return f"{told}, {columns(layer['columns_in_all'])}" if layer["columns_in_all"] else told
    names = ", ".join(layer["name"] for layer in layers[:4]) + (", …" if len(layers) > 4 else "")
    count = int(facts.get("layers_in_all", len(layers)))
    told = ngettext("%(count)s layer: %(names)s", "%(count)s layers: %(names)s", count)
    return told % {"count": whole(count), "names": names}


def _table(facts: dict[str, Any]) -> str:
    tables = facts.get("tables", [])
    if len(tables) == 1:
        return f"{rows(tables[0])}, {columns(tables[0]['columns_in_all'])}"
    return ngettext("%(count)s sheet", "%(count)s sheets", len(tables)) % {"count": whole(len(tables))}


def _text(facts: dict[str, Any]) -> str:
    lines = int(facts.get("lines", 0))
    return ngettext("%(count)s line of text", "%(count)s lines of text", lines) % {"count": whole(lines)}


def _image(facts: dict[str, Any]) -> str:
    size = {"width": whole(facts.get("width", 0)), "height": whole(facts.get("height", 0))}
    return _("Picture of %(width)s × %(height)s pixels") % size


def _document(facts: dict[str, Any]) -> str:
    pages = facts.get("pages")
    if not isinstance(pages, int):
        return _("PDF document")
    return ngettext("PDF document, %(count)s page", "PDF document, %(count)s pages", pages) % {"count": whole(pages)}


_SENTENCES = {
    PreviewKind.VECTOR.value: _vector,
    PreviewKind.TABLE.value: _table,
    PreviewKind.TEXT.value: _text,
    PreviewKind.IMAGE.value: _image,
    PreviewKind.DOCUMENT.value: _document,
}
