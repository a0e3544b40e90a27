# SPDX-License-Identifier: AGPL-3.0-or-later
"""The FAIR score a published record may expect: the 17 FAIRsFAIR metrics that F-UJI tests, point by point.

Metrics and points are those of version 0.5 (https://doi.org/10.5281/zenodo.6461229): 25 points. What the repository
serves by itself for every dataset (landing page, embedded JSON-LD, negotiation, typed links, DataCite registration) is
taken as given; `Point.by` says whose work a point is, so that a depositor sees only what is theirs to gain.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from terracite.record import vocabularies
from terracite.record.model import AccessKind, Record, Text

_OPEN_FORMATS = frozenset(
    {".tif", ".tiff", ".nc", ".nc4", ".h5", ".hdf5", ".zarr", ".zip", ".csv", ".tsv", ".txt", ".json", ".geojson"}
    | {".gpkg", ".shp", ".fgb", ".parquet", ".geoparquet", ".xml", ".gml", ".kml", ".png", ".jpg", ".jpeg", ".jp2"}
    | {".svg", ".pdf", ".html", ".md", ".las", ".laz", ".grib", ".grb", ".fits", ".rdf", ".ttl", ".jsonld", ".ods"}
    | {".odt", ".wav", ".flac", ".mp4", ".sqlite", ".pmtiles", ".asc", ".vrt", ".qml", ".toml", ".yaml", ".yml"}
)


@dataclass(frozen=True, slots=True)
class Point:
    """One test of a metric: what it asks for, whether the record will pass, what to do when it will not."""

    asks: Text
    worth: float
    met: bool
    cure: Text
    by: str  #: "record" or "repository"

    @property
    def earned(self) -> float:
        return self.worth if self.met else 0.0


@dataclass(frozen=True, slots=True)
class Metric:
    """One FAIRsFAIR metric with its points; the best single point counts where its tests are alternatives."""

    identifier: str
    name: Text
    most: float
    points: tuple[Point, ...]

    @property
    def earned(self) -> float:
        return min(self.most, sum(point.earned for point in self.points))

    @property
    def principle(self) -> str:
        """F, A, I or R."""
        return self.identifier.removeprefix("FsF-")[0]


@dataclass(frozen=True, slots=True)
class FairScore:
    """The predicted score."""

    metrics: tuple[Metric, ...]

    @property
    def earned(self) -> float:
        return sum(metric.earned for metric in self.metrics)

    @property
    def most(self) -> float:
        return sum(metric.most for metric in self.metrics)

    @property
    def percent(self) -> int:
        """Rounded down, so that only a full score is 100."""
        return int(100 * self.earned / self.most)

    def of(self, principle: str) -> tuple[float, float]:
        """Points earned and possible for F, A, I or R."""
        chosen = [metric for metric in self.metrics if metric.principle == principle]
        return sum(metric.earned for metric in chosen), sum(metric.most for metric in chosen)

    def to_gain(self) -> list[Point]:
        """The points missed that are the record's to earn, the most rewarding first."""
        missed = [point for metric in self.metrics for point in metric.points if not point.met]
        return sorted((point for point in missed if point.by == "record"), key=lambda point: -point.worth)


def predict(record: Record) -> FairScore:
    """The score that the record may expect once it is published here (its DOI, if it has none, given then)."""
    return FairScore(tuple(_metric(record, row) for row in _table()))


def _metric(record: Record, row: dict[str, Any]) -> Metric:
    points = tuple(
        Point(
            Text(**point["asks"]),
            point["worth"],
            _MET[point["needs"]](record),
            Text(**point.get("cure", {})),
            "repository" if point["needs"] == "given" else "record",
        )
        for point in row["points"]
    )
    return Metric(row["metric"], Text(**row["name"]), row["most"], points)


@cache
def _table() -> list[dict[str, Any]]:
    """The metrics in the order of F-UJI; what a point needs is a name of ``_MET``."""
    text = resources.files("terracite.record").joinpath("data", "fair.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def _given(_: Record) -> bool:
    """What the repository does for every dataset it publishes."""
    return True


def _cited(record: Record) -> bool:
    return bool(record.creators and record.title)


def _described(record: Record) -> bool:
    return bool(_cited(record) and record.abstract and record.keywords)


def _files_described(record: Record) -> bool:
    return bool(record.files) and all(file.media_type for file in record.files)


def _conditions(record: Record) -> bool:
    """Access must be said; whoever meets a closed door must read what opens it."""
    if record.access.kind is AccessKind.UNKNOWN:
        return False
    return record.access.kind is not AccessKind.RESTRICTED or bool(record.access.conditions or record.contacts)


def _semantic(record: Record) -> bool:
    return any(keyword.uri for keyword in record.keywords) or any(item.standard_name for item in record.variables)


def _linked(record: Record) -> bool:
    return bool(record.related or record.lineage.sources or _people_linked(record))


def _people_linked(record: Record) -> bool:
    """ORCID, ROR and funders are related entities too."""
    agents = [*record.creators, *(item.agent for item in record.contributors)]
    places = [place.ror for agent in agents for place in agent.affiliations]
    return any([*places, *(agent.orcid or agent.ror for agent in agents), *(item.funder_id for item in record.funding)])


def _linked_by_address(record: Record) -> bool:
    links = [*(item.identifier for item in record.related), *(item.identifier for item in record.lineage.sources)]
    return any(":" in link or link.startswith("10.") for link in links) or _people_linked(record)


def _measured(record: Record) -> bool:
    return bool(record.variables or record.classes)


def _files_measured(record: Record) -> bool:
    return _files_described(record) and _measured(record)


def _licensed(record: Record) -> bool:
    return bool(record.licence)


def _licence_listed(record: Record) -> bool:
    return record.licence in vocabularies.spdx_identifiers()


def _provenance(record: Record) -> bool:
    return bool(record.creators and (record.dates or record.lineage.statement or record.lineage.steps))


def _formal_provenance(record: Record) -> bool:
    """The PROV terms of our linked data say something once there is a source, a step or a contributor."""
    return bool(record.lineage.steps or record.lineage.sources or record.contributors or record.lineage.statement)


def _open_format(record: Record) -> bool:
    return any(PurePosixPath(file.path.lower()).suffix in _OPEN_FORMATS for file in record.files)


_MET: dict[str, Callable[[Record], bool]] = {
    function.__name__.lstrip("_"): function
    for function in (
        _given,
        _cited,
        _described,
        _files_described,
        _files_measured,
        _conditions,
        _semantic,
        _linked,
        _linked_by_address,
        _licensed,
        _licence_listed,
        _provenance,
        _formal_provenance,
        _open_format,
    )
}
