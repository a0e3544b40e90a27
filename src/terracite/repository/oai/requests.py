# SPDX-License-Identifier: AGPL-3.0-or-later
"""Understanding a request: which verb, which arguments, or which error of the protocol. No database here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terracite.repository.oai import tokens
from terracite.repository.oai.formats import OAI_FORMATS
from terracite.repository.oai.tokens import Selection


class OaiError(Exception):
    """An error of the protocol: its code, a sentence for a person, and the arguments that the answer repeats."""

    def __init__(self, code: str, message: str, arguments: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.arguments = dict(arguments or {})


@dataclass(frozen=True, slots=True)
class OaiRequest:
    """A request without formal mistakes. ``arguments`` are those that the answer repeats."""

    verb: str
    arguments: dict[str, str]
    identifier: str = ""
    prefix: str = ""
    selection: Selection | None = None  #: of ListRecords and ListIdentifiers


@dataclass(frozen=True, slots=True)
class _Verb:
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    is_list: bool = False  #: takes a resumption token instead of everything else


_LISTING = _Verb(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), is_list=True)
VERBS = {
    "Identify": _Verb(),
    "ListMetadataFormats": _Verb(optional=frozenset({"identifier"})),
    "ListSets": _Verb(is_list=True),
    "GetRecord": _Verb(frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _LISTING,
    "ListRecords": _LISTING,
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PATTERNS = {
    "metadataPrefix": re.compile(r"[A-Za-z0-9\-_.!~*'()]+"),
    "set": re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*"),
    "identifier": re.compile(r"[^\s<>\"{}|\\^`]+"),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def understood(parameters: Mapping[str, Sequence[str]]) -> OaiRequest:
    """The request that ``parameters`` make. Raises `OaiError` badVerb, badArgument or badResumptionToken."""
    name = _verb(parameters)
    arguments = _arguments(name, parameters)
    shown = {"verb": name} | arguments
    if "resumptionToken" in arguments:
        resumed = _resumed(shown)
        return OaiRequest(name, shown, prefix=resumed.prefix, selection=resumed)
    prefix = arguments.get("metadataPrefix", "")
    selection = _selection(name, prefix, arguments) if VERBS[name] is _LISTING else None
    return OaiRequest(name, shown, arguments.get("identifier", ""), prefix, selection)


def known_prefix(prefix: str) -> None:
    """Raises cannotDisseminateFormat for a format that nothing is offered in."""
    if prefix not in OAI_FORMATS:
        raise OaiError(
            "cannotDisseminateFormat", f"There is no format '{prefix}'. Known formats: {', '.join(OAI_FORMATS)}."
        )


def _verb(parameters: Mapping[str, Sequence[str]]) -> str:
    values = list(parameters.get("verb", ()))
    known = f"Use one of: {', '.join(VERBS)}."
    if len(values) != 1:
        problem = "The verb is missing." if not values else "The verb is repeated."
        raise OaiError("badVerb", f"{problem} {known}")
    if values[0] not in VERBS:
        raise OaiError("badVerb", f"This is not a verb of OAI-PMH. {known}")
    return values[0]


def _arguments(name: str, parameters: Mapping[str, Sequence[str]]) -> dict[str, str]:
    verb = VERBS[name]
    given = {key: list(values) for key, values in parameters.items() if key != "verb"}
    token = {"resumptionToken"} if verb.is_list else set()
    for key, values in given.items():
        if key not in verb.required | verb.optional | token:
            raise _bad(f"{name} takes no argument of that name. It takes: {_listed(verb, token)}.")
        if len(values) != 1:
            raise _bad(f"'{key}' is repeated.")
        _check_value(key, values[0])
    arguments = {key: values[0] for key, values in given.items()}
    if "resumptionToken" in arguments:
        if len(arguments) > 1:
            raise _bad("A resumptionToken stands alone: leave the other arguments out.")
        return arguments
    if missing := sorted(verb.required - arguments.keys()):
        raise _bad(f"{name} needs {' and '.join(missing)}.")
    return arguments


def _listed(verb: _Verb, token: set[str]) -> str:
    return ", ".join(sorted(verb.required | verb.optional | token)) or "none"


def _check_value(key: str, value: str) -> None:
    pattern = _PATTERNS.get(key)
    if _NOT_XML.search(value) or (pattern and not pattern.fullmatch(value)):
        raise _bad(f"The value of '{key}' is not well formed.")


def _selection(verb: str, prefix: str, arguments: Mapping[str, str]) -> Selection:
    start_text, end_text = arguments.get("from", ""), arguments.get("until", "")
    if start_text and end_text and len(start_text) != len(end_text):
        raise _bad("'from' and 'until' need the same granularity.")
    start = _moment("from", start_text)
    end = _moment("until", end_text)
    if end is not None:  # the end is included: the last second, or the last day
        end += dt.timedelta(days=1) if _DAY.fullmatch(end_text) else dt.timedelta(seconds=1)
    if start is not None and end is not None and start >= end:
        raise _bad("'from' is later than 'until'.")
    return Selection(verb, prefix, start, end, arguments.get("set", ""))


def _moment(key: str, text: str) -> dt.datetime | None:
    if not text:
        return None
    if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
        try:
            moment = dt.datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=dt.UTC)
        except ValueError:
            pass
        else:
            if moment.year < 9999:
                return moment
    raise _bad(f"'{key}' is not a date. Write 2026-11-21 or 2026-11-21T12:00:00Z.")


def _resumed(arguments: Mapping[str, str]) -> Selection:
    selection = tokens.read(arguments["resumptionToken"])
    if selection is None or selection.verb != arguments["verb"] or selection.prefix not in OAI_FORMATS:
        problem = "This token is not one of ours for this verb. Start the list again."
        raise OaiError("badResumptionToken", problem, arguments)
    return selection


def _bad(message: str) -> OaiError:
    return OaiError("badArgument", message)
