# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values of a record in a few words, for the table that shows what an import would take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from terracite.record import vocabularies
from terracite.record.model import (
    Access,
    Agent,
    Contributor,
    Extent,
    Funding,
    Keyword,
    MapClass,
    Period,
    Platform,
    RecordDate,
    ReferenceSystem,
    Related,
    Representation,
    Resolution,
    ResourceType,
    Source,
    Step,
    Text,
    Variable,
)
from terracite.repository.importing import Offer
from terracite.website import labels
from terracite.website.templatetags.show import box_words, language, period

_LONGEST = 1500  #: characters of one value shown
_MOST_ITEMS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    field: str
    title: str
    value: str
    before: str
    is_default: bool
    is_added: bool


def line(offer: Offer) -> Line:
    """What an offer would take, and what is there now."""
    return Line(offer.name, name(offer.name), words(offer.value), words(offer.before), offer.is_default, offer.is_added)


def name(field: str) -> str:
    """The name of a field, with the language of a text or the part of a group."""
    first, _dot, rest = field.partition(".")
    title = labels.field(first).best(language())
    part = rest.rpartition(".")[2] if rest else ""
    parts = {"fr": _("in French"), "en": _("in English"), "sources": _("sources"), "steps": _("steps")}
    return f"{title} ({parts[part]})" if part in parts else title


def words(value: Any) -> str:
    """A value for a reader, a list one item a line."""
    if value in (None, "", ()):
        return ""
    if isinstance(value, tuple):
        lines = [_item(item) for item in value[:_MOST_ITEMS]]
        more = len(value) - _MOST_ITEMS
        told = "\n".join([*lines, _("… and %(count)d more") % {"count": more}] if more > 0 else lines)
    else:
        told = _item(value)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _item(item: Any) -> str:
    for kind, say in _SAYERS:
        if isinstance(item, kind):
            return str(say(item))
    return _plain(item)


def _plain(item: Any) -> str:
    """Any other value: its parts that say something."""
    if not hasattr(item, "model_dump"):
        return str(item)
    shown = {key: words(value) if not isinstance(value, Text) else _text(value) for key, value in dict(item).items()}
    return ", ".join(value for value in shown.values() if value)


def _text(text: Text) -> str:
    return text.best(language())


def _agent(agent: Agent) -> str:
    homes = ", ".join(home.name for home in agent.affiliations)
    return " · ".join(filter(None, (agent.display_name, agent.orcid, homes)))


def _extent(extent: Extent) -> str:
    return " · ".join(filter(None, (_text(extent.place), str(box_words(extent.box)))))


def _keyword(keyword: Keyword) -> str:
    return f"{_text(keyword.label)} ({keyword.thesaurus})" if keyword.thesaurus else _text(keyword.label)


def _related(item: Related) -> str:
    relation = _text(vocabularies.relation_label(item.relation))
    return " · ".join(dict.fromkeys(filter(None, (relation, item.identifier, item.title))))


def _resolution(item: Resolution) -> str:
    return f"{item.distance_m:g} m" if item.distance_m else f"1:{item.scale}"


def _contributor(item: Contributor) -> str:
    return f"{_agent(item.agent)} · {_text(vocabularies.role_label(item.role))}"


def _access(item: Access) -> str:
    parts = (_text(vocabularies.access_label(item.kind)), str(item.embargo_until or ""), _text(item.conditions))
    return " · ".join(filter(None, parts))


def _step(item: Step) -> str:
    return " · ".join(filter(None, (_text(item.description), item.software)))


#: how a value of each kind is written
_SAYERS: tuple[tuple[type, Any], ...] = (
    (Text, _text),
    (Agent, _agent),
    (Contributor, _contributor),
    (Extent, _extent),
    (Keyword, _keyword),
    (Related, _related),
    (Period, period),
    (Resolution, _resolution),
    (Access, _access),
    (Step, _step),
    (Source, lambda item: " · ".join(filter(None, (item.title, item.identifier)))),
    (Variable, lambda item: " · ".join(filter(None, (item.name, _text(item.label), item.unit)))),
    (MapClass, lambda item: f"{item.code} {_text(item.label)}"),
    (Funding, lambda item: " · ".join(filter(None, (item.funder, item.award_number, item.award_title)))),
    (RecordDate, lambda item: f"{_text(vocabularies.date_label(item.kind))} {item.on.isoformat()}"),
    (ReferenceSystem, lambda item: item.label),
    (Platform, lambda item: " · ".join((item.name, *item.instruments))),
    (Representation, lambda item: _text(vocabularies.representation_label(item))),
    (ResourceType, lambda item: _text(vocabularies.resource_type_label(item))),
)
