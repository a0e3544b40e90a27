# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where and when: boxes, extents, reference systems, resolution, periods, platforms."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from terracite.record.values import DayOrMoment, Text, Value, as_day, iso


class Box(Value):
    """A box in degrees, WGS 84. ``west > east`` means that it crosses the antimeridian (see `parts`)."""

    west: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]

    @model_validator(mode="after")
    def _south_below_north(self) -> Self:
        if self.south > self.north:
            raise ValueError("the south of a box lies above its north")
        return self

    def parts(self) -> tuple[Box, ...]:
        """The box as one box, or as two when it crosses the antimeridian."""
        if self.west <= self.east:
            return (self,)
        east_part = self.model_copy(update={"west": -180.0})
        return (self.model_copy(update={"east": 180.0}), east_part)


class Extent(Value):
    """Where: a box, perhaps with the name of the place, a polygon (rings of lon lat) and heights in metres."""

    box: Box
    place: Text = Text()
    place_uri: str = ""
    polygon: tuple[tuple[tuple[float, float], ...], ...] = ()
    lowest_m: float | None = None
    highest_m: float | None = None


class ReferenceSystem(Value):
    """A coordinate reference system: ``code`` such as "EPSG:32740" when it has one, else ``wkt``."""

    code: str = ""
    name: str = ""
    wkt: str = ""

    @property
    def label(self) -> str:
        return self.code or self.name or "unnamed"


class Resolution(Value):
    """How fine the data are: a distance on the ground in metres, or a scale denominator."""

    distance_m: Annotated[float, Field(gt=0)] | None = None
    scale: Annotated[int, Field(gt=0)] | None = None


class Representation(StrEnum):
    """How space is represented (ISO 19115 MD_SpatialRepresentationTypeCode)."""

    GRID = "grid"
    VECTOR = "vector"
    TABLE = "textTable"
    TIN = "tin"
    STEREO = "stereoModel"
    VIDEO = "video"


class Period(Value):
    """When: both ends included; ``end`` is None while the series goes on (``ongoing``)."""

    start: DayOrMoment
    end: DayOrMoment | None = None
    ongoing: bool = False

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.end is not None and as_day(self.start) > as_day(self.end):
            raise ValueError("a period starts after its end")
        return self

    def interval(self, open_end: str = "..") -> str:
        """ISO 8601 "start/end"; ``open_end`` stands for an end that is unknown or still to come.

        >>> Period(start="2022-01-01").interval()
        '2022-01-01/..'
        """
        return f"{iso(self.start)}/{iso(self.end) if self.end is not None else open_end}"


class Era(Value):
    """A stretch of geological or historical time that no calendar date can hold, such as the Jurassic.

    Years are astronomical (1 BCE is 0); either may be unknown when the era is known by its name alone.
    """

    name: Text = Text()
    uri: str = ""
    oldest_year: int | None = None
    youngest_year: int | None = None

    @model_validator(mode="after")
    def _older_before_younger(self) -> Self:
        if self.oldest_year is not None and self.youngest_year is not None and self.oldest_year > self.youngest_year:
            raise ValueError("an era starts after its end")
        if not (self.name or self.uri or self.oldest_year is not None or self.youngest_year is not None):
            raise ValueError("an era needs a name, an address or a year")
        return self


class Platform(Value):
    """A satellite or station, with its instruments."""

    name: str
    instruments: tuple[str, ...] = ()
