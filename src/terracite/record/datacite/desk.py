# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every reader of a property works with: remarks, leftovers, the language of the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from terracite.record.datacite.views import Part
from terracite.record.model import Language, Text
from terracite.record.reading import Leftover, Notes, values

#: what stands for a text of one of our languages, when the document has no such text
_LANGUAGES = Text(fr="langues d’une notice (fr, en)", en="languages of a record (fr, en)")


@dataclass(slots=True)
class Said:
    """A text of the document, with its language as the document tells it."""

    part: Part
    text: str
    language: str = ""


@dataclass(slots=True)
class Desk:
    notes: Notes
    language: Language = "en"  #: of texts that do not tell theirs
    kept: list[Leftover] = field(default_factory=list)

    def keep(self, part: Part, value: str) -> None:
        """``value`` has no place in the record."""
        if value:
            self.kept.append(Leftover(part.where, value))

    def unknown(self, part: Part, value: str, read: str, expected: Text) -> None:
        self.notes.say(part.where, "unknown_code", value, read=read, expected=expected)

    def language_of(self, said: Said) -> Language | None:
        """French or English; the document's for a text that tells none, None for any other."""
        return values.language(said.language) if said.language else self.language

    def bilingual(self, texts: Iterable[Said], *, joined: bool = False) -> Text:
        """One text in both languages; of several in one language the first, or all, ``joined`` by blank lines.

        A third language stands in for ours, with a remark, where the document has no other.
        """
        found: dict[str, list[str]] = {"fr": [], "en": []}
        others: list[Said] = []
        for said in texts:
            language = self.language_of(said)
            if language is None:
                others.append(said)
            elif found[language] and not joined:
                self.keep(said.part, said.text)
            else:
                found[language].append(said.text)
        if others and not found["fr"] and not found["en"]:
            said = others.pop(0)
            self.unknown(said.part, said.language, self.language, _LANGUAGES)
            found[self.language].append(said.text)
        for said in others:
            self.keep(said.part, said.text)
        return Text(fr="\n\n".join(found["fr"]), en="\n\n".join(found["en"]))
