# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from hypothesis import given, settings

from record.examples import full_record, publishable_draft
from record.plausible import plausible_records
from terracite.record.inheritance import INHERITABLE, inherit, is_inherited, without
from terracite.record.model import Access, AccessKind, Origin, OriginKind, Record

DEPOSIT = full_record()


def test_what_is_empty_is_taken_from_the_deposit_and_says_so() -> None:
    child = inherit(Record(), DEPOSIT, of="Maps of La Réunion")
    assert {name: getattr(child, name) for name in INHERITABLE} == {
        name: getattr(DEPOSIT, name) for name in INHERITABLE
    }
    assert child.origin("creators.0.orcid") == Origin(kind=OriginKind.INHERITED, detail="Maps of La Réunion")
    assert (child.title, child.doi, child.files) == (Record().title, "", ())


def test_what_the_dataset_says_itself_stays() -> None:
    own = publishable_draft()
    child = inherit(own, DEPOSIT)
    assert (child.creators, child.licence, child.periods) == (own.creators, own.licence, own.periods)
    assert child.funding == DEPOSIT.funding
    assert not is_inherited(child, "creators")
    assert is_inherited(child, "funding")


def test_an_inherited_value_follows_the_deposit_until_it_is_overridden() -> None:
    child = inherit(Record(), DEPOSIT)
    changed = DEPOSIT.model_copy(update={"licence": "MIT", "funding": ()})
    followed = inherit(child, changed)
    assert (followed.licence, followed.funding) == ("MIT", ())
    own = followed.with_values(Origin(kind=OriginKind.TYPED), licence="CC0-1.0")
    assert inherit(own, DEPOSIT).licence == "CC0-1.0"


def test_a_field_given_up_is_inherited_again() -> None:
    own = Record(licence="MIT", access=Access(kind=AccessKind.RESTRICTED))
    again = inherit(without(own, "licence", "access"), DEPOSIT)
    assert (again.licence, again.access) == (DEPOSIT.licence, DEPOSIT.access)


@given(plausible_records(), plausible_records())
@settings(max_examples=25, deadline=None)
def test_inheriting_twice_changes_nothing(record: Record, deposit: Record) -> None:
    once = inherit(record, deposit)
    assert inherit(once, deposit) == once
