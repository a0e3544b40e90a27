# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a form moved up, down or away by a button, without JavaScript.

A button sends ``more=creators.1.up``: its row changes places with the one above before the form is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_BUTTON = re.compile(r"([a-z]+)\.(\d{1,4})\.(up|down|remove)")


def rearranged(data: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """What was posted, its rows in the order that the button asked for."""
    pressed = _BUTTON.fullmatch((data.get("more") or [""])[-1])
    if pressed is None:
        return data
    prefix, number, move = pressed[1], int(pressed[2]), pressed[3]
    numbers = sorted({int(found[1]) for name in data if (found := re.match(rf"{prefix}\.(\d{{1,4}})\.", name))})
    if number not in numbers:
        return data
    if move == "remove":
        return {name: value for name, value in data.items() if not name.startswith(f"{prefix}.{number}.")}
    place = numbers.index(number) + (-1 if move == "up" else 1)
    return _swapped(data, prefix, number, numbers[place]) if 0 <= place < len(numbers) else data


def _swapped(data: Mapping[str, Sequence[str]], prefix: str, one: int, other: int) -> dict[str, Sequence[str]]:
    instead = {f"{prefix}.{one}.": f"{prefix}.{other}.", f"{prefix}.{other}.": f"{prefix}.{one}."}
    found = {}
    for name, value in data.items():
        start = next((start for start in instead if name.startswith(start)), "")
        found[instead[start] + name.removeprefix(start) if start else name] = value
    return found
