# SPDX-License-Identifier: AGPL-3.0-or-later
"""Namespaces, and the tables that tie the record's words to the vocabularies that DCAT-AP and GeoDCAT-AP ask for.

Sources: DCAT-AP 3.0.1 section 10 and GeoDCAT-AP 3.0 (controlled vocabularies: the authority tables of the EU
Publications Office, the INSPIRE registry), DCMI terms, DataCite2RDF for the dates that DCMI has no word for.
"""

from __future__ import annotations

from terracite.record.model import AccessKind, ContributorRole, DateKind, ResourceType, Text

#: the prefixes we write
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "geodcatap": "http://data.europa.eu/930/",
    "locn": "http://www.w3.org/ns/locn#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: other spellings of namespaces, seen in real documents
VARIANTS = {
    "http://schema.org/": "schema",
    "https://spdx.org/rdf/terms/#": "spdx",
    "https://spdx.org/rdf/terms#": "spdx",
    "http://spdx.org/rdf/terms/#": "spdx",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://data.europa.eu/r5r/": "dcatap",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "wgs84",
    "http://purl.org/linked-data/sdmx/2009/attribute#": "sdmx",
    "https://www.w3.org/ns/dcat#": "dcat",
    "http://www.w3.org/ns/dcat/": "dcat",
    "https://purl.org/dc/terms/": "dct",
    "https://data.europa.eu/930/": "geodcatap",
}

EU = "http://publications.europa.eu/resource/authority/"
INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"
IANA = "https://www.iana.org/assignments/media-types/"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SPATIAL_REFERENCE = "http://inspire.ec.europa.eu/glossary/SpatialReferenceSystem"
KEYWORD_KINDS = "https://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#MD_KeywordTypeCode_"
CF_NAMES = "http://vocab.nerc.ac.uk/standard_name/"
EMBARGOED = "http://purl.org/coar/access_right/c_f1cf"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
SCALE = "http://data.europa.eu/930/spatialResolutionAsScale"
DCAT_AP = "http://data.europa.eu/r5r/"
GEODCAT_AP = "http://data.europa.eu/930/"

ACCESS = {AccessKind.OPEN: "PUBLIC", AccessKind.RESTRICTED: "RESTRICTED", AccessKind.EMBARGOED: "NON_PUBLIC"}
#: last part of an address, or a word, in small letters -> kind of access
ACCESS_WORDS = {
    "public": AccessKind.OPEN,
    "open": AccessKind.OPEN,
    "openaccess": AccessKind.OPEN,
    "open access": AccessKind.OPEN,
    "c_abf2": AccessKind.OPEN,
    "nolimitations": AccessKind.OPEN,
    "restricted": AccessKind.RESTRICTED,
    "restrictedaccess": AccessKind.RESTRICTED,
    "c_16ec": AccessKind.RESTRICTED,
    "c_14cb": AccessKind.RESTRICTED,
    "non_public": AccessKind.RESTRICTED,
    "non-public": AccessKind.RESTRICTED,
    "closedaccess": AccessKind.RESTRICTED,
    "confidential": AccessKind.RESTRICTED,
    "sensitive": AccessKind.RESTRICTED,
}

#: the property that has each date, in DCMI terms, then PROV and FaBiO
DATES = {
    DateKind.CREATED: "dct:created",
    DateKind.COLLECTED: "fabio:hasDateCollected",
    DateKind.SUBMITTED: "dct:dateSubmitted",
    DateKind.ACCEPTED: "dct:dateAccepted",
    DateKind.AVAILABLE: "dct:available",
    DateKind.ISSUED: "dct:issued",
    DateKind.UPDATED: "dct:modified",
    DateKind.WITHDRAWN: "prov:invalidatedAtTime",
}
#: of these a dataset has at most one
SINGLE_DATES = frozenset({DateKind.ISSUED, DateKind.UPDATED})

#: DCMI types
DCMI = "http://purl.org/dc/dcmitype/"
TYPES = {
    ResourceType.DATASET: "Dataset",
    ResourceType.COLLECTION: "Collection",
    ResourceType.IMAGE: "Image",
    ResourceType.SOFTWARE: "Software",
    ResourceType.SERVICE: "Service",
    ResourceType.TEXT: "Text",
}
#: INSPIRE's types of resource, and ISO's, in small letters
TYPE_WORDS = {
    **{name.lower(): kind for kind, name in TYPES.items()},
    "series": ResourceType.COLLECTION,
    "services": ResourceType.SERVICE,
    "stillimage": ResourceType.IMAGE,
    "model": ResourceType.MODEL,
    "other": ResourceType.OTHER,
}
INSPIRE_TYPES = {
    ResourceType.DATASET: "dataset",
    ResourceType.COLLECTION: "series",
    ResourceType.IMAGE: "dataset",
    ResourceType.SERVICE: "service",
}

