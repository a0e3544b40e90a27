# SPDX-License-Identifier: AGPL-3.0-or-later
"""CSL-JSON of others: one item or a list, names in parts or whole, dates in parts, raw or literal."""

from __future__ import annotations

from terracite.errors import RecordError
from terracite.record.citation.entries import Entry, contributors
from terracite.record.model import Agent, ContributorRole, ResourceType, Text
from terracite.record.reading import JsonNode, Notes, values

_TYPES: dict[str, tuple[ResourceType, str]] = {
    "dataset": (ResourceType.DATASET, "Dataset"),
    "collection": (ResourceType.COLLECTION, "Collection"),
    "graphic": (ResourceType.IMAGE, "Image"),
    "figure": (ResourceType.IMAGE, "Image"),
    "map": (ResourceType.IMAGE, "Image"),
    "software": (ResourceType.SOFTWARE, "Software"),
    "article-journal": (ResourceType.TEXT, "JournalArticle"),
    "article-magazine": (ResourceType.TEXT, "Text"),
    "article-newspaper": (ResourceType.TEXT, "Text"),
    "article": (ResourceType.TEXT, "Preprint"),
    "book": (ResourceType.TEXT, "Book"),
    "chapter": (ResourceType.TEXT, "BookChapter"),
    "document": (ResourceType.TEXT, "Text"),
    "paper-conference": (ResourceType.TEXT, "ConferencePaper"),
    "thesis": (ResourceType.TEXT, "Dissertation"),
    "report": (ResourceType.TEXT, "Report"),
    "standard": (ResourceType.TEXT, "Standard"),
    "post-weblog": (ResourceType.TEXT, "Text"),
    "post": (ResourceType.TEXT, "Text"),
    "webpage": (ResourceType.TEXT, "Text"),
}
#: variables that hold names -> the role of a contributor
_ROLES = {
    "editor": ContributorRole.EDITOR,
    "translator": ContributorRole.TRANSLATOR,
    "curator": ContributorRole.DATA_CURATOR,
    "producer": ContributorRole.PRODUCER,
    "contributor": ContributorRole.OTHER,
}


def csl_entries(root: JsonNode, notes: Notes) -> list[Entry]:
    """The items of a document, in order. Raises `RecordError` when there is none."""
    nodes = root.all("items") if root.first("items") and not root.first("type") else root.items()
    found = [_understood(node, notes) for node in nodes if node.keys()]
    if not found or not any(node.first("type", "title", "author", "DOI") for node in nodes):
        raise RecordError("There is no item of CSL-JSON in this document.", hint='Expected [{"type": "dataset", ...}].')
    return found


def _understood(node: JsonNode, notes: Notes) -> Entry:
    code = node.text("type")
    kind, general = _TYPES.get(code.casefold(), (ResourceType.OTHER, "Other"))
    if code.casefold() not in _TYPES:
        listed = Text(fr="des types CSL", en="CSL types")
        notes.say(f"{node.where}.type", "unknown_code", code, read=kind.value, expected=listed)
    entry = Entry(node.where, kind, general, node.text("id"), node.text("genre"), node.text("title"))
    entry.creators = _agents(node, "author", notes)
    entry.contributors = [
        item for name, role in _ROLES.items() for item in contributors(_agents(node, name, notes), role)
    ]
    entry.issued, entry.submitted = _date(node.first("issued")), _date(node.first("submitted"))
    entry.publisher, entry.version = node.text("publisher"), node.text("version") or node.text("edition")
    entry.doi, entry.url, entry.number = node.text("DOI", "doi"), node.text("URL", "url"), node.text("ISBN", "ISSN")
    entry.container, entry.abstract = node.text("container-title"), node.text("abstract")
    entry.keywords = _keywords(node)
    entry.language = node.text("language").partition("-")[0]
    entry.licence = node.text("copyright", "license", "licence")
    entry.leftovers = list(node.leftovers())
    return entry


def _agents(node: JsonNode, name: str, notes: Notes) -> list[Agent]:
    return [agent for item in node.all(name) if (agent := _agent(item, notes))]


def _agent(node: JsonNode, notes: Notes) -> Agent | None:
    if not node.keys():
        return values.agent(node.text())
    orcid = values.orcid(node.text("ORCID", "orcid"))
    parts = (
        node.text("dropping-particle"),
        node.text("non-dropping-particle"),
        node.text("family"),
        node.text("suffix"),
    )
    family, given, literal = " ".join(part for part in parts if part), node.text("given"), node.text("literal", "name")
    if family or given:
        return Agent(family_name=family or given, given_name=given if family else "", orcid=orcid)
    if not literal:
        notes.say(node.where, "unreadable", node.value, expected=Text(fr="un nom", en="a name"))
        return None
    return Agent(organisation=literal)


def _date(node: JsonNode | None) -> str:
    """ISO 8601, as exact as the date is known."""
    if node is None:
        return ""
    if not node.keys():
        return node.text()
    parts = node.first("date-parts")
    if parts is None:
        return node.text("raw", "literal")
    first = parts.items()[0] if isinstance(parts.value, list) and parts.value else parts
    numbers = [item.text() for item in first.items()][:3]
    node.skip()
    return "-".join(number.zfill(4 if index == 0 else 2) for index, number in enumerate(numbers) if number)


def _keywords(node: JsonNode) -> list[str]:
    listed = [item.text() for item in (*node.all("keyword"), *node.all("categories"))]
    return [word.strip() for text in listed for word in text.split(",") if word.strip()]
