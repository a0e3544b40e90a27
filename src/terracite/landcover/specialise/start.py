# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model to start from, and whether these images suit it: its bands, its dates, its units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from terracite.errors import ModelError, Problem, Severity
from terracite.landcover.classes import spelt
from terracite.landcover.classifiers import model as files
from terracite.landcover.classifiers.adapted import Dates
from terracite.landcover.classifiers.contract import Model
from terracite.landcover.recipe import nearest

SPARE_DAYS = 16  #: that a date of the model may lie before the first or after the last one of the images
_PLACES = ("", "data")  #: where a crate may have its model
_NAMED = 3  #: features that a problem names


@dataclass(frozen=True, slots=True)
class Start:
    """A trained model, and how its features are made of those of a recipe."""

    name: str  #: that `nesting.reader` knows it by
    model: Model
    dates: Dates
    classes: tuple[frozenset[str], ...]  #: what each of its classes is called, in the order of its shares


def folder_of(path: Path) -> Path:
    """Where the model of a crate lies, or of the folder of a model itself. Raises `ModelError` where there is none."""
    for place in _PLACES:
        if (path / place / "model.json").is_file():
            return path / place
    raise ModelError(
        f"There is no model in '{path}'.",
        hint="Give the folder of a map's crate, or one with model.npz and model.json.",
    )


def files_of_start(path: Path) -> tuple[Path, ...]:
    """The files of the model of ``path``: what a map depends on that starts from it."""
    folder = folder_of(path)
    return folder / "model.npz", folder / "model.json"


def open_start(path: Path, features: Sequence[str]) -> Start:
    """The model in ``path``, to be used with ``features``. Raises `ModelError` where it is missing or damaged."""
    folder = folder_of(path)
    model, card = files.load(folder)
    dates, _ = _matched(card["features"], features)
    names = [frozenset(spelt(one[key]) for key in ("fr", "en") if one.get(key)) for one in card["classes"]]
    known = tuple(names[int(label)] if int(label) < len(names) else frozenset() for label in model.classes)
    return Start(files.reader_name(card), model, dates, known)


def unsuited(path: Path, features: Sequence[str], unit: str, gap_filling: str, where: str) -> list[Problem]:
    """Everything in which the model of ``path`` does not suit the images; with an error nothing is adapted."""
    try:
        _, card = files.load(folder_of(path))
    except ModelError as error:
        return [Problem(where, error.message, error.hint)]
    _, missing = _matched(card["features"], features)
    problems = list(_told(missing, features, where))
    if card["unit"] != unit:
        what = f"the model was trained on values in '{card['unit']}', and these are in '{unit}'."
        problems.append(Problem(where, what, "Prepare the images as for its training."))
    if card["gap_filling"] != gap_filling:
        what = f"the model saw gaps filled otherwise: {card['gap_filling']}."
        problems.append(Problem(where, what, "Fill them alike in [period], or expect less of it.", Severity.WARNING))
    return problems


def _told(missing: Sequence[tuple[str, str]], features: Sequence[str], where: str) -> list[Problem]:
    """One problem a channel that is not there, and one for all dates that lie outside."""
    channels = sorted({_parts(name)[0] for name in features})
    absent = dict.fromkeys(channel for channel, reason in missing if reason == "channel")
    problems = [
        Problem(where, f"the model needs {channel}, which these images do not give.", nearest(channel, channels))
        for channel in absent
    ]
    outside = [reason for _, reason in missing if reason != "channel"]
    if outside:
        days = sorted(set(outside))
        shown = ", ".join(days[:_NAMED]) + (f" and {len(days) - _NAMED} more" if len(days) > _NAMED else "")
        what = f"the model needs dates that the period does not reach: {shown} of the year."
        problems.append(Problem(where, what, "Widen [period]."))
    return problems


def _parts(name: str) -> tuple[str, dt.date | None]:
    """ "NDVI 2022-01-01" -> ("NDVI", that date); ("DEM", None)"""
    channel, _, day = name.rpartition(" ")
    try:
        return channel, dt.date.fromisoformat(day)
    except ValueError:
        return name, None


def _matched(wanted: Sequence[str], given: Sequence[str]) -> tuple[Dates, list[tuple[str, str]]]:
    """How the features ``wanted`` are made of those ``given``, whole years apart; and what cannot be made.

    What cannot be made is (channel, "channel"), or (channel, "31 July") for a date out of reach.
    """
    series: dict[str, list[tuple[float, int]]] = {}
    for position, name in enumerate(given):
        channel, day = _parts(name)
        series.setdefault(channel, []).append((float(day.toordinal()) if day else np.nan, position))
    shift = _years_apart(wanted, given)
    first, second = np.zeros((2, len(wanted)), np.int64)
    part = np.zeros(len(wanted), np.float32)
    missing: list[tuple[str, str]] = []
    for position, name in enumerate(wanted):
        channel, day = _parts(name)
        known = series.get(channel, [])
        if not known or (day is None) != bool(np.isnan(known[0][0])):
            missing.append((channel, "channel"))
        elif day is None:
            first[position] = second[position] = known[0][1]
        else:
            at = float(_moved(day, shift).toordinal())
            if not known[0][0] - SPARE_DAYS <= at <= known[-1][0] + SPARE_DAYS:
                missing.append((channel, f"{day:%d %B}"))
            first[position], second[position], part[position] = _between(known, at)
    return Dates(first, second, part), missing


def _between(known: Sequence[tuple[float, int]], at: float) -> tuple[int, int, float]:
    """The features before and after a day, and how much the later one counts."""
    days = np.array([day for day, _ in known])
    after = int(np.clip(np.searchsorted(days, at), 1, len(days) - 1)) if len(days) > 1 else 0
    before = max(after - 1, 0)
    width = days[after] - days[before]
    part = float(np.clip((at - days[before]) / width, 0, 1)) if width > 0 else 0.0
    return known[before][1], known[after][1], part


def _years_apart(wanted: Sequence[str], given: Sequence[str]) -> int:
    """Whole years from the dates of the model to those of the images, in the channels that both have."""
    both = {_parts(name)[0] for name in wanted} & {_parts(name)[0] for name in given}
    middles = []
    for names in (wanted, given):
        days = [day.toordinal() for channel, day in map(_parts, names) if day and channel in both]
        middles.append((min(days) + max(days)) / 2 if days else 0.0)
    return round((middles[1] - middles[0]) / 365.25)


def _moved(day: dt.date, years: int) -> dt.date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
