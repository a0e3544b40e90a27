# SPDX-License-Identifier: AGPL-3.0-or-later
"""With whom a deposit is shared: people added, invited by mail, given another role, removed; the deposit given away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from terracite.errors import DepositError, MoveError, Problem
from terracite.record.model import Text
from terracite.repository import mail
from terracite.repository.addresses import base_url
from terracite.repository.events import add_event
from terracite.repository.models import Collaborator, Deposit, Invitation, MemberRole, Person
from terracite.repository.permissions import can_share_deposit
from terracite.repository.tokens import digest_of, new_token
from terracite.services.mail import is_address

INVITATION_LASTS = dt.timedelta(days=30)
_SUBJECT = Text(en="{who} shares “{what}” with you", fr="{who} partage « {what} » avec vous")
_BODY = {
    MemberRole.EDITOR: Text(
        en="{who} invites you to work on the deposit “{what}”.\n\nOpen this address and log in, or make an account: "
        "{link}\n\nIt is good until {until}.\n",
        fr="{who} vous invite à travailler au dépôt « {what} ».\n\nOuvrez cette adresse et connectez-vous, ou créez un "
        "compte : {link}\n\nElle est valable jusqu'au {until}.\n",
    ),
    MemberRole.READER: Text(
        en="{who} invites you to read the deposit “{what}”.\n\nOpen this address and log in, or make an account: "
        "{link}\n\nIt is good until {until}.\n",
        fr="{who} vous invite à lire le dépôt « {what} ».\n\nOuvrez cette adresse et connectez-vous, ou créez un "
        "compte : {link}\n\nElle est valable jusqu'au {until}.\n",
    ),
}


def members_of(deposit: Deposit) -> list[Collaborator]:
    """The people it is shared with, in the order they came; its owner is not among them."""
    return list(deposit.memberships.select_related("person").order_by("added_at", "pk"))


def waiting_invitations(deposit: Deposit) -> QuerySet[Invitation]:
    """The invitations that nobody took up yet and that are still good."""
    return deposit.invitations.filter(accepted_at=None, expires_at__gt=timezone.now()).order_by("created")


def find_person(text: str) -> Person | None:
    """Somebody with an account, by their exact user name or ORCID."""
    wanted = text.strip()
    orcid = wanted.removeprefix("https://orcid.org/").upper()
    return (
        Person.objects.filter(Q(username__iexact=wanted) | Q(orcid=orcid), is_active=True).exclude(username="").first()
    )


def add(deposit: Deposit, by: Person, text: str, role: str) -> Collaborator:
    """Share with somebody who has an account, named by user name or ORCID; a role they had is replaced."""
    person = find_person(text) if text.strip() else None
    if person is None:
        raise DepositError(
            "Nobody with an account has this user name or ORCID.",
            [Problem("person", "nobody has it.", "Check it, or invite them by mail.")],
        )
    return _share(deposit, by, person, _known_role(role))


def invite(deposit: Deposit, by: Person, address: str, role: str) -> tuple[Invitation, str]:
    """Offer the deposit to whoever gets this letter; the invitation and what its link carries."""
    known, email = _known_role(role), address.strip()
    if not is_address(email):
        raise DepositError(
            "This is not an e-mail address.",
            [Problem("email", "it is not an address.", "Write one such as chloe@example.org.")],
        )
    with _shared_by(deposit, by) as locked:
        token, digest = new_token()
        until = timezone.now() + INVITATION_LASTS
        waiting_invitations(locked).filter(email__iexact=email).delete()  # the last letter counts
        invitation = Invitation.objects.create(
            deposit=locked, email=email, role=known.value, digest=digest, invited_by=by, expires_at=until
        )
        _write_letter(invitation, token)
        add_event("invite", deposit=locked, actor=by, payload={"role": known.value})
    return invitation, token


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a link carries, while it is good and nobody took it up."""
    found = Invitation.objects.filter(digest=digest_of(token), accepted_at=None, expires_at__gt=timezone.now())
    return found.select_related("deposit__owner", "invited_by").first()


def accept(token: str, person: Person) -> Deposit:
    """Take up an invitation. `MoveError` when it was taken up, called back or is too old."""
    with transaction.atomic():
        found = Invitation.objects.select_for_update().filter(
            digest=digest_of(token), accepted_at=None, expires_at__gt=timezone.now()
        )
        invitation = found.first()
        if invitation is None:
            raise MoveError("This invitation is no longer good.", hint="Ask for another one.")
        invitation.accepted_by, invitation.accepted_at = person, timezone.now()
        invitation.save()
        deposit = invitation.deposit
        if deposit.owner_id != person.pk:
            _join(deposit, person, MemberRole(invitation.role), invitation.invited_by)
            add_event("join", deposit=deposit, actor=person, payload={"role": invitation.role})
    return deposit


