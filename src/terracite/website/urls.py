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
    contact,
    corrections,
    deposit,
    discarding,
    errors,
    files,
    finders,
    home,
    importing,
    landing,
    language,
    previews,
    search,
    tiles,
)
from terracite.website.pages.desks import history, moves, queue, reply, review, sentences, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/<str:language>/", language.choose, name="language"),
    path("search/", search.search, name="search"),
    path("datasets/<uuid:dataset>/", landing.latest, name="latest"),
    path("datasets/<uuid:dataset>/v<int:number>/", for_machines(landing.landing), name="landing"),
    path(
        "datasets/<uuid:dataset>/v<int:number>/tiles/<path:path>/<int:z>/<int:x>/<int:y>.<str:suffix>",
        tiles.tile,
        name="tile",
    ),
    path("datasets/<uuid:dataset>/v<int:number>/overview/<path:path>", tiles.overview, name="overview"),
    path("datasets/<uuid:dataset>/v<int:number>/value/<path:path>", tiles.value, name="value"),
    path("datasets/<uuid:dataset>/v<int:number>/series/<path:path>", tiles.steps, name="series"),
    path("datasets/<uuid:dataset>/v<int:number>/contact/", contact.write, name="contact"),
    path("datasets/<uuid:dataset>/v<int:number>/changes/<int:other>/", landing.changes, name="changes"),
    path("datasets/<uuid:dataset>/v<int:number>/revisions/<int:which>/", landing.revision, name="revision"),
    path("datasets/<uuid:dataset>/v<int:number>/preview/<path:path>", previews.preview, name="preview"),
    path(
        "datasets/<uuid:dataset>/v<int:number>/preview-part/<str:name>/<path:path>", previews.part, name="preview-part"
    ),
    path("datasets/<uuid:dataset>/v<int:number>/access/", access.access, name="access"),
    path("datasets/<uuid:dataset>/v<int:number>/access/answer/", access.answer, name="answer-access"),
    path("deposits/<uuid:deposit>/", deposit.group, name="deposit-page"),
    path("deposits/<uuid:deposit>/common/", deposit.common, name="deposit-common"),
    path("deposits/<uuid:deposit>/people/", deposit.people, name="deposit-people"),
    path("deposits/<uuid:deposit>/people/<str:name>/", deposit.share, name="deposit-share"),
    path("invitations/<str:token>/", deposit.invitation, name="invitation"),
    path("review/<str:token>/", deposit.open_link, name="review-link"),
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
    path("find/<str:kind>", finders.find, name="find"),
    path("deposit/<uuid:version>/find/", finders.choose, name="find-choose"),
    path("deposit/<uuid:version>/find/shape/", finders.shape, name="find-shape"),
    path("deposit/import/", importing.begin, name="import"),
    path("deposit/<uuid:version>/import/", importing.into, name="import-into"),
    path("deposit/<uuid:version>/upload/", files.upload, name="upload"),
    path("deposit/<uuid:version>/describe-files/", files.describe, name="describe-files"),
    path("deposit/<uuid:version>/submit/", deposit.submit, name="submit"),
    path("deposit/<uuid:version>/new-version/", deposit.next_version, name="new-version"),
    path("deposit/<uuid:version>/inherit/", deposit.inherit, name="inherit"),
    path("deposit/<uuid:version>/links/", deposit.make_link, name="make-link"),
    path("deposit/<uuid:version>/links/<int:link>/revoke/", deposit.revoke_link, name="revoke-link"),
    path("deposit/<uuid:version>/discard/", discarding.discard, name="discard"),
    path("deposit/<uuid:version>/restore/", discarding.restore, name="restore"),
    path("deposit/<uuid:version>/correct/", corrections.correct, name="correct"),
    path("deposit/<uuid:version>/correct/take-back/", corrections.take_back, name="take-back-correction"),
    path("deposit/<uuid:version>/withdraw/", moves.withdraw, name="withdraw"),
    path("deposit/<uuid:version>/move/<str:name>/", moves.move, name="move"),
    path("deposit/<uuid:version>/<str:name>/", deposit.step, name="deposit-step"),
    # desks
    path("moderation/", queue.desk, name="desk"),
    path("moderation/sentences/", sentences.sentences, name="sentences"),
    path("moderation/statistics/", statistics.statistics, name="desk-statistics"),
    path("moderation/statistics.csv", statistics.statistics_csv, name="desk-statistics-csv"),
    path("moderation/<uuid:version>/", review.review, name="review"),
    path("moderation/<uuid:version>/refuse/", moves.refuse, name="refuse"),
    path("moderation/<uuid:version>/history/", history.history, name="history"),
    path("moderation/<uuid:version>/history.json", history.history_json, name="history-json"),
    path("moderation/<uuid:version>/history.csv", history.history_csv, name="history-csv"),
    path("reply/<str:token>/", reply.reply, name="reply"),
    path("", include("terracite.website.machines_urls")),
]
handler400 = errors.not_understood
handler404 = errors.not_found
handler403 = errors.forbidden
handler500 = errors.failed
