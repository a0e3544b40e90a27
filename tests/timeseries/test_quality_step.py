# SPDX-License-Identifier: AGPL-3.0-or-later
"""The step test across processing baseline 04.00: what it finds, what it leaves open, how often it is wrong."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from terracite.timeseries.quality.certificate import DateQuality, Spread, StepTest, Verdict
from terracite.timeseries.quality.step import between, judged, step_test, within

UTC = dt.UTC


def date(moment: dt.datetime, median: float, baseline: str = "", clear: int = 100) -> DateQuality:
    """A date with one median; a hundred cells."""
    return DateQuality(
        tile="40KCB",
        sensed_at=moment,
        product_id="",
        platform="Sentinel-2A",
        orbit="",
        baseline=baseline,
        cells=100,
        nodata=0,
        outside=0,
        near_nodata=0,
        undeclared=0,
        saturated_low=0,
        saturated_high=0,
        clipped=None,
        masked=100 - clear,
        clear=clear,
        spread=Spread(median, median, median, median, median, median, 0.0) if clear else None,
        dn_step=1,
        digest="",
    )


def season(moment: dt.datetime) -> float:
    return float(0.6 + 0.2 * np.sin(2 * np.pi * moment.timetuple().tm_yday / 365))


def history(
    rng: np.random.Generator, *, step: float = 0.0, first: int = 2018, last: int = 2025, yearly: float = 0.01
) -> list[DateQuality]:
    """Ten-day dates of some years: season, wet and dry years, weather of the date, and a step."""
    found = []
    for year in range(first, last + 1):
        offset = rng.normal(0, yearly)
        for day in range(0, 360, 10):
            moment = dt.datetime(year, 1, 5, 6, tzinfo=UTC) + dt.timedelta(days=day)
            after = moment >= dt.datetime(2022, 1, 25, tzinfo=UTC)
            value = season(moment) + offset + rng.normal(0, 0.02) + step * after
            found.append(date(moment, value, "0400" if after else "0301"))
    return found


def test_a_step_is_found_across_the_years() -> None:
    found = step_test(history(np.random.default_rng(1), step=-0.2))
    assert (found.verdict, found.design, found.months) == (Verdict.STEP, "between", 12)
    assert found.effect == pytest.approx(-0.2, abs=0.03)
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.2 < found.high < 0


def test_no_step_is_told_when_there_is_none() -> None:
    found = step_test(history(np.random.default_rng(2)))
    assert (found.verdict, found.design) == (Verdict.NONE, "between")


@pytest.mark.parametrize("yearly", [0.02, 0.08])
def test_the_interval_holds_the_truth_as_often_as_it_says(yearly: float) -> None:
    """95 in 100, whether years differ little or a lot: 190 of 200, give or take three standard errors."""
    rng = np.random.default_rng(4)
    found = [step_test(history(rng, step=0.1, yearly=yearly)) for _ in range(200)]
    held = sum(one.low <= 0.1 <= one.high for one in found if one.low is not None and one.high is not None)
    assert 181 <= held <= 199


def test_wet_years_are_not_taken_for_a_step() -> None:
    rng = np.random.default_rng(3)
    verdicts = [step_test(history(rng, yearly=0.08)).verdict for _ in range(100)]
    assert verdicts.count(Verdict.STEP) <= 11


def test_an_archive_reprocessed_in_part_is_compared_within_its_months() -> None:
    rng = np.random.default_rng(5)
    dates = [
        date(
            one.sensed_at,
            season(one.sensed_at) + rng.normal(0, 0.02) - 0.15 * (number % 2),
            ("0301", "0510")[number % 2],
        )
        for number, one in enumerate(history(rng, first=2021, last=2021))
    ]
    found = step_test(dates)
    assert (found.verdict, found.design, found.before, found.after) == (Verdict.STEP, "within", 18, 18)
    assert found.effect == pytest.approx(-0.15, abs=0.04)


def test_the_seasons_do_not_make_a_step() -> None:
    """Before: only the second half of years; after: only the first half. No common month, nothing to compare."""
    dates = [one for one in history(np.random.default_rng(6)) if (one.sensed_at.month <= 6) == (one.baseline == "0400")]
    found = step_test(dates)
    assert (found.verdict, found.effect, found.months) == (Verdict.UNTESTED, None, 0)


@pytest.mark.parametrize(("first", "last"), [(2022, 2022), (2021, 2022)])
def test_too_little_data_is_said(first: int, last: int) -> None:
    found = step_test(history(np.random.default_rng(7), first=first, last=last))
    assert (found.verdict, found.low, found.high) == (Verdict.UNTESTED, None, None)
    assert found.before
    assert found.after


def test_one_side_alone_is_not_concerned() -> None:
    dates = history(np.random.default_rng(8), last=2020)
    assert step_test(dates) == StepTest(Verdict.NOT_CONCERNED, before=len(dates), after=0)
    both = history(np.random.default_rng(8))
    assert step_test(both, is_sentinel2=False).verdict is Verdict.NOT_CONCERNED


def test_cloudy_dates_do_not_count() -> None:
    dates = history(np.random.default_rng(9))
    cloudy = [date(one.sensed_at + dt.timedelta(hours=1), 0.0, one.baseline, clear=4) for one in dates]
    assert step_test([*dates, *cloudy]) == step_test(dates)


def test_a_date_without_a_baseline_is_placed_by_its_time() -> None:
    dates = history(np.random.default_rng(10), step=-0.2)
    bare = [date(one.sensed_at, one.spread.median) for one in dates if one.spread]
    assert step_test(bare) == step_test(dates)


def test_the_estimates_by_hand() -> None:
    cells = {("a", 2021, 3): ([0.5, 0.6], [0.7]), ("a", 2021, 4): ([0.4], [0.5, 0.6]), ("a", 2021, 5): ([0.1], [])}
    found = within(cells)
    assert found is not None
    # weights 2/3 and 2/3; 0.15 and 0.15; squares 0.005 + 0.005 with two degrees of freedom
    assert (found.effect, found.freedom, found.months) == (pytest.approx(0.15), 2, 2)
    assert found.error == pytest.approx((0.01 / 2 / (4 / 3)) ** 0.5)
    assert between({}) is None
    assert within({("a", 2021, 5): ([0.1], [])}) is None


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((-0.3, -0.1), Verdict.STEP),
        ((-0.04, 0.03), Verdict.NONE),
        ((0.01, 0.04), Verdict.NONE),
        ((-0.2, 0.1), Verdict.UNDECIDED),
        ((0.01, 0.08), Verdict.UNDECIDED),
    ],
)
def test_the_verdict_needs_a_step_that_matters(interval: tuple[float, float], verdict: Verdict) -> None:
    low, high = interval
    assert judged((low + high) / 2, low, high) is verdict
