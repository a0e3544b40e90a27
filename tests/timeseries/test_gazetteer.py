# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places are named in both languages, offline, by the land that an image shows."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from terracite.record import vocabularies
from terracite.record.model import Box, KeywordKind
from terracite.timeseries.gazetteer import place_of, places_of

TILES = {
    "40KCB": (54.96, -21.79, 56.03, -20.79),
    "38LRK": (46.7, -15.5, 47.8, -14.4),
    "31TCJ": (0.49, 43.23, 1.87, 44.25),
}


def _box(west: float, south: float, east: float, north: float) -> Box:
    return Box(west=west, south=south, east=east, north=north)


@pytest.mark.parametrize(
    ("tile", "fr", "en"),
    [
        ("40KCB", "La Réunion", "Réunion"),
        ("38LRK", "Madagascar", "Madagascar"),
        ("31TCJ", "Occitanie, France", "Occitanie, France"),
    ],
)
def test_tiles_are_named_in_both_languages(tile: str, fr: str, en: str) -> None:
    place = place_of(_box(*TILES[tile]))
    assert place is not None
    assert (place.name.fr, place.name.en) == (fr, en)
    assert vocabularies.concept(place.uri) is not None
    assert place.keyword().kind is KeywordKind.PLACE


@pytest.mark.parametrize(
    ("box", "name"),
    [
        ((55.2, -21.3, 55.4, -21.1), "La Réunion"),
        ((45.1, -12.9, 45.2, -12.8), "Mayotte"),
        ((63.2, -19.9, 63.6, -19.5), "Rodrigues"),
        ((11.9, 44.8, 12.0, 44.9), "Italie"),
        ((-150.0, -30.0, -149.0, -29.0), None),
        ((179.5, -17.0, -179.5, -16.0), "Fidji"),
        ((179.5, 67.0, -179.5, 68.0), "Russie"),
        ((101.3, 67.4, 102.3, 68.4), "Russie"),
        ((0.0, -76.0, 2.0, -75.0), "Antarctique"),
        ((28.0, -29.8, 28.5, -29.4), "Lesotho"),
        ((54.0, -21.5, 54.9, -20.9), "La Réunion"),  # the sea, within sight of it
    ],
)
def test_places_are_those_of_the_land_or_of_the_nearest_coast(box: tuple[float, ...], name: str | None) -> None:
    place = place_of(_box(*box))
    assert (place.name.fr if place else None) == name


def test_a_tile_over_a_border_has_both_names_the_larger_first() -> None:
    assert [place.name.en for place in places_of(_box(9.0, 2.0, 10.0, 3.0))] == ["Cameroon", "Equatorial Guinea"]


def test_the_tiles_of_the_station_are_named(shared_data: Path) -> None:
    folder = shared_data / "geoflow-entities" / "g2oi" / "Action 1.2" / "data" / "seasoi" / "niv1_tuiles_total"
    tiles = pyogrio.read_dataframe(folder / "niv1_tuiles_total.shp")
    named = [place_of(_box(*geometry.bounds)) for geometry in tiles.geometry]
    found = {place.name.fr for place in named if place}
    assert found == {
        *("La Réunion", "Mayotte", "Maurice", "Rodrigues", "Madagascar", "Comores", "Seychelles", "Mozambique"),
        *("Tanzanie", "Île Europa", "Îles Glorieuses"),
    }
    assert sum(place is None for place in named) <= 6, "tiles of the open sea"
