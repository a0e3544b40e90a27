# SPDX-License-Identifier: AGPL-3.0-or-later
"""One record for several series: short whatever their number, the same dataset when others join."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from terracite.raster.netcdf import DateCount
from terracite.record.model import DataFile, Record, ResourceType, Text
from terracite.record.rules import blockers, check
from terracite.timeseries.archive import Scan
from terracite.timeseries.describe import describe, describe_unit, with_counts, with_parent
from terracite.timeseries.naming import data_id, id_of, key_of
from terracite.timeseries.options import Options, agent
from terracite.timeseries.versions import Versions
from terracite.timeseries.yearly import YearSeries, yearly

OPTIONS = Options(creators=(agent("Payet, Alice"),))
NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
FILE = DataFile(path="a.nc", bytes=1, sha256="0" * 64)


@pytest.fixture(scope="module")
def one(found: Scan) -> YearSeries:
    """NDVI of 40KCB in 2022, as if a station had made it."""
    return replace(yearly(found, OPTIONS)[0], versions=Versions(("1.4.1",), ("02.11.00",)))


def _in(one: YearSeries, *, year: int = 2022, tile: str = "40KCB", index: str = "NDVI") -> YearSeries:
    """The same images as another year, tile and index, far enough east to be another place."""
    images = tuple(
        replace(image, sensed_at=image.sensed_at.replace(year=year), tile=tile, index=index) for image in one.images
    )
    return replace(one, year=year, tile=tile, index=index, images=images)


def _of(*parts: YearSeries, key: tuple[object, ...] | None = None) -> Record:
    return describe_unit(parts, OPTIONS, NOW, key=key)


def test_one_part_is_described_as_a_series(one: YearSeries) -> None:
    assert _of(one) == describe(one, OPTIONS, NOW)


def test_years_of_a_tile_and_index(one: YearSeries) -> None:
    record = _of(one, _in(one, year=2023))
    assert record.title == Text(
        fr="Séries temporelles NDVI Sentinel-2 de la tuile 40KCB (La Réunion), 2022-2023",
        en="Sentinel-2 NDVI time series of tile 40KCB (Réunion), 2022–2023",
    )
    assert record.abstract.en.startswith(
        f"{2 * len(one.images)} Sentinel-2 images in 2 yearly series over tile 40KCB, from "
    )
    assert "Index: NDVI (normalised difference vegetation index). It rises with" in record.abstract.en
    assert "Territoire : La Réunion." in record.abstract.fr
    assert (record.periods[0].start.year, record.periods[0].end.year) == (2022, 2023)  # type: ignore[union-attr]
    assert len(record.extents) == 1
    assert id_of(record) == "data_40KCB_NDVI_SEN2CHAIN"


def test_a_dataset_stays_the_same_when_years_and_tiles_join(one: YearSeries) -> None:
    first = _of(one, key=("40KCB", "NDVI"))
    later = _of(one, _in(one, year=2023), key=("40KCB", "NDVI"))
    assert first.uuid == later.uuid == _of(one, _in(one, year=2023)).uuid
    assert first.uuid != _of(one).uuid
    assert first.title.en.endswith("(Réunion), from 2022")
    assert first.title.fr.endswith("(La Réunion), depuis 2022")


def test_a_hundred_tiles_and_many_indices_stay_short(one: YearSeries) -> None:
    tiles = [f"{38 + number % 3}K{chr(65 + number // 10)}{chr(65 + number % 10)}" for number in range(100)]
    tiles = [tile.replace("I", "Z").replace("O", "Y") for tile in tiles]
    indices = ("NDVI", "NDWIGAO", "MNDWI", "NBR", "EVI")
    parts = [_in(one, tile=tile, index=index) for tile in sorted(set(tiles)) for index in indices]
    record = _of(*parts)
    assert record.title.en == f"Sentinel-2 time series of 5 indices of {len(set(tiles))} tiles (Réunion), from 2022"
    assert len(record.abstract.fr) < 1500
    assert len(record.abstract.fr.splitlines()) == 1
    assert len(record.extents) == len(set(tiles))
    assert len(record.keywords) < 40
    assert id_of(record) == "data_SEN2CHAIN"
    assert record.variables[0].name == "ndvi"


def test_both_languages_are_told_throughout(one: YearSeries) -> None:
    for record in (_of(one, _in(one, year=2023)), _of(one, _in(one, index="NBR"))):
        texts = [record.title, record.abstract, record.purpose, record.notes, record.lineage.statement]
        texts += [step.description for step in record.lineage.steps]
        for text in texts:
            assert text.fr
            assert text.en
            assert text.fr != text.en


def test_the_record_of_a_unit_is_ready_but_for_its_files(one: YearSeries) -> None:
    record = _of(one, _in(one, year=2023), _in(one, tile="40KCA", index="NBR"))
    assert blockers(check(record.model_copy(update={"files": (FILE,)}))) == []


def test_the_clear_share_counts_cells(one: YearSeries) -> None:
    """A tile of four times the cells and of three dates, and a small one of a single date."""
    large = _with_shares(one, (0.2, 0.4, 0.6), side=200)
    small = _with_shares(_in(one, tile="40KCA"), (1.0,), side=100)
    mean = 100 * (4 * (0.2 + 0.4 + 0.6) + 1.0) / (4 * 3 + 1)
    record = _of(large, small)
    assert record.quality[0].value == pytest.approx(mean, abs=0.01)
    assert f"On average {mean:.0f} % of the area is clear (from 40 % for 40KCB to 100 % for 40KCA)" in (
        record.abstract.en
    )
    counts = [DateCount(40_000 - clear, 0, 40_000) for clear in (8_000, 16_000, 24_000)] + [DateCount(0, 0, 10_000)]
    assert with_counts(record, counts).quality[0].value == pytest.approx(mean, abs=0.01)


def _with_shares(one: YearSeries, shares: tuple[float, ...], *, side: int) -> YearSeries:
    images = one.images[: len(shares)]
    facts = {
        image.path: replace(one.facts[image.path], clear_share=share, grid=replace(one.grid, width=side, height=side))
        for image, share in zip(images, shares, strict=True)
    }
    return replace(one, images=images, facts=facts)


@pytest.mark.parametrize(
    ("key", "fr", "en"),
    [
        ((), "Séries temporelles NDVI (La Réunion), ", "NDVI time series (Réunion), "),
        (("40KCB",), "Séries temporelles NDVI de la tuile 40KCB ", "NDVI time series of tile 40KCB "),
    ],
)
def test_a_single_index_is_named_whatever_else_may_join(found: Scan, key: tuple[object, ...], fr: str, en: str) -> None:
    title = describe_unit(yearly(found, OPTIONS)[:1], OPTIONS, NOW, key=key).title
    assert title.fr.startswith(fr)
    assert title.en.startswith(en)


def test_a_title_begins_with_a_capital(found: Scan) -> None:
    parts = [replace(yearly(found, OPTIONS)[0], index=name) for name in ("NDVI", "NBR", "EVI", "MNDWI")]
    assert describe_unit(parts, OPTIONS, NOW, key=()).title.en.startswith("Time series of 4 indices (Réunion)")


def test_simulated_series_say_so_together(found: Scan) -> None:
    parts = yearly(found, OPTIONS)
    record = describe_unit(parts, OPTIONS, NOW)
    assert len(parts) == 2
    assert record.title.en.endswith("– simulated data")
    assert record.abstract.fr.startswith("Données simulées, inventées")
    assert "Sentinel" not in record.model_dump_json()


def test_an_index_of_one_year_keeps_its_year(one: YearSeries) -> None:
    record = _of(one, _in(one, tile="40KCA"))
    assert record.title.en == "Sentinel-2 NDVI time series of tiles 40KCA and 40KCB (Réunion), 2022"
    assert id_of(record) == "data_NDVI_2022_SEN2CHAIN"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        (({},), ("40KCB", "NDVI", 2022)),
        (({}, {"year": 2023}), ("40KCB", "NDVI")),
        (({}, {"tile": "40KCA"}), ("NDVI", 2022)),
        (({}, {"tile": "40KCA", "year": 2023}), ("NDVI",)),
        (({}, {"index": "NBR"}), ("40KCB",)),
        (({}, {"index": "NBR", "tile": "40KCA"}), ()),
    ],
)
def test_the_key_is_what_the_series_have_in_common(
    one: YearSeries, changes: tuple[dict[str, object], ...], key: tuple[object, ...]
) -> None:
    assert key_of([_in(one, **change) for change in changes]) == key  # type: ignore[arg-type]


def test_ids_are_those_of_sen2val() -> None:
    assert data_id("sen2chain", ("40KCB", "NDVI")) == "data_40KCB_NDVI_SEN2CHAIN"
    assert data_id("sen2chain", ("40KCB", "NDVI", 2022)) == "data_40KCB_NDVI_2022_SEN2CHAIN"
    assert id_of(Record(title=Text(en="Another"))).count("-") == 4


def test_a_tile_that_others_may_join_is_not_named_but_the_index_is(one: YearSeries) -> None:
    assert _of(one, key=("NDVI",)).title.fr == "Séries temporelles NDVI Sentinel-2 (La Réunion), depuis 2022"
    assert _of(one, key=("40KCB",)).title == Text(
        fr="Séries temporelles NDVI Sentinel-2 de la tuile 40KCB (La Réunion), depuis 2022",
        en="Sentinel-2 NDVI time series of tile 40KCB (Réunion), from 2022",
    )
    assert _of(one, key=()).title.en == "Sentinel-2 NDVI time series (Réunion), from 2022"


def test_a_year_is_a_part_of_its_collection(one: YearSeries) -> None:
    collection = describe_unit([one], OPTIONS, NOW, key=("NDVI",), resource_type=ResourceType.COLLECTION)
    child = with_parent(_of(one), collection)
    assert child.parent is not None
    assert (child.parent.identifier, child.parent.title) == (str(collection.uuid), collection.title)
    assert collection.resource_type is ResourceType.COLLECTION
