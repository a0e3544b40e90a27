# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from terracite.errors import ArchiveError
from terracite.raster.products import UnknownFile
from terracite.raster.series import Series
from terracite.record.model import Language
from terracite.timeseries.archive import Scan
from terracite.timeseries.inventory_page import inventory_page
from terracite.timeseries.simulate import SimulatedArchive

ROOT = Path(__file__).resolve().parents[2] / "src" / "terracite"
LANGUAGES: tuple[Language, ...] = ("fr", "en")


class _Balance(HTMLParser):
    """Tags that are open, and those that were closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def tree(page: str) -> Any:
    return html.fromstring(page)


def texts(page: str, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in tree(page).xpath(path)]


def dated(one: Series, times: Iterable[dt.datetime]) -> Series:
    """The series with its images at other times."""
    moved = tuple(replace(image, sensed_at=when) for image, when in zip(one.images, times, strict=False))
    return replace(one, images=moved)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_needs_nothing_else(found: Scan, language: Language) -> None:
    page = inventory_page(found, language)
    parser = _Balance()
    parser.feed(page)
    assert (parser.open, parser.wrong) == ([], [])
    assert not re.search(r"(?:src|href)=\"(?!#)|<script|<link|@import|url\(|https?:", page)
    root = tree(page)
    assert root.get("lang") == language
    assert len(root.xpath("//h1")) == 1
    identifiers = Counter(root.xpath("//@id"))
    assert set(identifiers.values()) == {1}
    assert {target.removeprefix("#") for target in root.xpath("//@href")} <= set(identifiers)
    labels = Counter(root.xpath("//*[@role='region']/@aria-label"))
    assert set(labels.values()) == {1}


def test_it_speaks_both_languages(found: Scan) -> None:
    assert texts(inventory_page(found, "fr"), "//h2")[:2] == ["Carte des tuiles", "Calendrier des dates"]
    assert texts(inventory_page(found, "en"), "//h2")[:2] == ["Map of the tiles", "Calendar of dates"]
    assert "Simulated data" in inventory_page(found, "en")


def test_the_calendar_has_a_bar_a_date_and_as_much_colour_as_is_clear(found: Scan) -> None:
    root = tree(inventory_page(found, "en"))
    strips = root.xpath("//figure//*[local-name()='svg']")
    assert len(strips) == 2  # two series of one year
    ndvi = found.series[0].images
    assert strips[0].xpath(".//*[@class='data']/@d")[0].count("M") == len(ndvi)
    coloured = "".join(strips[0].xpath(".//*[starts-with(@class, 'c')]/@d"))
    heights = Counter(int(height) for height in re.findall(r"V(\d+)", coloured))
    shares = [found.facts[image.path].clear_share or 0.0 for image in ndvi]
    assert heights == Counter(100 - round(100 * share) for share in shares if share)
    days = {image.sensed_at.timetuple().tm_yday - 0.5 for image in ndvi}
    assert {float(day) for day in re.findall(r"M([\d.]+) ", coloured)} <= days


def test_dates_per_month_and_every_date_say_it_in_words(found: Scan, simulated: SimulatedArchive) -> None:
    page = inventory_page(found, "en")
    months = texts(page, "(//table[@class='month'])[1]/tbody/tr/td")
    expected = Counter(image.sensed_at.month for image in found.series[0].images)
    assert months == [str(expected[month] or "·") for month in range(1, 13)] + [str(simulated.dates)]
    assert len(tree(page).xpath("(//details)[2]//tbody/tr")) == simulated.dates


def test_a_gap_is_drawn_and_listed(found: Scan) -> None:
    times = [dt.datetime(2022, 12, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 1, tzinfo=dt.UTC)]
    page = inventory_page(replace(found, series=(dated(found.series[0], times),)), "en")
    gap = tree(page).xpath("//figure//*[@class='gap']/@d")
    assert gap == ["M334 97H365", "M0 97H365", "M0 97H31"]  # 2022, 2023 without any date, 2024
    assert texts(page, "//section[h2/@id='gaps']//tbody/tr/td") == ["40KCB", "NDVI", "2022-12-01", "2024-02-01", "427"]
    near = [dt.datetime(2022, 4, 18, 6, 35, 30, tzinfo=dt.UTC), dt.datetime(2022, 5, 18, 6, 35, 11, tzinfo=dt.UTC)]
    assert "No gap of 30 days" not in inventory_page(replace(found, series=(dated(found.series[0], near),)), "en")
    short = [near[0], near[0] + dt.timedelta(days=29)]
    assert "No gap of 30 days" in inventory_page(replace(found, series=(dated(found.series[0], short),)), "en")


def test_tables_count_what_the_archive_has(found: Scan, simulated: SimulatedArchive) -> None:
    page = inventory_page(found, "fr")
    cells = texts(page, "//section[h2/@id='versions']//tbody/tr/td")
    rows = [tuple(cells[at : at + 3]) for at in range(0, len(cells), 5)]
    assert sum(int(count) for kind, _, count in rows if kind == "Satellite") == 2 * simulated.dates
    assert [name for kind, name, _ in rows if kind == "Orbite"] == ["020", "120"]
    assert texts(page, "//section[h2/@id='volumes']//thead/tr/th") == ["Année", "NDVI", "NDWIGAO", "Total"]
    assert len(texts(page, "//section[h2/@id='left_out']//tbody/tr")) == 13


def test_names_from_the_archive_are_escaped_and_no_path_of_the_machine_is_told(found: Scan) -> None:
    evil = "<script>alert(1)</script>"
    images = tuple(replace(image, tile=evil, orbit="<b>", platform='"><i>') for image in found.series[0].images)
    unknown = UnknownFile(found.root / f"{evil}.jp2", f"Odd: {found.root}/x")
    scan = replace(found, series=(replace(found.series[0], tile=evil, images=images),), unknown=(unknown,))
    page = inventory_page(scan, "en")
    assert not re.search("<script|<b>|<i>", page)
    assert str(found.root) not in page
    assert evil in texts(page, "//section[h2/@id='summary']//td")[0]


def test_without_masks_or_orbits_nothing_is_made_up(found: Scan) -> None:
    facts = {path: replace(one, clear_share=None) for path, one in found.facts.items()}
    images = tuple(replace(image, orbit="", baseline="") for image in found.series[0].images)
    page = inventory_page(replace(found, series=(replace(found.series[0], images=images),), facts=facts), "en")
    assert "no cloud mask" in page
    assert not tree(page).xpath("//figure//*[starts-with(@class, 'c')][local-name()='path']")
    assert "not told by the name" in page


def test_tiles_across_the_antimeridian_lie_side_by_side(found: Scan) -> None:
    series = tuple(
        replace(one, tile=tile, images=tuple(replace(image, tile=tile) for image in one.images))
        for one, tile in zip(found.series, ("01KAB", "60KYF"), strict=True)
    )
    page = inventory_page(replace(found, series=series), "en")
    paths = tree(page).xpath("//*[@class='map']/a/path/@d")
    lefts = [min(float(x) for x in re.findall(r"[ML]([\d.-]+) ", path)) for path in paths]
    assert len(paths) == 2
    assert abs(lefts[0] - lefts[1]) < 400
    assert [path.count("M") for path in paths] == [1, 1]
    assert "between 178.9° E and 179.7° W" in page.replace("Between", "between")


def test_a_large_archive_does_not_list_single_dates(found: Scan) -> None:
    start = dt.datetime(2015, 7, 1, tzinfo=dt.UTC)
    many = tuple(replace(found.series[0].images[0], sensed_at=start + dt.timedelta(days=day)) for day in range(3001))
    page = inventory_page(replace(found, series=(replace(found.series[0], images=many),)), "en")
    assert "Every date" not in page
    assert len(page) < 300_000


def test_the_land_is_that_of_the_websites_map() -> None:
    """Both are packed from one file; when that one changes, so must this."""
    packed = json.loads(gzip.decompress((ROOT / "timeseries" / "data" / "land.json.gz").read_bytes()))
    assert packed == json.loads((ROOT / "website" / "maps" / "data" / "land.json").read_text(encoding="utf-8"))["land"]


def test_an_archive_without_images_has_no_page(found: Scan) -> None:
    with pytest.raises(ArchiveError, match="no readable image"):
        inventory_page(replace(found, series=()), "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendars_of_a_large_archive_are_folded_by_tile(
    found: Scan, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not html.fromstring(inventory_page(found, language)).xpath("//details[@class='tile']")
    monkeypatch.setattr("terracite.timeseries.inventory_page.MOST_OPEN", 1)
    page = html.fromstring(inventory_page(found, language))
    (folded,) = page.xpath("//details[@class='tile']")
    assert "open" not in folded.attrib
    assert len(folded.xpath("./div[@id='tile-40KCB']/figure")) == len(found.series)  # links lead inside: it opens
    assert ", ".join(one.index for one in found.series) in "".join(folded.xpath("./summary//text()"))
