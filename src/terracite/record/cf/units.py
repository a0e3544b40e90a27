# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units of UDUNITS-2, as CF's ``units`` must be: those that Earth data have, with SI prefixes, and what they measure.

https://docs.unidata.ucar.edu/udunits/current/#Database: symbols by the letter, names in any case, plural or not.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

#: what is measured, in base units -> symbols; they take prefixes
_SYMBOLS = {
    "": "rad sr",
    "m": "m",
    "kg": "g t",
    "s": "s",
    "A": "A",
    "K": "K",
    "mol": "mol kat",
    "cd": "cd lm lx",
    "s-1": "Hz Bq",
    "kg m s-2": "N",
    "kg m-1 s-2": "Pa bar b",
    "kg m2 s-2": "J eV",
    "kg m2 s-3": "W",
    "kg m2 s-3 A-1": "V",
    "kg m2 s-3 A-2": "ohm",
    "kg-1 m-2 s3 A2": "S",
    "kg s-2 A-1": "T",
    "m2 s-2": "Gy Sv",
    "m3": "L l",
}
#: names, which take long prefixes
_NAMES = {
    "": "radian steradian",
    "m": "meter metre",
    "kg": "gram gramme tonne",
    "s": "second",
    "A": "ampere",
    "K": "kelvin",
    "mol": "mole",
    "s-1": "hertz becquerel",
    "kg m s-2": "newton",
    "kg m-1 s-2": "pascal bar",
    "kg m2 s-2": "joule",
    "kg m2 s-3": "watt",
    "kg m2 s-3 A-1": "volt",
    "kg-1 m-2 s3 A2": "siemens",
    "m3": "liter litre",
}
#: symbols and names that take none
_ALONE = {
    "": "1 percent % ppm ppmv ppb ppbv degree arc_degree degrees_north degree_north degrees_n degrees_east degree_east "
    "degrees_e degrees_true ° count level layer sigma_level arc_minute arc_second db dbz",
    "K": "celsius degc degree_c degree_celsius degrees_celsius degf degree_f fahrenheit degk degree_k °c",
    "s": "day d hour h hr minute min sec week month year yr a common_year julian_year",
    "m2": "ha hectare are",
    "m": "micron angstrom inch in foot feet ft yard mile nautical_mile fathom",
    "m s-1": "knot kt",
    "kg m-1 s-2": "mmhg atm atmosphere psi",
    "kg m2 s-2": "cal calorie erg",
    "kg m s-2": "dyne",
    "kg": "pound lb",
    "m s-2": "gal",
    "m3": "gallon",
    "mol m-2": "du",
}
_PREFIXES = "Y Z E P T G M k h da d c m u µ μ n p f a z y"
_LONG_PREFIXES = "yotta zetta exa peta tera giga mega kilo hecto deca deka deci centi milli micro nano pico"
_SINCE = re.compile(r"(?:second|minute|hour|day|month|year)s? since \d{1,4}-\d{1,2}-\d{1,2}(?:[T ][\d:. Z+-]*)?")
_NUMBER = re.compile(r"\d+(?:[eE][+-]?\d+)?")
_FACTOR = re.compile(r"([^\W\d]+|%|°C?)\^?([+-]?\d)?")
_LONGEST = 80

Dimension = dict[str, int]


def dimension(unit: str) -> Dimension | None:
    """The powers of the base units; None for what UDUNITS would not read.

    >>> dimension("W/m2"), dimension("psu")
    ({'kg': 1, 's': -3}, None)
    """
    if _SINCE.fullmatch(unit):
        return {"s": 1}
    if not unit or len(unit) > _LONGEST:
        return None
    powers: Counter[str] = Counter()
    for sign, factor in re.findall(r"([/]?)([^\s/.*·]+)", unit.replace("**", "^")):
        found = _power(factor)
        if found is None:
            return None
        for base, power in found.items():
            powers[base] += -power if sign else power
    return {base: power for base, power in sorted(powers.items()) if power}


def fits(unit: str, canonical: str) -> bool:
    """Whether a value in ``unit`` can be given in the canonical unit of a standard name.

    >>> fits("degC", "K"), fits("1", "K")
    (True, False)
    """
    found, wanted = dimension(unit), dimension(canonical)
    return found is not None and (wanted is None or found == wanted)


def _power(factor: str) -> Dimension | None:
    if _NUMBER.fullmatch(factor):
        return {}
    found = _FACTOR.fullmatch(factor)
    base = _base(found[1]) if found else None
    if found is None or base is None:
        return None
    return {name: power * int(found[2] or 1) for name, power in base.items()}


def _base(word: str) -> Dimension | None:
    symbol = _units()[0].get(word)
    if symbol is not None:
        return symbol
    name = word.casefold()
    return _units()[1].get(name, _units()[1].get(name.removesuffix("s")))


@cache
def _units() -> tuple[dict[str, Dimension], dict[str, Dimension]]:
    """Symbols and names with every prefix, and what they measure."""
    symbols = {
        prefix + word: _parsed(base)
        for base, words in _SYMBOLS.items()
        for word in words.split()
        for prefix in ("", *_PREFIXES.split())
    }
    names = {
        prefix + word: _parsed(base)
        for base, words in _NAMES.items()
        for word in words.split()
        for prefix in ("", *_LONG_PREFIXES.split())
    }
    return symbols, names | {word: _parsed(base) for base, words in _ALONE.items() for word in words.split()}


def _parsed(text: str) -> Dimension:
    """Base units with their powers: "kg m s-2"."""
    parts = [re.match(r"([a-zA-Z]+)(-?\d)?", part) for part in text.split()]
    return {part[1]: int(part[2] or 1) for part in parts if part}
