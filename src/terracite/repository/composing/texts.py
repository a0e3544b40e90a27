# SPDX-License-Identifier: AGPL-3.0-or-later
"""A title, an abstract and a draft of the lineage from facts alone: every number and every name is in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from terracite.record.model import Box, Language, Lineage, Record, Text
from terracite.repository.composing.contents import (
    Known,
    columns_of,
    data_of,
    held_by,
    names_of,
    variables_of,
    worded,
)
from terracite.repository.composing.words import Words, ends_of
from terracite.repository.gazetteer import place_around

LANGUAGES: tuple[Language, Language] = ("fr", "en")
_MOST_HELD = 2
_HEADER_LINE = re.compile(r"^C ?\d{1,2} ?", re.MULTILINE)
_LONGEST_HEADER = 1500  #: characters
_FINE = 0.1  #: degrees: the sides of a smaller box are given to four digits
#: kinds that are counts: the names of the files then say more
_COUNTED = frozenset({
    "raster", "cloud", "points", "lines", "polygons", "features", "table", "records", "events", "traces",
    "count_of_variables",
})  # fmt: skip
_IN_SENTENCES = frozenset({"of_variables", "count_of_variables"})  #: the sentence on variables says them
_SMALL = 1.0  #: degrees: a smaller box is said as a point in a title


def title(record: Record, known: Known) -> Text:
    """What, where and when, in both languages; empty where the files do not say what they hold."""
    return Text(**{language: _title(record, known, Words(language)) for language in LANGUAGES})


def abstract(record: Record, known: Known) -> Text:
    """Whole sentences on content, place, period and form, in both languages; empty where there is little to say."""
    return Text(**{language: _abstract(record, known, Words(language)) for language in LANGUAGES})


def lineage(known: Known) -> Lineage:
    """What files say of how they were made: their programs, headers and products; empty where they say nothing."""
    said = {language: " ".join(_made(known, Words(language))) for language in LANGUAGES}
    return Lineage(statement=Text(**said))


def _title(record: Record, known: Known, words: Words) -> str:
    data = data_of(known)
    held = dict(list(held_by(data, record, words).items())[:_MOST_HELD])
    if not held:
        return ""
    what = words.listed([_small_first(text) for text in held.values()])
    names = names_of(data)
    if names and next(iter(held)) in _COUNTED:
        what = f"{words.say('quoted', text=words.listed(names, 2))}{words.say('colon')}{what}"
    where = _where(record, words) if _is_told_by_all(data, "box") else ""
    when = words.when(record.periods) if _is_told_by_all(data, "start") else ""
    formats = list(dict.fromkeys(re.sub(r"\s*\(.*\)$", "", facts.format) for facts in data.values()))
    parts = [part for part in (what[0].upper() + what[1:], where, when) if part]
    return f"{words.say('comma').join(parts)} ({words.listed(formats, 3)})"


def _is_told_by_all(data: Known, name: str) -> bool:
    """Whether a place or a period is that of every file, not of one that lies beside another."""
    told = {getattr(facts, name) is not None for facts in data.values()}
    return len(told) == 1


def _small_first(text: str) -> str:
    """Without the capital of its first word, when it has no other; names and acronyms keep theirs."""
    return text[0].lower() + text[1:] if text[1:] == text[1:].lower() else text


def _where(record: Record, words: Words) -> str:
    """The name of the place, else the corner of a small box; "" for a large one without a name."""
    boxes = [extent.box for extent in record.extents]
    if place := _place(record):
        return place.best(words.language)
    if len(boxes) != 1 or boxes[0].west > boxes[0].east:
        return ""
    box = boxes[0]
    if box.east - box.west < _SMALL and box.north - box.south < _SMALL:
        sides = _sides(box, words)
        return f"{sides['south']} {sides['west']}"
    return ""


def _place(record: Record) -> Text | None:
    """The name that somebody gave, or that of the only country or region it can be; none at sea."""
    given = [extent.place for extent in record.extents if extent.place]
    if given:
        return given[0]
    if "oceans" in record.topics or "ocean" in record.disciplines:
        return None
    found = place_around(extent.box for extent in record.extents)
    return found.label if found else None


def _is_globe(box: Box) -> bool:
    return box.east - box.west >= 359 and box.north - box.south >= 165


def _abstract(record: Record, known: Known, words: Words) -> str:
    data = data_of(known)
    held = held_by(data, record, words)
    if not held:
        return ""
    return " ".join(
        [*_content(record, data, held, words), *_place_and_time(record, data, words), *_form(record, data, words)]
    )


def _content(record: Record, data: Known, held: Mapping[str, str], words: Words) -> Iterator[str]:
    things = [words.article(kind) + _small_first(text) for kind, text in held.items() if kind not in _IN_SENTENCES]
    if things:
        yield words.say("holds", list=words.listed(things, 4))
    if variables := variables_of(data):
        told = [_variable(worded(item), item.name, item.unit) for item in variables]
        yield words.say("variables", len(told), list=words.listed(told))
    if columns := columns_of(data):
        yield words.say("columns", len(columns), list=words.listed(columns))
    if record.classes:
        labels = [item.label.best(words.language) for item in record.classes]
        yield words.say("classes", len(labels), list=words.listed(labels, 20))


def _variable(label: str, name: str, unit: str) -> str:
    inner = ", ".join(part for part in (name if label and label != name else "", unit) if part and part != "1")
    return f"{label or name} ({inner})" if inner else label or name


def _place_and_time(record: Record, data: Known, words: Words) -> Iterator[str]:
    boxes = [extent.box for extent in record.extents] if _is_told_by_all(data, "box") else []
    for box in boxes[:1] if len(boxes) == 1 else []:
        yield words.say("globe") if _is_globe(box) else _box(box, words)
    if boxes and (place := _place(record)):
        yield words.say("inside", place=place.best(words.language))
    first, last = ends_of(record.periods)
    if first and last and _is_told_by_all(data, "start"):
        key = "on" if first == last else "period"
        yield words.say(key, start=words.day(first), end=words.day(last))
    if step := words.time_step(record.time_resolution):
        yield words.say("step", step=step)


def _box(box: Box, words: Words) -> str:
    sides = _sides(box, words)
    is_point = sides["west"] == sides["east"] and sides["south"] == sides["north"]
    return words.say("at" if is_point else "where", None, **sides)


def _sides(box: Box, words: Words) -> dict[str, str]:
    """The sides in degrees, finer for a small box."""
    digits = 2 if max((box.east - box.west) % 360, box.north - box.south) >= _FINE else 4
    return {name: words.degrees(getattr(box, name), digits, is_latitude=name in {"south", "north"})
            for name in ("west", "south", "east", "north")}  # fmt: skip


def _form(record: Record, data: Known, words: Words) -> Iterator[str]:
    distances = {item.distance_m for item in record.resolutions if item.distance_m}
    if len(distances) == 1:
        yield words.say("resolution", size=words.length(distances.pop()))
    if len(record.reference_systems) == 1 and (name := record.reference_systems[0].label) != "unnamed":
        yield words.say("crs", name=name)
    low, high = _heights(record)
    if low is not None and high is not None:
        yield words.say("heights", low=words.number(low, 1), high=words.number(high, 1))
    formats = Counter(facts.format for facts in data.values())
    yield words.say("files", len(data), list=words.listed(list(formats)))


def _heights(record: Record) -> tuple[float | None, float | None]:
    lows = [extent.lowest_m for extent in record.extents if extent.lowest_m is not None]
    highs = [extent.highest_m for extent in record.extents if extent.highest_m is not None]
    return min(lows, default=None), max(highs, default=None)


def _made(known: Known, words: Words) -> Iterator[str]:
    for path, facts in list(known.items())[:20]:
        own = facts.attributes
        if software := own.get("software"):
            yield words.say("written_with", file=path, software=software)
        if own.get("short_name") and own.get("id"):
            yield words.say("product", file=path, name=own["short_name"], id=own["id"])
        lines = _HEADER_LINE.sub("", own.get("text_header", "")).splitlines()
        header = " ".join(" ".join(line.split()) for line in lines if re.search(r"[A-Za-z]{3}", line))
        if len(header) > 100:
            yield words.say("header", file=path, text=_cut(header))


def _cut(text: str) -> str:
    """Not longer than the longest, at the end of a word."""
    return text if len(text) <= _LONGEST_HEADER else f"{text[:_LONGEST_HEADER].rpartition(' ')[0]} […]"
