# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts of two languages in formats whose fields hold one: ``title`` is in the main language, ``title_fr`` in French.

STAC and ACDD both allow fields of one's own beside theirs, and neither says how to translate one; a suffix is what
data centres write in NetCDF files. A plain field is never empty when there is a text, whatever its language, so that
software that knows nothing of suffixes shows something; a plain field equal to the other language's is its copy.
"""

from __future__ import annotations

from collections.abc import Callable

from terracite.record.model import Language, Text


def other_language(language: Language) -> Language:
    return "fr" if language == "en" else "en"


def spread(key: str, text: Text, language: Language, suffixed: str = "") -> dict[str, str]:
    """The fields of a text: ``key`` and, for the other language, ``key_fr`` or ``key_en``; none for an empty text.

    ``suffixed`` replaces ``key`` before the suffix, where a prefix such as "processing:" belongs to somebody else.

    >>> spread("title", Text(fr="Carte", en="Map"), "en")
    {'title': 'Map', 'title_fr': 'Carte'}
    """
    own, other = getattr(text, language), getattr(text, other_language(language))
    stem = suffixed or key
    fields = {key: own or other} if text else {}
    if other:
        fields[f"{stem}_{other_language(language)}"] = other
    if own and own == other:
        fields[f"{stem}_{language}"] = own
    return fields


def gathered(read: Callable[[str], str], key: str, language: Language, suffixed: str = "") -> Text:
    """The text that `spread` wrote; ``read`` gives the value of a field, "" when it is not there.

    >>> gathered({"title": "Carte", "title_fr": "Carte"}.get, "title", "en")
    Text(fr='Carte', en='')
    """
    stem = suffixed or key
    plain, own = read(key) or "", read(f"{stem}_{language}") or ""
    other = read(f"{stem}_{other_language(language)}") or ""
    if not own and plain != other:
        own = plain
    return Text.model_validate({language: own, other_language(language): other})
