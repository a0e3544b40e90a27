# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages on which people say what is at the points of a sample."""

from terracite.landcover.sampling.pages.page import LARGEST_MB, write_pages
from terracite.landcover.sampling.pages.views import Views, views_of

__all__ = ["LARGEST_MB", "Views", "views_of", "write_pages"]
