# SPDX-License-Identifier: AGPL-3.0-or-later
"""One column of a table as a card: type, missing share, range, histogram or commonest values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terracite.website.previewing.sentences import whole
from terracite.website.templatetags.show import number, percent

TYPES = {
    "integer": gettext_lazy("whole numbers"),
    "number": gettext_lazy("numbers"),
    "date": gettext_lazy("dates"),
    "time": gettext_lazy("times"),
    "boolean": gettext_lazy("true or false"),
    "text": gettext_lazy("text"),
    "empty": gettext_lazy("empty"),
}
_WIDE, _TALL = 240, 48


@dataclass(frozen=True, slots=True)
class Column:
    """What the page shows of one column."""

    name: str
    unit: str
    kind: str
    low: str
    high: str
    mean: str
    missing: str  #: "12.5 %", or ""
    odd: str  #: how many values are not of the type, or ""
    distinct: str
    common: list[tuple[str, str, int]]  #: value, how often, share of the commonest in percent
    histogram: SafeString


def column_of(facts: dict[str, Any]) -> Column:
    """The card of a column from its facts."""
    low, high, mean = _value(facts.get("low")), _value(facts.get("high")), _value(facts.get("mean"))
    bins = [int(count) for count in facts.get("bins", ())]
    most = max((int(count) for _value_, count in facts.get("common", ())), default=1)
    share = float(facts.get("missing", 0))
    return Column(
        name=str(facts["name"]),
        unit=str(facts["unit"]),
        kind=str(TYPES.get(facts["type"], facts["type"])),
        low=low,
        high=high,
        mean=mean,
        missing=("< " + percent(0.001) if share < 0.001 else percent(share)) if share > 0 else "",
        odd=whole(facts["odd"]) if facts.get("odd") else "",
        distinct=whole(facts["distinct"]) if facts.get("distinct") else "",
        common=[(str(value), whole(count), round(100 * int(count) / most)) for value, count in facts.get("common", ())],
        histogram=_histogram(bins, low, high),
    )


def _value(value: object) -> str:
    return number(value, 6) if isinstance(value, int | float) else str(value or "")


def _histogram(bins: list[int], low: str, high: str) -> SafeString:
    """The bars as SVG; its label says where most values lie."""
    if not bins or not any(bins):
        return mark_safe("")
    most, wide = max(bins), _WIDE / len(bins)
    steps = "".join(f"V{_TALL - _height(count, most):.1f}h{wide:g}" for count in bins)
    label = _("Histogram: %(bins)s classes from %(low)s to %(high)s, the fullest is number %(fullest)s") % {
        "bins": len(bins), "low": low, "high": high, "fullest": bins.index(most) + 1
    }  # fmt: skip
    frame = f'class="histogram" viewBox="0 0 {_WIDE} {_TALL}" preserveAspectRatio="none" role="img"'
    return mark_safe(f'<svg {frame} aria-label="{_attribute(label)}"><path d="M0 {_TALL}{steps}V{_TALL}z"/></svg>')


def _height(count: int, most: int) -> float:
    return 0.0 if count == 0 else max(1.5, (_TALL - 2) * count / most)


def _attribute(text: str) -> str:
    from django.utils.html import escape

    return str(escape(text))
