# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the attributes of a NetCDF file carry of a record, and what is lost on the way."""

from __future__ import annotations

from terracite.record.crosswalk import Carried
from terracite.record.model import Text

_NAMES = ("family_name", "given_name", "orcid", "organisation", "ror")
_COMMA = Text(fr="Une virgule devient un point-virgule.", en="A comma becomes a semicolon.")
_LINE = Text(
    fr="Une étape est une ligne d’historique, en anglais s’il y en a.",
    en="A step is one line of history, in English where there is some.",
)
_ONE_PERIOD = Text(fr="Toutes les périodes sont réunies en une seule.", en="All the periods are put together in one.")
_ONE_EXTENT = Text(fr="Les extrêmes de toutes les étendues.", en="The extremes of all the extents.")
_DATES = Text(fr="Création, publication et mise à jour seulement.", en="Creation, publication and update only.")
_VOCABULARY = Text(fr="Si nous avons ce thésaurus.", en="When we have that thesaurus.")
_FLAGS = Text(fr="Un tiret bas devient une espace.", en="An underscore becomes a space.")

CARRIES_ACDD = Carried(
    wholly=frozenset(
        {
            "uuid",
            "doi",
            "title",
            "abstract",
            "purpose",
            "notes",
            "lineage.statement",
            "lineage.steps.on",
            "variables",
            "classes.code",
            "classes.colour",
            "publisher",
            "extents.box",
            "time_resolution",
            "licence",
            "access.conditions",
            "version.number",
            "record_updated",
            "contributors.role",
        }
        | {f"{who}.{name}" for who in ("creators", "contributors.agent", "contacts") for name in _NAMES}
    ),
    partly={
        "lineage.steps.description": _LINE,
        "lineage.steps.software": _LINE,
        "lineage.steps.command": _LINE,
        "lineage.sources.title": Text(fr="Les vingt premières sources.", en="The first twenty sources."),
        "keywords.label": _COMMA,
        "keywords.uri": _VOCABULARY,
        "keywords.thesaurus": _VOCABULARY,
        "classes.label": _FLAGS,
        "creators.affiliations.name": Text(
            fr="Réunies par une barre ; d’une personne.", en="Put together by a bar; of a person."
        ),
        "dates": _DATES,
        "extents.polygon": Text(fr="Celui d’une seule étendue, fermé.", en="That of a single extent, closed."),
        "extents.lowest_m": _ONE_EXTENT,
        "extents.highest_m": _ONE_EXTENT,
        "resolutions.distance_m": Text(fr="La première.", en="The first one."),
        "representation": Text(fr="Seulement une grille.", en="Only a grid."),
        "periods.start": _ONE_PERIOD,
        "periods.end": _ONE_PERIOD,
        "platforms.name": _COMMA,
        "platforms.instruments": Text(
            fr="Chaque plateforme reçoit tous les instruments.", en="Every platform gets all the instruments."
        ),
        "related.identifier": Text(fr="Sans la relation.", en="Without the relation."),
    },
)
