# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a claim of a worker holds, and when what waits is due; also after the machine's clock was set back.

Times in the tables come from the clock of the moment. One that ran ahead leaves claims and pauses far in the future:
longer than any claim or pause can be, they count for nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q


def held(now: dt.datetime, lease: dt.timedelta) -> Q:
    """Claimed by a worker that may still be at it; ``lease``: how long a claim lasts."""
    return Q(claimed_until__gt=now, claimed_until__lte=now + lease)


def due(now: dt.datetime, longest_pause: dt.timedelta) -> Q:
    """To be tried now."""
    return Q(next_try_at__lte=now) | Q(next_try_at__gt=now + longest_pause)
