# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way to change something of a dataset or of its deposit: its form, its call, and who gets through, when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from terracite.repository import corrections, moderation_sentences
from terracite.repository.models import (
    AccessRequest,
    DatasetVersion,
    Invitation,
    Person,
    ReviewLink,
    Suggestion,
    Thread,
)

OWNERS = ("alice", "elise")  #: the owner, and an editor who is a moderator of the desk too
OTHERS = ("bob", "chloe", "remi", "berenice", "admin")
PUBLIC = ("published", "superseded")
AT_DESK = ("submitted", "in_review")
OPEN = ("draft", "changes_requested")
ALL_BUT_PUBLIC = (*OPEN, *AT_DESK, "accepted", "rejected", "discarded")
EVERYWHERE = (*ALL_BUT_PUBLIC, *PUBLIC, "withdrawn")


@dataclass
class Scene:
    """What the forms and calls name."""

    version: DatasetVersion
    thread: Thread
    suggestion: Suggestion
    link: ReviewLink
    asked: AccessRequest
    invitation: Invitation
    people: dict[str, Person]
    correction_form: dict[str, list[str]]


Data = Callable[[Scene], dict[str, Any]]
Named = Callable[[Scene], list[Any]]
Who = dict[tuple[str, ...], tuple[str, ...]]  #: these people, in these states


def _nothing(_scene: Scene) -> dict[str, Any]:
    return {}


def _version(at: Scene) -> list[Any]:
    return [at.version.uuid]


def _landing(at: Scene) -> list[Any]:
    return [at.version.dataset.uuid, at.version.number]


def _deposit(at: Scene) -> list[Any]:
    return [at.version.dataset.deposit.uuid]


def _correct(at: Scene) -> None:
    if at.version.state != "published":
        return
    corrections.correct_metadata(at.version, at.people["alice"], changes={"title.en": "Land cover, corrected"})


def _close(at: Scene) -> None:
    Thread.objects.filter(pk=at.thread.pk).update(open=False)


@dataclass(frozen=True)
class Way:
    """One thing to do. ``page`` and ``call``: the name of its address and the operation of the API, "" without one."""

    who: Who
    page: str = ""
    names: Named = _version
    form: Data = _nothing
    call: str = ""
    body: Data = _nothing
    before: Callable[[Scene], None] | None = None
    is_edit: bool = False  #: one of many that ask whether it may be edited

    @property
    def states(self) -> set[str]:
        """Where somebody gets through."""
        return {state for states in self.who.values() for state in states}


def _move(name: str, who: Who, form: Data = _nothing, body: Data | None = None, **more: Any) -> Way:
    return Way(
        who, "move", lambda at: [at.version.uuid, name], form, f"moves_{name}", form if body is None else body, **more
    )


def _share(name: str, form: Data, call: str = "", body: Data = _nothing, who: Who | None = None) -> Way:
    """Of a deposit: whatever the state of its dataset."""
    own = {("alice",): EVERYWHERE} if who is None else who
    return Way(own, "deposit-share", lambda at: [*_deposit(at), name], form, call, body)


def _member(at: Scene) -> dict[str, Any]:
    member = at.version.dataset.deposit.memberships.get(person=at.people["remi"])
    return {"member": str(member.pk), "role": "editor"}


def _seen(at: Scene) -> dict[str, Any]:
    return {"seen": at.version.snapshot_hash}


def _said(text: str = "Words.", **more: str) -> Data:
    return lambda _at: {"text": text, **more}


def _edit(page: str, form: Data = _nothing, call: str = "", body: Data = _nothing, names: Named = _version) -> Way:
    return Way({OWNERS: OPEN}, page, names, form, call, body, is_edit=True)


_DESK = ("bob",)
_REVIEW: Who = {_DESK: ("in_review",)}
_CORRECTED = {"changes": {"title.en": "Land cover, corrected"}}
_DATASET = '{"@context": "https://schema.org/", "@type": "Dataset", "name": "Land cover"}'

