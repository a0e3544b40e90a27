# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from terracite.errors import ArchiveError, ConfigError
from terracite.record.model import Language
from terracite.timeseries.archive import Scan
from terracite.timeseries.options import Options
from terracite.timeseries.planning import Plan, as_json, as_text, make_plan, target, targets
from terracite.timeseries.planning.sample import Measure, Sample, measure
from terracite.timeseries.planning.text import human_time
from terracite.timeseries.run import RunResult
from terracite.timeseries.units import GRANULARITIES, units
from terracite.timeseries.yearly import YearSeries, yearly


@pytest.fixture(scope="module")
def series(found: Scan) -> list[YearSeries]:
    """Two indices of one tile in one year, as simulated, and the same a year and a tile further."""
    own = yearly(found, Options())
    return [replace(one, tile=tile, year=year) for tile in ("40KCB", "40KCC") for one in own for year in (2021, 2022)]


def _sample(bytes_per_cell: float) -> Sample:
    return Sample(
        tuple(Measure(index, 1000, round(1000 * bytes_per_cell), 40_000, 0.001) for index in ("NDVI", "NDWIGAO"))
    )


def _plan(series: list[YearSeries], tmp_path: Path, size: float, wanted: str = "zenodo") -> Plan:
    return make_plan(series, _sample(size), tmp_path / "to" / "come", target(wanted), list(targets().values()))


def test_the_sample_foresees_what_a_run_writes(found: Scan, crates: tuple[Path, RunResult], tmp_path: Path) -> None:
    series = yearly(found, Options())
    plan = make_plan(series, measure(series, "zlib"), tmp_path, target("zenodo"), list(targets().values()))
    written = sum(path.stat().st_size for path in crates[0].rglob("*.nc"))
    assert abs(plan.output_bytes - written) < 0.1 * written
    assert 0 < plan.error < 0.5
    assert plan.sampled == 6
    assert plan.seconds > 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "count"),
    [("tile-index-year", 8), ("tile-index", 4), ("index-year", 4), ("tile", 2), ("index", 2), ("archive", 1)],
)
def test_every_way_of_cutting_holds_every_series_once(series: list[YearSeries], name: str, count: int) -> None:
    cut = units(series, GRANULARITIES[name])
    assert len(cut) == count == len({unit.name for unit in cut})
    assert sorted(one.name + one.tile for unit in cut for one in unit.series) == sorted(
        one.name + one.tile for one in series
    )
    assert sum(unit.files for unit in cut) == len(series) + 7 * count


def test_the_fewest_datasets_that_fit_are_proposed(series: list[YearSeries], tmp_path: Path) -> None:
    cells = sum(one.grid.width * one.grid.height * len(one.images) for one in series)
    small = _plan(series, tmp_path, 1.0)
    assert small.proposed == "tile-index"
    assert cells < small.output_bytes < 1.5 * cells
    assert [choice.fits for choice in small.choices] == [("zenodo", "repository")] * 6
    large = _plan(series, tmp_path, 30e9 * len(series) / cells)  # 30 GB a series: one fits in 50 GB, two do not
    assert large.proposed == "tile-index-year"
    assert large.choices[1].fits == ("repository",)
    assert not large.has_room
    huge = _plan(series, tmp_path, 60e9 * len(series) / cells)
    assert (huge.proposed, huge.choices[0].too_large) == ("", 8)
    assert _plan(series, tmp_path, 60e9 * len(series) / cells, "repository").proposed == "tile-index"


@pytest.mark.parametrize(
    ("language", "proposed", "none"),
    [
        ("fr", "Proposé : par tuile et indice, soit 4 DOI.", "Aucune façon de découper ne tient dans Zenodo"),
        ("en", "Proposed: per tile and index, that is 4 DOIs.", "No way of cutting fits Zenodo"),
    ],
)
def test_the_plan_is_told_in_words(
    series: list[YearSeries], tmp_path: Path, language: Language, proposed: str, none: str
) -> None:
    text = as_text(_plan(series, tmp_path, 1.0), language)
    assert text.splitlines()[-1] == proposed
    assert "* tile-index  " in text
    assert none in as_text(_plan(series, tmp_path, 1e9), language).splitlines()[-1]
    told = as_json(_plan(series, tmp_path, 1.0))
    assert (told["proposed"], told["choices"][0]["datasets"], told["has_room"]) == ("tile-index", 8, True)


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("fr", "1 série (1 tuile, 1 indice), 1 image, ", "Proposé : par tuile et indice, soit 1 DOI."),
        ("en", "1 series (1 tile, 1 index), 1 image, ", "Proposed: per tile and index, that is 1 DOI."),
    ],
)
def test_one_of_each_is_told_in_the_singular(
    series: list[YearSeries], tmp_path: Path, language: Language, first: str, last: str
) -> None:
    alone = [replace(series[0], images=series[0].images[:1])]
    lines = as_text(_plan(alone, tmp_path, 1.0), language).splitlines()
    assert lines[0].startswith(first)
    assert lines[-1] == last
    too_large = as_text(_plan(alone, tmp_path, 60e9), language).splitlines()[-1]
    assert {"fr": "1 série y est trop lourde", "en": "1 series is too large"}[language] in too_large


def test_an_archive_of_broken_images_gives_no_figure(series: list[YearSeries], tmp_path: Path) -> None:
    gone = tuple(replace(image, path=tmp_path / "gone.jp2") for image in series[0].images)
    facts = {image.path: next(iter(series[0].facts.values())) for image in gone}
    with pytest.raises(ArchiveError, match="None of the images of the sample"):
        measure([replace(series[0], images=gone, facts=facts)], "zlib")


def test_an_unknown_place_is_corrected() -> None:
    with pytest.raises(ConfigError, match="'zenod'") as caught:
        target("zenod")
    assert "zenodo" in caught.value.hint


@pytest.mark.parametrize(("seconds", "text"), [(40, "40 s"), (600, "10 min"), (9000, "2.5 h"), (400_000, "4.6 d")])
def test_a_length_of_time_is_short(seconds: float, text: str) -> None:
    assert human_time(seconds) == text
