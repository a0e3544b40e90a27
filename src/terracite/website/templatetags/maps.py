# SPDX-License-Identifier: AGPL-3.0-or-later
"""``{% map_view as view %}``: the map of the page's file, as the address asks for it."""

from __future__ import annotations

from typing import Any

from django import template

from terracite.website.maps_shown import MapView, view_of

register = template.Library()


@register.simple_tag(takes_context=True)
def map_view(context: dict[str, Any]) -> MapView | None:
    """From ``version``, ``file`` and ``preview`` of the page."""
    return view_of(context["request"], context["version"], context["file"], context["preview"])
