# SPDX-License-Identifier: AGPL-3.0-or-later
"""What breaks the schema and is read all the same: order of properties, elements of another standard.

The orders are those of the XML schemas: mdb 2.0 and mri 1.0 (ISO 19115-3), gmd 20070417 with gmi 1.0 (ISO 19139).
"""

from __future__ import annotations

import re

from terracite.record.reading import Notes, XmlNode

_RECORD = {
    "iso19115-3": "metadataIdentifier defaultLocale parentMetadata metadataScope contact dateInfo metadataStandard "
    "metadataProfile alternativeMetadataReference otherLocale metadataLinkage spatialRepresentationInfo "
    "referenceSystemInfo metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo "
    "resourceLineage portrayalCatalogueInfo metadataConstraints applicationSchemaInfo metadataMaintenance "
    "acquisitionInformation",
    "iso19139": "fileIdentifier language characterSet parentIdentifier hierarchyLevel hierarchyLevelName contact "
    "dateStamp metadataStandardName metadataStandardVersion dataSetURI locale spatialRepresentationInfo "
    "referenceSystemInfo metadataExtensionInfo identificationInfo contentInfo distributionInfo dataQualityInfo "
    "portrayalCatalogueInfo metadataConstraints applicationSchemaInfo metadataMaintenance series describes "
    "propertyType featureType featureAttribute acquisitionInformation",
}
_IDENTIFICATION = {
    "iso19115-3": "citation abstract purpose credit status pointOfContact spatialRepresentationType spatialResolution "
    "temporalResolution topicCategory extent additionalDocumentation processingLevel resourceMaintenance "
    "graphicOverview resourceFormat descriptiveKeywords resourceSpecificUsage resourceConstraints associatedResource "
    "defaultLocale otherLocale environmentDescription supplementalInformation",
    "iso19139": "citation abstract purpose credit status pointOfContact resourceMaintenance graphicOverview "
    "resourceFormat descriptiveKeywords resourceSpecificUsage resourceConstraints aggregationInfo "
    "spatialRepresentationType spatialResolution language characterSet topicCategory environmentDescription extent "
    "supplementalInformation",
}
#: namespaces of the other standard, by format
_FOREIGN = {
    "iso19115-3": re.compile(r"^http://www\.isotc211\.org/|^http://www\.opengis\.net/gml$|^$"),
    "iso19139": re.compile(r"/iso/(19115/-3|19157/-2)/|^$"),
}


def check(notes: Notes, record: XmlNode, name: str) -> None:
    """One remark where properties are out of order, and for each namespace of the other standard."""
    _order(notes, record, _RECORD[name])
    for node in record.all("identificationInfo/*"):
        _order(notes, node, _IDENTIFICATION[name])
    _namespaces(notes, record, _FOREIGN[name])


def _order(notes: Notes, parent: XmlNode, order: str) -> None:
    """A remark on the first property that comes after one that should follow it; the rest follows from it."""
    ranks = {name: rank for rank, name in enumerate(order.split())}
    reached = 0
    for node in parent.children():
        rank = ranks.get(node.name, reached)
        if rank < reached:
            notes.say(node.where, "misplaced", node.name)
            return
        reached = rank


def _namespaces(notes: Notes, record: XmlNode, foreign: re.Pattern[str]) -> None:
    """A remark on the first element of each namespace that the standard of the record does not use."""
    found: dict[str, XmlNode] = {}
    for node in record.unread():
        found.setdefault(node.namespace, node)
    for namespace, node in found.items():
        if foreign.search(namespace):
            notes.say(node.where, "misplaced", f"{node.name} ({namespace})" if namespace else node.name)
