# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what satellites and their producers give: reflectances, backscatter, still images, stacks of dates.

What a band is called, how its numbers are to be read and which bits of which mask make a cell unusable are data
(``data/sensors.toml``).
"""

from terracite.landcover.sensors.facts import Facts, known
from terracite.landcover.sensors.finding import Found, channel, find

__all__ = ["Facts", "Found", "channel", "find", "known"]
