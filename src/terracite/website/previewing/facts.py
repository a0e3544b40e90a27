# SPDX-License-Identifier: AGPL-3.0-or-later
"""What inspection read from a file, in words: all there is to show of formats without a preview."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terracite.record.model import Box
from terracite.repository.models import StoredFile
from terracite.website.previewing.sentences import columns as count_of_columns
from terracite.website.previewing.sentences import rows as count_of_rows
from terracite.website.previewing.sentences import whole
from terracite.website.templatetags.show import box_words, day, resolution, size

MOST_VARIABLES = 60
MOST_MEMBERS = 100
_MOST_ATTRIBUTES = 40
_MOST_MARKS = 400
_MOST_NAMES = 6
_ELSEWHERE = frozenset({"members", "member_count", "unpacked_bytes", "mentions", "formulas"})
_NAMES = {
    "title": gettext_lazy("Title in the file"),
    "summary": gettext_lazy("Summary in the file"),
    "layers": gettext_lazy("Layers"),
    "geometry": gettext_lazy("Geometry"),
    "encoding": gettext_lazy("Encoding"),
    "delimiter": gettext_lazy("Delimiter"),
    "data_model": gettext_lazy("Kind of NetCDF"),
    "license": gettext_lazy("Licence in the file"),
    "licence": gettext_lazy("Licence in the file"),
    "creator_name": gettext_lazy("Creator"),
    "institution": gettext_lazy("Institution"),
    "Conventions": gettext_lazy("Conventions"),
    "conventions": gettext_lazy("Conventions"),
    "data_type": gettext_lazy("Type of the values"),
    "source": gettext_lazy("Source"),
    "references": gettext_lazy("References"),
    "comment": gettext_lazy("Comment"),
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "keywords": gettext_lazy("Keywords"),
    "keywords_vocabulary": gettext_lazy("Thesaurus of the keywords"),
    "creator_url": gettext_lazy("Page of the creator"),
    "project": gettext_lazy("Project"),
    "publisher_name": gettext_lazy("Publisher"),
    "product_version": gettext_lazy("Version of the product"),
    "processing_level": gettext_lazy("Processing level"),
    "platform": gettext_lazy("Platform"),
    "instrument": gettext_lazy("Instrument"),
    "date_created": gettext_lazy("Made on"),
    "id": gettext_lazy("Identifier"),
    "naming_authority": gettext_lazy("Who gave the identifier"),
    "doi": gettext_lazy("DOI"),
    "short_name": gettext_lazy("Short name"),
    "system": gettext_lazy("Made by"),
    "software": gettext_lazy("Software"),
    "channels": gettext_lazy("Channels"),
    "stations": gettext_lazy("Stations"),
    "text_header": gettext_lazy("Header of the file"),
    "sample_interval_us": gettext_lazy("Time between samples (µs)"),
    "samples": gettext_lazy("Samples in a trace"),
}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read from a file."""

    lines: list[tuple[str, str]]  #: what, value
    variables: list[dict[str, Any]]
    variables_left: int
    members: list[str]  #: paths inside an archive
    members_told: str
    warnings: list[str]

    def __bool__(self) -> bool:
        return bool(self.lines or self.variables or self.members)


def read_from(file: StoredFile) -> Read:
    """What inspection found in the file; empty when it was not looked into."""
    facts = file.facts or {}
    variables = list(facts.get("variables") or ())
    attributes = {str(key): str(value) for key, value in (facts.get("attributes") or {}).items()}
    return Read(
        lines=[*_lines(facts), *_attributes(attributes)],
        variables=variables[:MOST_VARIABLES],
        variables_left=max(0, len(variables) - MOST_VARIABLES),
        members=attributes.get("members", "").splitlines()[:MOST_MEMBERS],
        members_told=_members(attributes),
        warnings=[str(text) for text in facts.get("warnings") or ()],
    )


def _lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    start, end = (_moment(str(facts.get(name) or "")) for name in ("start", "end"))
    found = (
        (_("Size"), dimensions(facts)),
        (_("Place"), _place(facts)),
        (_("Reference system"), str(facts.get("crs") or "")),
        (_("Resolution"), resolution(facts["resolution_m"]) if facts.get("resolution_m") else ""),
        (_("Period"), _period(start, end)),
    )
    return [(label, value) for label, value in found if value]


def in_short(facts: dict[str, Any]) -> list[str]:
    """What a list of files says of one: cells or rows, reference system, resolution, period, variables."""
    start, end = (_moment(str(facts.get(name) or "")) for name in ("start", "end"))
    names = [str(item["name"]) for item in facts.get("variables") or ()]
    told = [
        dimensions(facts),
        str(facts.get("crs") or ""),
        resolution(facts["resolution_m"]) if facts.get("resolution_m") else "",
        _period(start, end),
        ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else ""),
    ]
    return [words for words in told if words]


def _period(start: str, end: str) -> str:
    return start if start == end or not end else _("%(start)s to %(end)s") % {"start": start, "end": end}


def _moment(text: str) -> str:
    """A day as a reader writes it; the hour stays where there is one."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    hour = moment.strftime("%H:%M")
    return day(moment) if hour == "00:00" else f"{day(moment)}, {hour}"


def dimensions(facts: dict[str, Any]) -> str:
    """How large what is in the file is: cells and bands, or rows and columns."""
    columns, rows, bands = facts.get("columns"), facts.get("rows"), facts.get("bands")
    if facts.get("representation") == "grid" and columns and rows:
        cells = _("%(columns)s × %(rows)s cells") % {"columns": whole(columns), "rows": whole(rows)}
        return cells + (_(", %(bands)s bands") % {"bands": bands} if bands and bands > 1 else "")
    told = [count_of_rows({"rows": rows})] if rows else []
    return ", ".join([*told, *([count_of_columns(columns)] if columns else [])])


def _place(facts: dict[str, Any]) -> str:
    try:
        west, south, east, north = (float(edge) for edge in facts.get("box") or ())
        return box_words(Box(west=west, south=south, east=east, north=north))
    except ValueError:
        return ""


def _attributes(attributes: dict[str, str]) -> list[tuple[str, str]]:
    shown = [(name, text) for name, text in attributes.items() if name not in _ELSEWHERE and text.strip()]
    named = [(str(_NAMES.get(name, name)), _cut(_mark(text))) for name, text in shown]
    return named[:_MOST_ATTRIBUTES]


def _mark(text: str) -> str:
    marks = {"\t": _("tab"), ";": _("semicolon"), ",": _("comma")}
    return marks.get(text, text)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_MARKS else text[:_MOST_MARKS] + "…"


def _members(attributes: dict[str, str]) -> str:
    count, unpacked = attributes.get("member_count", ""), attributes.get("unpacked_bytes", "")
    if not count.isdigit() or not unpacked.isdigit():
        return ""
    numbers = {"count": number_format(int(count), force_grouping=True), "size": size(int(unpacked))}
    return _("%(count)s files, %(size)s when unpacked") % numbers
