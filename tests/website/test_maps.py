# SPDX-License-Identifier: AGPL-3.0-or-later
"""Maps drawn by the server: well-formed for any box, small, and right at the antimeridian."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from terracite.record.model import Box
from terracite.website.maps import locator, results
from terracite.website.maps.land import land

REUNION = Box(west=55.2, south=-21.4, east=55.85, north=-20.87)
FIJI = Box(west=177, south=-20, east=-178, north=-15)
degrees = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)


@settings(max_examples=25, deadline=None)
@given(degrees, latitudes, degrees, latitudes)
def test_any_box_makes_a_picture(west: float, south: float, east: float, north: float) -> None:
    box = Box(west=west, east=east, south=min(south, north), north=max(south, north))
    picture = etree.fromstring(locator.locator((box,), "here & <there>"))
    assert picture.get("aria-label") == "here & <there>"
    assert "nan" not in etree.tostring(picture).decode()


def test_the_view_keeps_its_box_in_the_middle() -> None:
    view = locator.view_of(REUNION)
    assert (view.x(55.525), view.y(-21.135)) == pytest.approx((view.width / 2, view.height / 2))


def test_a_box_across_the_antimeridian_is_one_rectangle() -> None:
    picture = locator.locator((FIJI,), "Fiji")
    found = re.search(r'class="where" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', picture)
    assert found is not None
    x, width = map(float, found.groups())
    assert 0 < x < x + width < locator.MAP_WIDTH


def test_pictures_are_small() -> None:
    assert len(locator.locator((REUNION,), "")) < 20_000
    assert len(locator.world((REUNION, FIJI), "")) < 70_000


def test_no_box_no_picture() -> None:
    assert locator.locator((), "") == ""


def test_land_knows_where_there_is_sea() -> None:
    assert land().within(55.4, -21.2, 55.6, -21.0)
    assert not land().within(-140, -50, -139, -49)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(degrees, latitudes, degrees, latitudes), min_size=1, max_size=3))
def test_what_was_found_is_in_the_part_that_every_screen_shows(edges: list[tuple[float, ...]]) -> None:
    boxes = [
        Box(west=west, east=east, south=min(south, north), north=max(south, north))
        for west, south, east, north in edges
        if west <= east
    ]
    _picture, (west, south, east, north) = results.results_map(boxes, None, "")
    for box in boxes:
        assert west <= box.west <= box.east <= east
        assert south <= max(box.south, -87)
        assert min(box.north, 87) <= north


def test_a_search_shows_what_was_asked_and_found() -> None:
    picture, _middle = results.results_map([REUNION], Box(west=40, south=-30, east=70, north=5), "here & <there>")
    assert etree.fromstring(picture).get("aria-label") == "here & <there>"
    assert (picture.count('class="asked"'), picture.count('class="dot"')) == (1, 1)
    assert len(picture) < 60_000


def test_a_search_across_the_antimeridian_stays_near() -> None:
    picture, (west, _south, east, _north) = results.results_map([FIJI], None, "")
    assert west < 177 < 182 < east < west + 90
    assert 'class="where"' in picture
