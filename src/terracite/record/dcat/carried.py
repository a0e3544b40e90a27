# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a record keeps in DCAT-AP and GeoDCAT-AP: nearly all, since any RDF vocabulary may be used beside theirs."""

from __future__ import annotations

from terracite.record.crosswalk import Carried, paths
from terracite.record.model import Text

_LOST = ("purpose.fr", "purpose.en")
_PARTLY = {
    "extents.polygon": Text(
        fr="Un anneau revient fermé : son premier point est répété à la fin.",
        en="A ring comes back closed: its first point is repeated at the end.",
    )
}

CARRIES_DCAT_AP = Carried(
    wholly=frozenset(
        path for path in paths() if not path.endswith(".email") and path not in _LOST and path not in _PARTLY
    ),
    partly=_PARTLY,
)
CARRIES_DCAT_AP_XML = CARRIES_DCAT_AP
CARRIES_DCAT_AP_JSONLD = CARRIES_DCAT_AP
CARRIES_GEODCAT_AP = CARRIES_DCAT_AP
