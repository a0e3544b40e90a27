# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of Croissant 1.1 and its extensions. http://mlcommons.org/croissant/1.1"""

from __future__ import annotations

from typing import Any

NAMESPACE = "http://mlcommons.org/croissant/"
VERSION = f"{NAMESPACE}1.1"
RAI_VERSION = f"{NAMESPACE}RAI/1.0"
GEO = f"{NAMESPACE}geo/"
GEO_VERSION = f"{GEO}1.0"

_SHORT = (
    "annotation arrayShape citeAs column containedIn equivalentProperty excludes extract field fileObject fileProperty "
    "fileSet format includes isArray isLiveDataset jsonPath key md5 parentField readLines recordSet references regex "
    "sdVersion separator source subField transform unArchive"
)
#: the context that the standard recommends, but for its ``value``, which would change what a PropertyValue says
CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": NAMESPACE,
    "rai": f"{NAMESPACE}RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _SHORT.split()},
}

#: the properties of GeoCroissant 1.0 that say what a record says
CRS = "coordinateReferenceSystem"
RESOLUTION = "spatialResolution"
TIME_RESOLUTION = "temporalResolution"
COLLECTION = "rai:dataCollection"
#: the properties of RAI 1.0 that tell how the data were made, step by step
STEPS = (
    "rai:dataPreprocessingProtocol",
    "rai:dataManipulationProtocol",
    "rai:dataImputationProtocol",
    "rai:dataAnnotationProtocol",
)
#: dates that Croissant takes one of -> where others of that kind are
MORE_DATES = {"dateCreated": "dct:created", "datePublished": "dct:issued", "dateModified": "dct:modified"}
