# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the attributes of a NetCDF file carry of a record, and what is lost on the way."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_NAMES = ("family_name", "given_name", "orcid", "organisation", "ror")
_LINE = Text(fr="Une étape est une ligne : un saut de ligne devient une espace.", en="A step is one line of history.")
_ONE_PERIOD = Text(fr="Toutes les périodes sont réunies en une seule.", en="All the periods are put together in one.")
_ONE_EXTENT = Text(fr="Les extrêmes de toutes les étendues.", en="The extremes of all the extents.")
_DATES = Text(fr="Création, publication et mise à jour seulement.", en="Creation, publication and update only.")
_VOCABULARY = Text(fr="Si nous avons ce thésaurus.", en="When we have that thesaurus.")
_ADDRESS = Text(fr="Seulement une adresse ou un DOI.", en="Only an address or a DOI.")
_PERSON = Text(fr="Celles d’une personne.", en="Those of a person.")
_AFFILIATED = ("creators", "contributors.agent", "contacts")

CARRIES_ACDD = Carried(
    wholly=frozenset(
        {
            "uuid",
            "doi",
            "title",
            "abstract",
            "purpose",
            "notes",
            "language",
            "lineage.statement",
            "lineage.steps.on",
            "lineage.sources.title",
            "disciplines",
            "topics",
            "keywords.label",
            "variables",
            "classes.code",
            "classes.label",
            "classes.colour",
            "publisher",
            "funding.funder",
            "funding.award_number",
            "funding.award_title",
            "extents.box",
            "reference_systems.code",
            "reference_systems.name",
            "time_resolution",
            "licence",
            "access",
            "related.identifier",
            "related.relation",
            "related.title",
            "version.number",
            "record_updated",
            "contributors.role",
        }
        | {f"{who}.{name}" for who in _AFFILIATED for name in _NAMES}
    ),
    partly={
        "lineage.steps.description": _LINE,
        "lineage.steps.software": _LINE,
        "lineage.steps.command": _LINE,
        "lineage.sources.identifier": _ADDRESS,
        "keywords.uri": _VOCABULARY,
        "keywords.thesaurus": Text(fr="Un titre que nous connaissons devient le nôtre.", en="A title we know is ours."),
        "keywords.kind": Text(fr="Seulement un projet.", en="Only a project."),
        **{f"{who}.affiliations": _PERSON for who in _AFFILIATED},
        "funding.funder_id": _ADDRESS,
        "funding.award_uri": _ADDRESS,
        "dates": _DATES,
        "extents.polygon": Text(fr="Celui d’une seule étendue, fermé.", en="That of a single extent, closed."),
        "extents.lowest_m": _ONE_EXTENT,
        "extents.highest_m": _ONE_EXTENT,
        "reference_systems.wkt": Text(fr="Si le système n’a pas de code.", en="When the system has no code."),
        "resolutions.distance_m": Text(fr="La première.", en="The first one."),
        "representation": Text(fr="Seulement une grille.", en="Only a grid."),
        "periods.start": _ONE_PERIOD,
        "periods.end": _ONE_PERIOD,
        "platforms.name": Text(fr="Sans les espaces en trop.", en="Without the spaces too many."),
        "platforms.instruments": Text(
            fr="Chaque plateforme reçoit tous les instruments.", en="Every platform gets all the instruments."
        ),
    },
)
