# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts in two languages as geoflow's components: the default one, then ``key#EN`` and ``key#FR``.

The default component is in the language of the metadata and falls back to the other one, so that geoflow always has
something to show. Where that would be ambiguous, both languages are written out after it; an empty value there
says that the text is not in that language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from terracite.record.geoflow.cells import Component, Item
from terracite.record.model import Language, Text

_LANGUAGES: tuple[Language, ...] = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value in both languages."""

    text: Text
    description: Text = field(default_factory=Text)
    uri: str = ""


def both(text: str) -> Text:
    """A text that is the same whatever the language, as a default component has it."""
    return Text(fr=text, en=text)


def plain(text: str, language: Language) -> Text:
    """A text that is in no language, in the one of the metadata."""
    return Text.model_validate({language: text})


def components(
    key: str, entries: Iterable[Entry], language: Language, description: str = "", uri: str = ""
) -> list[Component]:
    """The components that hold ``entries``: none when there are none."""
    listed = list(entries)
    if not listed:
        return []
    items = tuple(Item(entry.text.best(language), entry.description.best(language), entry.uri) for entry in listed)
    written = [Component(key, items, "", description, uri)]
    for locale in _LANGUAGES:
        if _is_needed(locale, listed, language):
            localised = tuple(
                Item(getattr(entry.text, locale), getattr(entry.description, locale), entry.uri) for entry in listed
            )
            written.append(Component(key, localised, locale.upper(), description, uri))
    return written


def entries(found: Sequence[Component], language: Language) -> list[Entry]:
    """The values of one component and of those of the same key, in other languages, that follow it."""
    default = next((component for component in found if not component.locale), None)
    localised = {code: component for component in found if (code := locale_of(component))}
    size = max((len(component.items) for component in found), default=0)
    return [_entry(default, localised, index, language) for index in range(size)]


def groups(found: Iterable[Component]) -> list[list[Component]]:
    """Components with those that follow them in other languages."""
    grouped: list[list[Component]] = []
    for component in found:
        if component.locale and grouped and grouped[-1][0].key == component.key and not _has(grouped[-1], component):
            grouped[-1].append(component)
        else:
            grouped.append([component])
    return grouped


def locale_of(component: Component) -> Language | None:
    """ "fr" or "en", None for the default component and for other languages."""
    known: dict[str, Language] = {"FR": "fr", "FRA": "fr", "FRE": "fr", "EN": "en", "ENG": "en"}
    return known.get(component.locale.partition("-")[0])


def _is_needed(locale: Language, listed: list[Entry], language: Language) -> bool:
    texts = [text for entry in listed for text in (entry.text, entry.description) if text]
    other: Language = "en" if language == "fr" else "fr"
    is_ambiguous = any(not getattr(text, language) or text.fr == text.en for text in texts)
    return is_ambiguous or (locale != language and any(getattr(text, other) for text in texts))


def _entry(default: Component | None, localised: dict[Language, Component], index: int, language: Language) -> Entry:
    own = _item(default, index)
    others = {code: _item(component, index) for code, component in localised.items()}
    uris = [own.uri, *(item.uri for item in others.values())]
    return Entry(
        _text(own.text, {code: item.text for code, item in others.items()}, language),
        _text(own.description, {code: item.description for code, item in others.items()}, language),
        next((uri for uri in uris if uri), ""),
    )


def _text(default: str, localised: dict[Language, str], language: Language) -> Text:
    texts: dict[str, str] = {str(code): text for code, text in localised.items()}
    if language not in localised and default not in localised.values():
        texts[language] = default
    return Text.model_validate(texts)


def _item(component: Component | None, index: int) -> Item:
    return component.items[index] if component and index < len(component.items) else Item("")


def _has(group: list[Component], component: Component) -> bool:
    return any(known.locale == component.locale for known in group)
