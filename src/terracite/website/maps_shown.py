# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page says and links of a map: layers, steps, legend in words, the value and series of a typed place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from terracite.repository.models import DatasetVersion, Preview, StoredFile
from terracite.repository.previews import colours, maps, series
from terracite.website.pages import tiles
from terracite.website.templatetags.show import number, percent

_STOPS = 6  #: of a legend


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend."""

    colour: str
    words: str
    share: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One layer or step that can be chosen."""

    number: int
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer about a typed place."""

    lon: str = ""
    lat: str = ""
    problem: str = ""
    words: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    drawing: SafeString = field(default_factory=lambda: mark_safe(""))


@dataclass(frozen=True, slots=True)
class MapView:
    """Everything that the partial shows."""

    layers: list[Choice]
    steps: list[Choice]
    legend: list[Entry]
    kind: str
    title: str
    unit: str
    range_words: str
    alternative: str  #: of the picture: what, when, which values, where
    caption: str
    overview_url: str
    asked: Asked
    is_map: bool
    for_script: dict[str, Any]


def view_of(request: HttpRequest, version: DatasetVersion, file: StoredFile, preview: Preview) -> MapView | None:
    """The map of a file as the address asks for it; None when it has no such layer or step."""
    facts = preview.facts
    chosen, step = _whole(request.GET, "layer"), _whole(request.GET, "step")
    layer = maps.layer_of(preview, chosen, step, tiles.named_classes(version))
    if layer is None:
        return None
    args = [version.dataset.uuid, version.number, file.path]
    query = urlencode({"layer": chosen, "step": step})
    names = [_name(item) for item in facts["layers"]]
    steps = [Choice(place, text, place == step) for place, text in enumerate(facts["steps"])]
    words = _range_words(layer)
    title = names[chosen] or file.path
    when = f", {steps[step].words}" if steps else ""
    place = reverse("tile", args=[*args, 0, 0, 0, layer.picture]).removesuffix(f"0/0/0.{layer.picture}")
    return MapView(
        layers=[
            Choice(at, name or _("Layer %(number)s") % {"number": at + 1}, at == chosen)
            for at, name in enumerate(names)
        ],
        steps=steps,
        legend=_legend(layer),
        kind=layer.kind,
        title=title,
        unit=layer.unit,
        range_words=words,
        alternative=f"{title}{when}. {words} {_where(facts)}".strip(),
        caption=f"{words} {_where(facts)}".strip(),
        overview_url=f"{reverse('overview', args=args)}?{query}",
        asked=_asked(request, preview, layer),
        is_map=facts["space"] == "map",
        for_script={
            "tiles": f"{place}{{z}}/{{x}}/{{y}}.{layer.picture}?layer={chosen}&v={layer.style}&step=",
            "value": f"{reverse('value', args=args)}?layer={chosen}&step=",
            "series": f"{reverse('series', args=args)}?layer={chosen}",
            "space": facts["space"],
            "box": facts["box"],
            "size": facts["size"],
            "zooms": facts["zooms"],
            "step": step,
            "steps": facts["steps"],
            "unit": layer.unit,
        },
    )


def _whole(values: QueryDict, name: str) -> int:
    text = values.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _name(facts: dict[str, Any]) -> str:
    label, name = facts.get("label", ""), facts.get("name", "")
    return f"{label} ({name})" if label and label != name else name or label


def _legend(layer: maps.Layer) -> list[Entry]:
    if layer.kind == "classes":
        return [
            Entry(item["colour"], f"{item['code']} {item['label']}".strip(), percent(item["share"]))
            for item in layer.classes
        ]
    if layer.kind == "colours":
        return []
    low, high = layer.facts["range"]
    palette = colours.ramp()
    stops = []
    for place in range(_STOPS):
        part = place / (_STOPS - 1)
        value = maps.real(layer, low + (high - low) * part)
        stops.append(Entry(colours.hexadecimal(palette[1 + round(254 * part)]), f"{number(value, 4)}"))
    return stops


def _range_words(layer: maps.Layer) -> str:
    """Where the values lie, in a sentence."""
    unit = layer.unit
    if layer.facts.get("is_empty"):
        return _("No cell has data.")
    if layer.kind == "colours":
        return _("True colours: red, green and blue are %(bands)s.") % {"bands": layer.facts["name"]}
    if layer.kind == "classes":
        most = sorted(layer.classes, key=lambda item: -item["share"])[:3]
        told = ", ".join(f"{item['label'] or item['code']} {percent(item['share'])}" for item in most)
        return _("Most of it: %(classes)s.") % {"classes": told}
    ends = sorted(maps.real(layer, value) for value in layer.facts["extremes"])
    usual = sorted(maps.real(layer, value) for value in layer.facts["range"])
    values = {"low": number(ends[0], 4), "high": number(ends[1], 4), "unit": unit}
    values |= {"first": number(usual[0], 4), "last": number(usual[1], 4)}
    return (
        (_("From %(low)s to %(high)s %(unit)s; nearly all between %(first)s and %(last)s.") % values)
        .replace("  ", " ")
        .replace(" ;", ";")
    )


def _where(facts: dict[str, Any]) -> str:
    if not facts["box"]:
        return ""
    west, south, east, north = (number(value, 5) for value in facts["box"])
    return _("From %(west)s° to %(east)s° east, %(south)s° to %(north)s° north.") % {
        "west": west, "east": east, "south": south, "north": north,
    }  # fmt: skip


def _asked(request: HttpRequest, preview: Preview, layer: maps.Layer) -> Asked:
    typed = request.GET.get("lon", "").strip(), request.GET.get("lat", "").strip()
    if not any(typed):
        return Asked()
    try:
        lon, lat = tiles.place(request)
    except Exception as error:  # noqa: BLE001  BadRequest only; its words are for the reader
        return Asked(*typed, problem=str(error))
    words = tiles.words(layer, maps.value_at(preview, layer, lon, lat))
    if not preview.facts["steps"]:
        return Asked(*typed, words=words)
    found = series.at(preview, layer, lon, lat)
    rows = [
        (step, "–" if value is None else number(value, 5))
        for step, value in zip(found.steps, found.values, strict=True)
    ]
    return Asked(*typed, "", words, rows, mark_safe(series.svg(found, layer.unit)))
