# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an upload does not go on."""

from __future__ import annotations

from terracite.errors import TerraciteError


class UploadError(TerraciteError):
    """An upload cannot go on as it was asked; what was received before stays."""

    message, hint = "This upload cannot go on.", ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or type(self).message, hint=hint or type(self).hint)


class UploadGoneError(UploadError):
    """It expired, was ended, or never was."""

    message, hint = "This upload is no longer there.", "Begin a new one."


class UploadBusyError(UploadError):
    """Another connection is sending the same upload."""

    message, hint = "Another connection is sending this upload.", "Wait until it ends, ask for the offset, then go on."


class UploadOffsetError(UploadError):
    """The bytes do not begin where the upload stands."""

    message, hint = "These bytes do not begin where the upload stands.", "Ask for the offset, then go on from there."


class UploadTooLongError(UploadError):
    """More bytes than were announced."""

    message, hint = "These are more bytes than the upload was announced with.", "Begin a new one with the true length."


class UploadChecksumError(UploadError):
    """A piece was damaged on its way."""

    message, hint = "This piece was damaged on its way; it was not kept.", "Send it again."
