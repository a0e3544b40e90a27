# SPDX-License-Identifier: AGPL-3.0-or-later
"""The five steps: what is typed is kept, what was read from a file stays marked so, mistakes are told in place."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from terracite.record.model import Access, OriginKind, Record, Text
from terracite.repository import deposits, uploads
from terracite.repository.checks import findings
from terracite.repository.models import DatasetVersion
from terracite.repository.records import changed, record_of
from terracite.website.forms import context, describe
from terracite.website.forms.posted import Form

from . import scene


def posted(form: Form) -> QueryDict:
    """What a browser sends back of a form that nobody touched."""
    data = QueryDict(mutable=True)
    for name, value in form.values.items():
        data[name] = value
    for name, values in form.ticked.items():
        data.setlist(name, values)
    for prefix, rows in form.rows.items():
        for number, row in enumerate(rows):
            for name, value in row.items():
                data[f"{prefix}.{number}.{name}"] = value
    return data


def save(client, version: DatasetVersion, step: str, form: Form, **more: str):
    data = posted(form)
    data["edit"] = str(version.edit)
    for name, value in more.items():
        data[name] = value
    return client.post(
        reverse("deposit-step", args=[version.uuid, step]), data.urlencode(), "application/x-www-form-urlencoded"
    )


@pytest.mark.parametrize("step", [describe, context])
def test_a_form_sent_back_untouched_changes_nothing(step, draft) -> None:
    record = record_of(draft)
    form = step.from_post(dict(posted(step.from_record(record)).lists()))
    values = step.changes(form, record)
    assert form.problems == {}
    assert changed(record, values, record.origins.get("title") or next(iter(record.origins.values()))) == record


def test_a_new_dataset_begins_with_its_files(alice, cast) -> None:
    answer = alice.post(reverse("new-deposit"), {"title_en": "Maps", "disciplines": [scene.LAND]})
    version = DatasetVersion.objects.get()
    assert answer["Location"] == reverse("deposit-step", args=[version.uuid, "files"])
    assert version.record["disciplines"] == [scene.LAND]


def test_a_deposit_without_title_is_told(alice, cast) -> None:
    answer = alice.post(reverse("new-deposit"), {"disciplines": [scene.LAND]}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "needs a title" in answer.content.decode()
    assert DatasetVersion.objects.count() == 0


def test_files_are_read_at_once_and_fill_the_form(alice, deposit, cast) -> None:
    alice.post(reverse("new-deposit"), {"deposit": str(deposit.uuid)})
    version = DatasetVersion.objects.get()
    files = [SimpleUploadedFile("map.tif", scene.map_bytes()), SimpleUploadedFile("README.md", scene.README)]
    alice.post(reverse("upload", args=[version.uuid]), {"files": files})
    version.refresh_from_db()
    record = record_of(version)
    assert [file.path for file in record.files] == ["README.md", "map.tif"]
    assert record.origins["extents"].kind is OriginKind.EXTRACTED
    page = alice.get(reverse("deposit-step", args=[version.uuid, "files"]), {"lang": "en"}).content.decode()
    assert "Read from your files" in page
    assert "EPSG:32740" in page


def test_a_table_is_told_in_words_and_its_words_need_no_unit(alice, deposit, cast) -> None:
    version = deposits.create_dataset(deposit, cast.alice)
    table = SimpleUploadedFile("plots.csv", b"plot,height,crop\nA1,2.5,maize\nA2,3,wheat\n")
    alice.post(reverse("upload", args=[version.uuid]), {"files": table})
    page = alice.get(reverse("deposit-step", args=[version.uuid, "files"])).content.decode()
    assert "2 rows, 3 columns · plot, height, crop" in page
    version.refresh_from_db()
    unit = next(one for one in findings(version) if one.rule == "unit_missing")
    assert "height" in unit.message.en
    assert "plot" not in unit.message.en
    page = alice.get(reverse("deposit-step", args=[version.uuid, "describe"])).content.decode()
    assert '<details class="repeat"><summary>plot</summary>' in page  # nothing to do there: one line
    assert '<details class="repeat" open><summary>height</summary>' in page
    version.files.update(state="scanning")
    page = alice.get(reverse("deposit-step", args=[version.uuid, "files"])).content.decode()
    assert 'id="reading"' in page
    assert "reading.js" in page


def test_an_unreadable_file_is_kept_with_its_problem(alice, draft) -> None:
    alice.post(reverse("upload", args=[draft.uuid]), {"files": [SimpleUploadedFile("bad.tif", b"II*\0 not a picture")]})
    stored = draft.files.get(path="bad.tif")
    assert stored.problem
    page = alice.get(reverse("deposit-step", args=[draft.uuid, "files"])).content.decode()
    assert "bad.tif" in page


def test_a_file_is_removed(alice, draft) -> None:
    alice.post(reverse("describe-files", args=[draft.uuid]), {"remove": "README.md"})
    assert list(draft.files.values_list("path", flat=True)) == ["map.tif"]


def test_a_file_that_is_not_whole_is_shown_and_can_be_forgotten(alice, chloe, cast, draft) -> None:
    upload = uploads.begin(draft, cast.alice, uploads.Wanted("maps/2023.tif", 2000))
    uploads.append(upload, cast.alice, 0, io.BytesIO(b"x" * 1000))
    address = reverse("deposit-step", args=[draft.uuid, "files"])
    page = alice.get(address, {"lang": "en"}).content.decode()
    assert "These files are not whole yet" in page
    assert "1.0\N{NO-BREAK SPACE}kB of 2.0\N{NO-BREAK SPACE}kB" in page
    for wrong in ("nonsense", str(draft.uuid)):
        alice.post(reverse("describe-files", args=[draft.uuid]), {"forget": wrong})
    assert cast.alice.uploads.count() == 1
    alice.post(reverse("describe-files", args=[draft.uuid]), {"forget": str(upload.uuid)})
    assert cast.alice.uploads.count() == 0
    assert "not whole yet" not in alice.get(address, {"lang": "en"}).content.decode()


def test_a_typed_value_is_marked_typed_and_the_others_stay(alice, draft) -> None:
    form = context.from_record(record_of(draft))
    form.values["resolution"] = "30"
    assert save(alice, draft, "context", form).status_code == 302
    draft.refresh_from_db()
    record = record_of(draft)
    assert record.resolutions[0].distance_m == 30
    assert record.origins["resolutions"].kind is OriginKind.TYPED
    assert record.origins["representation"].kind is OriginKind.EXTRACTED


def test_keywords_of_the_thesaurus_get_their_address(alice, draft) -> None:
    form = describe.from_record(record_of(draft))
    save(alice, draft, "describe", form, new_keyword="land use; my own word", stay="1")
    draft.refresh_from_db()
    added = record_of(draft).keywords[-2:]
    assert added[0].thesaurus
    assert (added[1].label.en, added[1].uri) == ("my own word", "")


def test_mistakes_stand_beside_their_field_and_nothing_is_lost(alice, draft) -> None:
    form = context.from_record(record_of(draft))
    form.rows["extents"][0] |= {"south": "10", "north": "5"}
    form.rows["creators"][0]["orcid"] = "1234"
    form.values["resolution"] = "fine"
    answer = save(alice, draft, "context", form)
    assert answer.status_code == 422
    assert set(answer.context["form"].problems) == {"extents.0.south", "creators.0.orcid", "resolution"}
    text = answer.content.decode()
    assert 'value="fine"' in text
    assert 'aria-invalid="true"' in text


def test_access_is_chosen_and_its_conditions_stay(alice, draft) -> None:
    """Nobody's files are open because nothing was chosen."""
    access = Access(conditions=Text(en="Ask Alice"))
    silent = record_of(draft).model_copy(update={"access": access})
    form = context.from_record(silent)
    assert form.values["access.kind"] == ""
    assert context.changes(form, silent)["access"] == access.model_dump(mode="json")
    form.values["access.kind"] = "open"
    assert save(alice, draft, "context", form).status_code == 302
    draft.refresh_from_db()
    assert draft.access == "open"
    page = alice.get(reverse("deposit-step", args=[draft.uuid, "context"])).content.decode()
    assert 'value="unknown"' not in page


