# SPDX-License-Identifier: AGPL-3.0-or-later
"""How values of the record are written for a reader, in the reader's language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terracite.record import vocabularies
from terracite.record.model import (
    AccessKind,
    Box,
    ContributorRole,
    DateKind,
    Discipline,
    FileRole,
    Language,
    Origin,
    Period,
    Representation,
    ResourceType,
    Text,
)
from terracite.record.origins import COMPOSED, OF_ACCOUNT
from terracite.repository.remarks import in_french
from terracite.website import labels, rule_words
from terracite.website.maps import locator

register = template.Library()

#: what nobody typed, until a person says that it is right
_PROPOSED = {
    COMPOSED: Text(fr="proposé d’après vos fichiers : à vérifier", en="suggested from your files: check it"),
    OF_ACCOUNT: Text(fr="repris de votre compte : à vérifier", en="from your account: check it"),
}
_LABELS: dict[str, Callable[[str], Text]] = {
    "discipline": lambda code: vocabularies.discipline_label(Discipline(code)),
    "topic": vocabularies.topic_label,
    "kind": lambda code: vocabularies.representation_label(Representation(code)),
    "type": lambda code: vocabularies.resource_type_label(ResourceType(code)),
    "access": lambda code: vocabularies.access_label(AccessKind(code)),
    "role": lambda code: vocabularies.role_label(ContributorRole(code)),
    "file_role": lambda code: vocabularies.file_role_label(FileRole(code)),
    "date": lambda code: vocabularies.date_label(DateKind(code)),
    "relation": vocabularies.relation_label,
    "licence": lambda code: found.label if (found := vocabularies.licence(code)) else Text(en=code),
    "state": labels.state,
    "move": labels.move,
    "field": labels.field,
    "reason": labels.rejection_reason,
    "desk_role": labels.desk_role,
    "rule": rule_words.rule,
}


def language() -> Language:
    """The reader's language: "fr" or "en"."""
    return "fr" if (get_language() or "").startswith("fr") else "en"


@register.filter
def text(value: Text | None) -> str:
    """A bilingual text in the reader's language, or in the other one when that is missing."""
    return value.best(language()) if value else ""


@register.filter
def foreign(value: Text | None) -> SafeString:
    """`` lang="xx"`` when a text is only there in the other language, for screen readers."""
    if not value or getattr(value, language()):
        return mark_safe("")
    return mark_safe(' lang="fr"' if value.fr else ' lang="en"')


@register.filter
def label(code: str, table: str) -> str:
    """The name of a code of one of the vocabularies; the code itself when it is unknown."""
    try:
        return _LABELS[table](str(code)).best(language())
    except ValueError:
        return str(code)


@register.filter
def size(count: int) -> str:
    """Bytes with the unit a person expects: 1,2 Mo, 1.2 MB (decimal multiples)."""
    units = ("o", "ko", "Mo", "Go", "To") if language() == "fr" else ("B", "kB", "MB", "GB", "TB")
    value, unit = float(count), units[0]
    for unit in units:
        if value < 1000 or unit == units[-1]:
            break
        value /= 1000
    digits = 0 if unit == units[0] or value >= 100 else 1
    return f"{number_format(value, digits)}\N{NO-BREAK SPACE}{unit}"


@register.filter
def number(value: float | None, digits: int = 4) -> str:
    """A number with at most ``digits`` significant digits, and the language's separators."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    plain = f"{value:.{digits}g}"
    rounded = float(plain)
    decimals = len(f"{rounded:f}".rstrip("0").partition(".")[2])
    return number_format(rounded, decimals, force_grouping=abs(rounded) >= 10_000)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date in words of the reader's language."""
    if not value:
        return ""
    words = date_format(value, "j F Y")
    return f"1er{words[1:]}" if language() == "fr" and value.day == 1 else words


