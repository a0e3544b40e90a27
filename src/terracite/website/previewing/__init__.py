# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pages show of a file: a line with a link wherever it is listed, the main file on its landing page.

Everything here asks `permissions.can_download` itself: without that right there is nothing to show.
"""

from __future__ import annotations

from terracite.website.previewing.inline import Inline, inline, inlines
from terracite.website.previewing.lead import Lead, lead

__all__ = ["Inline", "Lead", "inline", "inlines", "lead"]
