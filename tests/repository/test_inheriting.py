# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deposit says once: inherited, followed by drafts, never by what was submitted or published."""

from __future__ import annotations

import pytest

from terracite.errors import DepositError, MoveError
from terracite.record.inheritance import INHERITABLE
from terracite.record.model import OriginKind
from terracite.repository import collaborators, common, deposits, inheriting, moderation
from terracite.repository.edits import EditConflictError

from .conftest import LIFE, complete_draft

WORDS = {"keywords": [{"label": {"en": "forest"}}], "licence": "CC0-1.0"}


def test_a_deposit_says_only_what_datasets_inherit():
    assert set(common.COMMON) <= set(INHERITABLE)


def test_a_new_dataset_takes_what_the_deposit_says_and_tells_so(cast, deposit):
    inheriting.save_common(deposit, cast.alice, WORDS | {"language": "fr"})

    record = deposits.record_of(deposits.create_dataset(deposit, cast.alice))

    assert (record.licence, record.keywords[0].label.en, record.language) == ("CC0-1.0", "forest", "fr")
    assert record.origin("licence").kind is OriginKind.INHERITED


def test_drafts_follow_the_deposit_where_they_still_inherit(cast, deposit):
    inheriting.save_common(deposit, cast.alice, WORDS)
    follows = deposits.create_dataset(deposit, cast.alice)
    own = deposits.save(deposits.create_dataset(deposit, cast.alice), cast.alice, {"licence": "CC-BY-4.0"})

    flow = inheriting.save_common(deposit, cast.alice, {"licence": "MIT"})

    assert [draft.pk for draft in flow.drafts] == [follows.pk]
    licences = {}
    for version in (follows, own):
        version.refresh_from_db()
        licences[version.pk] = deposits.record_of(version).licence
    assert licences == {follows.pk: "MIT", own.pk: "CC-BY-4.0"}


def test_what_was_emptied_on_purpose_stays_empty_until_it_is_given_back(cast, deposit):
    inheriting.save_common(deposit, cast.alice, WORDS)
    version = deposits.save(deposits.create_dataset(deposit, cast.alice), cast.alice, {"keywords": []})
    inheriting.save_common(deposit, cast.alice, {"keywords": [{"label": {"en": "savanna"}}]})
    version.refresh_from_db()
    assert deposits.record_of(version).keywords == ()

    again = deposits.record_of(deposits.inherit_again(version, cast.alice, "keywords"))

    assert again.keywords[0].label.en == "savanna"
    assert again.origin("keywords").kind is OriginKind.INHERITED
    with pytest.raises(DepositError, match="says nothing"):
        deposits.inherit_again(version, cast.alice, "funding")


def test_what_is_submitted_stays_as_it_was(cast, deposit):
    version = complete_draft(deposit, cast.alice, keywords=[])
    inheriting.save_common(deposit, cast.alice, WORDS)
    deposits.inherit_again(version, cast.alice, "keywords")
    version.refresh_from_db()
    moderation.submit(version, cast.alice, terms_accepted=True)

    flow = inheriting.save_common(
        deposit, cast.alice, {"keywords": [{"label": {"en": "savanna"}}], "title.en": "Other"}
    )

    assert flow.drafts == ()
    version.refresh_from_db()
    assert deposits.record_of(version).keywords[0].label.en == "forest"


def test_the_deposit_has_its_own_words_and_disciplines(cast, deposit):
    draft = deposits.create_dataset(deposit, cast.alice)

    changes = {"title.en": "Forests", "abstract.fr": "Tout.", "disciplines": [LIFE]}
    flow = inheriting.save_common(deposit, cast.alice, changes)

    deposit.refresh_from_db()
    assert (deposit.title_en, deposit.description_fr, deposit.disciplines) == ("Forests", "Tout.", [LIFE])
    assert [one.pk for one in flow.drafts] == [draft.pk]
    draft.refresh_from_db()
    record = deposits.record_of(draft)
    assert [item.value for item in record.disciplines] == [LIFE]
    assert record.parent.title.en == "Forests"


def test_mistakes_and_conflicts_of_a_deposit_are_told(cast, deposit):
    with pytest.raises(DepositError, match="differs from dataset to dataset"):
        inheriting.save_common(deposit, cast.alice, {"periods": []})
    with pytest.raises(DepositError, match="missing"):
        inheriting.save_common(deposit, cast.alice, {"title": {"fr": "", "en": ""}})
    collaborators.add(deposit, cast.alice, "chloe", "editor")
    inheriting.save_common(deposit, cast.chloe, {"licence": "MIT"}, 0)

    with pytest.raises(EditConflictError) as told:
        inheriting.save_common(deposit, cast.alice, {"licence": "CC0-1.0", "language": "fr"}, 0)

    assert [(one.mine, one.theirs, one.by) for one in told.value.conflicts] == [("CC0-1.0", "MIT", cast.chloe.pk)]
    deposit.refresh_from_db()
    assert deposit.common == {"licence": "MIT", "language": "fr"}


@pytest.mark.parametrize("who", ["bob", "chloe", "dora", "admin"])
def test_only_those_who_work_on_it_change_a_deposit(who, cast, deposit):
    if who == "chloe":
        collaborators.add(deposit, cast.alice, "chloe", "reader")
    with pytest.raises(MoveError):
        inheriting.save_common(deposit, getattr(cast, who), WORDS)
