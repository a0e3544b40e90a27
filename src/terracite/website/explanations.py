# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences and kinds of access in a sentence: what others may do with the data."""

from __future__ import annotations

from django.utils.translation import gettext as _

from terracite.record import vocabularies
from terracite.website.choices import LONGEST_EMBARGO

_YEARS = LONGEST_EMBARGO.days // 365


def licences() -> list[tuple[str, str]]:
    """(SPDX identifier, what it lets others do) of each licence that the form offers."""
    told = _licences()
    return [(item.identifier, told[item.identifier]) for item in vocabularies.licences() if item.identifier in told]


def licence(identifier: str) -> str:
    """What this licence lets others do; "" for one that has no sentence here."""
    return _licences().get(identifier, "")


def accesses() -> list[tuple[str, str]]:
    """(kind of access, what it means)."""
    return [
        ("open", _("Anybody can download the files at once.")),
        (
            "embargoed",
            _("The description is public at once, the files on the day you say, %(years)d years ahead at most.")
            % {"years": _YEARS},
        ),
        (
            "restricted",
            _("The description is public; who wants the files asks you, and you answer. Say why and on what terms."),
        ),
    ]


def _licences() -> dict[str, str]:
    share = _("and must share what they make from it under the same licence")
    return {
        "CC-BY-4.0": _("Everybody may use, change and share the data, also to sell, if they cite you."),
        "CC-BY-SA-4.0": _("Everybody may use, change and share the data if they cite you, %(share)s.")
        % {"share": share},
        "CC0-1.0": _("Everybody may do anything with the data; citing you is a custom, not a duty."),
        "etalab-2.0": _(
            "Everybody may use, change and share the data, also to sell, if they name the source and its date. The "
            "usual licence of French public bodies; it works together with CC BY."
        ),
        "ODbL-1.0": _("Everybody may use and share the database if they cite you, %(share)s.") % {"share": share},
        "ODC-By-1.0": _("Everybody may use, change and share the database, also to sell, if they cite you."),
        "PDDL-1.0": _("Everybody may do anything with the database, without conditions."),
        "CC-BY-NC-4.0": _(
            "Everybody may use and change the data if they cite you, but not to earn money: firms, and some "
            "projects with them, stay out. Not an open licence."
        ),
        "CC-BY-ND-4.0": _(
            "Everybody may share the data as they are if they cite you, but not what they derive from them: hardly "
            "fit for data. Not an open licence."
        ),
        "CC-BY-NC-SA-4.0": _("Use and change if they cite you, not to earn money, %(share)s. Not an open licence.")
        % {"share": share},
        "CC-BY-NC-ND-4.0": _(
            "Share as they are if they cite you, not changed, not to earn money. Not an open licence."
        ),
    }
