# SPDX-License-Identifier: AGPL-3.0-or-later
"""One partial per field of the deposit form: label, hint, input, where the value came from, what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from terracite.record import vocabularies
from terracite.record.model import Text
from terracite.record.origins import by_machine
from terracite.record.rules import Finding, Level
from terracite.repository import authorities
from terracite.repository.permissions import known
from terracite.website import explanations
from terracite.website.forms import describe
from terracite.website.forms.posted import Form, Row
from terracite.website.templatetags.show import text

register = template.Library()


@register.inclusion_tag("parts/field.html", takes_context=True)
def field(context: Context, name: str, label: str, hint: str = "", kind: str = "text", **more: Any) -> dict[str, Any]:
    """An input of the step's form. ``kind``: text, area, date, number, select (with ``choices``)."""
    form: Form = context["form"]
    return _values(context, name, form.values.get(name, ""), label, hint, kind, more)


@register.inclusion_tag("parts/field.html", takes_context=True)
def cell(
    context: Context,
    prefix: str,
    number: int,
    row: Row,
    name: str,
    label: str,
    hint: str = "",
    kind: str = "text",
    **more: Any,
) -> dict[str, Any]:
    """An input of one row of a repeated group."""
    return _values(context, f"{prefix}.{number}.{name}", row.get(name, ""), label, hint, kind, more)


@register.inclusion_tag("parts/findings.html", takes_context=True)
def findings_of(context: Context, *sections: str) -> dict[str, Any]:
    """What the checks say of these fields of the record, and where their values came from."""
    found: list[Finding] = [finding for finding in context["findings"] if finding.section in sections]
    origins = [origin for section in sections if (origin := context["record"].origin(section))]
    return {
        "findings": found,
        "origin": origins[0] if origins else None,
        "sections": " ".join(sections),
        "proposed": [name for name in sections if by_machine(context["record"], name)],
        "may_edit": context.get("may_edit", False) and not context.get("is_common"),
    }


@register.simple_tag(takes_context=True)
def rows_of(context: Context, prefix: str) -> list[Row]:
    """The rows of a repeated group, and an empty one when there is none or one was asked for."""
    return [*context["form"].rows.get(prefix, []), *[{} for _ in range(context["spare"].get(prefix, 0))]]


@register.filter
def with_spare(form: Form, prefix: str) -> list[Row]:
    """The rows of a repeated group and an empty one."""
    return [*form.rows.get(prefix, []), {}]


@register.simple_tag(takes_context=True)
def is_folded(context: Context, prefix: str, number: int, row: Row) -> bool:
    """Whether a row of variables or classes is filled, so that one line can stand for it; or waits to be filled."""
    if any(name.startswith(f"{prefix}.{number}.") for name in context["form"].problems):
        return False
    if "was" not in row:
        return not context["spare"].get(prefix)
    if prefix == "variables":
        return bool(row.get("unit")) or row.get("name") in context["words"]
    return bool(row.get("code") and (row.get("label_fr") or row.get("label_en")))


@register.filter
def summed_up(row: Row) -> str:
    """A row in one line."""
    names = ("code", "name", "label_fr", "label_en", "unit")
    return " · ".join(dict.fromkeys(value for name in names if (value := row.get(name, ""))))


@register.filter
def thesaurus(name: str) -> str:
    """The title of a thesaurus in the reader's language."""
    known = vocabularies.thesauri().get(name)
    return text(known.title) if known else name


@register.simple_tag(takes_context=True)
def parts_of_step(context: Context, *names: str) -> list[dict[str, Any]]:
    """The parts of a long page, each with how many things its checks find there."""
    found = [finding.section for finding in context["findings"] if finding.level is not Level.HINT]
    return [{"name": name, "count": found.count(name)} for name in names]


@register.filter
def dashed(name: str) -> str:
    """The part of an input's id that comes from its name."""
    return name.replace(".", "-")


def _values(
    context: Context, name: str, value: str, label: str, hint: str, kind: str, more: dict[str, Any]
) -> dict[str, Any]:
    form: Form = context["form"]
    identifier = f"f-{name.replace('.', '-')}"
    problems = form.problems.get(name, [])
    origin = context["record"].origins.get(name)
    described = [f"{identifier}-hint"] if hint else []
    described += [f"{identifier}-wrong"] if problems else []
    return {
        "id": identifier,
        "name": name,
        "value": value,
        "label": label,
        "hint": hint,
        "kind": kind,
        "problems": problems,
        "origin": origin,
        "described": " ".join(described),
        "may_edit": context.get("may_edit", True),
        **more,
    }


@register.filter
def as_json(value: object) -> str:
    """A value as JSON, for an attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def suggested_keywords(context: Context) -> list[dict[str, Any]]:
    """Keywords that the texts call for: what the box sends, the words, the thesaurus and the reason."""
    found = describe.suggested(context["record"])
    titles = vocabularies.thesauri()
    return [
        {
            "value": describe.keyword_value(item.keyword),
            "label": _short(item.keyword.label),
            "thesaurus": titles[item.keyword.thesaurus].title,
            "because": item.because,
        }
        for item in found
    ]


@register.simple_tag(takes_context=True)
def myself(context: Context) -> dict[str, str]:
    """What the inputs of a row become for the person who is logged in."""
    person = known(context["request"].user)
    return authorities.oneself(person) if person else {}


@register.simple_tag
def licence_sentences() -> list[tuple[str, str]]:
    """What others may do under each licence that the form offers: (SPDX identifier, sentence)."""
    return explanations.licences()


@register.simple_tag
def access_sentences() -> list[tuple[str, str]]:
    """What each kind of access means: (kind, sentence)."""
    return explanations.accesses()


@register.simple_tag
def finder_back(version: Any, into: str) -> str:
    """The place in the form that a finder page came from."""
    step = "describe" if into in {"keywords", "variables"} else "context"
    return f"{reverse('deposit-step', args=[version.uuid, step])}#{into}"


@register.filter
def crosses(row: Row) -> bool:
    """Whether a row of a place reads as lying across the 180° line."""
    try:
        return float(row.get("west", "").replace(",", ".")) > float(row.get("east", "").replace(",", "."))
    except ValueError:
        return False


@register.filter
def value(values: dict[str, str], name: str) -> str:
    """The value of an input whose name has dots."""
    return values.get(name, "")


@register.filter
def words_in(text: str) -> list[str]:
    """The words of a text, for a loop of a template."""
    return text.split()


def _short(label: Text) -> Text:
    """A label without the path before it."""
    return Text(fr=label.fr.rpartition(" > ")[2], en=label.en.rpartition(" > ")[2])
