# SPDX-License-Identifier: AGPL-3.0-or-later
"""One partial per field of the deposit form: label, hint, input, where the value came from, what is wrong with it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from terracite.record.rules import Finding
from terracite.website.forms.posted import Form, Row

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
    return {"findings": found, "origin": origins[0] if origins else None}


@register.simple_tag(takes_context=True)
def rows_of(context: Context, prefix: str) -> list[Row]:
    """The rows of a repeated group, and an empty one when there is none or one was asked for."""
    return [*context["form"].rows.get(prefix, []), *[{} for _ in range(context["spare"].get(prefix, 0))]]


@register.filter
def with_spare(form: Form, prefix: str) -> list[Row]:
    """The rows of a repeated group and an empty one."""
    return [*form.rows.get(prefix, []), {}]


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
