# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a dataset, for readers, for its author before, and for those who come after."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from terracite.record.model import DataFile, Record, Text, Variable
from terracite.repository import addresses, deposits, files, publication
from terracite.repository.outbox import process_outbox
from terracite.website.snippets import for_file, main_file
from terracite.website.templatetags.show import day

from . import scene


@pytest.fixture
def page(client, published) -> str:
    return client.get(addresses.landing_path(published), {"lang": "en"}).content.decode()


def test_it_says_what_who_where_and_when(page: str) -> None:
    for words in (
        "Land cover of Reunion Island, 2023, at 10 m", "Alice Martin", "0000-0002-1825-0097",
        "21.40°\xa0S to 20.87°\xa0S", "1 January 2023 to 31 December 2023", "CC-BY-4.0", "Sugar cane", "0.889 – 0.939",
    ):  # fmt: skip
        assert words in page


def test_it_never_shows_an_address(page: str) -> None:
    assert "alice@example.org" not in page


def test_it_carries_schema_org(page: str, published) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    content = json.loads(found.group(1))
    assert content["@type"] == "Dataset"
    assert content["url"] == addresses.landing_url(published)


def test_machines_find_their_links(client, published) -> None:
    links = client.get(addresses.landing_path(published)).headers["Link"]
    assert 'rel="cite-as"' in links
    assert 'rel="describedby"' in links


def test_it_is_the_same_in_french(client, published) -> None:
    text = client.get(addresses.landing_path(published), {"lang": "fr"}).content.decode()
    assert "Occupation du sol de La Réunion, 2023, à 10 m" in text
    assert "du 1er janvier 2023 au 31 décembre 2023" in text
    assert "21,40°\xa0S" in text


def test_the_address_without_a_version_leads_to_the_latest(client, published) -> None:
    answer = client.get(reverse("latest", args=[published.dataset.uuid]))
    assert answer["Location"] == addresses.landing_path(published)


def test_a_draft_is_shown_to_its_owner_as_a_preview(alice, chloe, client, draft) -> None:
    address = addresses.landing_path(draft)
    text = alice.get(address, {"lang": "en"}).content.decode()
    assert "It is not public and has no DOI yet." in text
    assert "noindex" in text
    assert "application/ld+json" not in text
    assert client.get(address).status_code == chloe.get(address).status_code == 404


def test_embargoed_files_have_no_link(client, alice, deposit, cast) -> None:
    until = timezone.now().date() + dt.timedelta(days=200)
    access = {"kind": "embargoed", "embargo_until": until.isoformat()}
    version = scene.published(scene.draft(deposit, cast.alice, access=access), cast)
    text = client.get(addresses.landing_path(version), {"lang": "en"}).content.decode()
    assert day(until) in text
    assert "/files/" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "/files/" in alice.get(addresses.landing_path(version)).content.decode()


def test_a_withdrawn_dataset_keeps_a_tombstone(client, published, cast) -> None:
    from terracite.repository import people

    people.grant(cast.chloe, "curator")
    publication.withdraw(published, cast.chloe, reason="The coordinates are wrong.")
    process_outbox()
    answer = client.get(addresses.landing_path(published), {"lang": "en"})
    assert answer.status_code == 410
    assert "The coordinates are wrong." in answer.content.decode()


def test_a_curator_withdraws_by_the_form(chloe, bob, published, cast) -> None:
    from terracite.repository import people

    people.grant(cast.chloe, "curator")
    address = reverse("withdraw", args=[published.uuid])
    assert chloe.get(address).status_code == 200
    assert bob.get(address).status_code == 403
    chloe.post(address, {"reason": "Wrong."})
    published.refresh_from_db()
    assert published.state == "withdrawn"


def test_a_new_version_begins_from_the_page(alice, published) -> None:
    answer = alice.post(reverse("new-version", args=[published.uuid]))
    draft = published.dataset.versions.get(number=2)
    assert answer["Location"] == reverse("deposit-step", args=[draft.uuid, "files"])


def test_versions_say_what_changed(client, published, cast) -> None:
    second = deposits.new_version(published, cast.alice)
    deposits.save(second, cast.alice, {"title.en": "Land cover of Reunion Island, 2023, corrected"})
    scene.published(second, cast)
    page = client.get(addresses.landing_path(second), {"lang": "en"})
    assert [line.version.number for line in page.context["versions"]] == [2, 1]
    assert (page.context["differs"].fields, bool(page.context["differs"].files)) == (("title",), False)
    assert "There is a newer version" in client.get(addresses.landing_path(published), {"lang": "en"}).content.decode()


def test_a_title_cannot_close_the_script(client, deposit, cast) -> None:
    title = {"en": "</script><script>alert(1)</script> map of 2023"}
    version = scene.published(scene.draft(deposit, cast.alice, title=title), cast)
    assert "<script>alert" not in client.get(addresses.landing_path(version)).content.decode()


def test_the_example_opens_what_the_dataset_is_about() -> None:
    def file(path: str, size: int) -> DataFile:
        return DataFile(path=path, bytes=size, sha256="0" * 64)

    made = (file("areas.csv", 900), file("confidence.tif", 800), file("landcover.tif", 100), file("notes.txt", 9999))
    named = Record(files=made, variables=(Variable(name="landcover"),))
    assert [main_file(record) for record in (named, Record(files=made), Record(files=made[:1]), Record())] == [
        made[2],
        made[1],
        made[0],
        None,
    ]


def test_a_map_in_parts_is_opened_where_it_is() -> None:
    """Its VRT, which finds its parts beside it; not one part, and not a copy of the VRT alone."""
    paths = ("landcover/landcover_R0000_C0000.tif", "confidence/confidence_R0000_C0000.tif", "landcover.vrt")
    made = tuple(DataFile(path=path, bytes=10 - number, sha256="0" * 64) for number, path in enumerate(paths))
    main = main_file(Record(files=made, variables=(Variable(name="landcover"),)))
    assert main == made[2]
    python, r, qgis = for_file(main.path, "https://example.org/files/landcover.vrt")
    opened = '"/vsicurl/https://example.org/files/landcover.vrt"'
    assert (opened in python.code, opened in r.code, qgis.code) == (True, True, opened.strip('"'))


def test_files_are_described_in_the_language_of_the_page(alice, draft, cast) -> None:
    about = Text(fr="La carte elle-même.", en="The map itself.")
    files.describe_file(draft, cast.alice, "map.tif", description=about)
    address = reverse("landing", args=[draft.dataset.uuid, draft.number])
    for language, there, elsewhere in (("fr", about.fr, about.en), ("en", about.en, about.fr)):
        text = alice.get(address, {"lang": language}).content.decode()
        assert there in text
        assert elsewhere not in text