@register.filter
def period(value: Period) -> str:
    """From ... to ..., in words; a series that goes on says so."""
    start = day(value.start)
    if value.ongoing:
        return _("since %(start)s, ongoing") % {"start": start}
    if value.end is None or day(value.end) == start:
        return start
    return _("%(start)s to %(end)s") % {"start": start, "end": day(value.end)}


@register.filter
def years(hit: object) -> str:
    """The years of a search hit: 2022, 2022–2023, since 2022."""
    start, end = getattr(hit, "start", None), getattr(hit, "end", None)
    if start is None:
        return ""
    if getattr(hit, "ongoing", False) or end is None:
        return _("since %(year)s") % {"year": start.year}
    return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"


@register.filter
def box_words(box: Box) -> str:
    """A box in words: its four edges in degrees."""
    digits = 2 if max(box.north - box.south, abs(box.east - box.west)) > 0.2 else 4
    south, north = _latitude(box.south, digits), _latitude(box.north, digits)
    west, east = _longitude(box.west, digits), _longitude(box.east, digits)
    if (south, west) == (north, east):
        return f"{south}, {west}"
    return _("%(south)s to %(north)s, %(west)s to %(east)s") % {
        "south": south, "north": north, "west": west, "east": east
    }  # fmt: skip


@register.filter
def duration(value: str) -> str:
    """An ISO 8601 duration in words where it is a simple one (P5D: 5 days)."""
    units = {"D": _("days"), "W": _("weeks"), "M": _("months"), "Y": _("years")}
    if re.fullmatch(r"P[0-9]{1,9}[DWMY]", value):
        return f"{int(value[1:-1])} {units[value[-1]]}"
    return value


@register.filter
def resolution(metres: float) -> str:
    """A ground distance with the unit that suits it."""
    return f"{number(metres / 1000)} km" if metres >= 1000 else f"{number(metres)} m"


@register.filter
def percent(value: float) -> str:
    return f"{number_format(value * 100, 1)}\N{NO-BREAK SPACE}%"


@register.filter
def licence_uri(identifier: str) -> str:
    found = vocabularies.licence(identifier)
    return found.uri if found else ""


@register.filter
def origin(value: Origin | None) -> str:
    """Where a value came from, in words: "read from ndvi.tif"; empty for what a person typed."""
    if value is None or value.kind.value == "typed":
        return ""
    if value in _PROPOSED:
        return _PROPOSED[value].best(language())
    words = vocabularies.origin_label(value.kind).best(language())
    colon = _(": ")
    return f"{words}{colon}{value.detail}" if value.detail else words


@register.filter
def small_map(boxes: tuple[tuple[float, float, float, float], ...]) -> SafeString:
    """The footprint of a search hit as a small SVG; empty without a place."""
    if not boxes:
        return mark_safe("")
    west, south, east, north = boxes[0]
    return mark_safe(locator.footprint(Box(west=west, south=south, east=east, north=north)))


@register.filter
def remark(text: str) -> str:
    """What a reader of files says of one, in the language of the page."""
    return in_french(text) if language() == "fr" else text


@register.filter
def below(path: str, folder: str) -> str:
    """A path as it reads inside ``folder`` ("" for the top)."""
    return path.removeprefix(f"{folder}/") if folder else path


@register.filter
def short_hash(value: str) -> str:
    return f"{value[:12]}…"


def _latitude(value: float, digits: int) -> str:
    return f"{number_format(abs(value), digits)}°\N{NO-BREAK SPACE}{'N' if value >= 0 else 'S'}"


def _longitude(value: float, digits: int) -> str:
    west = "O" if language() == "fr" else "W"
    return f"{number_format(abs(value), digits)}°\N{NO-BREAK SPACE}{'E' if value >= 0 else west}"


@register.filter
def unlocalized(value: object) -> str:
    """A number as a form field takes it back: with a point, whatever the language."""
    return f"{value:.9g}" if isinstance(value, float) else str(value)
