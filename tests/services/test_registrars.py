# SPDX-License-Identifier: AGPL-3.0-or-later
"""One contract for every registrar, kept by the test registrar and by DataCite's."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crate.samples import RECORD
from services.fake_datacite import PASSWORD, PREFIX, USER, FakeDataCite, Planned
from terracite.config import Settings
from terracite.errors import ConfigError, ServiceError
from terracite.record.datacite import to_datacite
from terracite.record.model import Organisation
from terracite.services import http
from terracite.services.choice import registrar_for
from terracite.services.datacite import DataCiteRegistrar
from terracite.services.embedded_registrar import TestRegistrar
from terracite.services.registrar import DoiState, Registrar

URL = "https://data.example.org/datasets/1"


def metadata(doi: str, title: str = "NDVI of tile 40KCB", without: str = "") -> bytes:
    """The mandatory properties of DataCite 4, and no more."""
    parts = {
        "creators": "<creators><creator><creatorName>Rakoto, Alice</creatorName></creator></creators>",
        "titles": f"<titles><title>{title}</title></titles>",
        "publisher": "<publisher>Station de démonstration</publisher>",
        "publicationYear": "<publicationYear>2026</publicationYear>",
        "resourceType": '<resourceType resourceTypeGeneral="Dataset">Dataset</resourceType>',
    }
    body = "".join(text for name, text in parts.items() if name != without)
    identifier = f'<identifier identifierType="DOI">{doi}</identifier>'
    return f'<resource xmlns="http://datacite.org/schema/kernel-4">{identifier}{body}</resource>'.encode()


class RegistrarContract:
    """What any registrar does; subclasses give one in the fixture ``registrar``."""

    @pytest.fixture
    def doi(self, registrar: Registrar) -> str:
        return f"{registrar.prefix}/terracite.1"

    def test_an_unknown_doi_has_no_state_and_no_metadata(self, registrar: Registrar, doi: str) -> None:
        assert registrar.state(doi) is DoiState.NONE
        with pytest.raises(ServiceError) as caught:
            registrar.metadata(doi)
        assert (caught.value.status, caught.value.retry) == (404, False)

    def test_from_draft_to_findable_and_hidden(self, registrar: Registrar, doi: str) -> None:
        assert registrar.save_draft(doi, metadata(doi), "") is DoiState.DRAFT
        assert registrar.publish(doi, metadata(doi), URL) is DoiState.FINDABLE
        assert registrar.state(doi) is DoiState.FINDABLE
        assert registrar.hide(doi) is DoiState.REGISTERED
        assert registrar.publish(doi, metadata(doi), URL) is DoiState.FINDABLE

    def test_publishing_and_registering_need_no_draft_before(self, registrar: Registrar, doi: str) -> None:
        assert registrar.publish(doi, metadata(doi), URL) is DoiState.FINDABLE
        other = f"{registrar.prefix}/terracite.2"
        assert registrar.register(other, metadata(other), URL) is DoiState.REGISTERED

    @pytest.mark.parametrize("call", ["save_draft", "register", "publish"])
    def test_every_call_can_be_repeated_and_updates_the_metadata(
        self, registrar: Registrar, doi: str, call: str
    ) -> None:
        first = getattr(registrar, call)(doi, metadata(doi, "First"), URL)
        assert getattr(registrar, call)(doi, metadata(doi, "Corrected"), URL) is first
        assert registrar.metadata(doi) == metadata(doi, "Corrected")

    def test_a_state_never_falls_by_saving(self, registrar: Registrar, doi: str) -> None:
        registrar.publish(doi, metadata(doi), URL)
        assert registrar.register(doi, metadata(doi), URL) is DoiState.FINDABLE
        assert registrar.save_draft(doi, metadata(doi, "Corrected"), URL) is DoiState.FINDABLE
        assert registrar.metadata(doi) == metadata(doi, "Corrected")

    def test_hiding_twice_is_hiding_once(self, registrar: Registrar, doi: str) -> None:
        registrar.publish(doi, metadata(doi), URL)
        assert [registrar.hide(doi), registrar.hide(doi)] == [DoiState.REGISTERED] * 2

    def test_what_is_not_public_cannot_be_hidden(self, registrar: Registrar, doi: str) -> None:
        for prepare in (lambda: None, lambda: registrar.save_draft(doi, metadata(doi), URL)):
            prepare()
            with pytest.raises(ServiceError, match="cannot be hidden"):
                registrar.hide(doi)

    def test_only_drafts_are_deleted(self, registrar: Registrar, doi: str) -> None:
        registrar.save_draft(doi, metadata(doi), URL)
        registrar.delete_draft(doi)
        registrar.delete_draft(doi)
        assert registrar.state(doi) is DoiState.NONE
        for prepare in (registrar.register, registrar.publish):
            prepare(doi, metadata(doi), URL)
            with pytest.raises(ServiceError, match="cannot be deleted") as caught:
                registrar.delete_draft(doi)
            assert (caught.value.status, caught.value.retry) == (405, False)
        assert registrar.state(doi) is DoiState.FINDABLE

    @pytest.mark.parametrize("without", ["creators", "titles", "publisher", "publicationYear", "resourceType"])
    def test_incomplete_metadata_may_be_drafted_not_published(
        self, registrar: Registrar, doi: str, without: str
    ) -> None:
        incomplete = metadata(doi, without=without)
        assert registrar.save_draft(doi, incomplete, URL) is DoiState.DRAFT
        for call in (registrar.register, registrar.publish):
            with pytest.raises(ServiceError, match=without) as caught:
                call(doi, incomplete, URL)
            assert (caught.value.status, caught.value.retry) == (422, False)
        assert registrar.state(doi) is DoiState.DRAFT

    def test_a_public_doi_cannot_lose_mandatory_metadata(self, registrar: Registrar, doi: str) -> None:
        registrar.publish(doi, metadata(doi), URL)
        with pytest.raises(ServiceError) as caught:
            registrar.save_draft(doi, metadata(doi, without="titles"), URL)
        assert caught.value.status == 422
        assert registrar.metadata(doi) == metadata(doi)

    @pytest.mark.parametrize("url", ["", "data/1", "javascript:alert(1)"])
    def test_publishing_needs_a_landing_page(self, registrar: Registrar, doi: str, url: str) -> None:
        with pytest.raises(ServiceError) as caught:
            registrar.publish(doi, metadata(doi), url)
        assert (caught.value.status, caught.value.retry) == (422, False)
        assert registrar.state(doi) in {DoiState.NONE, DoiState.DRAFT}

    @pytest.mark.parametrize(
        "broken",
        [
            b"",
            b"<resource",
            b"<other/>",
            metadata("10.80000/another"),
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        ],
    )
    def test_what_is_not_its_metadata_is_refused(self, registrar: Registrar, doi: str, broken: bytes) -> None:
        for call in (registrar.save_draft, registrar.publish):
            with pytest.raises(ServiceError) as caught:
                call(doi, broken, URL)
            assert (caught.value.status, caught.value.retry) == (422, False)
        assert registrar.state(doi) is DoiState.NONE

    def test_another_prefix_is_not_ours(self, registrar: Registrar) -> None:
        for call in (registrar.state, registrar.hide, registrar.delete_draft, registrar.metadata):
            with pytest.raises(ServiceError, match="not under our prefix") as caught:
                call("10.1234/theirs")
            assert caught.value.status == 403

    @pytest.mark.parametrize("suffix", ["", "a b", "a?b", "a#b", "é", "a%2Fb", "a\nb"])
    def test_what_is_not_a_doi_is_told(self, registrar: Registrar, suffix: str) -> None:
        with pytest.raises(ServiceError, match="is not a DOI") as caught:
            registrar.state(f"{registrar.prefix}/{suffix}")
        assert caught.value.status == 422

    def test_case_does_not_matter(self, registrar: Registrar) -> None:
        lower, upper = f"{registrar.prefix}/abc(1)~x", f"{registrar.prefix}/ABC(1)~X"
        registrar.publish(upper, metadata(lower), URL)
        assert registrar.state(lower) is DoiState.FINDABLE
        assert registrar.publish(lower, metadata(upper), URL) is DoiState.FINDABLE

    def test_the_record_s_own_datacite_document_is_taken(self, registrar: Registrar, doi: str) -> None:
        record = RECORD.model_copy(update={"doi": doi, "publisher": Organisation(name="Station de démonstration")})
        document = to_datacite(record.with_dates(issued=dt.date(2026, 11, 21)))
        assert registrar.publish(doi, document, URL) is DoiState.FINDABLE
        assert registrar.metadata(doi) == document


class TestTheTestRegistrar(RegistrarContract):
    @pytest.fixture
    def registrar(self, tmp_path: Path) -> Registrar:
        return TestRegistrar(tmp_path / "data" / "registrar.sqlite3")

    def test_it_says_so_and_keeps_what_it_knows(self, registrar: Registrar, tmp_path: Path) -> None:
        doi = "10.5072/kept"
        registrar.publish(doi, metadata(doi), URL)
        again = TestRegistrar(tmp_path / "data" / "registrar.sqlite3")
        assert (again.is_test, again.prefix, again.state(doi)) == (True, "10.5072", DoiState.FINDABLE)

    def test_several_processes_may_use_it_at_once(self, registrar: Registrar) -> None:
        dois = [f"10.5072/many.{number}" for number in range(24)]
        threads = [threading.Thread(target=registrar.publish, args=(doi, metadata(doi), URL)) for doi in dois]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {registrar.state(doi) for doi in dois} == {DoiState.FINDABLE}

    def test_a_broken_file_is_a_service_error(self, tmp_path: Path) -> None:
        (tmp_path / "broken").write_bytes(b"not a database " * 100)
        with pytest.raises(ServiceError, match="failed"):
            TestRegistrar(tmp_path / "broken").state("10.5072/x")


class TestDataCite(RegistrarContract):
    @pytest.fixture
    def datacite(self) -> Iterator[FakeDataCite]:
        with FakeDataCite() as fake:
            yield fake

    @pytest.fixture
    def registrar(self, datacite: FakeDataCite) -> Registrar:
        return DataCiteRegistrar(datacite.url, PREFIX, USER, PASSWORD)

    def test_it_introduces_itself(self, registrar: Registrar, datacite: FakeDataCite, doi: str) -> None:
        registrar.state(doi)
        assert datacite.agents == {http.USER_AGENT}
        assert datacite.seen == [("GET", "/dois/10.80000/terracite.1")]

    def test_wrong_credentials_are_told_without_showing_them(self, datacite: FakeDataCite, doi: str) -> None:
        stranger = DataCiteRegistrar(datacite.url, PREFIX, USER, "wrong-password")
        with pytest.raises(ServiceError, match=r"401: Bad credentials.*Check the user name") as caught:
            stranger.save_draft(doi, metadata(doi), URL)
        assert (caught.value.status, caught.value.retry) == (401, False)
        assert "wrong-password" not in repr(caught.value)

    @pytest.mark.parametrize(
        ("status", "retry"),
        [
            (400, False),
            (403, False),
            (408, True),
            (409, False),
            (429, True),
            (500, True),
            (502, True),
            (503, True),
        ],
    )
    def test_other_refusals_say_whether_to_try_again(
        self, registrar: Registrar, datacite: FakeDataCite, doi: str, status: int, retry: bool
    ) -> None:
        datacite.planned = [Planned(status, b"<html>an error page</html>", {"content-type": "text/html"})]
        with pytest.raises(ServiceError) as caught:
            registrar.publish(doi, metadata(doi), URL)
        assert (caught.value.status, caught.value.retry) == (status, retry)
        assert "<html>" not in str(caught.value)
        assert registrar.publish(doi, metadata(doi), URL) is DoiState.FINDABLE

    def test_a_redirect_is_not_followed(self, registrar: Registrar, datacite: FakeDataCite, doi: str) -> None:
        datacite.planned = [Planned(302, b"", {"location": "https://elsewhere.example.org/"})]
        with pytest.raises(ServiceError, match="redirects") as caught:
            registrar.publish(doi, metadata(doi), URL)
        assert (caught.value.status, caught.value.retry, len(datacite.seen)) == (302, False, 1)

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": null}', b'{"data": {"attributes": {}}}'])
    def test_an_answer_that_is_none_is_an_error(
        self, registrar: Registrar, datacite: FakeDataCite, doi: str, body: bytes
    ) -> None:
        datacite.planned = [Planned(200, body)]
        with pytest.raises(ServiceError):
            registrar.state(doi)

    def test_an_answer_without_end_is_cut(
        self, registrar: Registrar, datacite: FakeDataCite, doi: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1 << 20)
        datacite.planned = [Planned(200, b" " * (1 << 20) + b"{}")]
        with pytest.raises(ServiceError, match="answered more than 1 MB"):
            registrar.state(doi)

    def test_no_answer_in_time_may_be_tried_again(
        self, registrar: Registrar, datacite: FakeDataCite, doi: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http.ask, "__kwdefaults__", {"wait_s": 0.1})
        datacite.planned = [Planned(200, b"{}", wait_s=0.4)]
        with pytest.raises(ServiceError, match="did not answer in time") as caught:
            registrar.state(doi)
        assert caught.value.retry

    def test_nobody_there_may_be_tried_again(self, doi: str) -> None:
        with FakeDataCite() as fake:
            registrar = DataCiteRegistrar(fake.url, PREFIX, USER, PASSWORD)
        with pytest.raises(ServiceError, match="could not be reached") as caught:
            registrar.state(doi)
        assert caught.value.retry

    def test_an_event_ignored_in_silence_is_noticed(
        self, registrar: Registrar, datacite: FakeDataCite, doi: str
    ) -> None:
        datacite.planned = [Planned(200, b'{"data": {"attributes": {"state": "draft"}}}')]
        with pytest.raises(ServiceError, match="in the state 'draft' instead of 'findable'"):
            registrar.publish(doi, metadata(doi), URL)


@given(st.lists(st.sampled_from(["save_draft", "register", "publish", "hide", "delete_draft"]), max_size=8))
@settings(max_examples=25, deadline=None)
def test_both_registrars_answer_any_sequence_alike(calls: list[str]) -> None:
    import tempfile

    with FakeDataCite() as fake, tempfile.TemporaryDirectory() as folder:
        ours = TestRegistrar(Path(folder) / "r.sqlite3", PREFIX)
        theirs = DataCiteRegistrar(fake.url, PREFIX, USER, PASSWORD)
        for call in calls:
            assert _outcome(ours, call) == _outcome(theirs, call)
        assert ours.state(f"{PREFIX}/a") is theirs.state(f"{PREFIX}/a")


def _outcome(registrar: Registrar, call: str) -> object:
    doi = f"{PREFIX}/a"
    arguments = (doi,) if call in {"hide", "delete_draft"} else (doi, metadata(doi), URL)
    try:
        return getattr(registrar, call)(*arguments)
    except ServiceError as error:
        return error.status, error.retry


def test_the_settings_choose_the_registrar(tmp_path: Path) -> None:
    default = Settings(data_dir=tmp_path)
    assert isinstance(registrar_for(default), TestRegistrar)
    datacite = replace(default, registrar="datacite", doi_prefix=PREFIX, datacite_user=USER, datacite_password=PASSWORD)
    chosen = registrar_for(datacite)
    assert (type(chosen), chosen.is_test) == (DataCiteRegistrar, True)
    assert not registrar_for(replace(datacite, datacite_url="https://api.datacite.org")).is_test


def test_a_registrar_that_cannot_work_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no registrar 'crossref'"):
        registrar_for(Settings(data_dir=tmp_path, registrar="crossref"))
    with pytest.raises(ConfigError, match="account and a prefix"):
        registrar_for(Settings(data_dir=tmp_path, registrar="datacite"))
