# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the files of a dataset hold, in words: variables, legends, images, features, rows, records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from terracite.raster.inspect import Facts, VariableFact
from terracite.record import vocabularies
from terracite.record.model import Record
from terracite.repository.composing.words import Words

Known = Mapping[str, Facts]

_IN_TITLE = 3
_GEOMETRIES = (("polygon", "polygons"), ("line", "lines"), ("point", "points"))
_BAND = re.compile(r"band \d+")
_NO_NAME = frozenset({
    "import", "export", "test", "tests", "tmp", "temp", "copy", "copie", "demo", "sample", "samples", "raster",
    "vector", "layer", "couche", "output", "sortie", "input", "byte", "gpkg", "shp", "tif", "nc", "csv", "zip",
    "merged", "clip",
    "untitled", "trim", "dataset", "dwca", "old", "bis", "def", "draft", "finale", "nouveau", "trace", "first",
})  # fmt: skip


def held_by(data: Known, record: Record, words: Words) -> dict[str, str]:
    """What is there, the most telling first: its kind (a key of the words) and the words."""
    return dict(_subjects(data, record, words))


def data_of(known: Known) -> dict[str, Facts]:
    """The files that hold data, and do not only tell of others."""
    return {path: facts for path, facts in known.items() if is_data(facts)}


def is_data(facts: Facts) -> bool:
    """Whether a file holds data, and does not only tell of others or of their colours."""
    return bool(facts.variables or facts.representation or facts.rows or facts.bands)


def variables_of(known: Known) -> list[VariableFact]:
    """Measured quantities of grids and series, each name once; bands without a name and columns are none."""
    found = {
        item.name: item
        for facts in known.values()
        if not is_rows(facts)
        for item in facts.variables
        if not _BAND.fullmatch(item.name)
    }
    measured = [item for item in found.values() if item.unit or item.standard_name]
    return measured or list(found.values())


def columns_of(known: Known) -> list[str]:
    """The columns of tables and of features, each once."""
    return list(dict.fromkeys(item.name for facts in known.values() if is_columns(facts) for item in facts.variables))


def is_columns(facts: Facts) -> bool:
    """Whether the variables of a file are the columns of rows that people filled."""
    return is_rows(facts) and _kind(facts) in {"table", "records", "features"}


def is_rows(facts: Facts) -> bool:
    """Whether a file holds rows rather than quantities on a grid or along a time."""
    return _kind(facts) not in {"", "raster"}


def worded(item: VariableFact) -> str:
    """A variable in words: its label, its standard name, or a name that is a word; "" for a code such as "pr"."""
    if _is_words(item.label) and (" " in item.label or item.label[0].isupper()):
        return item.label
    for name in (item.standard_name, item.name):
        if name and vocabularies.standard_unit(name) is not None:
            return name.replace("_", " ")
    if _is_words(item.label) and item.label != item.standard_name:
        return item.label
    return item.name if re.fullmatch(r"[a-z]{3,20}", item.name) and not item.label and item.unit else ""


def names_of(known: Known) -> list[str]:
    """The words of names of files and layers, where they are words and not "data_final2"."""
    found: list[str] = []
    for path, facts in known.items():
        layers = facts.attributes.get("layers", "").split(", ")
        stem = re.sub(r"\..*$", "", PurePosixPath(path).name)
        if is_data(facts):
            found += [text for text in (" ".join(_telling(name)) for name in (layers[0], stem)) if text][:1]
    return list(dict.fromkeys(found))


def _telling(name: str) -> list[str]:
    vague = vocabularies.words("vague_title") | _NO_NAME
    parts = [word for part in re.split(r"[\W\d_]+", name) for word in _camel(part)]
    return [word for word in parts if len(word) >= 3 and word.lower() not in vague]


def _camel(part: str) -> list[str]:
    return re.findall(r"[A-ZÀ-Þ]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+", part)


def _subjects(data: Known, record: Record, words: Words) -> Iterator[tuple[str, str]]:
    variables = variables_of(data)
    labels = list(dict.fromkeys(text for item in variables if (text := worded(item))))
    names = [facts.attributes["short_name"] for facts in data.values() if facts.attributes.get("short_name")]
    is_grid = any(facts.representation == "grid" for facts in data.values())
    if record.classes and is_grid:
        legend = [item.label.best(words.language) for item in record.classes]
        yield "map", words.say("map", list=words.listed(legend, 6))
    if labels:
        yield "of_variables", words.say("of_variables", list=words.listed(labels, _IN_TITLE))
    elif names:
        yield "of_product", words.say("of_product", name=names[0])
    elif variables:
        yield "count_of_variables", words.say("count_of_variables", len(variables))
    bands = [facts.bands or len(facts.variables) for facts in data.values() if _kind(facts) == "raster"]
    if bands and all(bands) and not record.classes:
        yield "raster", words.say("raster", max(bands))
    for kind, alike in _by_kind(data).items():
        yield from _of_rows(kind, alike, words)


def _of_rows(kind: str, alike: list[Facts], words: Words) -> Iterator[tuple[str, str]]:
    count = sum(item.rows or 0 for item in alike)
    if kind == "traces":
        yield "traces", words.say("traces")
    elif kind in {"station", "waveform"}:
        said = alike[0].attributes.get("stations" if kind == "station" else "channels", "")
        if listed := [name for name in re.split(r"[,\s]+", said) if name]:
            yield kind, words.say(kind, len(listed), list=words.listed(listed, 4))
    elif kind == "features" and count:
        shapes = {item.attributes.get("geometry", "").lower() for item in alike}
        nouns = {noun for shape in shapes for part, noun in _GEOMETRIES if part in shape}
        noun = nouns.pop() if len(nouns) == 1 else "features"
        yield noun, words.say(noun, count)
    elif kind not in {"", "raster", "features"} and count:
        yield kind, words.say(kind, count)


def _by_kind(data: Known) -> dict[str, list[Facts]]:
    found: dict[str, list[Facts]] = {}
    for facts in data.values():
        found.setdefault(_kind(facts), []).append(facts)
    return found


def _kind(facts: Facts) -> str:
    named = next((kind for start, kind in _KINDS if facts.format.startswith(start)), "")
    if named:
        return named
    if facts.representation == "vector" and "geometry" in facts.attributes:
        return "features"
    if facts.representation == "grid" and all(_BAND.fullmatch(item.name) for item in facts.variables):
        return "raster"
    return "table" if facts.representation == "textTable" and facts.rows and facts.columns else ""


def _is_words(label: str) -> bool:
    return bool(re.search(r"[^\W\d_]{3,}", label)) and "_" not in label and len(label) <= 90


#: beginning of a format -> what its rows are
_KINDS = (
    ("LA", "cloud"), ("COPC", "cloud"), ("Darwin Core", "records"), ("QuakeML", "events"), ("StationXML", "station"),
    ("miniSEED", "waveform"), ("SEG-Y", "traces"),
)  # fmt: skip
