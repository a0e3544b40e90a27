# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a certificate says in words: one line per check, and which dates to look at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from terracite.record.model import Language
from terracite.timeseries.quality.certificate import Certificate, DateQuality, Encoding, Verdict
from terracite.timeseries.quality.wording import count, day, number, say, signed

FEW_PERCENT = 0.1  #: of the data: fewer cells out of range or saturated are no reason to look


_POINT: dict[Language, str] = {"fr": ",", "en": "."}
_SEMICOLON: dict[Language, str] = {"fr": " ; ", "en": "; "}


class Level(StrEnum):
    """How much a check asks for attention."""

    FINE = "fine"
    NOTE = "note"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the certificate."""

    name: str  #: key in the table "names" of words.toml
    level: Level
    text: str

    def title(self, language: Language) -> str:
        """What was checked."""
        return say(f"names.{self.name}", language)


def checks(certificate: Certificate, language: Language) -> tuple[Check, ...]:
    """Every check, in the order in which they are shown."""
    return tuple(Check(name, *told(certificate, language)) for name, told in _CHECKS.items())


def _nodata(one: Certificate, language: Language) -> tuple[Level, str]:
    empty = sum(1 for date in one.dates if not date.data)
    parts = [say("nodata.some", language, percent=number(one.missing_percent, language))]
    if empty:
        parts.append(say("nodata.empty", language, count=empty))
    return (Level.LOOK if empty else Level.FINE), " ".join(parts)


def _clear(one: Certificate, language: Language) -> tuple[Level, str]:
    if not one.has_mask:
        return Level.NOTE, say("sky.none", language)
    usable, unmasked = (
        sum(1 for date in one.dates if date.is_usable),
        sum(1 for date in one.dates if date.masked is None),
    )
    percent = number(100 * one.clear_share, language)
    parts = [say("sky.mean", language, percent=percent, usable=usable, dates=len(one.dates))]
    if unmasked:
        parts.append(say("sky.some", language, count=unmasked))
    return (Level.NOTE if unmasked else Level.FINE), " ".join(parts)


def _range(one: Certificate, language: Language) -> tuple[Level, str]:
    outside, near = one.total("outside"), one.total("near_nodata")
    level = _by_share(one, outside)
    parts = [_outside(one, outside, language)]
    if near:
        parts.append(say("range.near", language, count=count(near, language)))
    if undeclared := one.total("undeclared"):
        parts.append(say("range.undeclared", language, count=count(undeclared, language)))
        level = Level.LOOK
    return (Level.NOTE if near and level is Level.FINE else level), " ".join(parts)


def _outside(one: Certificate, outside: int, language: Language) -> str:
    if one.range is None:
        return say("range.unbounded", language, count=count(outside, language))
    low, high = (number(value, language) for value in one.range)
    if not outside:
        return say("range.fine", language, low=low, high=high)
    percent = number(one.share_of_data(outside), language, 2)
    told = say("range.out", language, count=count(outside, language), percent=percent, low=low, high=high)
    return f"{told} {say('range.reflectance', language)}"


def _saturation(one: Certificate, language: Language) -> tuple[Level, str]:
    low, high = one.total("saturated_low"), one.total("saturated_high")
    if not low + high:
        return Level.FINE, say("saturation.fine", language)
    percent = number(one.share_of_data(low + high), language, 2)
    text = say("saturation.some", language, low=count(low, language), high=count(high, language), percent=percent)
    return _by_share(one, low + high), text


def _clipping(one: Certificate, language: Language) -> tuple[Level, str]:
    if all(date.clipped is None for date in one.dates):
        return Level.FINE, say("clipping.impossible", language)
    clipped = one.total("clipped")
    if not clipped:
        return Level.FINE, say("clipping.fine", language)
    return _by_share(one, clipped), say("clipping.some", language, count=count(clipped, language))


def _by_share(one: Certificate, cells: int) -> Level:
    if not cells:
        return Level.FINE
    return Level.LOOK if one.share_of_data(cells) >= FEW_PERCENT else Level.NOTE


_STEP_LEVELS = {Verdict.NONE: Level.FINE, Verdict.NOT_CONCERNED: Level.FINE, Verdict.STEP: Level.LOOK}


def _step(one: Certificate, language: Language) -> tuple[Level, str]:
    test = one.step
    figures = {"before": test.before, "after": test.after, "months": test.months}
    if test.effect is not None:
        figures["effect"] = signed(test.effect, language)  # type: ignore[assignment]
    if test.low is not None and test.high is not None:
        figures |= {"low": signed(test.low, language), "high": signed(test.high, language)}  # type: ignore[dict-item]
    parts = [say(f"step.{test.verdict}", language, **figures)]
    if test.verdict is Verdict.UNTESTED and test.effect is not None:
        parts.append(say("step.rough", language, **figures))
    if test.design:
        parts.append(say(f"step.{test.design}", language, **figures))
    return _STEP_LEVELS.get(test.verdict, Level.NOTE), " ".join(parts)


def _gaps(one: Certificate, language: Language) -> tuple[Level, str]:
    spacing = one.spacing
    if spacing.longest is None:
        return Level.NOTE, say("gaps.one", language)
    parts = [
        say(
            "gaps.some",
            language,
            usual=number(spacing.usual_days, language),
            longest=number(spacing.longest.days, language),
            start=day(spacing.longest.start, language),
            end=day(spacing.longest.end, language),
        )
    ]
    if spacing.empty_months:
        parts.append(say("gaps.months", language, names=_some(spacing.empty_months)))
    return (Level.LOOK if spacing.empty_months else Level.FINE), " ".join(parts)


def _some(names: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f"... ({len(names)})" if len(names) > most else "")


def _duplicates(one: Certificate, language: Language) -> tuple[Level, str]:
    parts = []
    if one.repeats:
        first, second = (f"{date.sensed_at:%Y-%m-%d}" for date in one.repeats[0])
        parts.append(say("duplicates.repeats", language, count=len(one.repeats), first=first, second=second))
    if one.same_pass:
        parts.append(say("duplicates.same_pass", language, count=len(one.same_pass)))
    if not parts:
        parts.append(say("duplicates.none", language))
    if one.left_out:
        parts.append(say("duplicates.left_out", language, count=one.left_out))
    return (Level.LOOK if one.repeats else Level.NOTE if one.same_pass else Level.FINE), " ".join(parts)


def _encoding(one: Certificate, language: Language) -> tuple[Level, str]:
    kind = {True: "lossy", False: "lossless", None: "unknown"}[one.encoding.is_lossy]
    bits = "?" if one.encoding.bits_per_cell is None else number(one.encoding.bits_per_cell, language)
    parts = [say(f"encoding.{kind}", language, drivers=", ".join(one.encoding.drivers), bits=bits)]
    if one.value_step:
        parts.append(say("encoding.step", language, step=number(one.value_step, language)))
    parts += _kept(one.encoding, language)
    is_exact = one.encoding.is_lossy is False and not one.encoding.lost and not one.encoding.rounding
    return (Level.FINE if is_exact else Level.NOTE), " ".join(parts)


def _kept(encoding: Encoding, language: Language) -> Iterator[str]:
    """What the way into the series file did to the numbers of the images."""
    if encoding.lost is None:
        yield say("encoding.same", language)
    elif encoding.rounding is None:
        yield say("encoding.shifted", language)
    else:
        yield say("encoding.rounded", language, error=f"{encoding.rounding:.2g}".replace(".", _POINT[language]))
    if encoding.lost:
        yield say("encoding.lost", language, count=count(encoding.lost, language))


_CHECKS: dict[str, Callable[[Certificate, Language], tuple[Level, str]]] = {
    "nodata": _nodata,
    "clear": _clear,
    "range": _range,
    "saturation": _saturation,
    "clipping": _clipping,
    "step": _step,
    "gaps": _gaps,
    "duplicates": _duplicates,
    "encoding": _encoding,
}


def verdict(certificate: Certificate, language: Language) -> str:
    """One sentence: what to look at; else what is good to know; else nothing to report."""
    told = checks(certificate, language)
    for level in (Level.LOOK, Level.NOTE):
        names = [check.title(language) for check in told if check.level is level]
        if names:
            inside = ", ".join(name[0].lower() + name[1:] for name in names)
            return say(f"verdict_{level}", language, names=inside)
    return say("verdict_fine", language)


def to_look_at(certificate: Certificate, language: Language) -> list[tuple[DateQuality, str]]:
    """The dates that something was found in, the worst first, each with its reasons."""
    repeated = {id(date) for pair in certificate.repeats for date in pair}
    found = [
        (date, _SEMICOLON[language].join(reasons))
        for date in certificate.dates
        if (reasons := _reasons(date, language, certificate, is_repeat=id(date) in repeated))
    ]
    return sorted(found, key=lambda pair: -_badness(pair[0]))


def _badness(date: DateQuality) -> float:
    wrong = date.outside + date.saturated_low + date.saturated_high + (date.clipped or 0)
    return wrong / date.data if date.data else 2.0


def _reasons(date: DateQuality, language: Language, certificate: Certificate, *, is_repeat: bool) -> list[str]:
    if not date.data:
        return [say("reasons.empty", language)]
    saturated = date.saturated_low + date.saturated_high
    found = [
        say(f"reasons.{name}", language, percent=number(100 * cells / date.data, language, 2))
        for name, cells in (("outside", date.outside), ("saturated", saturated))
        if 100 * cells / date.data >= FEW_PERCENT
    ]
    if date.clipped:
        found.append(say("reasons.clipped", language, count=count(date.clipped, language)))
    if date.undeclared:
        found.append(say("reasons.undeclared", language))
    if is_repeat:
        found.append(say("reasons.repeat", language))
    if date.masked is None and certificate.has_mask:
        found.append(say("reasons.unmasked", language))
    return found
