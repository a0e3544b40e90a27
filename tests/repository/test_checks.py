# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules that need the files of a version, or those of other datasets."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone

from terracite.raster.inspect import Facts
from terracite.repository import checks, deposits, files
from terracite.repository.models import DatasetVersion, StoredFile

from .conftest import complete_draft, published

OURS = {
    "file_put_aside", "file_not_read", "extent_disagrees", "extent_swapped", "period_disagrees", "published_before",
}  # fmt: skip


def rules(version: DatasetVersion) -> list[str]:
    return [finding.rule for finding in checks.findings(version) if finding.rule in OURS]


def says(version: DatasetVersion, **values: object) -> None:
    """What the inspection of cover.txt would have read."""
    facts = Facts("NetCDF", "application/x-netcdf", **values)
    StoredFile.objects.filter(version=version, path="cover.txt").update(facts=facts.to_dict())


def test_a_complete_draft_has_no_blocker(draft):
    assert checks.blockers(draft) == []
    assert rules(draft) == []


def test_an_empty_draft_has_blockers_first(cast, deposit):
    found = checks.findings(deposits.create_dataset(deposit, cast.alice))

    levels = [finding.level.value for finding in found]
    assert levels[0] == "blocker"
    assert levels == sorted(levels, key=["blocker", "warning", "hint"].index)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((55.31, -21.09, 55.39, -21.01), []),
        ((55.298, -21.1, 55.402, -21.0), []),  # a pixel over the edge
        ((55.31, -21.09, 55.60, -21.01), ["extent_disagrees"]),
        ((-21.09, 55.31, -21.01, 55.39), ["extent_swapped"]),
        ((177.0, -20.0, -178.0, -16.0), ["extent_disagrees"]),
        ((700.0, -21.09, 701.0, -21.01), ["extent_disagrees"]),
        (None, []),
    ],
)
def test_the_extent_is_compared_with_the_data(box, expected, draft):
    says(draft, box=box)

    assert rules(draft) == expected


def test_data_across_the_antimeridian_lie_in_an_extent_across_it(draft, cast):
    box = {"west": 176, "south": -21, "east": -177, "north": -15}
    version = deposits.save(draft, cast.alice, {"extents": [{"box": box}]})
    says(version, box=(177.0, -20.0, -178.0, -16.0))
    assert rules(version) == []

    says(version, box=(170.0, -20.0, -178.0, -16.0))
    assert rules(version) == ["extent_disagrees"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2022-06-01", "2022-06-30T23:59:59Z", []),
        ("2022-06-15", None, []),
        ("2022-05-31", "2022-06-30", ["period_disagrees"]),
        ("2022-06-01", "2022-07-01", ["period_disagrees"]),
        (None, None, []),
    ],
)
def test_the_period_is_compared_with_the_data(start, end, expected, draft):
    says(draft, start=start, end=end)

    assert rules(draft) == expected


def test_an_ongoing_series_has_no_last_day_to_disagree_with(draft, cast):
    version = deposits.save(draft, cast.alice, {"periods": [{"start": "2016-01-01", "ongoing": True}]})
    says(version, start="2016-02-01", end="2031-01-01")

    assert rules(version) == []


def test_data_published_elsewhere_are_recognised(draft, cast, deposit):
    first = published(draft, cast)
    other = complete_draft(deposit, cast.alice)  # the same deposit: the same bytes in cover.txt

    found = [finding for finding in checks.findings(other) if finding.rule == "published_before"]

    assert [finding.level.value for finding in found] == ["warning"]
    assert first.doi in found[0].message.en
    assert "cover.txt" in found[0].message.en


def test_a_licence_that_stands_in_every_dataset_is_not_asked_about(draft, cast, deposit, django_assert_num_queries):
    published(draft, cast)
    other = complete_draft(deposit, cast.alice)
    other.files.update(role="documentation")

    with django_assert_num_queries(2):  # its files, for the record and for the findings
        assert rules(other) == []


def test_files_of_the_version_before_are_no_duplicates(draft, cast):
    second = deposits.new_version(published(draft, cast), cast.alice)

    assert rules(second) == []


def test_drafts_of_others_are_not_told_of(draft, cast, deposit):
    assert rules(complete_draft(deposit, cast.alice)) == []


def test_an_embargo_of_a_draft_counts_from_today_and_not_from_the_data(draft, cast):
    def embargo_is_too_long(days: int) -> bool:
        until = (timezone.now().date() + dt.timedelta(days=days)).isoformat()
        version = deposits.save(draft, cast.alice, {"access": {"kind": "embargoed", "embargo_until": until}})
        return [finding.rule for finding in checks.blockers(version)] == ["embargo_too_long"]

    assert not embargo_is_too_long(700)
    assert embargo_is_too_long(800)


def test_a_file_that_could_not_be_read_is_a_warning_not_a_blocker(draft, cast):
    files.inspect_file(files.add_file(draft, cast.alice, "broken.tif", io.BytesIO(b"II*\0 and then nothing")))

    assert rules(draft) == ["file_not_read"]
    assert checks.blockers(draft) == []
