# SPDX-License-Identifier: AGPL-3.0-or-later
"""Strings of an ISO document: plain, anchored, from a code list, in several languages.

Sources: ISO 19139 (gco, gmx, PT_FreeText), ISO 19115-3 (gco 1.0, gcx 1.0, lan 1.0). A property holds one typed element
(``gco:CharacterString``, ``gmx:Anchor``, ``gmd:URL``, a code...), and perhaps its translations (``PT_FreeText``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from terracite.record.model import Language, Text
from terracite.record.reading import Leftover, Notes, XmlNode, values

#: common words of each language, to tell which one a text is in
_FRENCH = "le la les des du une dans sur par pour est sont avec aux ces cette qui que ont été"
_ENGLISH = "the of and in to is are for with by this these that was were from which has have on"
_COMMON = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}
_FEW_WORDS = 8
_ENOUGH = 50_000  #: characters that tell the language of a text
_LONGEST_LOCALE = 100
_INDENT = 6  #: spaces at the beginning of every line that only a program writes


@dataclass(slots=True)
class Iso:
    """One document being read: its remarks, and the languages of its strings."""

    notes: Notes
    main: Language = "en"  #: where the strings of no stated language go
    foreign: bool = False  #: those strings are in neither French nor English
    locales: dict[str, str] = field(default_factory=dict)  #: identifier of a locale, in lower case -> ISO 639-1
    leftovers: list[Leftover] = field(default_factory=list)  #: values that were read, and have no place

    def text(self, node: XmlNode | None) -> Text:
        """The property in French and English; other languages stay unread."""
        if node is None:
            return Text()
        translations = self._translations(node)
        found = dict.fromkeys(("fr", "en"), "")
        for language, item in reversed(translations):
            if language in found and peek(item):
                found[language] = _read(item, peek(item))
        own = self._own(node, keep=True)
        translated = self.foreign and any(found.values())
        if not translated or own in found.values():
            self._own(node)
        if own and not translated and not found[self.main] and not _only_repeats(own, translations, self.main):
            found[self.main] = own
        _read_repeated(translations, {own, *found.values()})
        return Text(**found)

    def string(self, node: XmlNode | None) -> str:
        """The property in one language: as it stands, else its first translation."""
        if node is None:
            return ""
        translations = self._translations(node)
        own = self._own(node) or next((_read(item, text) for _, item in translations if (text := peek(item))), "")
        _read_repeated(translations, {own})
        return own

    def _own(self, node: XmlNode, *, keep: bool = False) -> str:
        """What stands in the property itself; ``keep``: without marking it as read."""
        for child in node.children():
            if child.name in {"PT_FreeText", "textGroup", "LocalisedCharacterString"}:
                continue
            text = peek(child) or peek_attribute(child, "codeListValue") or peek_attribute(child, "title")
            if text:
                return text if keep else _read(child, text)
        return child_free_text(node)

    def _translations(self, node: XmlNode) -> list[tuple[str, XmlNode]]:
        found = [*node.all("PT_FreeText/textGroup/*"), *node.all("textGroup/*"), *node.all("LocalisedCharacterString")]
        return [(self._language_of(item), item) for item in found]

    def _language_of(self, item: XmlNode) -> str:
        """ISO 639-1 of a localised string, by the locale it names, or by that name itself."""
        locale = re.sub(r"^.*[#'\"](?=[\w-])|[^\w-]+$", "", peek_attribute(item, "locale")[:_LONGEST_LOCALE])
        return self.locales.get(locale.casefold()) or values.iso639_1(re.sub(r"^locale-", "", locale, flags=re.I))


def code(node: XmlNode | None) -> str:
    """The value of a property from a code list: the code, else the text of its element.

    Some write the address of the code ("gmxCodelists.xml#CI_DateTypeCode_revision") or a place-holder.
    """
    if node is None:
        return ""
    found = peeked_code(node)
    next(iter(node.children()), node).text()
    return found


def peeked_code(node: XmlNode) -> str:
    """As `code`, without marking it as read."""
    holder = next(iter(node.children()), node)
    listed = re.sub(r"^.*#(\w+Code_)?", "", peek_attribute(holder, "codeListValue"))
    return peek(holder) if listed.casefold() in {"", "anyvaliduri", "anyuri"} else listed


def label(node: XmlNode | None) -> str:
    """The words inside the element of a code: what a person reads beside the code."""
    holder = next(iter(node.children()), node) if node is not None else None
    return holder.text() if holder is not None else ""


def href(node: XmlNode | None) -> str:
    """The address of an anchor in the property, or of the property itself."""
    if node is None:
        return ""
    for holder in (*node.children(), node):
        if peek_attribute(holder, "href"):  # one without an address stays unread
            return holder.attribute("xlink:href")
    return ""


def peek(node: XmlNode) -> str:
    """The text of the element, without marking it as read."""
    text = (node.element.text or "").strip()
    return unwrapped(text) if "\n" in text else text


def unwrapped(text: str) -> str:
    """The paragraphs of a text that a program wrapped and indented with the elements around it."""
    lines = text.split("\n")
    if not all(line[:_INDENT].isspace() and len(line) > _INDENT for line in lines[1:] if line.strip()):
        return text
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n\n".join(" ".join(words) for words in paragraphs if words)


def peek_attribute(node: XmlNode, name: str) -> str:
    """The attribute of that local name, without marking anything as read."""
    found = (str(value) for key, value in node.element.items() if str(key).rpartition("}")[2] == name)
    return next(found, "").strip()


def child_free_text(node: XmlNode) -> str:
    """The text that stands in a property without the typed element that the standard wants."""
    return _read(node, text) if (text := peek(node)) else ""


def language_of_words(words: str) -> Language | None:
    """French or English, when the common words of one clearly prevail; None when nobody can say."""
    found = re.findall(r"[^\W\d_]+", words[:_ENOUGH].casefold())
    counts = {code: sum(word in common for word in found) for code, common in _COMMON.items()}
    if counts["fr"] >= _FEW_WORDS and counts["fr"] > 5 * counts["en"]:
        return "fr"
    return "en" if counts["en"] >= _FEW_WORDS and counts["en"] > 5 * counts["fr"] else None


def _read(node: XmlNode, text: str) -> str:
    node.text()
    return text


def _only_repeats(own: str, translations: list[tuple[str, XmlNode]], main: Language) -> bool:
    """Whether the string only repeats a translation, the language it should be in having none.

    Programs fill the string with whatever language there is, so that readers without translations show something.
    """
    others = {peek(item) for language, item in translations if language != main and language in {"fr", "en"}}
    return own in others


def _read_repeated(translations: list[tuple[str, XmlNode]], known: set[str]) -> None:
    """Translations that only repeat what was read are no loss."""
    for _, item in translations:
        if not peek(item) or peek(item) in known:
            item.text()
