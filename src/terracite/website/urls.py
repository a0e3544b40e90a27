# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address of the website. Those for machines are in `machines_urls`."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from terracite.website.forms.account import LoginForm
from terracite.website.machines import for_machines
from terracite.website.pages import (
    about,
    access,
    account,
    deposit,
    discarding,
    errors,
    files,
    home,
    landing,
    language,
    moderation,
    search,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/<str:language>/", language.choose, name="language"),
    path("search/", search.search, name="search"),
    path("datasets/<uuid:dataset>/", landing.latest, name="latest"),
    path("datasets/<uuid:dataset>/v<int:number>/", for_machines(landing.landing), name="landing"),
    path("datasets/<uuid:dataset>/v<int:number>/access/", access.access, name="access"),
    path("datasets/<uuid:dataset>/v<int:number>/access/answer/", access.answer, name="answer-access"),
    path("deposits/<uuid:deposit>/", deposit.group, name="deposit-page"),
    path("about/", about.about, name="about"),
    path("help/", about.assistance, name="help"),
    path("machines/", about.machines, name="machines"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    # accounts
    path("account/", account.account, name="account"),
    path("account/register/", account.register, name="register"),
    path(
        "account/login/",
        LoginView.as_view(
            template_name="account/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("account/goodbye/", account.goodbye, name="goodbye"),
    path("account/logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", account.password, name="password"),
    path("account/tokens/", account.new_token, name="new-token"),
    path("account/tokens/<int:token>/revoke/", account.revoke_token, name="revoke-token"),
    path("account/read/", account.read_notices, name="read-notices"),
    # depositing
    path("deposit/", deposit.mine, name="deposits"),
    path("deposit/new/", deposit.new, name="new-deposit"),
    path("deposit/<uuid:version>/", deposit.version, name="version"),
    path("deposit/<uuid:version>/upload/", files.upload, name="upload"),
    path("deposit/<uuid:version>/describe-files/", files.describe, name="describe-files"),
    path("deposit/<uuid:version>/submit/", deposit.submit, name="submit"),
    path("deposit/<uuid:version>/new-version/", deposit.next_version, name="new-version"),
    path("deposit/<uuid:version>/discard/", discarding.discard, name="discard"),
    path("deposit/<uuid:version>/restore/", discarding.restore, name="restore"),
    path("deposit/<uuid:version>/withdraw/", moderation.withdraw, name="withdraw"),
    path("deposit/<uuid:version>/move/<str:name>/", moderation.move, name="move"),
    path("deposit/<uuid:version>/<str:name>/", deposit.step, name="deposit-step"),
    # desks
    path("moderation/", moderation.desk, name="desk"),
    path("moderation/<uuid:version>/", moderation.review, name="review"),
    path("", include("terracite.website.machines_urls")),
]
handler404 = errors.not_found
handler403 = errors.forbidden
handler500 = errors.failed
