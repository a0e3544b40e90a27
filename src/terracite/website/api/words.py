# SPDX-License-Identifier: AGPL-3.0-or-later
"""What errors of the API say, and what the repository says in English alone: listed here, they are translated."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TOKEN = ("This needs a token.", "Send 'Authorization: Bearer ...'; make a token on your account page.")
NOTHING = ("There is nothing at this address.", "Check the identifier, or send your token.")
NOT_UNDERSTOOD = ("Some parameters cannot be used.", "Correct them and call again.")
TOO_LARGE = ("The body is too large.", "Send files as files, not in JSON.")
NOT_YOURS = ("This is not yours to do.", "Ask whoever has that role.")

#: never shown from here: the catalogue of translations is made of what the code names
TRANSLATED = (
    _("This needs a token."),
    _("Send 'Authorization: Bearer ...'; make a token on your account page."),
    _("There is nothing at this address."),
    _("Check the identifier, or send your token."),
    _("Some parameters cannot be used."),
    _("Correct them and call again."),
    _("The body is too large."),
    _("Send files as files, not in JSON."),
    _("This is not yours to do."),
    _("Ask whoever has that role."),
    _("This token is not valid."),
    _("This token is over."),
    _("Make a new one on your account page."),
    _("Make another on your account page."),
    _("This token is not for that: it lacks 'read'."),
    _("This token is not for that: it lacks 'deposit'."),
    _("This token is not for that: it lacks 'moderate'."),
    _("This token is not for that: it lacks 'deposit' or 'moderate'."),
    _("This token called too often."),
    _("Wait as long as the header 'Retry-After' says."),
    _("It changed since you read it."),
    _("Read it again, then send your change again."),
    _("This key came with another call."),
    _("Use a new key for each call."),
    _("This key cannot be used."),
    _("Send 1 to 100 visible ASCII characters, such as a UUID."),
    _("Field required"),
    _("Extra inputs are not permitted"),
    _("This deposit is not yours."),
    _("Ask its owner to share it with you."),
    _("The deposit cannot be made."),
    _("The deposit cannot be changed so."),
    _("A deposit does not say this."),
    _("Some values cannot be used."),
    _("Correct them and save again."),
    _("These fields cannot be changed."),
    _("This file cannot be added."),
    _("This file was damaged on its way."),
    _("The message is empty."),
    _("Write something first."),
    _("The field already has that value."),
    _("This suggestion was already answered."),
    _("This conversation belongs to another dataset."),
    _("A correction is already waiting for review."),
    _("Wait for the desk's answer."),
    _("Nothing differs from what is published."),
    _("No correction is waiting."),
    _("Reload the page."),
    _("This cursor is not one of ours."),
    _("Begin with the first page."),
    _("The checksum is not one."),
    _("Write sha-256=:Base64: in 'Content-Digest', or 64 hexadecimal digits in 'sha256'."),
    _("There is already a file of that name."),
    _("Leave 'If-None-Match' out to replace it."),
    _("Nobody has that account."),
    _("Check the user name."),
)
