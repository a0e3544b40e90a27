# SPDX-License-Identifier: AGPL-3.0-or-later
"""What our own ISO documents give back: all but addresses of people, which no format gets."""

from __future__ import annotations

from collections.abc import Mapping

from terracite.record.crosswalk import Carried, paths
from terracite.record.model import Text

_EMAIL = "email"
_POLYGON = {
    "extents.polygon": Text(
        fr="Un anneau revient fermé : son premier point est répété à la fin.",
        en="A ring comes back closed: its first point is repeated at its end.",
    )
}
_OF_THE_FIRST = Text(
    fr="Le ROR de la première affiliation seulement : le nom d’organisation n’a qu’une ancre.",
    en="The ROR of the first affiliation only: the name of the organisation has one anchor.",
)
_OLDER = {
    "creators.affiliations.ror": _OF_THE_FIRST,
    "contributors.agent.affiliations.ror": _OF_THE_FIRST,
    "contacts.affiliations.ror": _OF_THE_FIRST,
    "topics": Text(
        fr="Catastrophes et espace, absents de cette norme, sont des mots-clés et reviennent après les autres.",
        en="Disaster and extraterrestrial, which this standard lacks, are keywords and come back after the others.",
    ),
}


def _all_but(partly: Mapping[str, Text], *, lost: frozenset[str] = frozenset()) -> Carried:
    """Every field wholly but those ``partly`` carried, those ``lost`` and e-mail addresses."""
    wholly = frozenset(
        path for path in paths() if path not in partly and path not in lost and path.rpartition(".")[2] != _EMAIL
    )
    return Carried(wholly, dict(partly))


#: files: the first 500 (`terracite.record.iso19115.distribution.MOST_FILES`); more are counted
CARRIES_ISO19115_3 = _all_but(_POLYGON)
CARRIES_ISO19139 = _all_but(_POLYGON | _OLDER, lost=frozenset({"time_resolution", "record_created"}))
