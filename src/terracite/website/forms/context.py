# SPDX-License-Identifier: AGPL-3.0-or-later
"""Step 4: where, when, who, rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from terracite.record.model import AccessKind, Agent, DateKind, Extent, Period, Record
from terracite.repository import authorities
from terracite.website.forms.posted import Form, Row, kept, read
from terracite.website.forms.rows import rearranged

AGENT = ("family_name", "given_name", "orcid", "affiliation", "ror")
LISTS = {
    "extents": ("place_fr", "place_en", "place_uri", "west", "south", "east", "north"),
    "periods": ("start", "end", "ongoing"),
    "creators": AGENT,
    "contacts": (*AGENT, "email"),
    "contributors": (*AGENT, "role"),
    "funding": ("funder", "funder_id", "award_number", "award_title"),
    "related": ("relation", "identifier", "title"),
}
SINGLES = (
    "representation", "resolution", "reference_system", "time_resolution", "licence", "access.kind",
    "access.embargo_until", "created", "version.notes.fr", "version.notes.en",
)  # fmt: skip


def from_record(record: Record) -> Form:
    """The form as the record fills it."""
    form = Form()
    resolution = next((item.distance_m for item in record.resolutions if item.distance_m), None)
    created = record.date(DateKind.CREATED)
    form.values = {
        "representation": record.representation.value if record.representation else "",
        "resolution": f"{resolution:g}" if resolution else "",
        "reference_system": next((item.code or item.name for item in record.reference_systems), ""),
        "time_resolution": record.time_resolution,
        "licence": record.licence,
        "access.kind": "" if record.access.kind is AccessKind.UNKNOWN else record.access.kind.value,
        "access.embargo_until": str(record.access.embargo_until or ""),
        "created": str(created or ""),
        "version.notes.fr": record.version.notes.fr,
        "version.notes.en": record.version.notes.en,
    }
    form.rows = {
        "extents": [_extent_row(item) for item in record.extents],
        "periods": [_period_row(item) for item in record.periods],
        "creators": [_agent_row(item) for item in record.creators],
        "contacts": [_agent_row(item) for item in record.contacts],
        "contributors": [_agent_row(item.agent) | {"role": item.role.value} for item in record.contributors],
        "funding": [item.model_dump(include=set(LISTS["funding"])) for item in record.funding],
        "related": [item.model_dump(include={"relation", "identifier", "title"}) for item in record.related],
    }
    for rows in form.rows.values():
        for number, row in enumerate(rows):
            row["was"] = str(number)
    return form


def from_post(data: Mapping[str, Sequence[str]]) -> Form:
    """The form as it was sent, a row moved or removed where a button asked for it."""
    return read(rearranged(data), SINGLES, LISTS, ())


def changes(form: Form, record: Record) -> dict[str, object]:
    """The values of the record that the form holds; mistakes are noted in the form."""
    values = form.values
    found: dict[str, object] = {
        "representation": values["representation"] or None,
        "time_resolution": values["time_resolution"].upper(),
        "licence": values["licence"],
        "access": _access(form, record),
        "version.notes": {"fr": values["version.notes.fr"], "en": values["version.notes.en"]},
        "dates": _dates(form, record),
        "resolutions": _resolutions(form, record),
        "reference_systems": _reference_systems(form, record),
        "extents": _extents(form, record),
        "periods": _periods(form, record),
        "funding": [_grant(form, number, row, record) for number, row in enumerate(form.rows["funding"])],
        "related": [
            kept(record.related, row) | {name: row[name] for name in LISTS["related"]} for row in form.rows["related"]
        ],
    }
    found["creators"] = _agents(form, "creators", record.creators)
    found["contacts"] = _agents(form, "contacts", record.contacts)
    found["contributors"] = _contributors(form, record)
    return found


def _extent_row(item: Extent) -> Row:
    edges = {name: f"{getattr(item.box, name):.9g}" for name in ("west", "south", "east", "north")}
    return {"place_fr": item.place.fr, "place_en": item.place.en, "place_uri": item.place_uri, **edges}


def _period_row(item: Period) -> Row:
    return {
        "start": _day(item.start).isoformat(),
        "end": _day(item.end).isoformat() if item.end else "",
        "ongoing": "1" if item.ongoing else "",
    }


def _agent_row(agent: Agent) -> Row:
    home = agent.affiliations[0] if agent.affiliations else None
    return {
        "family_name": agent.family_name,
        "given_name": agent.given_name,
        "orcid": agent.orcid,
        "affiliation": agent.organisation or (home.name if home else ""),
        "ror": agent.ror or (home.ror if home else ""),
        "email": agent.email,
    }


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _access(form: Form, record: Record) -> dict[str, object]:
    kind = form.values["access.kind"] or AccessKind.UNKNOWN.value
    until = form.day("access.embargo_until", form.values["access.embargo_until"])
    if kind == "embargoed" and until is None and "access.embargo_until" not in form.problems:
        form.problem("access.embargo_until", _("Say when the embargo ends."))
    end = until.isoformat() if until and kind == "embargoed" else None
    return {"kind": kind, "embargo_until": end, "conditions": record.access.conditions.model_dump()}


def _dates(form: Form, record: Record) -> list[object]:
    created = form.day("created", form.values["created"])
    others: list[object] = [date.model_dump(mode="json") for date in record.dates if date.kind is not DateKind.CREATED]
    return [*others, {"kind": "created", "on": created.isoformat()}] if created else others


def _resolutions(form: Form, record: Record) -> list[object]:
    """The first distance is the form's; others that a file or a crate gave are kept."""
    plain: list[object] = [item.model_dump(mode="json") for item in record.resolutions]
    typed = form.number("resolution", form.values["resolution"], low=0.0001, high=1e7)
    place = next((number for number, item in enumerate(record.resolutions) if item.distance_m), None)
    if place is None:
        return [*plain, {"distance_m": typed}] if typed else list(plain)
    shown = f"{record.resolutions[place].distance_m:g}"
    if shown == form.values["resolution"]:
        return plain
    plain[place : place + 1] = [{"distance_m": typed}] if typed else []
    return plain


