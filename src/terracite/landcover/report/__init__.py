# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report of a map: one HTML page in French and English, which needs no other file and no network.

Each section is a module with a function ``(found, language, say) -> str``; `page.SECTIONS` is their order.
"""

from terracite.landcover.report.drawing import round_length
from terracite.landcover.report.page import page
from terracite.landcover.report.words import LANGUAGES, Words, words

__all__ = ["LANGUAGES", "Words", "page", "round_length", "words"]
