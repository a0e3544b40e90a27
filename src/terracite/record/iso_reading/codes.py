# SPDX-License-Identifier: AGPL-3.0-or-later
"""Code lists of ISO 19115 beside the lists of the record: tables, and how a code that is not in one is read.

Sources: codelists.xml of ISO 19115-3, gmxCodelists.xml of ISO 19139, DataCite 4.7; the mapping of roles and
associations follows the crosswalk of the INSPIRE metadata regulation to DataCite used by national catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from terracite.record.model import ContributorRole, DateKind, KeywordKind, Representation, ResourceType, Text
from terracite.record.reading import Notes, XmlNode

T = TypeVar("T")

#: MD_ScopeCode (and the types of Dublin Core that catalogues put there) -> what is described; what is not here is OTHER
SCOPES: dict[str, ResourceType] = {
    "dataset": ResourceType.DATASET,
    "series": ResourceType.COLLECTION,
    "collection": ResourceType.COLLECTION,
    "aggregate": ResourceType.COLLECTION,
    "initiative": ResourceType.COLLECTION,
    "nonGeographicDataset": ResourceType.DATASET,
    "tile": ResourceType.DATASET,
    "sample": ResourceType.DATASET,
    "feature": ResourceType.DATASET,
    "coverage": ResourceType.IMAGE,
    "software": ResourceType.SOFTWARE,
    "application": ResourceType.SOFTWARE,
    "model": ResourceType.MODEL,
    "service": ResourceType.SERVICE,
    "document": ResourceType.TEXT,
    "repository": ResourceType.OTHER,
    "metadata": ResourceType.OTHER,
    "map": ResourceType.IMAGE,
    "staticMap": ResourceType.IMAGE,
    "interactiveMap": ResourceType.OTHER,
    "attribute": ResourceType.OTHER,
    "http://purl.org/dc/dcmitype/Dataset": ResourceType.DATASET,
    "http://purl.org/dc/dcmitype/Image": ResourceType.IMAGE,
    "http://purl.org/dc/dcmitype/StillImage": ResourceType.IMAGE,
    "http://purl.org/dc/dcmitype/Service": ResourceType.SERVICE,
    "http://purl.org/dc/dcmitype/Collection": ResourceType.COLLECTION,
    "http://purl.org/dc/dcmitype/Software": ResourceType.SOFTWARE,
    "http://purl.org/dc/dcmitype/Text": ResourceType.TEXT,
    "collectionSession": ResourceType.OTHER,
    "fieldSession": ResourceType.OTHER,
}

#: CI_RoleCode -> DataCite's contributor type, for roles that are not creator, contact, publisher or funder
ROLES: dict[str, ContributorRole] = {
    "originator": ContributorRole.PRODUCER,
    "principalInvestigator": ContributorRole.PROJECT_LEADER,
    "projectLeader": ContributorRole.PROJECT_LEADER,
    "custodian": ContributorRole.DATA_MANAGER,
    "owner": ContributorRole.RIGHTS_HOLDER,
    "rightsHolder": ContributorRole.RIGHTS_HOLDER,
    "distributor": ContributorRole.DISTRIBUTOR,
    "resourceProvider": ContributorRole.HOSTING_INSTITUTION,
    "editor": ContributorRole.EDITOR,
    "sponsor": ContributorRole.SPONSOR,
    "collaborator": ContributorRole.PROJECT_MEMBER,
    "processor": ContributorRole.DATA_CURATOR,
    "contributor": ContributorRole.OTHER,
    "user": ContributorRole.OTHER,
    "mediator": ContributorRole.OTHER,
    "stakeholder": ContributorRole.OTHER,
    "pointOfContact": ContributorRole.CONTACT_PERSON,
}

#: CI_DateTypeCode -> kind of date
DATES: dict[str, DateKind] = {
    "creation": DateKind.CREATED,
    "created": DateKind.CREATED,
    "publication": DateKind.ISSUED,
    "issued": DateKind.ISSUED,
    "revision": DateKind.UPDATED,
    "lastRevision": DateKind.UPDATED,
    "lastUpdate": DateKind.UPDATED,
    "updated": DateKind.UPDATED,
    "update": DateKind.UPDATED,
    "released": DateKind.AVAILABLE,
    "available": DateKind.AVAILABLE,
    "distribution": DateKind.AVAILABLE,
    "unavailable": DateKind.WITHDRAWN,
    "withdrawn": DateKind.WITHDRAWN,
    "deprecated": DateKind.WITHDRAWN,
    "collected": DateKind.COLLECTED,
    "submitted": DateKind.SUBMITTED,
    "accepted": DateKind.ACCEPTED,
    "adopted": DateKind.ACCEPTED,
}

#: DS_AssociationTypeCode -> DataCite's relation, "this dataset ... that resource"
ASSOCIATIONS: dict[str, str] = {
    "crossReference": "References",
    "largerWorkCitation": "IsPartOf",
    "partOfSeamlessDatabase": "IsPartOf",
    "series": "IsPartOf",
    "collectiveTitle": "IsPartOf",
    "isComposedOf": "HasPart",
    "revisionOf": "IsNewVersionOf",
    "dependency": "Requires",
    "source": "IsDerivedFrom",
    "stereoMate": "IsVariantFormOf",
}

KEYWORD_KINDS: dict[str, KeywordKind] = {
    **{kind.value: kind for kind in KeywordKind},
    "dataCenter": KeywordKind.DATA_CENTRE,
    "parameter": KeywordKind.THEME,
    "other": KeywordKind.THEME,
}

REPRESENTATIONS: dict[str, Representation] = {item.value: item for item in Representation}

#: words for lists, in remarks
LIST_NAMES: dict[str, Text] = {
    "scopes": Text(fr="des portées (MD_ScopeCode)", en="scopes (MD_ScopeCode)"),
    "roles": Text(fr="des rôles (CI_RoleCode)", en="roles (CI_RoleCode)"),
    "dates": Text(fr="des types de dates (CI_DateTypeCode)", en="kinds of dates (CI_DateTypeCode)"),
    "associations": Text(fr="des associations (DS_AssociationTypeCode)", en="associations (DS_AssociationTypeCode)"),
    "keywords": Text(fr="des types de mots-clés (MD_KeywordTypeCode)", en="kinds of keywords (MD_KeywordTypeCode)"),
    "languages": Text(fr="des langues de la notice (français, anglais)", en="languages of a record (French, English)"),
}


def found(table: Mapping[str, T], code: str) -> T | None:
    """The entry of a code, whatever its case."""
    if code in table:
        return table[code]
    return {key.casefold(): value for key, value in table.items()}.get(code.strip().casefold())


def known(notes: Notes, node: XmlNode, names: str, table: Mapping[str, T], code: str, default: T) -> T:
    """As `found`; ``default`` and a remark for a code that is not in the table (no remark for none)."""
    entry = found(table, code)
    if entry is not None:
        return entry
    if code:
        notes.say(node.where, "unknown_code", code, read=default, expected=LIST_NAMES[names])
    return default
