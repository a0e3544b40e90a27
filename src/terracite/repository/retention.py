# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people wrote to each other is kept for a while, then deleted: messages, letters, requests, invitations.

What the log of events tells of them stays: who asked and who answered, without the words.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from terracite.repository import answered, mail
from terracite.repository.models import AccessRequest, AnsweredCall, ContactMessage, Invitation, Mail, Notice
from terracite.repository.reminders import AHEAD
from terracite.repository.states import ProposalState


def forget(now: dt.datetime | None = None) -> int:
    """Delete what is older than ``keep_messages_days`` (0: nothing); returns how many rows.

    Requests that wait for an answer and those that open files now are kept, and letters still to be sent.
    """
    moment = now or timezone.now()
    AnsweredCall.objects.filter(at__lt=moment - answered.KEPT).delete()
    days = settings.TERRACITE.keep_messages_days
    if not days:
        return 0
    old = moment - dt.timedelta(days=days)
    over = Q(state=ProposalState.REFUSED.value, decided_at__lt=old) | Q(expires_at__lt=old)
    unsent = mail.waiting().values("pk")
    rows = (
        ContactMessage.objects.filter(created__lt=old),
        AccessRequest.objects.filter(over),
        Invitation.objects.filter(Q(expires_at__lt=old) | Q(accepted_at__lt=old)),
        Notice.objects.filter(at__lt=old).exclude(move__in=AHEAD.values()),  # reminders are told once
        Mail.objects.filter(created__lt=old).exclude(pk__in=unsent),
    )
    return sum(found.delete()[0] for found in rows)
