# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain text out of the HTML that many repositories put into titles and descriptions."""

from __future__ import annotations

import html
import re

_TAG_NAMES = "p|br|div|span|em|strong|b|i|u|ul|ol|li|a|sub|sup|h[1-6]|blockquote|code|pre|table|tr|td|th|tbody|img|hr"
_TAG = re.compile(rf"</?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAK = re.compile(r"\s*<br\s*/?>\s*|\s*</(?:div|li|tr|h[1-6])\s*>\s*", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\s*</p\s*>\s*", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)


def plain(text: str) -> str:
    """``text`` without HTML tags, its entities as characters; text that has neither is given back as it is.

    >>> plain("<p>Soil &amp; water</p><p>H<sub>2</sub>O</p>"), plain("areas < 100 ha & more")
    ('Soil & water\\n\\nH2O', 'areas < 100 ha & more')
    """
    tagged = _TAG.search(text) is not None
    if tagged:
        lines = _BREAK.sub("\n", _PARAGRAPH.sub("\n\n", text))
        text = _TAG.sub("", lines)
    if _ENTITY.search(text):
        text = html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", text).strip() if tagged else text
