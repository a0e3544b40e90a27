# SPDX-License-Identifier: AGPL-3.0-or-later
"""What GeoJSON carries of a record: its places, and what OGC API - Records has a property for."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_AGENT = ("family_name", "given_name", "orcid", "organisation", "ror", "affiliations.name")
_ROR = Text(
    fr="Le ROR d’une affiliation est lié à elle par son nom.", en="The ROR of an affiliation is tied to it by its name."
)
_AWARD = Text(fr="Seulement un financement qui a une adresse.", en="Only an award that has an address.")

CARRIES_GEOJSON = Carried(
    wholly=frozenset(
        {
            "uuid",
            "doi",
            "title",
            "abstract",
            "language",
            "data_languages",
            "resource_type",
            "disciplines",
            "topics",
            "keywords.label",
            "keywords.uri",
            "keywords.thesaurus",
            "publisher",
            "funding.funder",
            "funding.funder_id",
            "contributors.role",
            "dates",
            "extents.box",
            "extents.place",
            "extents.place_uri",
            "extents.lowest_m",
            "extents.highest_m",
            "periods",
            "time_resolution",
            "licence",
            "access",
            "version.number",
            "record_created",
            "record_updated",
        }
        | {f"{who}.{name}" for who in ("creators", "contributors.agent", "contacts") for name in _AGENT}
    ),
    partly={
        "creators.affiliations.ror": _ROR,
        "contributors.agent.affiliations.ror": _ROR,
        "contacts.affiliations.ror": _ROR,
        "funding.award_title": _AWARD,
        "funding.award_uri": _AWARD,
        "extents.polygon": Text(
            fr="Les anneaux reviennent fermés, l’extérieur dans le sens direct ; un polygone égal à l’emprise, coupé "
            "par l’antiméridien ou qui sort de l’emprise, revient comme emprise.",
            en="Rings come back closed, the outer one counterclockwise; a polygon that equals the box, that the "
            "antimeridian cuts or that leaves the box comes back as the box.",
        ),
    },
)
