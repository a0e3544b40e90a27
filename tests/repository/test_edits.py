# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people in one draft: what nobody else touched is saved, the rest is told with both values, nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terracite.record.model import Origin, OriginKind, Record
from terracite.repository import collaborators, deposits, edits, records
from terracite.repository.edits import EditConflictError

NOW = dt.datetime(2026, 11, 22, 14, 3, tzinfo=dt.UTC)
TYPED = Origin(kind=OriginKind.TYPED)


def test_differences_are_named_down_to_the_language_and_lists_are_whole():
    before = {"title": {"fr": "a", "en": "b"}, "creators": [1, 2], "licence": "MIT"}
    after = {"title": {"fr": "a", "en": "c"}, "creators": [1], "licence": "MIT"}

    assert list(edits.differing(before, after)) == ["title.en", "creators"]


def test_the_last_edit_of_a_field_counts_its_parts_and_its_whole():
    known = edits.noted({}, iter(["title.fr", "lineage"]), 4, 7, NOW)

    assert edits.last_edit(known, "title") == (4, 7, NOW)
    assert edits.last_edit(known, "lineage.statement.fr") == (4, 7, NOW)
    assert edits.last_edit(known, "title.en") == (0, None, None)


def test_a_field_changed_elsewhere_is_refused_with_both_values_and_the_others_are_saved(cast, draft):
    collaborators.add(draft.dataset.deposit, cast.alice, "chloe", "editor")
    page = draft.edit
    deposits.save(draft, cast.chloe, {"title.en": "Chloé's"}, page)

    with pytest.raises(EditConflictError, match=r"title\.en") as told:
        deposits.save(draft, cast.alice, {"title.en": "Alice's", "title.fr": "D'Alice"}, page)

    [conflict] = told.value.conflicts
    assert (conflict.field, conflict.mine, conflict.theirs) == ("title.en", "Alice's", "Chloé's")
    assert conflict.by == cast.chloe.pk
    draft.refresh_from_db()
    assert (draft.title_en, draft.title_fr) == ("Chloé's", "D'Alice")
    kept = deposits.save(draft, cast.alice, {"title.en": "Alice's"}, {"title.en": conflict.edit})
    assert kept.title_en == "Alice's"


def test_the_same_value_from_two_people_is_no_conflict(cast, draft):
    page = draft.edit
    deposits.save(draft, cast.alice, {"licence": "CC0-1.0"}, page)

    assert deposits.save(draft, cast.alice, {"licence": "CC0-1.0"}, page).edit == page + 1


def test_what_a_file_filled_in_the_meantime_is_not_overwritten_unseen(cast, draft):
    page = draft.edit
    record = records.record_of(draft)
    records.write(draft, record.model_copy(update={"time_resolution": "P1D"}))
    draft.save()

    with pytest.raises(EditConflictError) as told:
        deposits.save(draft, cast.alice, {"time_resolution": "P5D"}, page)

    assert [(one.theirs, one.by) for one in told.value.conflicts] == [("P1D", None)]


class Desktop:
    """One editor's open page: what it shows of each field, and the edit each was shown at."""

    def __init__(self, record: Record, edit: int) -> None:
        self.show(record, edit)

    def show(self, record: Record, edit: int) -> None:
        self.seen = {name: records.value_at(record, name) for name in FIELDS}
        self.edits = dict.fromkeys(FIELDS, edit)


FIELDS = ("title.en", "title.fr", "licence", "keywords")
VALUES = {
    "title.en": st.sampled_from("abc"),
    "title.fr": st.sampled_from("abc"),
    "licence": st.sampled_from(["MIT", "CC0-1.0"]),
    "keywords": st.lists(st.sampled_from("xy"), max_size=2).map(lambda words: [{"label": {"en": w}} for w in words]),
}
CHANGE = st.sampled_from(FIELDS).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.one_of(st.none(), st.lists(CHANGE, min_size=1, max_size=3))), max_size=14
)


@given(STEPS)
@settings(max_examples=120, deadline=None)
def test_no_value_is_ever_lost_silently(steps):
    """Whatever two editors do, in whatever order: who overwrites a value had it on the page."""
    record, known, edit = Record(), {}, 0
    desktops = [Desktop(record, edit), Desktop(record, edit)]
    for who, typed in steps:
        desk = desktops[who]
        if typed is None:  # the page is loaded again
            desk.show(record, edit)
            continue
        changes = dict(typed)
        mine = records.changed(record, changes, TYPED)
        conflicts = list(deposits.conflicts_of(record, mine, changes, known, desk.edits))
        refused = {conflict.field for conflict in conflicts}
        for conflict in conflicts:
            assert conflict.theirs == records.plain(records.value_at(record, conflict.field))
            assert conflict.mine == records.plain(records.value_at(mine, conflict.field))
        taken = {name: value for name, value in changes.items() if name not in refused}
        after = records.changed(record, taken, TYPED)
        for name in FIELDS:
            before, now = records.value_at(record, name), records.value_at(after, name)
            if before != now:
                assert desk.seen[name] == before, f"{name}: {before} was overwritten unseen by {now}"
        names = list(edits.differing(*(one.model_dump(mode="json", exclude={"origins"}) for one in (record, after))))
        if names:
            edit += 1
            known = edits.noted(known, iter(names), edit, who, NOW)
        record = after
        for name in taken:
            desk.seen[name], desk.edits[name] = records.value_at(record, name), edit
