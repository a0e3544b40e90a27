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


def _all_but(partly: Mapping[str, Text], *, lost: frozenset[str] = frozenset()) -> Carried:
    """Every field wholly but those ``partly`` carried, those ``lost`` and e-mail addresses."""
    wholly = frozenset(
        path for path in paths() if path not in partly and path not in lost and path.rpartition(".")[2] != _EMAIL
    )
    return Carried(wholly, dict(partly))


#: files: the first 500 (`terracite.record.iso19115.distribution.MOST_FILES`); more are counted
CARRIES_ISO19115_3 = _all_but(_POLYGON)
CARRIES_ISO19139 = _all_but(_POLYGON)
