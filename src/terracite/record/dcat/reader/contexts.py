# SPDX-License-Identifier: AGPL-3.0-or-later
"""The terms of JSON-LD documents whose context is given by address: those of DCAT-AP 3 and of W3C's prefixes."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.dcat.vocabulary import PREFIXES

#: addresses of contexts that `TERMS` stands for
KNOWN = re.compile(r"dcat-ap[\w.-]*\.jsonld|/DCAT-AP/|r5r|w3\.org/ns/dcat", re.IGNORECASE)
#: namespace of the keys that no context explains
UNEXPLAINED = "urn:unexplained:"

_LITERALS = {
    "byteSize": "dcat:byteSize",
    "bbox": "dcat:bbox",
    "centroid": "dcat:centroid",
    "checksumValue": "spdx:checksumValue",
    "creationDate": "dct:created",
    "description": "dct:description",
    "endDate": "dcat:endDate",
    "identifier": "dct:identifier",
    "keyword": "dcat:keyword",
    "listingDate": "dct:issued",
    "modificationDate": "dct:modified",
    "name": "foaf:name",
    "notation": "skos:notation",
    "preferredLabel": "skos:prefLabel",
    "releaseDate": "dct:issued",
    "spatialResolution": "dcat:spatialResolutionInMeters",
    "startDate": "dcat:startDate",
    "temporalResolution": "dcat:temporalResolution",
    "title": "dct:title",
    "version": "dcat:version",
    "versionNotes": "adms:versionNotes",
}
_LINKS = {
    "accessRights": "dct:accessRights",
    "accessUrl": "dcat:accessURL",
    "accessURL": "dcat:accessURL",
    "algorithm": "spdx:algorithm",
    "applicationProfile": "dct:conformsTo",
    "checksum": "spdx:checksum",
    "conformsTo": "dct:conformsTo",
    "contactPoint": "dcat:contactPoint",
    "creator": "dct:creator",
    "dataset": "dcat:dataset",
    "datasetDistribution": "dcat:distribution",
    "distribution": "dcat:distribution",
    "documentation": "foaf:page",
    "downloadUrl": "dcat:downloadURL",
    "downloadURL": "dcat:downloadURL",
    "format": "dct:format",
    "frequency": "dct:accrualPeriodicity",
    "geographicalCoverage": "dct:spatial",
    "geometry": "locn:geometry",
    "hadRole": "dcat:hadRole",
    "hasVersion": "dcat:hasVersion",
    "homepage": "foaf:homepage",
    "inSeries": "dcat:inSeries",
    "isReferencedBy": "dct:isReferencedBy",
    "landingPage": "dcat:landingPage",
    "language": "dct:language",
    "licence": "dct:license",
    "license": "dct:license",
    "linkedSchemas": "dct:conformsTo",
    "mediaType": "dcat:mediaType",
    "otherIdentifier": "adms:identifier",
    "primaryTopic": "foaf:primaryTopic",
    "provenance": "dct:provenance",
    "publisher": "dct:publisher",
    "qualifiedAttribution": "prov:qualifiedAttribution",
    "qualifiedRelation": "dcat:qualifiedRelation",
    "record": "dcat:record",
    "relatedResource": "dct:relation",
    "relation": "dct:relation",
    "rights": "dct:rights",
    "sample": "adms:sample",
    "source": "dct:source",
    "spatial": "dct:spatial",
    "temporal": "dct:temporal",
    "temporalCoverage": "dct:temporal",
    "theme": "dcat:theme",
    "type": "dct:type",
    "wasGeneratedBy": "prov:wasGeneratedBy",
}
_CLASSES = {
    "Agent": "foaf:Agent",
    "Catalogue": "dcat:Catalog",
    "CatalogueRecord": "dcat:CatalogRecord",
    "Checksum": "spdx:Checksum",
    "Concept": "skos:Concept",
    "ConceptScheme": "skos:ConceptScheme",
    "Dataset": "dcat:Dataset",
    "DatasetSeries": "dcat:DatasetSeries",
    "Distribution": "dcat:Distribution",
    "Kind": "vcard:Kind",
    "LicenceDocument": "dct:LicenseDocument",
    "Location": "dct:Location",
    "PeriodOfTime": "dct:PeriodOfTime",
    "ProvenanceStatement": "dct:ProvenanceStatement",
    "Relationship": "dcat:Relationship",
    "RightsStatement": "dct:RightsStatement",
    "Standard": "dct:Standard",
}

TERMS: dict[str, Any] = {
    "@vocab": UNEXPLAINED,
    **PREFIXES,
    "dcterms": PREFIXES["dct"],
    **_LITERALS,
    **_CLASSES,
    **{term: {"@id": name, "@type": "@id"} for term, name in _LINKS.items()},
}