#: the nearest role of INSPIRE's ResponsiblePartyRole
ROLES = {
    ContributorRole.CONTACT_PERSON: "pointOfContact",
    ContributorRole.DATA_COLLECTOR: "resourceProvider",
    ContributorRole.DATA_CURATOR: "custodian",
    ContributorRole.DATA_MANAGER: "custodian",
    ContributorRole.DISTRIBUTOR: "distributor",
    ContributorRole.EDITOR: "processor",
    ContributorRole.HOSTING_INSTITUTION: "distributor",
    ContributorRole.PRODUCER: "originator",
    ContributorRole.PROJECT_LEADER: "principalInvestigator",
    ContributorRole.RIGHTS_HOLDER: "owner",
}
#: INSPIRE's, ISO's and GeoDCAT-AP's roles -> DataCite's
ROLE_WORDS = {
    "pointofcontact": ContributorRole.CONTACT_PERSON,
    "resourceprovider": ContributorRole.DATA_COLLECTOR,
    "custodian": ContributorRole.DATA_CURATOR,
    "distributor": ContributorRole.DISTRIBUTOR,
    "processor": ContributorRole.EDITOR,
    "originator": ContributorRole.PRODUCER,
    "principalinvestigator": ContributorRole.PROJECT_LEADER,
    "owner": ContributorRole.RIGHTS_HOLDER,
    "rightsholder": ContributorRole.RIGHTS_HOLDER,
    "contributor": ContributorRole.OTHER,
    "author": ContributorRole.RESEARCHER,
    "editor": ContributorRole.EDITOR,
    "sponsor": ContributorRole.SPONSOR,
    "funder": ContributorRole.SPONSOR,
    "publisher": ContributorRole.HOSTING_INSTITUTION,
    "user": ContributorRole.OTHER,
}
#: GeoDCAT-AP's own properties for roles
ROLE_PROPERTIES = {
    "custodian": "geodcatap:custodian",
    "distributor": "geodcatap:distributor",
    "originator": "geodcatap:originator",
    "principalInvestigator": "geodcatap:principalInvestigator",
    "processor": "geodcatap:processor",
    "resourceProvider": "geodcatap:resourceProvider",
    "owner": "dct:rightsHolder",
}

#: SPDX -> the EU's authority table of licences
LICENCES = {
    "CC0-1.0": "CC0",
    "CC-BY-4.0": "CC_BY_4_0",
    "CC-BY-SA-4.0": "CC_BYSA_4_0",
    "CC-BY-NC-4.0": "CC_BYNC_4_0",
    "CC-BY-ND-4.0": "CC_BYND_4_0",
    "CC-BY-NC-SA-4.0": "CC_BYNCSA_4_0",
    "CC-BY-NC-ND-4.0": "CC_BYNCND_4_0",
    "ODbL-1.0": "ODC_BL",
    "ODC-By-1.0": "ODC_BY",
    "PDDL-1.0": "ODC_PDDL",
    "AGPL-3.0-only": "AGPL_3_0",
    "EUPL-1.2": "EUPL_1_2",
}

#: media type -> the EU's authority table of file types
FILE_TYPES = {
    "application/geo+json": "GEOJSON",
    "application/geopackage+sqlite3": "GPKG",
    "application/gml+xml": "GML",
    "application/gzip": "GZIP",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/netcdf": "NETCDF",
    "application/pdf": "PDF",
    "application/rdf+xml": "RDF_XML",
    "application/vnd.google-earth.kml+xml": "KML",
    "application/vnd.google-earth.kmz": "KMZ",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/x-netcdf": "NETCDF",
    "application/xml": "XML",
    "application/zip": "ZIP",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/svg+xml": "SVG",
    "image/tiff": "TIFF",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/turtle": "RDF_TURTLE",
    "text/xml": "XML",
}

#: the EU's data themes
THEMES = {
    "AGRI": Text(fr="Agriculture, pêche, sylviculture et alimentation", en="Agriculture, fisheries, forestry and food"),
    "ECON": Text(fr="Économie et finances", en="Economy and finance"),
    "EDUC": Text(fr="Éducation, culture et sport", en="Education, culture and sport"),
    "ENER": Text(fr="Énergie", en="Energy"),
    "ENVI": Text(fr="Environnement", en="Environment"),
    "GOVE": Text(fr="Gouvernement et secteur public", en="Government and public sector"),
    "HEAL": Text(fr="Santé", en="Health"),
    "INTR": Text(fr="Questions internationales", en="International issues"),
    "JUST": Text(fr="Justice, système juridique et sécurité publique", en="Justice, legal system and public safety"),
    "REGI": Text(fr="Régions et villes", en="Regions and cities"),
    "SOCI": Text(fr="Population et société", en="Population and society"),
    "TECH": Text(fr="Science et technologie", en="Science and technology"),
    "TRAN": Text(fr="Transports", en="Transport"),
}
#: ISO topic category -> the EU theme that portals file it under
THEME_OF_TOPIC = {
    "farming": "AGRI",
    "biota": "ENVI",
    "boundaries": "REGI",
    "climatologyMeteorologyAtmosphere": "ENVI",
    "economy": "ECON",
    "elevation": "ENVI",
    "environment": "ENVI",
    "geoscientificInformation": "ENVI",
    "health": "HEAL",
    "imageryBaseMapsEarthCover": "ENVI",
    "inlandWaters": "ENVI",
    "intelligenceMilitary": "JUST",
    "location": "REGI",
    "oceans": "ENVI",
    "planningCadastre": "REGI",
    "society": "SOCI",
    "structure": "REGI",
    "transportation": "TRAN",
    "utilitiesCommunication": "ENER",
    "disaster": "ENVI",
}

#: ISO 639-2, bibliographic -> terminological, where they differ: the EU's table of languages has the latter
TERMINOLOGICAL = {
    "alb": "sqi", "arm": "hye", "baq": "eus", "bur": "mya", "chi": "zho", "cze": "ces", "dut": "nld", "fre": "fra",
    "geo": "kat", "ger": "deu", "gre": "ell", "ice": "isl", "mac": "mkd", "mao": "mri", "may": "msa", "per": "fas",
    "rum": "ron", "slo": "slk", "tib": "bod", "wel": "cym",
}  # fmt: skip

#: written where DCAT-AP wants a description and the record has none; never read as one
NO_DESCRIPTION = Text(fr="Sans description.", en="No description.")
SERIES = Text(fr="Dépôt auquel appartient le jeu de données.", en="Deposit that the dataset belongs to.")
CLASSES = Text(fr="Classes de la carte", en="Classes of the map")
