# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts: made, edited field by field without losing anybody's work, continued as new versions."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from terracite.errors import DepositError, MoveError
from terracite.record.model import (
    Access,
    AccessKind,
    DateKind,
    Discipline,
    Keyword,
    Origin,
    OriginKind,
    Record,
    Text,
)
from terracite.repository import deposits, moderation, publication
from terracite.repository.models import DatasetVersion, Deposit
from terracite.services.storage import storage_for

from .conftest import COMPLETE, LAND, LIFE, published


def test_a_deposit_needs_a_title_and_known_disciplines(cast):
    with pytest.raises(DepositError) as error:
        deposits.create_deposit(cast.alice, Text(), ["astrology"])
    assert [problem.where for problem in error.value.problems] == ["title", "disciplines"]

    with pytest.raises(DepositError) as error:
        deposits.create_deposit(cast.alice, Text(fr="Maïdo"), [])
    assert [problem.where for problem in error.value.problems] == ["disciplines"]
    assert not Deposit.objects.exists()


def test_a_draft_inherits_visibly_what_its_deposit_says(cast, deposit):
    deposit.common = {"keywords": [{"label": {"en": "forest"}}]}
    deposit.save()

    record = deposits.record_of(deposits.create_dataset(deposit, cast.alice))

    assert record.disciplines == (Discipline.CONTINENTAL_SURFACES,)
    assert record.keywords == (Keyword(label=Text(en="forest")),)
    from_deposit = {field for field, origin in record.origins.items() if origin == Origin(kind=OriginKind.INHERITED)}
    assert from_deposit == {"disciplines", "keywords"}
    assert record.parent is not None
    assert record.parent.identifier == str(deposit.uuid)


def test_a_given_record_gets_a_new_identity_and_keeps_its_own_words(cast, deposit):
    given = Record(title=Text(en="Mine"), doi="10.1234/other", disciplines=(Discipline.OCEAN,))

    version = deposits.create_dataset(deposit, cast.alice, record=given)
    record = deposits.record_of(version)

    assert (record.title.en, record.doi, record.uuid) == ("Mine", "", version.uuid)
    assert record.disciplines == (Discipline.OCEAN,)
    assert version.title_en == "Mine"


def test_only_members_add_to_a_deposit(cast, deposit):
    for stranger in (cast.bob, cast.chloe, cast.dora, cast.admin):
        with pytest.raises(MoveError):
            deposits.create_dataset(deposit, stranger)


def test_saving_marks_what_was_typed_and_only_that(cast, deposit):
    version = deposits.create_dataset(deposit, cast.alice)

    saved = deposits.save(
        version, cast.alice, {"title.en": "Trees", "disciplines": [LAND], "purpose": {"en": "To count"}}
    )

    origins = {field: origin.kind for field, origin in deposits.record_of(saved).origins.items()}
    from_account = {"creators": "inherited", "contacts": "inherited"}
    assert origins == {"title.en": "typed", "purpose": "typed", "disciplines": "inherited"} | from_account
    assert (saved.title_en, saved.edit) == ("Trees", version.edit + 1)


def test_saving_what_is_there_already_changes_nothing(cast, draft):
    before = deposits.record_of(draft)

    saved = deposits.save(draft, cast.alice, COMPLETE)

    assert deposits.record_of(saved) == before
    assert saved.edit == draft.edit


def test_columns_follow_the_record(draft):
    assert (draft.west, draft.south, draft.east, draft.north) == (55.3, -21.1, 55.4, -21.0)
    assert (draft.period_start, draft.period_end) == (dt.date(2022, 6, 1), dt.date(2022, 6, 30))
    assert draft.title_fr == "Couvert d'arbres indigènes du Maïdo, 2022"
    assert draft.access == "open"


def test_an_embargo_shows_in_the_columns(cast, draft):
    access = Access(kind=AccessKind.EMBARGOED, embargo_until=dt.date(2027, 1, 1))

    saved = deposits.save(draft, cast.alice, {"access": access})

    assert (saved.access, saved.embargo_until) == ("embargoed", dt.date(2027, 1, 1))


def test_several_extents_are_boxed_together(cast, draft):
    def bounds(*boxes: tuple[float, float, float, float]) -> tuple[float | None, ...]:
        extents = [{"box": dict(zip(("west", "south", "east", "north"), box, strict=True))} for box in boxes]
        saved = deposits.save(draft, cast.alice, {"extents": extents})
        return saved.west, saved.south, saved.east, saved.north

    assert bounds((55, -22, 56, -21), (45, -13, 46, -12)) == (45, -22, 56, -12)
    assert bounds((177, -20, -178, -16)) == (177, -20, -178, -16)
    assert bounds((177, -20, -178, -16), (55, -22, 56, -21)) == (-180, -22, 180, -16)
    assert bounds() == (None, None, None, None)


def test_an_ongoing_series_has_no_end(cast, draft):
    saved = deposits.save(draft, cast.alice, {"periods": [{"start": "2016-01-01", "ongoing": True}]})

    assert (saved.period_start, saved.period_end) == (dt.date(2016, 1, 1), None)


def test_a_lost_update_is_told_and_nothing_is_overwritten(cast, draft):
    page_of_tab_one = page_of_tab_two = draft.edit
    deposits.save(draft, cast.alice, {"title.en": "From tab one"}, page_of_tab_one)

    with pytest.raises(MoveError, match="changed since you opened"):
        deposits.save(draft, cast.alice, {"title.en": "From tab two"}, page_of_tab_two)

    draft.refresh_from_db()
    assert draft.title_en == "From tab one"


