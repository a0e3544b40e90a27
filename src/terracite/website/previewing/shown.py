# SPDX-License-Identifier: AGPL-3.0-or-later
"""The values that the partial of each kind of preview shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from terracite.repository.models import DatasetVersion, Preview, PreviewKind, PreviewState, StoredFile
from terracite.repository.previews.parts import part_json, part_text
from terracite.website.previewing.columns import Column, column_of
from terracite.website.previewing.drawing import drawn
from terracite.website.previewing.inline import part_path
from terracite.website.previewing.sentences import columns, features, rows, whole
from terracite.website.previewing.texts import harmless
from terracite.website.templatetags.show import text

COLUMNS_SHOWN = 60


def shown_of(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:
    """What the page needs besides the facts; empty when the preview is not ready."""
    make = _SHOWN.get(preview.kind)
    return make(version, file, preview) if make and preview.state == PreviewState.READY.value else {}


def _vector(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:
    layers = [_layer(version, file, preview, layer) for layer in preview.facts.get("layers", ())]
    left = int(preview.facts.get("layers_in_all", 0)) - len(layers)
    return {"layers": layers, "layers_left": max(0, left)}


def _layer(version: DatasetVersion, file: StoredFile, preview: Preview, layer: dict[str, Any]) -> dict[str, Any]:
    count, shown = int(layer["count"]), int(layer["shown"])
    told = features(count, layer["geometry"])
    dense = part_path(version, file, layer["picture"]) if layer["picture"] else ""
    on_map = _("%(shown)s of %(count)s are drawn") % {"shown": whole(shown), "count": whole(count)}
    words = _("%(name)s: %(features)s") % {"name": layer["name"], "features": told}
    return layer | {
        "told": told,
        "told_columns": columns(layer["columns_in_all"]),
        "sampled": on_map if 0 < shown < count else "",
        "drawing": drawn(layer, words, dense),
        "features_url": part_path(version, file, layer["features"]) if layer["features"] else "",
        "dense_url": dense,
        "label": words,
        "first_rows": part_json(preview, layer["rows"]),
        "edges": dict(zip(("west", "south", "east", "north"), layer["box"], strict=False)),
    }


def _table(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:  # noqa: ARG001
    first = part_json(preview, "rows.json")
    tables = []
    for number, table in enumerate(preview.facts.get("tables", ())):
        shown: list[Column] = [column_of(column) for column in table["columns"][:COLUMNS_SHOWN]]
        tables.append(
            table
            | {
                "told": rows(table),
                "told_columns": columns(table["columns_in_all"]),
                "told_read": whole(table["rows_read"]),
                "is_sample": table["rows_are_estimated"] or table["rows_read"] < table["rows"],
                "cards": shown,
                "cards_left": max(0, table["columns_in_all"] - len(shown)),
                "first_rows": first[number] if number < len(first) else [],
            }
        )
    return {"tables": tables}


def _text(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:  # noqa: ARG001
    is_cut = int(preview.facts["shown_bytes"]) < int(preview.facts["bytes"])
    if preview.facts.get("form") == "markdown":
        return {"html": harmless(part_text(preview, "text.html")), "is_cut": is_cut}
    plain = part_text(preview, "text.txt")
    pre = f'<pre class="plain-text" tabindex="0" role="group" aria-label="{escape(file.path)}">{escape(plain)}</pre>'
    return {"html": mark_safe(pre), "is_cut": is_cut}


def _image(version: DatasetVersion, file: StoredFile, preview: Preview) -> dict[str, Any]:  # noqa: ARG001
    return {
        "picture": part_path(version, file, "picture.webp"),
        "alternative": text(file.description) or _("The picture %(name)s") % {"name": file.path},
        "has_description": bool(text(file.description)),
    }


_SHOWN: dict[str, Callable[[DatasetVersion, StoredFile, Preview], dict[str, Any]]] = {
    PreviewKind.VECTOR.value: _vector,
    PreviewKind.TABLE.value: _table,
    PreviewKind.TEXT.value: _text,
    PreviewKind.IMAGE.value: _image,
}