def _reference_systems(form: Form, record: Record) -> list[object]:
    typed = form.values["reference_system"]
    plain: list[object] = [item.model_dump(mode="json") for item in record.reference_systems]
    first = record.reference_systems[0] if record.reference_systems else None
    if first and typed == (first.code or first.name):
        return plain
    code = f"EPSG:{typed}" if typed.isdecimal() else typed.upper() if typed.upper().startswith("EPSG:") else ""
    return [{"code": code, "name": "" if code else typed}, *plain[1:]] if typed else plain[1:]


def _extents(form: Form, record: Record) -> list[object]:
    found: list[object] = []
    for number, row in enumerate(form.rows["extents"]):
        names = {edge: f"extents.{number}.{edge}" for edge in ("west", "south", "east", "north")}
        limits = {"west": 180.0, "east": 180.0, "south": 90.0, "north": 90.0}
        edges = {edge: form.number(name, row[edge], -limits[edge], limits[edge]) for edge, name in names.items()}
        missing = [edge for edge in edges if not row[edge]]
        for edge in missing:
            form.problem(names[edge], _("Give all four edges, in degrees."))
        _swapped(form, names, edges, row)
        found.append(_extent(row, edges, record))
    return found


def _swapped(form: Form, names: dict[str, str], edges: dict[str, float | None], row: Row) -> None:
    """Explain edges that were likely given in another order."""
    south, north = edges["south"], edges["north"]
    if south is not None and north is not None and south > north:
        form.problem(names["south"], _("South lies above north: were they swapped?"))
    for edge in ("south", "north"):
        if edges[edge] is None and row[edge] and form.problems.get(names[edge]):
            told = _("A latitude goes from -90 to 90: were longitude and latitude swapped?")
            form.problems[names[edge]] = [told]


