#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the compact vocabularies that are shipped in `terracite/record/data` from the releases of their makers.

    python scripts/build_vocabularies.py ../shared/data/vocab [--communes FOLDER]

The folder holds GEMET (fr, en), GCMD (csv, rdf), INSPIRE themes, CF standard names and SPDX licences as their makers
give them; `scripts/vocabularies/*.tsv` the words written for Terracite. Names of countries come from CLDR (the `babel`
package of the docs group). FOLDER is `data/` of the npm package @etalab/decoupage-administratif: without it, the French
administrative units that are there stay as they are. Same input, same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

from babel import __version__ as babel_version
from vocabularies import licences, packing, releases, units
from vocabularies.rows import DATA, Thesauri


def main() -> None:
    """Read everything, then write the tables."""
    parser = argparse.ArgumentParser(description="Make the vocabularies shipped with Terracite.")
    parser.add_argument("vocab", type=Path)
    parser.add_argument("--communes", type=Path, help="data/ of @etalab/decoupage-administratif")
    given = parser.parse_args()
    thesauri: Thesauri = {
        "inspire-themes": releases.inspire(given.vocab),
        "gemet": releases.gemet(given.vocab),
        "gemet-themes": releases.gemet_themes(given.vocab),
        "gcmd-science": releases.gcmd_science(given.vocab),
        "gcmd-platforms": releases.gcmd_named(given.vocab / "gcmd" / "platforms.csv"),
        "gcmd-instruments": releases.gcmd_named(given.vocab / "gcmd" / "instruments.csv"),
        "gcmd-locations": releases.gcmd_paths(given.vocab / "gcmd" / "locations.csv"),
        "cf-standard-names": releases.standard_names(given.vocab),
        "iso-topics": releases.topics(),
        "iso-roles": releases.iso_codes("CI_RoleCode"),
        "iso-associations": releases.iso_codes("DS_AssociationTypeCode"),
        "countries": releases.countries(),
        "datacite-roles": releases.datacite("contributor_roles", "contributorType"),
        "datacite-relations": releases.datacite("relations", "relationType"),
    }
    french = units.french_units(given.communes) if given.communes else units.kept_units()
    thesauri |= {name: rows for name, rows in french.items() if name != "fr-communes"}
    thesauri["spdx-licences"] = licences.spdx(given.vocab)
    packing.say_more(thesauri)
    write("concepts", packing.packed(thesauri))
    write("communes", packing.packed({"fr-communes": french["fr-communes"]}))
    write("definitions", {row.uri: row.definition for rows in thesauri.values() for row in rows if row.definition})
    licences.write_licences(given.vocab)
    for name, rows in (*thesauri.items(), ("fr-communes", french["fr-communes"])):
        print(f"{name:20}{len(rows):6} concepts, {sum(bool(row.fr) for row in rows):6} with a French label")


def write(name: str, value: Any) -> None:
    """Compressed, the same bytes for the same value."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    path = DATA / f"{name}.json.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes ({len(content):,} open; CLDR of Babel {babel_version})")


if __name__ == "__main__":
    main()
