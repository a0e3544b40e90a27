# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms that save themselves, and the same by their buttons: nothing typed is lost, nobody's value is overwritten."""

from __future__ import annotations

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from terracite.record.model import OriginKind
from terracite.repository import collaborators, deposits, inheriting
from terracite.repository.models import DatasetVersion, Deposit
from terracite.repository.records import record_of
from terracite.website.forms import touched
from terracite.website.forms.posted import Form
from terracite.website.forms.sheets import SHEETS
from terracite.website.pages.deposit.words import in_words

from . import scene

BY_ITSELF = {"HX-Request": "true"}


class Tab:
    """A page open in a browser: its own form, as it was loaded."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self.load()

    def load(self) -> None:
        self.read(self.client.get(self.address, {"lang": "en"}))

    def read(self, answer) -> None:
        self.text = answer.content.decode()
        [form] = lxml.html.fromstring(self.text).xpath("//form[@data-autosave]")
        self.fields: dict[str, list[str]] = {}
        for name, value in form.form_values():
            self.fields.setdefault(name, []).append(value)

    def type(self, **values: str) -> Tab:
        self.fields |= {name.replace("__", "."): [value] for name, value in values.items()}
        return self

    def autosave(self):
        answer = self.client.post(self.address, self.fields, headers=BY_ITSELF | {"accept-language": "en"})
        found = lxml.html.fragments_fromstring(answer.content.decode())
        self.told = {one.get("id"): one for one in found if not isinstance(one, str)}
        if "seen" in self.told:
            self.fields["seen"] = [self.told["seen"].get("value")]
        return answer

    def press(self, **button: str):
        return self.client.post(self.address, self.fields | {name: [value] for name, value in button.items()})


def at(version: DatasetVersion, step: str = "describe") -> str:
    return reverse("deposit-step", args=[version.uuid, step])


def fresh(version: DatasetVersion) -> DatasetVersion:
    version.refresh_from_db()
    return version


@pytest.fixture
def shared(cast, draft) -> DatasetVersion:
    collaborators.add(draft.dataset.deposit, cast.alice, "chloe", "editor")
    return draft


def test_one_field_costs_few_questions(alice, draft, django_assert_max_num_queries) -> None:
    tab = Tab(alice, at(draft))
    with django_assert_max_num_queries(12):  # session, person, version, roles, lock, write, files, published before
        tab.type(title__en="Trees").autosave()
    assert fresh(draft).title_en == "Trees"


def test_a_change_is_saved_by_itself_and_the_time_is_told(alice, draft) -> None:
    tab = Tab(alice, at(draft)).type(title__en="Saved by itself")

    answer = tab.autosave()

    assert answer.status_code == 200
    assert tab.told["save-status"].text_content().strip().startswith("Saved at")
    assert set(tab.told) == {"save-status", "seen", "conflicts", "steps", "missing", "told"}
    assert fresh(draft).title_en == "Saved by itself"
    assert record_of(draft).origins["title.en"].kind is OriginKind.TYPED


def test_the_state_of_the_steps_follows(alice, draft) -> None:
    tab = Tab(alice, at(draft, "context")).type(licence="")
    tab.autosave()
    assert "1 thing missing" in tab.told["steps"].text_content()
    assert "1 thing still missing in all" in tab.told["missing"].text_content()
    tab.type(licence="CC-BY-4.0").autosave()
    assert "missing" not in tab.told["steps"].text_content()


def test_a_wrong_value_is_told_beside_its_input_and_the_others_are_saved(alice, draft) -> None:
    tab = Tab(alice, at(draft, "context")).type(resolution="fine", time_resolution="P1D")

    assert tab.autosave().status_code == 422

    assert tab.told["told"].xpath(".//*[@data-input='f-resolution']")
    assert "Resolution" in tab.told["save-status"].text_content()
    assert record_of(fresh(draft)).time_resolution == "P1D"
    assert tab.type(resolution="20").autosave().status_code == 200
    assert record_of(fresh(draft)).resolutions[0].distance_m == 20


def test_what_the_record_refuses_does_not_hold_back_the_rest(alice, draft) -> None:
    tab = Tab(alice, at(draft, "context")).type(time_resolution="P1D", contacts__0__email="x" * 3000)
    tab.type(representation="no such kind").autosave()

    assert record_of(fresh(draft)).time_resolution == "P1D"
    assert "Kind of data" in tab.told["save-status"].text_content()


def test_two_people_in_different_fields_never_meet(alice, chloe, shared) -> None:
    one, other = Tab(alice, at(shared)), Tab(chloe, at(shared))
    assert one.type(title__en="By Alice").autosave().status_code == 200

    assert other.type(title__fr="Par Chloé").autosave().status_code == 200

    assert (fresh(shared).title_en, shared.title_fr) == ("By Alice", "Par Chloé")
    assert "Alice Martin changed Title (en) meanwhile" in other.told["save-status"].text_content()


def test_two_people_in_one_field_are_told_both_values(alice, chloe, shared) -> None:
    one, other = Tab(alice, at(shared)), Tab(chloe, at(shared))
    other.type(title__en="By Chloé").autosave()

    assert one.type(title__en="By Alice", title__fr="D'Alice").autosave().status_code == 409

    told = one.told["conflicts"].text_content()
    assert "Chloe Grondin wrote" in told
    assert "By Chloé" in told
    assert "By Alice" in told
    assert (fresh(shared).title_en, shared.title_fr) == ("By Chloé", "D'Alice")
    # and it stays so until somebody decides
    assert one.type(title__fr="Encore").autosave().status_code == 409
    assert fresh(shared).title_en == "By Chloé"
    [button] = one.told["conflicts"].xpath(".//button[@name='keep']")
    assert one.press(keep=button.get("value")).status_code == 302
    assert fresh(shared).title_en == "By Alice"


def test_without_javascript_the_page_comes_back_with_both_values(alice, chloe, shared) -> None:
    one, other = Tab(alice, at(shared)), Tab(chloe, at(shared))
    other.type(title__en="By Chloé").press(stay="1")

    answer = one.type(title__en="By Alice", purpose__en="To know").press(stay="1")

    assert answer.status_code == 409
    one.read(answer)
    assert one.fields["title.en"] == ["By Alice"]
    assert "By Chloé" in one.text
    assert (fresh(shared).title_en, record_of(shared).purpose.en) == ("By Chloé", "To know")
    [take] = lxml.html.fromstring(one.text).xpath("//button[@name='take']")
    assert one.press(take=take.get("value")).status_code == 302
    one.load()
    assert one.fields["title.en"] == ["By Chloé"]


def test_a_third_change_is_not_overwritten_by_keeping_ones_own(alice, chloe, shared) -> None:
    one, other = Tab(alice, at(shared)), Tab(chloe, at(shared))
    other.type(title__en="Second").autosave()
    one.type(title__en="Mine").autosave()
    [keep] = one.told["conflicts"].xpath(".//button[@name='keep']")
    other.type(title__en="Third").autosave()

    assert one.press(keep=keep.get("value")).status_code == 409
    assert fresh(shared).title_en == "Third"


def test_an_old_page_sent_untouched_changes_nothing_back(alice, chloe, shared) -> None:
    old = Tab(alice, at(shared, "context"))
    Tab(chloe, at(shared, "context")).type(licence="CC0-1.0", creators__0__family_name="Grondin").autosave()

    assert old.press(stay="1").status_code == 302

    record = record_of(fresh(shared))
    assert (record.licence, record.creators[0].family_name) == ("CC0-1.0", "Grondin")


def test_a_list_is_one_field(alice, chloe, shared) -> None:
    one, other = Tab(alice, at(shared, "context")), Tab(chloe, at(shared, "context"))
    other.type(creators__0__given_name="Alicia").autosave()

    assert one.type(creators__1__given_name="Jeanne").autosave().status_code == 409
    assert [agent.given_name for agent in record_of(fresh(shared)).creators] == ["Alicia", "Jean"]


def test_rows_keep_what_the_form_does_not_show_when_one_before_them_goes(alice, cast, draft) -> None:
    agents = [{"family_name": name, "affiliations": [{"name": "A"}, {"name": f"second of {name}"}]} for name in "XYZ"]
    tab = Tab(alice, at(deposits.save(draft, cast.alice, {"creators": agents}), "context"))

    tab.type(creators__0__family_name="", creators__0__affiliation="").autosave()
    tab.type(creators__2__given_name="Zoé").autosave()  # the page still counts from before

    found = [(one.family_name, one.given_name, one.affiliations[1].name) for one in record_of(fresh(draft)).creators]
    assert found == [("Y", "", "second of Y"), ("Z", "Zoé", "second of Z")]


def test_a_session_that_ended_is_told_with_its_cure(alice, draft) -> None:
    tab = Tab(alice, at(draft)).type(title__en="Typed while logged out")
    tab.client = Client()

    assert tab.autosave().status_code == 401
    assert "Log in in another tab" in tab.told["save-status"].text_content()
    tab.client = alice
    assert tab.autosave().status_code == 200
    assert fresh(draft).title_en == "Typed while logged out"


def test_what_may_not_be_saved_is_told_and_kept_from_the_draft(chloe, alice, cast, shared) -> None:
    tab = Tab(chloe, at(shared))
    scene.submitted(shared, cast)
    assert tab.type(title__en="Too late").autosave().status_code == 409
    assert "Not saved" in tab.told["save-status"].text_content()
    assert fresh(shared).title_en != "Too late"


def test_a_reader_looks_at_every_step_and_saves_nothing(chloe, cast, draft) -> None:
    collaborators.add(draft.dataset.deposit, cast.alice, "chloe", "reader")
    for step in ("deposit", "files", "describe", "context", "check"):
        page = chloe.get(at(draft, step), {"lang": "en"}).content.decode()
        assert "You can read this version here" in page
        assert "deposit.js" not in page
    assert chloe.post(at(draft), {"title.en": "Mine"}, headers=BY_ITSELF).status_code == 409
    assert fresh(draft).title_en != "Mine"


@pytest.mark.parametrize("seen", ["", "nonsense", "[]", '{"title.en": 3}', '{"title.en": "x:y"}'])
def test_a_page_that_does_not_say_what_it_showed_still_overwrites_nothing_unseen(seen, alice, chloe, shared) -> None:
    tab = Tab(alice, at(shared))
    Tab(chloe, at(shared)).type(title__en="By Chloé").autosave()

    answer = tab.type(title__en="By Alice", seen=seen).press(stay="1")

    assert answer.status_code == 409
    assert fresh(shared).title_en == "By Chloé"


def test_my_datasets_lead_to_what_is_missing(alice, chloe, cast, shared) -> None:
    deposits.save(shared, cast.chloe, {"licence": "", "keywords": []})
    page = alice.get(reverse("deposits"), {"lang": "en"}).content.decode()
    assert f'href="{at(shared, "describe")}"' in page
    assert "Where, when, who, rights" in page
    assert "Chloe Grondin" in page
    assert alice.get(reverse("version", args=[shared.uuid]))["Location"] == at(shared, "describe")
    assert "shared by Alice Martin" in chloe.get(reverse("deposits"), {"lang": "en"}).content.decode()


# ---- what a deposit says for all


def common(deposit: Deposit) -> str:
    return reverse("deposit-common", args=[deposit.uuid])


def test_what_is_the_same_for_all_is_saved_by_itself_and_drafts_follow(alice, cast, draft) -> None:
    deposit = draft.dataset.deposit
    empty = deposits.create_dataset(deposit, cast.alice)
    tab = Tab(alice, common(deposit)).type(licence="CC0-1.0", creators__0__family_name="Martin")

    assert tab.autosave().status_code == 200

    assert "1 draft follows" in tab.told["save-status"].text_content()
    record = record_of(fresh(empty))
    assert (record.licence, record.creators[0].family_name) == ("CC0-1.0", "Martin")
    assert record_of(fresh(draft)).licence == "CC-BY-4.0"
    page = alice.get(at(empty, "context"), {"lang": "en"}).content.decode()
    assert "inherited from the deposit" in page


def test_the_deposits_value_is_overridden_and_taken_again(alice, cast, draft) -> None:
    inheriting.save_common(draft.dataset.deposit, cast.alice, {"licence": "CC0-1.0"})
    page = alice.get(at(draft, "context"), {"lang": "en"}).content.decode()
    assert "This dataset has its own." in page

    answer = alice.post(reverse("inherit", args=[draft.uuid]), {"field": "licence"})

    assert answer["Location"].endswith("/context/#licence")
    assert record_of(fresh(draft)).licence == "CC0-1.0"
    alice.post(reverse("inherit", args=[draft.uuid]), {"field": "//example.org"})
    assert alice.get(reverse("inherit", args=[draft.uuid])).status_code == 405


def test_the_page_of_what_is_the_same_works_without_javascript_and_tells_mistakes(alice, deposit) -> None:
    tab = Tab(alice, common(deposit)).type(title__fr="", title__en="")
    answer = tab.press()
    assert answer.status_code == 422
    tab.load()
    assert tab.type(abstract__en="All of it.", new_keyword="land use").press().status_code == 302
    deposit.refresh_from_db()
    assert deposit.description_en == "All of it."
    assert len(deposit.common["keywords"]) == 1


def test_strangers_learn_nothing_of_a_deposit(bob, chloe, client, deposit) -> None:
    for who in (bob, chloe):
        assert who.get(common(deposit)).status_code == 404
        assert who.post(common(deposit), {"licence": "MIT"}).status_code == 404
    assert client.get(common(deposit)).status_code == 302
    assert client.get("/deposits/nothing/common/").status_code == 404


# ---- small parts


def test_rows_find_their_item_by_what_they_show() -> None:
    now = Form(rows={"creators": [{"name": "B", "was": "0"}, {"name": "C", "was": "1"}]})
    posted = Form(rows={"creators": [{"name": "B", "was": "1"}, {"name": "C", "was": "2"}, {"name": "D", "was": ""}]})
    touched.put_in_place(posted, now)
    assert [row["was"] for row in posted.rows["creators"]] == ["0", "1", ""]


def test_every_field_of_every_form_has_inputs(draft) -> None:
    record = record_of(draft)
    for name, sheet in SHEETS.items():
        form = sheet.shown(record)
        assert [field for field in sheet.names(record) if not touched.print_of(form, field)] == [], name


def test_values_are_told_in_words() -> None:
    with translation.override("en"):
        assert in_words([{"label": {"fr": "forêt", "en": "forest"}, "uri": "http://x", "thesaurus": "t"}]) == "forest"
        assert in_words({"kind": "embargoed", "embargo_until": "2027-01-01"}).endswith("(2027-01-01)")
        assert in_words([{"family_name": "Martin", "given_name": "Alice"}, {"organisation": "SEAS-OI"}]) == (
            "Martin, Alice; SEAS-OI"
        )
        assert in_words(None) == ""
