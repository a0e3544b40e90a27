# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page weighs the first time it is opened: the compressed bytes that cross the network."""

from __future__ import annotations

from collections.abc import Sequence

LIMIT_KB = 60
LIMIT_WITH_MAP_KB = 200
MAP_SCRIPT = "leaflet"


def most_kb(asked: Sequence[str]) -> int:
    """The limit of a page that asks for these addresses: higher where there is a map to move."""
    return LIMIT_WITH_MAP_KB if any(MAP_SCRIPT in address for address in asked) else LIMIT_KB


def weigh(context, address: str) -> tuple[float, list[str]]:
    """Kilobytes (headers included) of all that ``address`` loads, and what it asked for; nothing was kept before."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.close()
    return sum(weights) / 1000, asked
