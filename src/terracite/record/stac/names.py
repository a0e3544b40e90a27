# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of STAC 1.1 and of its extensions that a record is written in."""

from __future__ import annotations

from typing import Final

from terracite.record.model import ContributorRole, FileRole

STAC_VERSION: Final = "1.1.0"


def _schema(name: str, version: str) -> str:
    return f"https://stac-extensions.github.io/{name}/v{version}/schema.json"


#: extension -> address of its schema, which is how a document says that it uses it
EXTENSIONS: Final = {
    name: _schema(name, version)
    for name, version in {
        "classification": "2.0.0",
        "contacts": "0.1.1",
        "datacube": "2.2.0",
        "file": "2.1.0",
        "language": "1.0.0",
        "processing": "1.2.0",
        "projection": "2.0.0",
        "raster": "2.0.0",
        "scientific": "1.0.0",
        "themes": "1.0.0",
        "timestamps": "1.1.0",
        "version": "1.2.0",
    }.items()
}

#: stands for a missing description, which STAC requires
NO_DESCRIPTION: Final = "No description yet."
#: member of ``extent.spatial`` that says that the whole Earth stands for an unknown place
UNKNOWN: Final = "unknown"
#: scheme of a keyword of no thesaurus
UNCONTROLLED: Final = "uncontrolled"
#: ends of an Item's time that stand for an open or unknown one, which Items cannot leave empty
FIRST_MOMENT: Final = "0001-01-01T00:00:00Z"
LAST_MOMENT: Final = "9999-12-31T23:59:59Z"

#: names of languages in themselves and in English (Language Object of the language extension)
LANGUAGES: Final = {"fr": ("Français", "French"), "en": ("English", "English")}

#: role of a file -> asset role; "documentation" and "legend" are ours, STAC leaves the list open
FILE_ROLES: Final = {
    FileRole.DATA: "data",
    FileRole.DOCUMENTATION: "documentation",
    FileRole.LEGEND: "legend",
    FileRole.THUMBNAIL: "thumbnail",
    FileRole.METADATA: "metadata",
}
#: asset role of others -> DataCite's relation from the dataset to that asset
ASSET_RELATIONS: Final = {
    "metadata": "HasMetadata",
    "iso-19115": "HasMetadata",
    "documentation": "IsDocumentedBy",
    "legend": "IsDocumentedBy",
}

#: DataCite's relation -> link relation registered by IANA or STAC; the others keep DataCite's name
LINK_RELATIONS: Final = {
    "IsDocumentedBy": "describedby",
    "IsDescribedBy": "about",
    "References": "related",
    "IsVariantFormOf": "canonical",
}
#: relations to works about the data, which the scientific extension lists
PUBLICATIONS: Final = frozenset(
    {"IsCitedBy", "IsReferencedBy", "IsDescribedBy", "IsDocumentedBy", "IsReviewedBy", "IsSupplementTo", "IsSourceOf"}
)
#: link relation of others -> DataCite's relation
RELATIONS_READ: Final = {
    **{rel: relation for relation, rel in LINK_RELATIONS.items()},
    "via": "HasMetadata",
    "source": "IsDerivedFrom",
    "enclosure": "HasPart",
    "describes": "Describes",
    "preview": "IsDescribedBy",
    "handbook": "IsDocumentedBy",
    "documentation": "IsDocumentedBy",
    "example": "References",
    "service": "References",
    "help": "IsDocumentedBy",
}
#: links between the documents of a catalogue, or of this one in another form: they say nothing of the data
STRUCTURE: Final = frozenset(
    {"self", "root", "parent", "child", "children", "item", "items", "collection", "data", "next", "prev", "search"}
    | {"alternate", "conformance", "queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", "icon"}
)

#: role of a contact, in lower case -> part of the record: a contributor's role, or one of the four others
CONTACT_ROLES: Final[dict[str, ContributorRole | str]] = {
    **{role.value.lower(): role for role in ContributorRole},
    "author": "creator",
    "creator": "creator",
    "originator": "creator",
    "pointofcontact": "contact",
    "contact": "contact",
    "publisher": "publisher",
    "funder": "funder",
    "producer": ContributorRole.PRODUCER,
    "processor": ContributorRole.PRODUCER,
    "licensor": ContributorRole.RIGHTS_HOLDER,
    "owner": ContributorRole.RIGHTS_HOLDER,
    "rightsholder": ContributorRole.RIGHTS_HOLDER,
    "host": ContributorRole.HOSTING_INSTITUTION,
    "custodian": ContributorRole.DATA_MANAGER,
    "principalinvestigator": ContributorRole.PROJECT_LEADER,
    "collaborator": ContributorRole.RELATED_PERSON,
    "editor": ContributorRole.EDITOR,
    "sponsor": ContributorRole.SPONSOR,
}
