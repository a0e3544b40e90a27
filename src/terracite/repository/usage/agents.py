# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a user agent says of who reads: a person, a person's program, or a robot that nobody sent for these data.

COUNTER's own lists (package ``counter-robots``) and, as data below, what they do not know yet.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

import counter_robots

#: programs of people who work with these data
OTHER_MACHINES = (
    r"\bGDAL\b", r"\bQGIS\b", r"\bArcGIS", r"^R \(", r"^R/", r"\bR-curl\b", r"^libcurl", r"^aiohttp", r"^httpx",
    r"^julia", r"^node", r"^axios", r"^okhttp", r"^terracite", r"^Go-http-client", r"^rclone", r"^aria2", r"^fsspec",
)  # fmt: skip
#: what harvests the web, under names that came after the list
OTHER_ROBOTS = (
    r"bot\b", r"crawl", r"spider", r"slurp", r"externalagent", r"archiver", r"headless", r"lighthouse", r"scrap",
    r"uptime", r"pingdom",
)  # fmt: skip
_MACHINE, _ROBOT = (re.compile("|".join(parts), re.IGNORECASE) for parts in (OTHER_MACHINES, OTHER_ROBOTS))
LONGEST = 300  #: characters of a user agent that are looked at


class Reader(StrEnum):
    """Who reads."""

    PERSON = "person"
    MACHINE = "machine"
    ROBOT = "robot"


def reader_of(user_agent: str) -> Reader:
    """Who a user agent says it is; nothing said is a machine's way."""
    return _reader(user_agent.strip()[:LONGEST])


@lru_cache(maxsize=2000)
def _reader(agent: str) -> Reader:
    if _ROBOT.search(agent):
        return Reader.ROBOT
    # the list of robots repeats that of machines: these are asked first
    if not agent or _MACHINE.search(agent) or counter_robots.is_machine(agent):
        return Reader.MACHINE
    return Reader.ROBOT if counter_robots.is_robot(agent) else Reader.PERSON
