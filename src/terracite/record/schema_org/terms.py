# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words that writing and reading share: types, properties of other vocabularies, names of measures.

schema.org has no property for some fields; those take the property that science-on-schema.org 1.3, DCAT, PROV or
Croissant's RAI vocabulary gives them. https://schema.org/docs/full.html, https://github.com/ESIPFed/science-on-schema.org
"""

from __future__ import annotations

from terracite.record.model import DateKind, ResourceType

SCHEMA_ORG = "https://schema.org/"
#: prefix -> namespace of the properties that are not schema.org's
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dct": "http://purl.org/dc/terms/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "time": "http://www.w3.org/2006/time#",
}

TYPES: dict[ResourceType, tuple[str, ...]] = {
    ResourceType.DATASET: ("Dataset",),
    ResourceType.COLLECTION: ("Dataset", "Collection"),
    ResourceType.IMAGE: ("Dataset", "ImageObject"),
    ResourceType.SOFTWARE: ("SoftwareSourceCode",),
    ResourceType.MODEL: ("Dataset", "SoftwareSourceCode"),
    ResourceType.SERVICE: ("WebAPI",),
    ResourceType.TEXT: ("DigitalDocument",),
    ResourceType.OTHER: ("CreativeWork",),
}

#: resource type -> the word beside "Dataset" in formats where everything must be a Dataset
ADDITIONAL_TYPES: dict[ResourceType, str] = {
    ResourceType.COLLECTION: "Collection",
    ResourceType.IMAGE: "ImageObject",
    ResourceType.SOFTWARE: "SoftwareSourceCode",
    ResourceType.MODEL: "Model",
    ResourceType.SERVICE: "WebAPI",
    ResourceType.TEXT: "DigitalDocument",
    ResourceType.OTHER: "CreativeWork",
}

#: kind of date -> property; science-on-schema.org has the first four, Dublin Core and RAI the others
DATES: dict[DateKind, str] = {
    DateKind.CREATED: "dateCreated",
    DateKind.ISSUED: "datePublished",
    DateKind.UPDATED: "dateModified",
    DateKind.WITHDRAWN: "expires",
    DateKind.SUBMITTED: "dct:dateSubmitted",
    DateKind.ACCEPTED: "dct:dateAccepted",
    DateKind.AVAILABLE: "dct:available",
    DateKind.COLLECTED: "rai:dataCollectionTimeframe",
}

#: DataCite's relation -> the property whose values it is among; "mentions" for every other
RELATION_PROPERTIES = {
    "Cites": "citation",
    "References": "citation",
    "IsSupplementTo": "citation",
    "IsDocumentedBy": "citation",
    "IsDescribedBy": "citation",
    "IsDerivedFrom": "isBasedOn",
    "Requires": "isBasedOn",
    "IsPartOf": "isPartOf",
    "HasPart": "hasPart",
    "IsCitedBy": "subjectOf",
    "IsReferencedBy": "subjectOf",
    "IsReviewedBy": "subjectOf",
    "HasMetadata": "subjectOf",
}
#: the relation that a property says by itself; any other is named by a LinkRole
PLAIN_RELATIONS = {"citation": "References", "hasPart": "HasPart"}

#: DataCite's resourceTypeGeneral -> the nearest schema.org type; "CreativeWork" for every other
WORK_TYPES = {
    "Audiovisual": "VideoObject",
    "Book": "Book",
    "BookChapter": "Chapter",
    "Collection": "Collection",
    "DataPaper": "ScholarlyArticle",
    "Dataset": "Dataset",
    "Dissertation": "Thesis",
    "Image": "ImageObject",
    "Journal": "Periodical",
    "JournalArticle": "ScholarlyArticle",
    "Preprint": "ScholarlyArticle",
    "Report": "Report",
    "Software": "SoftwareSourceCode",
    "Sound": "AudioObject",
}

CRS = "http://dbpedia.org/resource/Spatial_reference_system"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
ELEVATION = "http://dbpedia.org/resource/Elevation"
DISTANCE = "http://www.w3.org/ns/dcat#spatialResolutionInMeters"
SCALE = "http://dbpedia.org/resource/Scale_(map)"
ISO_CODES = "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#"
REPRESENTATION = f"{ISO_CODES}MD_SpatialRepresentationTypeCode"
KEYWORD_KIND = f"{ISO_CODES}MD_KeywordTypeCode_"
TIME_RESOLUTION = "http://www.w3.org/ns/dcat#temporalResolution"
PLATFORM = "http://www.w3.org/ns/sosa/Platform"
SENSOR = "http://www.w3.org/ns/sosa/Sensor"
QUALITY = "http://www.w3.org/ns/dqv#QualityMeasurement"
CF_NAMES = "http://vocab.nerc.ac.uk/standard_name/"
DOI = "https://registry.identifiers.org/registry/doi"
ORCID = "https://registry.identifiers.org/registry/orcid"
DISCIPLINES = "terracite-disciplines"
DRAFT = "Draft"  #: creativeWorkStatus of what has not been issued
NO_LICENCE = "No licence stated"  #: where a format asks for one and the record has none
