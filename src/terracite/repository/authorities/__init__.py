# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organisations and funders that a form finds: kept here, found by name, acronym or identifier, offline."""

from terracite.repository.authorities.checked import (
    checked_orcid,
    checked_ror,
    normal_orcid,
    normal_ror,
)
from terracite.repository.authorities.loading import Loaded, load
from terracite.repository.authorities.remembering import rebuild, remember
from terracite.repository.authorities.searching import Entry, named_before, oneself, search

__all__ = [
    "Entry",
    "Loaded",
    "checked_orcid",
    "checked_ror",
    "load",
    "named_before",
    "normal_orcid",
    "normal_ror",
    "oneself",
    "rebuild",
    "remember",
    "search",
]
