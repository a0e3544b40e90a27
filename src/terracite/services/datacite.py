# SPDX-License-Identifier: AGPL-3.0-or-later
"""DataCite's REST API as a `Registrar`.

What its server does, and what follows from it here (github.com/datacite/lupo, read in November 2026):

- ``PUT /dois/{doi}`` creates or updates, so every call can be repeated;
- an event that does not fit the state is ignored without a word: the answered state is compared with the wanted one;
- a URL, and XML valid against the schema, are demanded only of registered and findable DOIs (422);
- only drafts can be deleted (405); drafts and registered DOIs are 404 for anyone but their owner.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import httpx

from terracite.errors import ConfigError, ServiceError
from terracite.services import http
from terracite.services.registrar import TEST_PREFIX, DoiState, checked_metadata, own_doi

JSON_API = "application/vnd.api+json"


class DataCiteRegistrar:
    """Registers DOIs under ``prefix`` with a DataCite repository account."""

    def __init__(self, url: str, prefix: str, user: str, password: str) -> None:
        if not (user and password) or prefix == TEST_PREFIX:
            raise ConfigError(
                "DataCite needs an account and a prefix of your own.",
                hint="Set datacite_user, datacite_password and doi_prefix, or registrar = 'test'.",
            )
        self._prefix = prefix.lower()
        self._is_test = ".test." in url
        self._http = http.client(url.rstrip("/"), user=user, password=password)

    @property
    def prefix(self) -> str:
        return self._prefix

    @property
    def is_test(self) -> bool:
        return self._is_test

    def save_draft(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        return self._save(doi, metadata_xml, url)

    def register(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        state = self._save(doi, metadata_xml, url, "register")
        return _reached(doi, state, DoiState.REGISTERED, DoiState.FINDABLE)

    def publish(self, doi: str, metadata_xml: bytes, url: str) -> DoiState:
        state = self._save(doi, metadata_xml, url, "publish")
        return _reached(doi, state, DoiState.FINDABLE)

    def hide(self, doi: str) -> DoiState:
        doi = own_doi(doi, self._prefix)
        if self.state(doi) in {DoiState.NONE, DoiState.DRAFT}:
            raise ServiceError(f"{doi} is not public, so it cannot be hidden.", hint="Publish it first.", status=422)
        return _reached(doi, self._put(doi, {"event": "hide"}), DoiState.REGISTERED)

    def delete_draft(self, doi: str) -> None:
        doi = own_doi(doi, self._prefix)
        try:
            self._ask("DELETE", doi)
        except ServiceError as error:
            if error.status == httpx.codes.METHOD_NOT_ALLOWED:
                message = f"{doi} is registered: it cannot be deleted."
                raise ServiceError(message, hint="Hide it instead.", status=405) from error
            if error.status != httpx.codes.NOT_FOUND:
                raise

    def state(self, doi: str) -> DoiState:
        try:
            return _state(self._attributes("GET", own_doi(doi, self._prefix)))
        except ServiceError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return DoiState.NONE
            raise

    def metadata(self, doi: str) -> bytes:
        content = self._attributes("GET", own_doi(doi, self._prefix)).get("xml") or ""
        return base64.b64decode(content)

    def _save(self, doi: str, metadata_xml: bytes, url: str, event: str = "") -> DoiState:
        doi = own_doi(doi, self._prefix)
        checked_metadata(doi, metadata_xml)
        attributes = {"doi": doi, "url": url, "xml": base64.b64encode(metadata_xml).decode("ascii")}
        return self._put(doi, attributes | ({"event": event} if event else {}))

    def _put(self, doi: str, attributes: dict[str, str]) -> DoiState:
        return _state(self._attributes("PUT", doi, {"data": {"type": "dois", "attributes": attributes}}))

    def _attributes(self, method: str, doi: str, content: object = None) -> dict[str, Any]:
        answered = self._ask(method, doi, content)
        try:
            answer = http.answered_json(answered)
            attributes: dict[str, Any] = answer["data"]["attributes"]
            attributes["state"]
        except (ServiceError, KeyError, TypeError) as error:
            # a page of maintenance, or half an answer: it may have been done all the same, and is asked again soon
            hint = "It is asked again by itself; if it goes on, check 'datacite_url'."
            raise ServiceError("DataCite's answer holds no DOI.", hint=hint, retry=True) from error
        return attributes

    def _ask(self, method: str, doi: str, content: object = None) -> httpx.Response:
        headers = {"Accept": JSON_API}
        if content is None:
            return http.ask(self._http, method, f"/dois/{quote(doi)}", headers=headers)
        headers["Content-Type"] = JSON_API
        return http.ask(self._http, method, f"/dois/{quote(doi)}", headers=headers, json=content)


def _state(attributes: dict[str, Any]) -> DoiState:
    try:
        return DoiState(attributes["state"])
    except (KeyError, ValueError) as error:
        raise ServiceError(f"DataCite gives an unknown state: {attributes.get('state')!r}.") from error


def _reached(doi: str, state: DoiState, *wanted: DoiState) -> DoiState:
    """``state`` when it is one of those wanted; DataCite says nothing when it ignores an event."""
    if state in wanted:
        return state
    raise ServiceError(
        f"DataCite left {doi} in the state '{state}' instead of '{wanted[0]}'.",
        hint="Check its landing page and that the account owns the prefix.",
        status=422,
    )