def _extent(row: Row, edges: dict[str, float | None], record: Record) -> dict[str, object]:
    """The place as it was where nothing changed; a new box has no polygon of the old one, a new name no old address."""
    before = kept(record.extents, row)
    shown = _extent_row(record.extents[int(row["was"])]) if before else {}
    same_box = bool(before) and all(shown[edge] == row[edge] for edge in edges)
    same_name = bool(before) and all(shown[name] == row[name] for name in ("place_fr", "place_en"))
    is_old_address = bool(before) and not same_name and row["place_uri"] == shown["place_uri"]
    values = before | {"box": before["box"] if same_box else edges, "place_uri": row["place_uri"]}
    values["place"] = {"fr": row["place_fr"], "en": row["place_en"]}
    if not same_box:
        values["polygon"] = []
    if is_old_address:
        values["place_uri"] = ""
    return values


def _periods(form: Form, record: Record) -> list[object]:
    found: list[object] = []
    for number, row in enumerate(form.rows["periods"]):
        start = form.day(f"periods.{number}.start", row["start"])
        end = form.day(f"periods.{number}.end", row["end"])
        if start is None:
            if not row["start"]:
                form.problem(f"periods.{number}.start", _("Say when it starts."))
            continue
        if end is not None and start > end:
            form.problem(f"periods.{number}.end", _("The end lies before the start."))
        before: Any = kept(record.periods, row)
        was = record.periods[int(row["was"])] if before else None
        values: dict[str, object] = {"ongoing": bool(row["ongoing"])}
        values["start"] = before["start"] if was and _day(was.start) == start else start.isoformat()
        same_end = was is not None and was.end is not None and _day(was.end) == end
        values["end"] = before["end"] if same_end else end.isoformat() if end else None
        found.append(values)
    return found


def _agents(form: Form, name: str, before: Sequence[Agent]) -> list[object]:
    return [_agent(form, f"{name}.{number}", row, before) for number, row in enumerate(form.rows[name])]


def _contributors(form: Form, record: Record) -> list[object]:
    agents = [item.agent for item in record.contributors]
    return [
        {"agent": _agent(form, f"contributors.{number}", row, agents), "role": row["role"] or "Other"}
        for number, row in enumerate(form.rows["contributors"])
    ]


def _agent(form: Form, where: str, row: Row, before: Sequence[Agent]) -> dict[str, object]:
    """A person with an institute; an organisation when only the institute is typed."""
    orcid = _orcid(form, f"{where}.orcid", row["orcid"])
    row = row | {"ror": _ror(form, f"{where}.ror", row["ror"])}
    if not row["family_name"] and not row["affiliation"]:
        form.problem(f"{where}.family_name", _("Give a family name, or an organisation."))
    values = kept(before, row) | {"orcid": orcid, "family_name": row["family_name"], "given_name": row["given_name"]}
    if "email" in row:
        values["email"] = row["email"]
    if not row["family_name"]:
        return values | {"organisation": row["affiliation"] or "?", "ror": row["ror"], "affiliations": []}
    others: Any = values.get("affiliations") or []
    first = [{"name": row["affiliation"], "ror": row["ror"]}] if row["affiliation"] else []
    return values | {"organisation": "", "ror": "", "affiliations": [*first, *others[1:]]}


def _orcid(form: Form, name: str, typed: str) -> str:
    """The sixteen digits of what was typed or pasted; a mistake is told."""
    orcid, wrong = authorities.checked_orcid(typed)
    if wrong == "digits":
        form.problem(name, _("A digit of this ORCID is wrong: its last one does not agree with the others. Paste it."))
    elif wrong:
        form.problem(name, _("This is not an ORCID: it has 16 digits, such as 0000-0002-1825-0097."))
    return orcid


def _ror(form: Form, name: str, typed: str) -> str:
    """The full address of what was typed or pasted; a mistake is told."""
    ror, wrong = authorities.checked_ror(typed)
    if wrong == "digits":
        form.problem(
            name, _("A character of this ROR is wrong: its last two digits do not agree. Paste it from ror.org.")
        )
    elif wrong:
        form.problem(name, _("This is not a ROR: it looks like https://ror.org/005ypkf75. Leave it empty if unknown."))
    return ror


def _grant(form: Form, number: int, row: Row, record: Record) -> dict[str, object]:
    values = {name: row[name] for name in LISTS["funding"]}
    if "ror.org" in row["funder_id"]:
        values["funder_id"] = _ror(form, f"funding.{number}.funder_id", row["funder_id"])
    return kept(record.funding, row) | values | {"funder": row["funder"] or "?"}
