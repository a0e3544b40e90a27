# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a dataset, and the pages that hang on it: what changed, how often it was read, checksums."""

from __future__ import annotations

from terracite.website.pages.landing.changes import changes, revision
from terracite.website.pages.landing.page import landing, latest, page_values
from terracite.website.pages.landing.plain import checksums, usage_json

__all__ = ["changes", "checksums", "landing", "latest", "page_values", "revision", "usage_json"]