def call_back(deposit: Deposit, by: Person, invitation: int) -> None:
    """Make an invitation that nobody took up worthless."""
    with _shared_by(deposit, by) as locked:
        locked.invitations.filter(pk=invitation, accepted_at=None).delete()


def change_role(deposit: Deposit, by: Person, member: int, role: str) -> None:
    """Give somebody it is shared with another role."""
    known = _known_role(role)
    with _shared_by(deposit, by) as locked:
        found = _member(locked, member)
        if found.role != known.value:
            found.role = known.value
            found.save()
            payload = {"role": known.value}
            add_event("change_role", deposit=locked, actor=by, note=found.person.username, payload=payload)


def remove(deposit: Deposit, by: Person, member: int) -> None:
    """Share it with this person no more."""
    with _shared_by(deposit, by) as locked:
        found = _member(locked, member)
        found.delete()
        add_event("unshare", deposit=locked, actor=by, note=found.person.username)


def leave(deposit: Deposit, person: Person) -> None:
    """Take no more part in a deposit that is shared with oneself."""
    with transaction.atomic():
        found = deposit.memberships.filter(person=person).first()
        if found is None:
            raise MoveError("This deposit is not shared with you.", hint="Its owner gives it away instead.")
        found.delete()
        add_event("leave", deposit=deposit, actor=person)


def give_away(deposit: Deposit, by: Person, member: int) -> Deposit:
    """Make somebody it is shared with its owner; the owner of before stays as an editor."""
    with _shared_by(deposit, by) as locked:
        heir = _member(locked, member)
        if not heir.person.is_active:
            raise MoveError("This account is closed.", hint="Choose somebody else.")
        heir.delete()
        locked.owner = heir.person
        locked.save()
        _join(locked, by, MemberRole.EDITOR, heir.person)
        add_event("give_away", deposit=locked, actor=by, note=heir.person.username)
    return locked


def _share(deposit: Deposit, by: Person, person: Person, role: MemberRole) -> Collaborator:
    with _shared_by(deposit, by) as locked:
        if locked.owner_id == person.pk:
            raise DepositError(
                "The deposit is theirs already.", [Problem("person", "they own it.", "Name somebody else.")]
            )
        made = _join(locked, person, role, by)
        add_event("share", deposit=locked, actor=by, note=person.username, payload={"role": role.value})
    return made


def _join(deposit: Deposit, person: Person, role: MemberRole, by: Person) -> Collaborator:
    made, _new = Collaborator.objects.update_or_create(
        deposit=deposit, person=person, defaults={"role": role.value, "added_by": by}
    )
    return made


def _member(deposit: Deposit, member: int) -> Collaborator:
    found = deposit.memberships.select_related("person").filter(pk=member).first()
    if found is None:
        raise MoveError("The deposit is no longer shared with this person.", hint="Reload the page.")
    return found


def _known_role(role: str) -> MemberRole:
    try:
        return MemberRole(role)
    except ValueError:
        known = ", ".join(MemberRole)
        raise DepositError("There is no such role.", [Problem("role", "it is not one.", f"Choose {known}.")]) from None


@contextmanager
def _shared_by(deposit: Deposit, by: Person) -> Iterator[Deposit]:
    """A transaction around the locked deposit, for its owner alone."""
    with transaction.atomic():
        locked = Deposit.objects.select_for_update().get(pk=deposit.pk)
        if not can_share_deposit(by, locked):
            raise MoveError("Only the owner of a deposit chooses who works on it.", hint="Ask its owner.")
        yield locked


def _write_letter(invitation: Invitation, token: str) -> None:
    deposit, by = invitation.deposit, invitation.invited_by
    words = {
        "who": by.display_name,
        "link": f"{base_url()}/invitations/{token}/",
        "until": invitation.expires_at.date().isoformat(),
    }
    texts = [_SUBJECT, _BODY[MemberRole(invitation.role)]]
    subject, body = (
        Text(en=text.en.format(what=deposit.title("en"), **words), fr=text.fr.format(what=deposit.title("fr"), **words))
        for text in texts
    )
    mail.write(invitation.email, "invitation", f"invitation {invitation.pk}", subject, body, in_language=by.language)
