# SPDX-License-Identifier: AGPL-3.0-or-later
"""What geoflow's table of entities carries of a record."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_ONE_PERIOD = Text(
    fr="Une seule période : du premier début à la dernière fin.", en="One period: from the first start to the last end."
)
_DATES = Text(
    fr="Le dépôt et la collecte n’ont pas de type de date ISO.",
    en="Submission and collection have no ISO date type.",
)
_SYSTEM = Text(fr="Le code EPSG du premier système.", en="The EPSG code of the first system.")
_ERA = Text(fr="Le nom et l’adresse, pas les années.", en="The name and the address, not the years.")
_ROLES = Text(
    fr="Les rôles de DataCite qui n’ont pas d’égal dans l’ISO reviennent comme « autre ».",
    en="DataCite’s roles that have no equal in ISO come back as “other”.",
)
_REPRESENTATION = Text(
    fr="Grille, vecteur ou table ; geoflow ne connaît pas les autres.",
    en="Grid, vector or table; geoflow knows no other.",
)
_POLYGON = Text(
    fr="Perdu quand l’emprise traverse l’antiméridien ; les anneaux reviennent sans leur point de fermeture.",
    en="Lost where the box crosses the antimeridian; rings come back without the point that closes them.",
)

_WHOLLY = frozenset({
    "uuid", "doi", "title", "abstract", "purpose", "notes", "language", "resource_type",
    "disciplines", "topics", "keywords", "lineage.statement", "lineage.steps.description",
    "lineage.sources.title", "lineage.sources.identifier", "lineage.sources.description",
    "variables.name", "variables.label", "variables.standard_name", "creators.family_name",
    "creators.given_name", "creators.orcid", "creators.organisation", "creators.ror",
    "contributors.agent.family_name", "contributors.agent.given_name",
    "contributors.agent.orcid", "contributors.agent.organisation", "contributors.agent.ror",
    "contacts.family_name", "contacts.given_name", "contacts.orcid", "contacts.organisation",
    "contacts.ror", "publisher", "funding", "extents.box", "extents.place", "extents.place_uri",
    "eras.name", "eras.uri", "platforms", "licence", "access",
    "related.identifier", "related.relation", "related.title", "related.note", "parent", "version",
    "record_updated",
})  # fmt: skip

CARRIES_GEOFLOW = Carried(
    wholly=_WHOLLY,
    partly={
        "periods": _ONE_PERIOD,
        "dates": _DATES,
        "contributors.role": _ROLES,
        "representation": _REPRESENTATION,
        "reference_systems": _SYSTEM,
        "eras.oldest_year": _ERA,
        "eras.youngest_year": _ERA,
        "extents.polygon": _POLYGON,
    },
)
