# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colours of maps: a ramp whose lightness grows evenly, and colours for classes that have none. Pure.

Lightness, chroma and hue are those of Oklab (B. Ottosson, 2020), in which equal steps look equal; the ramp can be read
in grey and by people who do not tell red from green.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

Palette = NDArray[np.uint8]  #: (256, 3); the first one is where there are no data
_STEPS = 255
_GOLDEN = 137.508  #: degrees between the hues of neighbouring classes


@cache
def ramp() -> Palette:
    """From dark violet over teal to light yellow, for continuous values."""
    part = np.linspace(0, 1, _STEPS)
    hue = np.radians(300 - 195 * part)
    chroma = 0.11 + 0.05 * np.sin(np.pi * part)
    found = np.zeros((256, 3), np.uint8)
    found[1:] = srgb(0.27 + 0.65 * part, chroma * np.cos(hue), chroma * np.sin(hue))
    return found


def of_classes(codes: Iterable[int], colours: Mapping[int, str]) -> list[str]:
    """A colour for each code: its own, or one unlike its neighbours'."""
    return [colours.get(code) or _made_up(place) for place, code in enumerate(codes)]


def palette_of(colours: Iterable[str]) -> Palette:
    """The palette in which the n-th colour has the number n + 1."""
    found = np.zeros((256, 3), np.uint8)
    for place, text in enumerate(list(colours)[:_STEPS], 1):
        found[place] = [int(text[start : start + 2], 16) for start in (1, 3, 5)]
    return found


def hexadecimal(colour: NDArray[np.uint8]) -> str:
    """ "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*colour.tolist())


def srgb(light: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> Palette:
    """Oklab to bytes of sRGB; what a screen cannot show is clipped."""
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        -1,
    ).clip(0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    found: Palette = np.rint(shown * 255).astype(np.uint8)
    return found


def _made_up(place: int) -> str:
    hue = math.radians(40 + place * _GOLDEN)
    light = (0.62, 0.75, 0.5)[place % 3]
    colour = srgb(np.array([light]), np.array([0.12 * math.cos(hue)]), np.array([0.12 * math.sin(hue)]))
    return hexadecimal(colour[0])
