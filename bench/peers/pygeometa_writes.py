# SPDX-License-Identifier: AGPL-3.0-or-later
"""pygeometa writes one record again and again; runs in an environment of its own and prints milliseconds as JSON.

The record says about what `tests/record/examples.py` says in the fields that pygeometa knows.
"""

from __future__ import annotations

import json
import statistics
import time

from pygeometa.core import read_mcf
from pygeometa.schemas.dcat import DCATOutputSchema
from pygeometa.schemas.iso19139 import ISO19139OutputSchema
from pygeometa.schemas.schema_org import SchemaOrgOutputSchema

PACKAGES = ["pygeometa==0.19.0"]
RECORD = """
mcf: {version: 1.0}
metadata: {identifier: 6f0d3c3e, language: en, language_alternate: fr, charset: utf8, hierarchylevel: dataset,
  datestamp: 2024-03-01, dataseturi: 'https://data.example.org/1'}
spatial: {datatype: grid, geomtype: solid}
identification:
  language: en
  charset: utf8
  title: {en: Land cover of La Réunion in 2023, fr: Occupation du sol de La Réunion en 2023}
  abstract: {en: Map of six land-cover classes at 10 m, fr: Carte de six classes}
  dates: {creation: 2024-02-01, publication: 2024-03-01}
  keywords:
    default: {keywords: {en: [vegetation, land cover, sugar cane], fr: [végétation, sol, canne]}, keywords_type: theme}
  topiccategory: [environment]
  extents:
    spatial: [{bbox: [55.2, -21.4, 55.9, -20.8], crs: 4326}]
    temporal: [{begin: 2023-01-01, end: 2023-12-31}]
  license: {name: CC-BY-4.0, url: 'https://creativecommons.org/licenses/by/4.0/'}
  accessconstraints: license
  rights: {en: Cite the map., fr: Citez la carte.}
  url: https://data.example.org/1
  status: completed
  maintenancefrequency: unknown
contact:
  pointOfContact: &zoe {organization: Institut, url: 'https://example.org', individualname: Zoé Lebrun,
    positionname: none, phone: none, fax: none, address: none, city: none, administrativearea: none, postalcode: none,
    country: none, email: none, hoursofservice: none, contactinstructions: none}
  distributor: *zoe
  author: *zoe
distribution:
  map: {url: 'https://data.example.org/1/files/map.tif', type: WWW:LINK, rel: item, name: {en: map, fr: carte},
    description: {en: The map, fr: La carte}, function: download}
"""
WAYS = {"iso19139": ISO19139OutputSchema, "dcat-ap-jsonld": DCATOutputSchema, "schema.org": SchemaOrgOutputSchema}


def main() -> None:
    record = read_mcf(RECORD)
    found = {}
    for name, schema in WAYS.items():
        writer = schema()
        writer.write(record)
        times = []
        for _ in range(20):
            started = time.perf_counter()
            writer.write(record)
            times.append(1000 * (time.perf_counter() - started))
        found[name] = statistics.median(times)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
