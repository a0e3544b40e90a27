# SPDX-License-Identifier: AGPL-3.0-or-later
"""The maps of a series: of one place and one nomenclature, each of its own year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from terracite.errors import Problem, ProblemsError
from terracite.landcover.classes import Nomenclature
from terracite.landcover.classmap import PROBABILITIES, ClassMap, open_map
from terracite.landcover.years.evidence import Year, likelihoods
from terracite.raster.read import opened

CONFUSION = "confusion.csv"


def open_years(
    paths: Sequence[Path], years: Sequence[int], confusion: Mapping[int, Path], nomenclature: Path | None = None
) -> tuple[Year, ...]:
    """The maps in the order of their years; ``years``: () = as their records or names say.

    ``confusion``: matrix of each year; 0 = of all others. Raises `ProblemsError` with every mistake at once.
    """
    maps = [open_map(path, nomenclature) for path in paths]
    problems: list[Problem] = []
    if len(maps) < 2:
        problems.append(Problem("maps", "are fewer than two.", "Give one map a year."))
    when = _years(maps, years, problems)
    known = next((one.nomenclature for one in maps if one.nomenclature.classes), maps[0].nomenclature)
    if not known.classes:
        problems.append(Problem(maps[0].name, "names no classes.", "Give --nomenclature CSV (code, fr, en, colour)."))
    for one in maps[1:]:
        problems += _unlike(one, maps[0], known)
    if problems:
        raise ProblemsError("The maps do not make a series.", problems)
    ordered = sorted(zip(when, maps, strict=True), key=lambda pair: pair[0])
    found = [_year(year, one, known, confusion, problems) for year, one in ordered]
    problems += [
        Problem(str(year), "is the year of no map.", "Check it.") for year in confusion if year not in (0, *when)
    ]
    if problems:
        raise ProblemsError("What the maps are worth is not known.", problems)
    return tuple(one for one in found if one is not None)


def _years(maps: Sequence[ClassMap], given: Sequence[int], problems: list[Problem]) -> list[int]:
    cure = "Give them in the order of the maps: --years 2019,2020,2021."
    if given and len(given) != len(maps):
        problems.append(Problem("--years", f"names {len(given)} years for {len(maps)} maps.", cure))
    found = list(given) if len(given) == len(maps) else [_year_of(one) for one in maps]
    for one, year in zip(maps, found, strict=True):
        if not year:
            problems.append(Problem(one.name, "does not tell its year.", cure))
    twice = sorted({year for year in found if year and found.count(year) > 1})
    problems += [Problem(str(year), "is the year of several maps.", cure) for year in twice]
    return found


def _year_of(one: ClassMap) -> int:
    """The year of the middle of the record's period, else the last of four digits in the name; 0 = not known."""
    if one.crate and one.crate.record.periods:
        period = one.crate.record.periods[0]
        if period.start and period.end:
            first, last = period.start.toordinal(), period.end.toordinal()
            return dt.date.fromordinal((first + last) // 2).year
    found = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", one.name)
    return int(found[-1]) if found else 0


def _unlike(one: ClassMap, first: ClassMap, known: Nomenclature) -> list[Problem]:
    """Why a map does not go with the first one."""
    found = []
    if not one.grid.matches(first.grid):
        left, bottom, right, top = first.grid.bounds
        a, _, _, _, e, _ = first.grid.transform
        cure = (
            f"Bring it there: gdalwarp -r near -t_srs {first.grid.crs_label()} -te {left:.12g} {bottom:.12g} "
            f"{right:.12g} {top:.12g} -tr {abs(a):.12g} {abs(e):.12g} IN OUT."
        )
        found.append(Problem(one.name, f"lies on another grid than '{first.name}'.", cure))
    if one.nomenclature.classes and one.nomenclature.codes != known.codes:
        odd = sorted(set(one.nomenclature.codes) ^ set(known.codes))
        what = f"has other classes than '{first.name}': {', '.join(map(str, odd[:10]))}."
        found.append(Problem(one.name, what, "Bring them into one nomenclature: terracite landcover generalise."))
    elif one.nomenclature.classes:
        pairs = zip(one.nomenclature.labels("en"), known.labels("en"), known.codes, strict=True)
        odd = [code for name, other, code in pairs if name.casefold() != other.casefold() and not name.isdigit()]
        if odd:
            what = f"calls the classes {', '.join(map(str, odd[:10]))} otherwise than '{first.name}'."
            found.append(Problem(one.name, what, "Bring them into one nomenclature: terracite landcover generalise."))
    return found


def _year(
    year: int, one: ClassMap, known: Nomenclature, confusion: Mapping[int, Path], problems: list[Problem]
) -> Year | None:
    """What is known of one year: a matrix that is given goes first, then probabilities, then the crate's matrix."""
    given = confusion.get(year)
    shares = None if given else _probabilities(one, len(known))
    if shares is not None:
        return Year(year, one, shares, None)
    own = one.crate.folder / CONFUSION if one.crate else None
    matrix = given or confusion.get(0) or (own if own and own.is_file() else None)
    if matrix is None:
        cure = f"Give --confusion {year}=FILE (map_code, reference_code, count), or a crate with probabilities.tif."
        problems.append(Problem(one.name, "has neither probabilities nor a confusion matrix.", cure))
        return None
    return Year(year, one, None, *likelihoods(one, matrix, known))


def _probabilities(one: ClassMap, classes: int) -> Path | None:
    path = one.beside(PROBABILITIES)
    if path is None:
        return None
    with opened(path) as image:
        return path if image.count == classes else None
