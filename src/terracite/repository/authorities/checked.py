# SPDX-License-Identifier: AGPL-3.0-or-later
"""ORCID iDs and RORs as people paste them, and whether their check digits are right.

A mistake is told as a code ("shape", "digits" or ""): the words are those of whoever asks.
"""

from __future__ import annotations

import re

from terracite.record.identifiers import is_orcid

_ROR_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_ROR_NAME = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
_ROR_ADDRESS = "https://ror.org/"


def normal_orcid(text: str) -> str:
    """Four groups of four, whatever was pasted around them; a text that is no ORCID stays as it is.

    >>> normal_orcid("https://orcid.org/0000-0002-1825-009x"), normal_orcid("0000 0002 1825 0097")
    ('0000-0002-1825-009X', '0000-0002-1825-0097')
    """
    bare = re.sub(r"^(https?://)?(www\.|sandbox\.)?orcid\.org/", "", text.strip(), flags=re.IGNORECASE)
    digits = re.sub(r"[\s\-‐-―]", "", bare.removeprefix("orcid:").strip("/")).upper()
    if not re.fullmatch(r"\d{15}[\dX]", digits):
        return text.strip()
    return "-".join(digits[place : place + 4] for place in range(0, 16, 4))


def checked_orcid(text: str) -> tuple[str, str]:
    """The ORCID and what is wrong with it: "" nothing, "shape" not 16 digits, "digits" a digit is mistyped.

    >>> checked_orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0098', 'digits')
    """
    orcid = normal_orcid(text)
    if not orcid or is_orcid(orcid):
        return orcid, ""
    return orcid, "digits" if re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", orcid) else "shape"


def normal_ror(text: str) -> str:
    """The full address, whatever was pasted; a text that is no ROR stays as it is.

    >>> normal_ror("ror.org/005YPKF75")
    'https://ror.org/005ypkf75'
    """
    bare = re.sub(r"^(https?://)?(www\.)?ror\.org/|^ror:", "", text.strip(), flags=re.IGNORECASE).strip("/ ").lower()
    return f"{_ROR_ADDRESS}{bare}" if _ROR_NAME.fullmatch(bare) else text.strip()


def checked_ror(text: str) -> tuple[str, str]:
    """The ROR and what is wrong with it: "" nothing, "shape" not a ROR, "digits" its check digits do not agree.

    The last two digits are ISO 7064 MOD 97-10 of the others, read in base 32.

    >>> checked_ror("https://ror.org/005ypkf75"), checked_ror("005ypkf76")[1]
    (('https://ror.org/005ypkf75', ''), 'digits')
    """
    ror = normal_ror(text)
    if not ror:
        return "", ""
    name = ror.removeprefix(_ROR_ADDRESS)
    if not (ror.startswith(_ROR_ADDRESS) and _ROR_NAME.fullmatch(name)):
        return ror, "shape"
    number = 0
    for letter in name[:7]:
        number = number * 32 + _ROR_LETTERS.index(letter)
    return ror, "" if 98 - number * 100 % 97 == int(name[7:]) else "digits"
