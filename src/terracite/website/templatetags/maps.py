# SPDX-License-Identifier: AGPL-3.0-or-later
"""``{% map_view as view %}``: the map of the page's file, as the address asks for it; what scripts of maps need."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from terracite.website.maps_shown import MapView, view_of

register = template.Library()


@register.simple_tag(takes_context=True)
def map_view(context: dict[str, Any]) -> MapView | None:
    """From ``version``, ``file`` and ``preview`` of the page."""
    return view_of(context["request"], context["version"], context["file"], context["preview"])


@register.simple_tag
def base_map() -> SafeString:
    """The attributes that tell a script where its map comes from: our own part, Leaflet, the land."""
    told = {
        "base": static("base-map.js"),
        "script": static("leaflet/leaflet.js"),
        "style": static("leaflet/leaflet.css"),
        "land": static("land.json"),
        "attribution": _("Base map: Natural Earth"),
    }
    return format_html_join(" ", 'data-{}="{}"', told.items())
