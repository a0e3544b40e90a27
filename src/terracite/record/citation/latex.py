# SPDX-License-Identifier: AGPL-3.0-or-later
r"""LaTeX as plain text: accents (``\'e``, ``\c{c}``), named letters, escaped specials, dashes; braces go."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_NAMES = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "ldots": "…", "dots": "…", "textemdash": "—",
    "textendash": "–", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\", "textbraceleft": "{",
    "textbraceright": "}", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textdegree": "°", "degree": "°", "copyright": "©", "textregistered": "®",
    "texttrademark": "™", "textunderscore": "_", "textless": "<", "textgreater": ">", "textbar": "|", "S": "§",
    "euro": "€", "texteuro": "€", "pounds": "£", "textmu": "µ", "mu": "µ", "times": "×", "pm": "±",
}  # fmt: skip
_TOKEN = re.compile(
    r"\\(?P<accent>['`^\"~=.]|[uvHckrdbt](?![A-Za-z]))\s*(?:\{\\?(?P<inner>[A-Za-z]?)\}|\\?(?P<bare>[A-Za-z]))"
    r"|\\(?P<name>[A-Za-z]+)(?:\{\}|\s(?=\S)|)"
    r"|\\(?P<escaped>[^A-Za-z])"
    r"|(?P<dash>---?)"
    r"|(?P<quote>``|'')"
    r"|(?P<tie>~)"
    r"|(?P<brace>[{}])"
)


def plain(text: str) -> str:
    r"""The text without markup.

    >>> plain(r"{\'E}tude de l'{\^i}le \& du {\oe}il --- 100\,\%")
    "Étude de l'île & du œil — 100 %"
    """
    written = _TOKEN.sub(_read, text)
    return " ".join(unicodedata.normalize("NFC", written).split()) if written != text else " ".join(text.split())


def _read(match: re.Match[str]) -> str:
    if match["accent"]:
        letter = match["inner"] if match["inner"] is not None else match["bare"]
        return f"{letter}{_ACCENTS[match['accent']]}"
    if name := match["name"]:
        return _NAMES.get(name, "")
    if escaped := match["escaped"]:
        return " " if escaped in ", ;:/\n" else "" if escaped == "-" else escaped
    if match["dash"]:
        return "—" if match["dash"] == "---" else "–"
    if match["quote"]:
        return "“" if match["quote"] == "``" else "”"
    return " " if match["tie"] else ""
