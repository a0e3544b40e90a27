# SPDX-License-Identifier: AGPL-3.0-or-later
"""What STAC carries of a record, and what is lost on the way."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_AGENT = ("family_name", "given_name", "orcid", "organisation", "ror", "affiliations.name")
_BOTH = frozenset(
    {
        "uuid",
        "doi",
        "title",
        "abstract",
        "lineage.statement",
        "lineage.steps",
        "lineage.sources.title",
        "lineage.sources.checksum",
        "lineage.sources.description",
        "language",
        "data_languages",
        "disciplines",
        "topics",
        "keywords.label",
        "keywords.uri",
        "keywords.thesaurus",
        "variables",
        "classes.code",
        "classes.label",
        "classes.colour",
        "quality",
        "publisher",
        "funding.funder",
        "funding.funder_id",
        "extents.box",
        "time_resolution",
        "licence",
        "access.conditions",
        "parent",
        "version.number",
        "version.previous_doi",
        "version.next_doi",
        "version.concept_doi",
        "files.path",
        "files.bytes",
        "files.sha256",
        "files.media_type",
        "files.role",
        "files.description",
        "thumbnail",
        "record_created",
        "record_updated",
    }
    | {f"{who}.{name}" for who in ("creators", "contributors.agent", "contacts") for name in _AGENT}
    | {"contributors.role"}
)

_ROR = Text(
    fr="Le ROR d’une affiliation est lié à elle par son nom.", en="The ROR of an affiliation is tied to it by its name."
)
_LINKS = Text(
    fr="Seulement les ressources qui ont une adresse ; un DOI revient sans son résolveur.",
    en="Only resources that have an address; a DOI comes back without its resolver.",
)
_DATES = Text(
    fr="Création, publication et retrait, au jour près, avec les fichiers.",
    en="Creation, publication and withdrawal, to the day, with the files.",
)
_AWARD = Text(fr="Seulement un financement qui a une adresse.", en="Only an award that has an address.")
_PARTLY = {
    "lineage.sources.identifier": Text(
        fr="Seulement une adresse ou un DOI, en minuscules.", en="Only an address or a DOI, in lower case."
    ),
    "creators.affiliations.ror": _ROR,
    "contributors.agent.affiliations.ror": _ROR,
    "contacts.affiliations.ror": _ROR,
    "funding.award_title": _AWARD,
    "funding.award_uri": _AWARD,
    "dates": _DATES,
    "extents.lowest_m": Text(fr="Avec la hauteur la plus haute.", en="Together with the highest height."),
    "extents.highest_m": Text(fr="Avec la hauteur la plus basse.", en="Together with the lowest height."),
    "reference_systems.code": Text(
        fr="Un système sans code n’est pas écrit.", en="A system without a code is not written."
    ),
    "resolutions.distance_m": Text(fr="Une échelle n’est pas écrite.", en="A scale is not written."),
    "platforms.instruments": Text(
        fr="Chaque plateforme reçoit tous les instruments.", en="Every platform gets all the instruments."
    ),
    "related.identifier": _LINKS,
    "related.relation": _LINKS,
    "related.title": _LINKS,
    "related.note": _LINKS,
}
_ONGOING = Text(fr="Une fin inconnue revient comme en cours.", en="An end that is unknown comes back as going on.")
_ONE_PERIOD = Text(fr="Toutes les périodes sont réunies en une seule.", en="All the periods are put together in one.")

CARRIES_STAC = Carried(
    wholly=_BOTH | {"periods.start", "periods.end", "platforms.name"},
    partly=_PARTLY | {"periods.ongoing": _ONGOING},
)
CARRIES_STAC_ITEMS = Carried(
    wholly=_BOTH | {"resource_type", "extents.place", "extents.place_uri"},
    partly=_PARTLY
    | {
        "platforms.name": Text(
            fr="Un nom qui contient une virgule devient deux noms.", en="A name with a comma in it becomes two names."
        ),
        "periods.start": _ONE_PERIOD,
        "periods.end": _ONE_PERIOD,
        "periods.ongoing": _ONGOING,
        "extents.polygon": Text(
            fr="Les anneaux reviennent fermés ; un polygone égal à l’emprise est perdu.",
            en="Rings come back closed; a polygon that equals the box is lost.",
        ),
    },
)