WAYS: dict[str, Way] = {
    # at the desk
    "take": _move("take", {_DESK: AT_DESK}),
    "assign": _move("assign", {_DESK: AT_DESK}, lambda at: {"to": str(at.people["bob"].pk)}, lambda _: {"to": "bob"}),
    "hand_over": _move(
        "hand_over", _REVIEW, lambda at: {"to": str(at.people["bob"].pk)}, lambda _: {"to": "bob"}
    ),
    "comment": _move("comment", {(*OWNERS, *_DESK): (*AT_DESK, "changes_requested")}, _said()),
    "close_thread": _move(
        "close_thread", {_DESK: (*AT_DESK, "changes_requested")}, lambda at: {"thread": str(at.thread.pk)}
    ),
    "suggest": _move("suggest", _REVIEW, lambda _: {"field": "title.en", "value": "Another title"}),
    "answer_suggestion": _move(
        "answer_suggestion",
        {OWNERS: ("changes_requested",)},
        lambda at: {"suggestion": str(at.suggestion.pk), "answer": "yes"},
        lambda _: {"accept": True},
    ),
    "request_changes": _move(
        "request_changes",
        _REVIEW,
        lambda at: {**_seen(at), "sentence": moderation_sentences.sentences([])[0].key},
        _seen,
    ),
    "accept": _move("accept", _REVIEW, _seen, before=_close),
    "reject": _move("reject", _REVIEW, lambda at: {**_seen(at), "reason": "other", "text": "For now."}),
    "approve_correction": _move("approve_correction", {_DESK: ("published",)}, before=_correct),
    "refuse_correction": _move(
        "refuse_correction", {_DESK: ("published",)}, lambda _: {"reason": "No."}, before=_correct
    ),
    "withdraw": Way(
        {("dora",): PUBLIC}, "withdraw", form=lambda _: {"reason": "Errors."}, call="moves_withdraw",
        body=lambda _: {"reason": "Errors."},
    ),
    # the owner's
    "submit": Way(
        {OWNERS: OPEN}, "submit", form=lambda _: {"terms": "1"}, call="drafts_submit",
        body=lambda _: {"terms_accepted": True},
    ),
    "discard": Way({OWNERS: ("draft",)}, "discard", call="drafts_discard"),
    "restore": Way({OWNERS: ("discarded",)}, "restore", call="drafts_restore"),
    "new_version": Way({OWNERS: PUBLIC}, "new-version", call="drafts_new_version"),
    "correct_metadata": Way(
        {OWNERS: ("published",)}, "correct", form=lambda at: at.correction_form, call="moves_correct_metadata",
        body=lambda _: _CORRECTED,
    ),
    "take_back_correction": Way(
        {OWNERS: ("published",)}, "take-back-correction", call="moves_take_back_correction", before=_correct
    ),
    # edits
    "edit": Way(
        {OWNERS: OPEN}, "deposit-step", lambda at: [at.version.uuid, "describe"],
        lambda _: {"title.en": "Land cover in 2023"}, "drafts_change",
        lambda _: {"changes": {"title.en": "Land cover in 2023"}},
    ),
    "inherit": _edit("inherit", lambda _: {"field": "licence"}, "drafts_inherit", lambda _: {"field": "licence"}),
    "reserve a DOI": _edit("", call="drafts_reserve_doi"),
    "choose": _edit("find-choose", lambda _: {"into": "creators", "fill": '{"family_name": "Hoarau"}'}),
    "draw": _edit(
        "find-shape",
        lambda _: {"file": SimpleUploadedFile("a.geojson", b'{"type": "Point", "coordinates": [55, -21]}')},
    ),
    "import": _edit("", call="imports_take", body=lambda _: {"text": _DATASET, "fields": ["title.en"]}),
    "upload": _edit("upload", lambda _: {"files": SimpleUploadedFile("more.md", b"# More\n")}, "files_send"),
    "upload in pieces": _edit("", call="uploads_begin"),
    "describe a file": _edit(
        "describe-files", lambda at: {f"about_en.{at.version.files.first().pk}": "Read this."}, "files_describe",
        lambda _: {"description": {"en": "Read this."}},
    ),
    "remove a file": _edit("describe-files", lambda _: {"remove": "README.md"}, "files_remove"),
    "remove a folder": _edit("", call="files_remove_folder"),
    # letting others in
    "make a link": Way(
        {OWNERS: ALL_BUT_PUBLIC}, "make-link", form=lambda _: {"label": "Reviewers", "days": "30"}, call="links_make",
        body=lambda _: {"label": "Reviewers", "days": 30},
    ),
    "revoke a link": Way(
        {OWNERS: EVERYWHERE}, "revoke-link", lambda at: [at.version.uuid, at.link.pk], call="links_revoke"
    ),
    "ask for files": Way(
        {OTHERS: PUBLIC}, "access", _landing, lambda _: {"reason": "To compare."},
        "sharing_ask_for_access", lambda _: {"reason": "To compare."},
    ),
    "open files": Way(
        {(*OWNERS, "dora"): PUBLIC}, "answer-access", _landing,
        lambda at: {"request": str(at.asked.uuid), "answer": "yes"}, "sharing_answer_access", lambda _: {"grant": True},
    ),
    "write to the contacts": Way(
        {(*OWNERS, *OTHERS, "dora", "anonymous"): (*PUBLIC, "withdrawn")}, "contact",
        _landing, lambda _: {"name": "Somebody", "email": "somebody@example.org", "text": "Is there more?"},
        "sharing_write_to_contacts", lambda _: {"text": "Is there more?"},
    ),
    # of the deposit
    "change the deposit": Way(
        {OWNERS: EVERYWHERE}, "deposit-common", _deposit, lambda _: {"title.en": "Maps"}, "deposits_change",
        lambda _: {"changes": {"title.en": "Maps"}},
    ),
    "begin in the deposit": Way(
        {OWNERS: EVERYWHERE}, "new-deposit", lambda _: [], lambda at: {"deposit": str(_deposit(at)[0])}, "drafts_begin"
    ),
    "share": _share(
        "add", lambda _: {"person": "chloe", "role": "reader"}, "deposits_share", lambda _: {"role": "reader"}
    ),
    "invite": _share(
        "invite", lambda _: {"email": "x@example.org", "role": "reader"}, "sharing_invite",
        lambda _: {"email": "x@example.org", "role": "reader"},
    ),
    "change a role": _share("role", _member),
    "share no more": _share("remove", _member, "deposits_unshare"),
    "call back": _share("call-back", lambda at: {"member": str(at.invitation.pk)}, "sharing_call_back"),
    "give away": _share("give", _member, "sharing_give_away", lambda _: {"username": "remi"}),
    "leave": _share("leave", _nothing, who={("elise", "remi"): EVERYWHERE}),
    "take an invitation up": Way(
        {(*OWNERS, *OTHERS, "dora"): EVERYWHERE}, "invitation",
        lambda _: ["token-of-the-letter"], call="sharing_accept",
    ),
}  # fmt: skip

