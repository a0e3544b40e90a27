# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resumption tokens: the selection and the last item sent, as text. Nothing is kept on the server.

A token opens nothing that a plain request would not, so it needs no signature; what it says is checked again.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass, replace

MAX_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list shows, and from where it goes on. Times are UTC; ``end`` is excluded."""

    verb: str
    prefix: str
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    set_spec: str = ""
    after: tuple[dt.datetime, int] | None = None  #: datestamp and row of the last item sent
    cursor: int = 0  #: how many items were sent before

    def following(self, last: tuple[dt.datetime, int], sent: int) -> Selection:
        """The rest, after ``sent`` more items ending with ``last``."""
        return replace(self, after=last, cursor=self.cursor + sent)


def write(selection: Selection) -> str:
    """The token of a selection: base64url of a short JSON list."""
    after = selection.after
    values = [
        selection.verb,
        selection.prefix,
        _text(selection.start),
        _text(selection.end),
        selection.set_spec,
        _text(after[0]) if after else "",
        after[1] if after else 0,
        selection.cursor,
    ]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def read(token: str) -> Selection | None:
    """The selection of a token; None for what `write` did not make."""
    if not token or len(token) > MAX_LENGTH or not token.isascii():
        return None
    try:
        content = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        verb, prefix, start, end, set_spec, moment, row, cursor = content
        after = _time(moment)
        found = Selection(verb, prefix, _time(start), _time(end), set_spec, (after, row) if after else None, cursor)
        is_ours = write(found) == token and 0 < row < 2**63 and 0 < cursor < 2**63
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
        return None
    return found if is_ours and after is not None else None


def _text(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _time(text: str) -> dt.datetime | None:
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    if moment.utcoffset() != dt.timedelta(0):
        raise ValueError(text)
    return moment
