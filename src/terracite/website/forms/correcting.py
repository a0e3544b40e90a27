# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form that corrects a published description: every field of the steps "describe" and "context" but the protected.

Drawn from the tables of those steps, so that a field added there is here too.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from terracite.record import vocabularies
from terracite.record.model import Keyword, Record
from terracite.record.publication import AccessKind
from terracite.repository.corrections import PROTECTED
from terracite.repository.models import DatasetVersion
from terracite.website import choices
from terracite.website.forms import context, describe
from terracite.website.forms.posted import Form, Row
from terracite.website.templatetags.show import language

_LONG = {"abstract", "lineage.statement", "purpose", "notes"}
_ORDER = (
    "title", "abstract", "lineage.statement", "variables", "classes", "sources", "creators", "contacts",
    "contributors", "funding", "extents", "periods", "representation", "resolution", "reference_system",
    "time_resolution", "created", "related", "purpose", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One input."""

    name: str
    label: str
    value: str
    problems: list[str]
    kind: str = "text"
    lang: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs under one heading; ``rows`` when they repeat, each with its hidden place in the record."""

    name: str
    label: str
    inputs: tuple[Input, ...] = ()
    rows: tuple[tuple[str, str, tuple[Input, ...]], ...] = ()  #: name of the hidden input, its value, inputs
    is_open: bool = True


def groups(form: Form) -> list[Group]:
    """Every field that may be corrected, in the order of the page."""
    lists = {**describe.LISTS, **context.LISTS}
    found = [_repeated(form, name, tuple(lists[name])) if name in lists else _single(form, name) for name in _ORDER]
    return [group for group in found if group.inputs or group.rows]


def keywords(form: Form, record: Record) -> list[tuple[str, Keyword]]:
    """The ticked keywords, each with the value of its box."""
    before = {describe.keyword_value(keyword): keyword for keyword in record.keywords}
    ticked = [(value, before.get(value) or vocabularies.keyword(value)) for value in form.ticked.get("keywords", [])]
    return [(value, keyword) for value, keyword in ticked if keyword is not None]


def protected(version: DatasetVersion, record: Record) -> list[tuple[str, str]]:
    """What a correction cannot change, in words."""
    access = vocabularies.access_label(AccessKind(record.access.kind)).best(language())
    return [
        ("DOI", version.doi),
        (_("Version"), record.version.number),
        (_("Licence"), record.licence),
        (_("Access"), access),
        (_("Files"), str(len(record.files))),
    ]


def _single(form: Form, name: str) -> Group:
    names = [one for one in (f"{name}.fr", f"{name}.en", name) if one in form.values]
    is_protected = name.partition(".")[0] in PROTECTED
    inputs = tuple(_input(form, one, one, form.values[one]) for one in names if not is_protected)
    return Group(name, _label(name), inputs)


def _repeated(form: Form, prefix: str, names: tuple[str, ...]) -> Group:
    rows = [*form.rows.get(prefix, []), {}]
    return Group(prefix, _label(prefix), rows=tuple(_row(form, prefix, n, names, row) for n, row in enumerate(rows)))


def _row(form: Form, prefix: str, number: int, names: tuple[str, ...], row: Row) -> tuple[str, str, tuple[Input, ...]]:
    start = f"{prefix}.{number}"
    inputs = tuple(_input(form, f"{start}.{name}", name, row.get(name, "")) for name in names)
    return f"{start}.was", row.get("was", ""), inputs


def _input(form: Form, name: str, what: str, value: str) -> Input:
    stem, _dot, last = what.replace("_fr", ".fr").replace("_en", ".en").rpartition(".")
    lang = last if stem and last in {"fr", "en"} else ""
    field = stem if lang else what
    in_language = {"fr": _(" (in French)"), "en": _(" (in English)")}.get(lang, "")
    offered = _offered(field)
    kind = "select" if offered else "area" if field in _LONG else "date" if field in {"start", "end", "created"} else ""
    kind = "check" if field == "ongoing" else kind or "text"
    return Input(name, _label(field) + in_language, value, form.problems.get(name, []), kind, lang, offered)


def _offered(field: str) -> tuple[tuple[str, str], ...]:
    lists = {
        "representation": lambda: [("", "–"), *choices.representations()],
        "role": choices.contributor_roles,
        "relation": choices.relations,
    }
    return tuple(lists[field]()) if field in lists else ()


def _label(field: str) -> str:
    """The name of a field or of a column of rows."""
    return _labels().get(field, field.replace("_", " "))


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"), "abstract": _("Abstract"), "lineage.statement": _("How the data were made"),
        "variables": _("Variables"), "classes": _("Legend"), "sources": _("Sources"), "creators": _("Authors"),
        "contacts": _("Contact"), "contributors": _("Contributors"), "funding": _("Funding"), "extents": _("Where"),
        "periods": _("When"), "representation": _("Kind of data"), "resolution": _("Resolution in metres"),
        "reference_system": _("Coordinate system"), "time_resolution": _("Time step"),
        "created": _("Date the data were made"), "related": _("Related resources"), "purpose": _("Purpose"),
        "notes": _("Notes"), "name": _("Name in the file"), "label": _("Meaning"), "unit": _("Unit"),
        "standard_name": _("CF standard name"), "code": _("Code"), "colour": _("Colour"),
        "identifier": _("DOI or address"), "family_name": _("Family name"), "given_name": _("Given name"),
        "orcid": "ORCID", "affiliation": _("Institute"), "ror": "ROR", "email": _("E-mail (never shown)"),
        "role": _("Role"), "funder": _("Funder"), "funder_id": _("Identifier of the funder"),
        "award_number": _("Award number"), "award_title": _("Title of the award"), "place": _("Name of the place"),
        "place_uri": _("Address of the place in a gazetteer"), "west": _("West"), "south": _("South"),
        "east": _("East"), "north": _("North"), "start": _("Start"), "end": _("End"),
        "ongoing": _("The series goes on"), "relation": _("This dataset…"),
    }  # fmt: skip
