# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one way to talk HTTP: short waits, no redirects, and errors a person can act on.

Nothing is repeated here: an error says (``retry``) whether the same call may work later, and a queue decides.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx

from terracite import __version__
from terracite.errors import ServiceError

USER_AGENT = f"terracite/{__version__}"
CONNECT_S = 10.0
ANSWER_S = 60.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024
_WORTH_A_RETRY = frozenset({408, 425, 429})
_CURES = {
    401: "Check the user name and password, or the token.",
    403: "This account may not do that: ask for the right, or use another account.",
    404: "Check the address and the identifier.",
    413: "The server does not take so much at once.",
    422: "Correct the metadata and send again.",
    429: "Too many calls: it will be tried again later.",
}


def client(base_url: str = "", *, user: str = "", password: str = "", token: str = "") -> httpx.Client:
    """A client for ``base_url``, with basic authentication or a bearer token when they are given."""
    headers = {"User-Agent": USER_AGENT}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(
        base_url=base_url,
        auth=httpx.BasicAuth(user, password) if user else None,
        headers=headers,
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        follow_redirects=False,
        verify=_certificates(),
    )


@cache
def _certificates() -> ssl.SSLContext:
    """The certificates trusted by this process; reading them takes a while, so once."""
    return httpx.create_ssl_context()


def ask(http: httpx.Client, method: str, path: str, *, wait_s: float = ANSWER_S, **request: Any) -> httpx.Response:
    """The answer to one request, read whole, when its status is 2xx; a `ServiceError` for anything else."""
    answer = told(http, method, path, wait_s=wait_s, **request)
    if not answer.is_success:
        raise refusal(answer)
    return answer


def told(http: httpx.Client, method: str, path: str, *, wait_s: float = ANSWER_S, **request: Any) -> httpx.Response:
    """The answer whatever its status, read whole; a `ServiceError` when there is none."""
    with streamed(http, method, path, wait_s=wait_s, **request) as answer:
        return _whole(answer)


@contextmanager
def streamed(
    http: httpx.Client, method: str, path: str, *, wait_s: float = ANSWER_S, **request: Any
) -> Iterator[httpx.Response]:
    """The answer as it comes; whatever breaks on the way is a `ServiceError`."""
    timeout = httpx.Timeout(wait_s, connect=CONNECT_S)
    try:
        with http.stream(method, path, timeout=timeout, **request) as answer:
            yield answer
    except httpx.TransportError as error:
        raise _unreachable(http.base_url.host or path, error) from error
    except (httpx.InvalidURL, httpx.HTTPError) as error:
        raise ServiceError(f"'{http.base_url}' cannot be called: {error}.", hint="Check the address.") from error


def answered_json(answer: httpx.Response) -> Any:
    """The JSON of an answer; a `ServiceError` when it holds none (a proxy's page, for instance)."""
    try:
        return answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ServiceError(
            f"{answer.url.host} answered something that is not JSON.",
            hint="Check that the address is that of the service itself.",
            status=answer.status_code,
        ) from error


def _whole(coming: httpx.Response) -> httpx.Response:
    """The same answer with its body read, up to a bound."""
    content = bytearray()
    for chunk in coming.iter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise ServiceError(f"{coming.url.host} answered more than {MAX_ANSWER_BYTES >> 20} MB.")
    headers = {name: value for name, value in coming.headers.items() if name != "content-encoding"}
    return httpx.Response(coming.status_code, headers=headers, content=bytes(content), request=coming.request)


def _unreachable(host: str, error: httpx.TransportError) -> ServiceError:
    what = "did not answer in time" if isinstance(error, httpx.TimeoutException) else "could not be reached"
    reason = f" ({error})" if str(error) else ""
    hint = "Check the address and the network; it can be tried again."
    return ServiceError(f"{host} {what}{reason}.", hint=hint, retry=True)


def refusal(answer: httpx.Response) -> ServiceError:
    """The error that an answer tells of."""
    status = answer.status_code
    if answer.is_redirect:
        hint = f"Use the address it points to: {answer.headers.get('location', 'none given')}."
        return ServiceError(f"{answer.url.host} redirects ({status}).", hint=hint, status=status)
    retry = status in _WORTH_A_RETRY or status >= 500
    hint = _CURES.get(status, "It can be tried again later." if retry else "")
    said = _reasons(answer)
    message = f"{answer.url.host} answered {status}" + (f": {said}" if said else "") + "."
    return ServiceError(message, hint=hint, status=status, retry=retry)


def _reasons(answer: httpx.Response) -> str:
    """What the server gives as reason: JSON:API errors, its message with the cure, or the start of a plain text."""
    try:
        content = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        plain = answer.headers.get("content-type", "").startswith("text/plain")
        return re.sub(r"\s+", " ", answer.text[:200]).strip() if plain else answer.reason_phrase
    if isinstance(content, dict) and isinstance(content.get("errors"), list):
        return "; ".join(_reason(item) for item in content["errors"])
    if isinstance(content, dict):
        told = content.get("message") or content.get("detail") or content.get("error") or answer.reason_phrase
        return f"{told} {content.get('cure') or ''}".strip()
    return answer.reason_phrase


def _reason(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    title = str(item.get("title", ""))
    return f"{item['source']}: {title}" if item.get("source") else title
