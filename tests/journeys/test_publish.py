# SPDX-License-Identifier: AGPL-3.0-or-later
"""Register, deposit, submit, moderate, publish, find, cite: in both languages, with and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from terracite.repository import people
from terracite.repository.models import DatasetVersion, Person
from terracite.repository.tasks import run_due
from website import scene

pytestmark = pytest.mark.browser

WORDS = {
    "en": {"register": "Make the account", "files": "Go on to the files", "send": "Send", "save": "Save and go on",
           "submit": "Submit", "take": "Take it", "accept": "Accept"},
    "fr": {"register": "Créer le compte", "files": "Passer aux fichiers", "send": "Envoyer",
           "save": "Enregistrer et continuer", "submit": "Soumettre", "take": "Prendre", "accept": "Accepter"},
}  # fmt: skip
TITLE = "Land cover of the west of Reunion Island, 2023"


def open_page(
    browser: Browser, site: str, language: str, width: int, *, javascript: bool
) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
    context.add_cookies([{"name": "terracite_language", "value": language, "url": site}])
    return context, context.new_page()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def register(page: Page, site: str, words: dict[str, str]) -> None:
    page.goto(f"{site}/account/register/?next=/deposit/new/")
    for name, value in {
        "given_name": "Dora", "family_name": "Hoarau", "email": "dora@example.org", "username": "dora",
        "password": scene.PASSWORD,
    }.items():  # fmt: skip
        page.fill(f"#id_{name}", value)
    press(page, words["register"])


def deposit(page: Page, folder: Path, words: dict[str, str]) -> None:
    page.fill("#title_en", "Maps of the island")
    page.check(f"input[value={scene.LAND}]")
    press(page, words["files"])
    (folder / "map.tif").write_bytes(scene.map_bytes())
    (folder / "README.md").write_bytes(scene.README)
    page.set_input_files("#f-files", [folder / "map.tif", folder / "README.md"])
    press(page, words["send"])
    page.get_by_text("EPSG:32740").first.wait_for()


def describe(page: Page, words: dict[str, str], language: str) -> None:
    page.goto(page.url.replace("/files/", "/describe/"))
    page.fill(f'[name="title.{language}"]', TITLE)  # the other one is composed from the files
    abstract = "Land cover of the west of Reunion Island in 2023, in five classes, at 10 m. " * 2
    page.fill(f'[name="abstract.{language}"]', abstract)
    page.fill('[name="lineage.statement.en"]', "Random forest on Sentinel-2 series, checked on 400 points.")
    page.fill("#f-new_keyword", "land cover; forest; vegetation")
    page.locator("#topics summary").click()  # folded, for the files have told one
    page.check("input[value=environment]")
    press(page, words["save"])


def give_context(page: Page, words: dict[str, str]) -> None:
    page.fill('[name="periods.0.start"]', "2023-01-01")
    page.fill('[name="periods.0.end"]', "2023-12-31")
    page.fill('[name="created"]', "2024-02-01")
    page.fill('[name="creators.0.family_name"]', "Hoarau")
    page.fill('[name="creators.0.given_name"]', "Dora")
    page.fill('[name="contacts.0.family_name"]', "Hoarau")
    page.fill('[name="contacts.0.email"]', "dora@example.org")
    page.select_option('[name="licence"]', "CC-BY-4.0")
    page.select_option('[name="access.kind"]', "open")
    press(page, words["save"])


def log_in(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/account/login/?next=/moderation/")
    page.fill("#id_username", name)
    page.fill("#id_password", scene.PASSWORD)
    page.locator("main form button").click()


@pytest.mark.parametrize(("language", "width", "javascript"), [("fr", 375, True), ("en", 1280, False)])
def test_from_files_to_a_citation(
    browser: Browser, site: str, tmp_path: Path, language: str, width: int, javascript: bool
) -> None:
    words = WORDS[language]
    bob: Person = people.ensure_person("bob", family_name="Rivière", given_name="Bob", password=scene.PASSWORD)
    people.grant(bob, "moderator", scene.LAND)

    context, page = open_page(browser, site, language, width, javascript=javascript)
    register(page, site, words)
    deposit(page, tmp_path, words)
    describe(page, words, language)
    give_context(page, words)
    page.check("[name=terms]")
    press(page, words["submit"])
    page.wait_for_url("**/deposit/")
    version = DatasetVersion.objects.get()
    assert (version.state, getattr(version, f"title_{language}")) == ("submitted", TITLE)
    context.close()

    context, page = open_page(browser, site, language, width, javascript=javascript)
    log_in(page, site, "bob")
    page.get_by_role("link", name=TITLE).click()
    press(page, words["take"])
    press(page, words["accept"])
    page.wait_for_load_state()
    run_due()
    context.close()

    context, page = open_page(browser, site, language, width, javascript=javascript)
    page.goto(f"{site}/")
    page.fill("#q", "land cover")
    page.locator("main form[role=search] button").click()
    page.get_by_role("link", name=TITLE).first.click()
    version.refresh_from_db()
    assert version.state == "published"
    citation = page.locator("#citation").inner_text()
    assert citation.startswith("Hoarau, Dora (")
    assert f"{site}/datasets/{version.dataset.uuid}/" in citation  # a DOI of a training site is not for citing
    with page.expect_download() as download:
        page.locator("#get").locator("..").get_by_role("link").nth(1).click()
    assert Path(download.value.path()).read_bytes() == scene.map_bytes()
    context.close()
