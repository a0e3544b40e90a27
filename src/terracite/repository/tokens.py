# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that open something without a password, in a link or a program: only their SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32  #: 256 random bits: one fast hash is enough, nothing can be guessed


def new_token(prefix: str = "") -> tuple[str, str]:
    """What the link carries (shown once) and the digest to keep."""
    token = prefix + secrets.token_urlsafe(_BYTES)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """The digest under which a token would be known."""
    return hashlib.sha256(token.encode()).hexdigest()
