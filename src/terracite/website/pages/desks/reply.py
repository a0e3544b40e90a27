# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page that a letter's link opens: one conversation and a box to answer, without logging in, and nothing else."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from terracite.errors import TerraciteError
from terracite.repository import conversation
from terracite.repository.conversation_links import found
from terracite.repository.models import ReplyLink
from terracite.repository.permissions import moves_of
from terracite.website import limits, messages_of, visitors

MOST_ANSWERS, ANSWERS_S = 10, 3600  #: of one link
MOST_GUESSES, GUESSES_S = 30, 600  #: of one address that opens links that are none


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Show the conversation of a link, take an answer. An unknown or old link says how to go on."""
    link = found(token)
    if link is None:
        busy = not limits.may("reply guess", visitors.place(request), MOST_GUESSES, GUESSES_S)
        return _private(render(request, "moderation/reply_over.html", {}, status=429 if busy else 404))
    if request.method == "POST":
        return _private(_answered(request, link, token))
    return _private(render(request, "moderation/reply.html", _values(link)))


def _answered(request: HttpRequest, link: ReplyLink, token: str) -> HttpResponse:
    text = str(request.POST.get("text", "")).replace("\r\n", "\n")
    status = 422
    if not limits.may("reply answer", str(link.pk), MOST_ANSWERS, ANSWERS_S):
        messages.error(request, _("That is many messages for one link: wait an hour, or log in."), "bad")
        status = 429
    else:
        try:
            conversation.answer_by_link(link, text)
        except TerraciteError as error:
            messages_of.refusal(request, error)
        else:
            messages.success(request, _("Your answer is there, and on its way by mail."), "good")
            return redirect("reply", token)
    return render(request, "moderation/reply.html", _values(link) | {"typed": text}, status=status)


def _values(link: ReplyLink) -> dict[str, object]:
    thread = link.thread
    return {
        "thread": thread,
        "comments": thread.comments.select_related("author"),
        "version": thread.version,
        "person": link.person,
        "expires_at": link.expires_at,
        "may_answer": thread.open and "comment" in moves_of(link.person, thread.version),
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Found by no search engine, told to no other site."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # not "no-referrer": with it a browser sends the form with no origin, and it is refused
    response.headers["Referrer-Policy"] = "same-origin"
    return response