def test_what_the_form_does_not_show_is_kept(alice, draft) -> None:
    steps_before = record_of(draft).lineage.steps
    form = describe.from_record(record_of(draft))
    form.values["lineage.statement.en"] = "Another way."
    save(alice, draft, "describe", form)
    draft.refresh_from_db()
    assert record_of(draft).lineage.steps == steps_before
    assert len(steps_before) == 2


def test_an_organisation_may_be_an_author(draft) -> None:
    form = Form(rows={"creators": [dict.fromkeys(context.AGENT, "") | {"affiliation": "SEAS-OI", "was": ""}]})
    agents = context._agents(form, "creators", ())
    record = Record.model_validate({"creators": agents})
    assert record.creators[0].display_name == "SEAS-OI"
    assert not record.creators[0].is_person


def test_submission_needs_the_terms(alice, draft) -> None:
    address = reverse("submit", args=[draft.uuid])
    alice.post(address)
    draft.refresh_from_db()
    assert draft.state == "draft"
    alice.post(address, {"terms": "1"})
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_a_submitted_draft_can_be_read_and_not_changed(alice, submitted) -> None:
    page = alice.get(reverse("deposit-step", args=[submitted.uuid, "describe"]), {"lang": "en"}).content.decode()
    assert "You can read this version here" in page
    form = describe.from_record(record_of(submitted))
    form.values["title.en"] = "Too late"
    save(alice, submitted, "describe", form)
    submitted.refresh_from_db()
    assert submitted.title_en != "Too late"


def test_a_stranger_cannot_upload(chloe, draft) -> None:
    answer = chloe.post(reverse("upload", args=[draft.uuid]), {"files": [io.BytesIO(b"x")]})
    assert answer.status_code == 404
