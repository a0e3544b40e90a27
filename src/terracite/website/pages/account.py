# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts: making one, what is known of it, tokens for programs, what happened to one's datasets."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terracite.repository.models import ApiToken, Notice, Person, TokenScope
from terracite.repository.people import make_token
from terracite.website.forms.account import ProfileForm, RegistrationForm, SuggestedPasswordForm
from terracite.website.templatetags.show import language

NOTICES_SHOWN = 30
#: what the form of a new token offers
TOKEN_SCOPES = {
    "": (TokenScope.READ, TokenScope.DEPOSIT),
    "read": (TokenScope.READ,),
    "moderate": (TokenScope.READ, TokenScope.DEPOSIT, TokenScope.MODERATE),
}
TOKEN_DAYS = {"": 90, "30": 30, "365": 365, "none": 0}  #: 0: until it is revoked


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Make an account and log in with it."""
    if request.user.is_authenticated:
        return redirect("account")
    form = RegistrationForm(request.POST or None)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        person = form.make_person(language())
        login(request, person)
        messages.success(request, _("Welcome. Your account is ready."), "good")
        is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(wanted if is_ours else reverse("deposits"))
    return render(request, "account/register.html", {"form": form, "next": wanted}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """What is known of a person, their tokens, what happened to their datasets."""
    person = cast("Person", request.user)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account is up to date."), "good")
        return redirect("account")
    notices = Notice.objects.filter(person=person).select_related("version__dataset")
    values = {
        "form": form,
        "tokens": person.api_tokens.order_by("-created"),
        "notices": notices[:NOTICES_SHOWN],
        "unread": notices.filter(read_at__isnull=True).count(),
        "roles": person.desk_roles.order_by("role", "discipline"),
    }
    return render(request, "account/account.html", values, status=422 if form.errors else 200)


@never_cache
@login_required
@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token for a program; its text is shown this once."""
    label = request.POST.get("label", "").strip() or _("Token of %(day)s") % {"day": timezone.now().date()}
    scopes = TOKEN_SCOPES.get(request.POST.get("scope", ""), TOKEN_SCOPES[""])
    days = TOKEN_DAYS.get(request.POST.get("days", ""), TOKEN_DAYS[""])
    until = timezone.now() + dt.timedelta(days=days) if days else None
    made = make_token(cast("Person", request.user), label, scopes, until)
    return render(request, "account/token.html", {"made": made})


@login_required
@require_POST
def revoke_token(request: HttpRequest, token: int) -> HttpResponse:
    """Make a token useless at once."""
    get_object_or_404(ApiToken, pk=token, person=request.user).delete()
    messages.success(request, _("The token no longer works."), "good")
    return redirect("account")


@login_required
@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    Notice.objects.filter(person=cast("Person", request.user), read_at__isnull=True).update(read_at=timezone.now())
    return redirect("account")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the password."""
    from django.contrib.auth import update_session_auth_hash

    person = cast("Person", request.user)
    form = SuggestedPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is changed."), "good")
        return redirect("account")
    return render(request, "account/password.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Ask before logging out: a link alone must not do it."""
    return render(request, "account/logout.html")