#: addresses that change nothing of a dataset or deposit: they only show
SHOWING = {
    "home", "search", "latest", "landing", "tile", "overview", "value", "series", "changes", "revision", "preview",
    "preview-part", "deposit-page", "deposit-people", "review-link", "about", "help", "machines", "privacy",
    "accessibility", "goodbye", "deposits", "version", "find", "desk", "desk-statistics", "desk-statistics-csv",
    "review", "refuse", "history", "history-json", "history-csv", "robots", "sitemap", "oai", "metadata", "usage",
    "checksums", "linkset", "file", "all-files",
}  # fmt: skip
#: of one's account or desk, or in two steps (`import`); their own tests try them
APART = {
    "language", "account", "register", "login", "logout", "password", "new-token", "revoke-token", "read-notices",
    "import", "import-into", "sentences", "reply",
}  # fmt: skip
CALLS_APART = {
    "account_read", "deposits_make", "imports_offer", "uploads_begin_crate", "uploads_send", "uploads_end",
    "uploads_instead", "crates_receive", "desk_tools_add_sentence", "desk_tools_change_sentence",
    "desk_tools_remove_sentence",
}  # fmt: skip
#: moves of the machine alone: no address makes them
OF_THE_MACHINE = {"publish", "supersede", "end_embargo"}
