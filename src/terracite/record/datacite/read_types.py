# SPDX-License-Identifier: AGPL-3.0-or-later
"""Property 10 read: the type of the resource, as near as the record can say it."""

from __future__ import annotations

from terracite.record import vocabularies
from terracite.record.datacite.desk import Desk
from terracite.record.datacite.views import Part
from terracite.record.model import ResourceType, Text
from terracite.record.relations import RESOURCE_TYPES

_OURS = {kind.value: kind for kind in ResourceType}
_TEXTS = {
    "Book", "BookChapter", "ConferencePaper", "ConferenceProceeding", "DataPaper", "Dissertation", "Journal",
    "JournalArticle", "OutputManagementPlan", "PeerReview", "Poster", "Preprint", "Presentation", "Report", "Standard",
    "StudyRegistration",
}  # fmt: skip
_NEAREST = {name.casefold(): ResourceType.TEXT for name in _TEXTS} | {
    "computationalnotebook": ResourceType.SOFTWARE,
    "workflow": ResourceType.SOFTWARE,
    "audiovisual": ResourceType.OTHER,
}
_KNOWN = {name.casefold() for name in RESOURCE_TYPES}
_LIST = Text(fr="types de ressource de DataCite", en="resource types of DataCite")
#: what bolognese adds for other formats follows from the type
_DERIVED = ("schemaOrg", "citeproc", "bibtex", "ris")


def resource_type(desk: Desk, root: Part) -> ResourceType | None:
    part = next(iter((*root.parts("types"), *root.parts("resourceType"))), root)
    general, detail = (
        part.text("resourceTypeGeneral"),
        part.text("resourceType") or (part.own() if part is not root else ""),
    )
    general, detail = general or root.text("resourceTypeGeneral"), detail or root.text("resourceType")
    for name in _DERIVED:
        part.text(name)
    key = general.casefold()
    found = _OURS.get(key) or _NEAREST.get(key) or (ResourceType.OTHER if key in _KNOWN else None)
    if found is None and general:
        desk.unknown(part, general, ResourceType.OTHER, _LIST)
        found = ResourceType.OTHER
    if found and key != found.value:
        desk.keep(part, general)
    if detail and not _says_the_same(detail, found):
        desk.keep(part, detail)
    return found


def _says_the_same(detail: str, kind: ResourceType | None) -> bool:
    if kind is None:
        return False
    label = vocabularies.resource_type_label(kind)
    return detail.casefold() in {kind.value, label.fr.casefold(), label.en.casefold()}
