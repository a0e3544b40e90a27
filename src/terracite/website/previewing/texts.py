# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML that came from a stranger's file, made harmless where it is shown: the child that made it is not trusted."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = frozenset(
    {"h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "a",
     "table", "thead", "tbody", "tr", "th", "td"}
)  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def harmless(html: str) -> SafeString:
    """Only plain elements of text: no script, style, picture, identifier; links that are not followed by robots."""
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    return mark_safe(cleaned)
