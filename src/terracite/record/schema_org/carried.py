# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes back from a schema.org description, and why the rest does not."""

from __future__ import annotations

from terracite.record.crosswalk import Carried, paths
from terracite.record.model import Text

_MAILS = frozenset({"creators.email", "contributors.agent.email", "contacts.email"})
PARTLY = {
    "extents.polygon": Text(
        fr="Un anneau revient fermé : son premier point est répété à la fin.",
        en="A ring comes back closed: its first point is repeated at its end.",
    ),
}
#: Croissant and RO-Crate start from the same description
WHOLLY = frozenset(paths()) - _MAILS - PARTLY.keys()
CARRIES_SCHEMA_ORG = Carried(wholly=WHOLLY, partly=PARTLY)