def test_every_mistake_is_told_at_once_and_nothing_is_kept(cast, draft):
    before = draft.record
    with pytest.raises(DepositError) as error:
        deposits.save(
            draft,
            cast.alice,
            {
                "title.en": "New",
                "extents": [{"box": {"west": 400, "south": 10, "east": 0, "north": 20}}],
                "language": "de",
            },
        )

    assert [problem.where for problem in error.value.problems] == ["language", "extents.0.box.west"]
    draft.refresh_from_db()
    assert draft.record == before


@pytest.mark.parametrize(
    "name", ["doi", "uuid", "files", "publisher", "parent", "origins", "version.previous_doi", "version"]
)
def test_what_the_repository_decides_is_not_typed(name, cast, draft):
    with pytest.raises(DepositError) as error:
        deposits.save(draft, cast.alice, {name: "10.1234/mine"})

    assert [problem.where for problem in error.value.problems] == [name]


def test_a_mistyped_field_is_named_with_the_nearest_one(cast, draft):
    with pytest.raises(DepositError) as error:
        deposits.save(draft, cast.alice, {"abstrakt": "x", "title.de": "x", "title.en.x": "x"})

    assert "Did you mean 'abstract'?" in str(error.value)
    assert {problem.where for problem in error.value.problems} == {"abstrakt", "title.de", "title.en.x"}


def test_dates_of_the_system_are_neither_typed_nor_lost(cast, draft):
    moderation.submit(draft, cast.alice, terms_accepted=True)
    moderation.take(draft, cast.bob)
    moderation.request_changes(draft, cast.bob, text="Please add the plots' size.")

    saved = deposits.save(
        draft, cast.alice, {"dates": [{"kind": "created", "on": "2022-08-01"}, {"kind": "issued", "on": "1999-01-01"}]}
    )
    record = deposits.record_of(saved)

    assert record.date(DateKind.CREATED) == dt.date(2022, 8, 1)
    assert record.date(DateKind.ISSUED) is None
    assert record.date(DateKind.SUBMITTED) is not None


def test_steps_of_the_form_are_remembered_once(cast, draft):
    deposits.save(draft, cast.alice, {}, step="describe")
    saved = deposits.save(draft, cast.alice, {}, step="describe")

    assert saved.steps_done == ["describe"]


@pytest.mark.parametrize("who", ["bob", "berenice", "chloe", "dora", "admin"])
def test_nobody_else_edits_a_draft(who, cast, draft):
    with pytest.raises(MoveError):
        deposits.save(draft, getattr(cast, who), {"title.en": "Mine now"})
    with pytest.raises(MoveError):
        deposits.save(draft, None, {"title.en": "Mine now"})


def test_a_submitted_version_is_frozen(cast, draft):
    moderation.submit(draft, cast.alice, terms_accepted=True)

    with pytest.raises(MoveError):
        deposits.save(draft, cast.alice, {"title.en": "Too late"})


def test_a_new_version_starts_from_the_published_one(cast, draft):
    first = published(draft, cast)

    second = deposits.new_version(first, cast.alice)
    record = deposits.record_of(second)

    assert (second.number, second.state, second.doi, second.dataset) == (2, "draft", "", first.dataset)
    assert (record.version.number, record.version.previous_doi, record.doi) == ("2.0", first.doi, "")
    assert record.uuid == second.uuid != first.uuid
    assert [date.kind for date in record.dates] == [DateKind.CREATED]
    assert [(file.path, file.sha256) for file in record.files] == [
        (file.path, file.sha256) for file in deposits.record_of(first).files
    ]


def test_files_of_a_new_version_are_not_stored_twice(cast, draft):
    store = storage_for(settings.TERRACITE)
    first = published(draft, cast)
    before = sorted(store.list("objects"))

    deposits.new_version(first, cast.alice)

    assert sorted(store.list("objects")) == before != []


def test_there_is_one_new_version_at_a_time(cast, draft):
    first = published(draft, cast)
    deposits.new_version(first, cast.alice)

    with pytest.raises(MoveError, match="already a version after"):
        deposits.new_version(first, cast.alice)
    assert DatasetVersion.objects.filter(dataset=first.dataset).count() == 2


def test_after_a_rejected_new_version_another_can_be_made(cast, draft):
    first = published(draft, cast)
    second = deposits.new_version(first, cast.alice)
    moderation.submit(second, cast.alice, terms_accepted=True)
    moderation.take(second, cast.bob)
    moderation.reject(second, cast.bob, reason="quality", text="Plot 7 is empty.")

    assert deposits.new_version(first, cast.alice).number == 3


def test_only_owners_make_a_new_version_and_only_of_a_published_one(cast, draft):
    with pytest.raises(MoveError):
        deposits.new_version(draft, cast.alice)
    first = published(draft, cast)
    for other in (cast.bob, cast.chloe, cast.dora):
        with pytest.raises(MoveError):
            deposits.new_version(first, other)


def test_a_withdrawn_version_has_no_next_one(cast, draft):
    first = published(draft, cast)
    publication.withdraw(first, cast.dora, reason="Rights")

    with pytest.raises(MoveError):
        deposits.new_version(first, cast.alice)


def test_my_drafts_are_mine_and_those_shared_with_me(cast, draft):
    assert deposits.drafts_of(cast.alice) == [draft]
    assert deposits.drafts_of(cast.chloe) == []

    draft.dataset.deposit.collaborators.add(cast.chloe)

    assert deposits.drafts_of(cast.chloe) == [draft]


def test_two_disciplines_can_be_chosen_for_one_dataset(cast, draft):
    saved = deposits.save(draft, cast.alice, {"disciplines": [LIFE, LAND]})

    assert [item.value for item in deposits.record_of(saved).disciplines] == [LIFE, LAND]
