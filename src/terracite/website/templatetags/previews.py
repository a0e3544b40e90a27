# SPDX-License-Identifier: AGPL-3.0-or-later
"""Previews where files are shown: ``{% preview_line file %}`` in a list, ``{% preview_lead version %}`` on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import template
from django.template import Context

from terracite.repository.models import DatasetVersion, StoredFile
from terracite.website import previewing
from terracite.website.previewing import facts as facts_in_words
from terracite.website.previewing.columns import TYPES

register = template.Library()
_KEPT = "previews of this page"


@register.inclusion_tag("preview/inline.html", takes_context=True)
def preview_line(context: Context, file: StoredFile) -> dict[str, Any]:
    """A link to the preview of one file with a small picture and a sentence; nothing for who may not read it.

    The first call of a page looks for all files of the version, so that a long list asks the database once.
    """
    kept = cast("dict[str, Any]", context.render_context).setdefault(_KEPT, {})
    version = context.get("version")
    if not isinstance(version, DatasetVersion) or version.pk != file.version_id:
        version = file.version
    if version.pk not in kept:
        kept[version.pk] = previewing.inlines(version, version.files.all(), context.get("user"))
    return {"line": kept[version.pk].get(file.pk)}


@register.inclusion_tag("preview/lead.html", takes_context=True)
def preview_lead(
    context: Context, version: DatasetVersion, known: Mapping[int, previewing.Inline] | None = None
) -> dict[str, Any]:
    """The main file and the README of a version, as far as the reader may see them.

    ``known``: the lines of its files, where the page has made them already.
    """
    return {"lead": previewing.lead(version, context.get("user"), known), "version": version}


@register.filter
def dimensions(facts: Mapping[str, Any]) -> str:
    """The size of what is in a file, in words: "360 × 180 cells", "50 rows, 6 columns"."""
    return facts_in_words.dimensions(dict(facts))


@register.filter
def told(file: StoredFile) -> str:
    """What a list of files says of one, in a line: format, cells or rows, system, resolution, period, variables."""
    return " · ".join([file.format or file.media_type, *facts_in_words.in_short(file.facts or {})])


@register.filter
def column_type(name: str) -> str:
    """The type of a column in the reader's words."""
    return str(TYPES.get(name, name))
