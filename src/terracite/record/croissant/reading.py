# SPDX-License-Identifier: AGPL-3.0-or-later
"""A record from any Croissant description, of version 0.8 to 1.1, with the extensions RAI and GeoCroissant.

How the files are loaded (data types, sources, extraction, splits) is what a record has no place for: it stays left
over, but where it repeats what the description says elsewhere.
"""

from __future__ import annotations

from typing import Any

from terracite.errors import RecordError
from terracite.record.citation import references
from terracite.record.croissant import terms
from terracite.record.croissant.read_tables import variables_of
from terracite.record.croissant.writing import words_of
from terracite.record.identifiers import identifier_type
from terracite.record.model import Lineage, ReferenceSystem, Related, Resolution, Step, Text
from terracite.record.reading import JsonNode, Notes, Reading, parse_json
from terracite.record.schema_org.graph import Graph, Thing
from terracite.record.schema_org.reading import downloads_of, finished, main_thing, setting, values_of, with_files
from terracite.record.schema_org.setting import Setting, both

_LENGTH = both("a length in metres", "une longueur en mètres")
_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "km": 1000.0, "cm": 0.01}


def read_croissant(document: bytes) -> Reading:
    """The dataset of a document. Raises `RecordError` where there is none."""
    root = parse_json(document)
    _without_echoes(root)
    graph = Graph(root)
    notes = Notes("croissant")
    dataset = main_thing(graph, notes)
    if "Dataset" not in dataset.kinds:
        raise RecordError("This JSON describes no dataset.", hint="Give a Croissant document: '@type' is sc:Dataset.")
    here = setting(dataset, notes)
    _check_standard(dataset, notes)
    downloads = downloads_of(dataset)
    values = with_files(values_of(dataset, document, notes), dataset, downloads, here)
    _skip_names(downloads)
    for read in (_lineage, _geography, _live, _citation):
        values |= read(dataset, values, here)
    return finished(graph, notes, values | {"variables": variables_of(dataset, values, here)})


def _without_echoes(root: JsonNode) -> None:
    """Forgets keywords that only repeat the name of a term under ``about``."""
    content = root.value
    if not isinstance(content, dict):
        return
    about, keywords = content.get("about"), content.get("keywords")
    if isinstance(about, list) and isinstance(keywords, list):
        names = words_of(about)
        content["keywords"] = [None if not isinstance(word, list) and word in names else word for word in keywords]


def _check_standard(dataset: Thing, notes: Notes) -> None:
    """A remark where the document does not say that it is Croissant, as versions before 1.0 cannot."""
    told = [thing.text() or thing.id for thing in dataset.all("dct:conformsTo")]
    if not any(address.startswith(terms.NAMESPACE) for address in told):
        expected = both("statement of the version of Croissant", "mention de la version de Croissant")
        notes.say(dataset.where, "missing", expected=expected)


def _skip_names(downloads: list[Thing]) -> None:
    """Forgets the names by which the document refers to its own files."""
    for thing in downloads:
        if thing.is_object and "://" not in str(thing.node.value.get("@id", "://")):
            thing.skip("@id")


def _lineage(dataset: Thing, values: dict[str, Any], here: Setting) -> dict[str, Any]:
    """The statement and the steps that RAI tells, where schema.org and PROV do not."""
    lineage: Lineage = values.get("lineage", Lineage())
    told = here.said(dataset, terms.COLLECTION)
    statement = lineage.statement or told
    steps = lineage.steps
    if not steps:
        found = [Text(**{code or here.language: text}) for code, text in _protocols(dataset)]
        steps = tuple(Step(description=text) for text in found if text)
    return {"lineage": lineage.model_copy(update={"statement": statement, "steps": steps})}


def _protocols(dataset: Thing) -> list[tuple[Any, str]]:
    return [words for thing in dataset.each(*terms.STEPS) for words in thing.words()]


def _geography(dataset: Thing, values: dict[str, Any], here: Setting) -> dict[str, Any]:
    """What GeoCroissant says, where the description does not say it otherwise."""
    found: dict[str, Any] = {}
    code = dataset.text(terms.GEO + terms.CRS)
    if code and not values.get("reference_systems"):
        found["reference_systems"] = (ReferenceSystem(code=code),)
    metres = _metres(dataset.first(terms.GEO + terms.RESOLUTION), here)
    if metres and not values.get("resolutions"):
        resolution = here.notes.part(Resolution, dataset.where, distance_m=metres)
        found["resolutions"] = (resolution,) if resolution else ()
    cadence = dataset.first(terms.GEO + terms.TIME_RESOLUTION)
    if cadence and not cadence.is_object:
        text = cadence.text()
        found["time_resolution"] = values.get("time_resolution") or text
    return found


def _metres(thing: Thing | None, here: Setting) -> float | None:
    """A length in metres, from a quantity or a text such as "30 m"."""
    if thing is None:
        return None
    value = thing.number("value") if thing.is_object else thing.number()
    unit = thing.text("unitText").casefold() if thing.is_object else ""
    if value is None or unit not in _METRES:
        here.notes.say(
            thing.where, "unreadable", thing.text(), expected=both("a length in metres", "une longueur en m")
        )
        return None
    return value * _METRES[unit]


def _live(dataset: Thing, values: dict[str, Any], _here: Setting) -> dict[str, Any]:
    """A dataset that goes on growing has a period that goes on; where it has none, this stays left over."""
    told = dataset.first("cr:isLiveDataset")
    periods = values.get("periods", ())
    if told and (told.node.value is not True or any(period.ongoing for period in periods)):
        told.skip()
    return {}


def _citation(dataset: Thing, values: dict[str, Any], here: Setting) -> dict[str, Any]:
    """The works to cite instead of the dataset; a citation of the dataset itself says nothing new."""
    told = dataset.first("cr:citeAs")
    if told is None or told.is_object:
        return {}
    text = str(told.node.value)
    works = _works(text)
    if _is_own(text, works, values, here):
        told.skip()
        return {}
    related: tuple[Related, ...] = values["related"]
    known = {item.identifier for item in related}
    found = [
        item.model_copy(update={"relation": "IsDescribedBy"}) for item in works if identifier_type(item.identifier)
    ]
    if found:
        told.skip()
    return {"related": (*related, *(item for item in found if item.identifier not in known))}


def _is_own(text: str, works: list[Related], values: dict[str, Any], here: Setting) -> bool:
    """Whether the dataset itself is what is cited."""
    titles = {" ".join(title.split()) for _, title in values["title"].items()}
    named = any(own and own in text for own in (values["doi"], here.url))
    return named or any(" ".join(item.title.split()) in titles for item in works)


def _works(text: str) -> list[Related]:
    """The entries of a bibliography that can be referred to."""
    try:
        return references(text.encode())
    except RecordError:
        return []
