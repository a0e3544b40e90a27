# SPDX-License-Identifier: AGPL-3.0-or-later
"""Depositing: one's datasets, a new one, the five steps of a draft, sharing, what a deposit says once for all."""

from __future__ import annotations

from terracite.website.pages.deposit.common import common
from terracite.website.pages.deposit.links import make_link, open_link, revoke_link
from terracite.website.pages.deposit.listing import group, mine, new, version
from terracite.website.pages.deposit.own import own_deposit, own_version
from terracite.website.pages.deposit.people import invitation, people, share
from terracite.website.pages.deposit.step import inherit, step
from terracite.website.pages.deposit.submitting import next_version, submit

__all__ = [
    "common",
    "group",
    "inherit",
    "invitation",
    "make_link",
    "mine",
    "new",
    "next_version",
    "open_link",
    "own_deposit",
    "own_version",
    "people",
    "revoke_link",
    "share",
    "step",
    "submit",
    "version",
]
