# SPDX-License-Identifier: AGPL-3.0-or-later
"""A row of the table of entities while it is read into a record: what was taken, what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from terracite.record.geoflow.cells import Component, write_cell
from terracite.record.geoflow.columns import BY_NAME
from terracite.record.geoflow.locales import Entry, entries, groups
from terracite.record.geoflow.table import Contact, EntityRow
from terracite.record.model import Language, Text
from terracite.record.reading import Leftover, Notes
from terracite.record.reading.values import language as language_of


@dataclass(slots=True)
class RowReader:
    """The components of a row; those that are asked for count as read."""

    row: EntityRow
    contacts: Mapping[str, Contact] | None  #: by id in lower case; None when there is no table of contacts
    language: Language = "en"
    unknown: set[str] = field(default_factory=set)  #: ids of contacts that were told not to be known
    _taken: set[tuple[str, int]] = field(default_factory=set)

    @property
    def notes(self) -> Notes:
        return self.row.notes

    def where(self, column: str) -> str:
        return f"line {self.row.entity.line}, column {column}"

    def say(self, column: str, kind: str, value: object, *, read: object = "", expected: Text | str = "") -> None:
        self.notes.say(self.where(column), kind, value, read=read, expected=expected)

    def take(self, column: str, *keys: str, described: str | None = None) -> Iterator[Component]:
        """The components not read yet that have one of ``keys`` (none: any), and that description of the key."""
        for index, component in enumerate(self.row.entity.of(column)):
            if (column, index) in self._taken or (keys and component.key not in keys):
                continue
            if described is None or component.description == described:
                self._taken.add((column, index))
                yield component

    def grouped(self, column: str, *keys: str, described: str | None = None) -> Iterator[tuple[Component, list[Entry]]]:
        """The values of each component with those in other languages; the component is the first of them."""
        for group in groups(self.take(column, *keys, described=described)):
            yield group[0], entries(group, self.language)

    def texts(self, column: str, *keys: str) -> list[Text]:
        """The texts of a column, in both languages, without the empty ones."""
        return [entry.text for _, found in self.grouped(column, *keys) for entry in found if entry.text]

    def text(self, column: str, *keys: str) -> str:
        """The first text of a column; "" for none. The others are left."""
        component = next(self.take(column, *keys), None)
        return component.text if component else ""

    def give_back(self, column: str, component: Component) -> None:
        """The record has no place for this component after all."""
        listed = self.row.entity.of(column)
        self._taken.difference_update((column, index) for index, known in enumerate(listed) if known is component)

    def leftovers(self) -> tuple[Leftover, ...]:
        """What nobody took, as it is written."""
        left = [
            Leftover(f"{self.where(column)}, {component.key}", write_cell((component,), BY_NAME[column]))
            for column, components in self.row.entity.cells.items()
            for index, component in enumerate(components)
            if (column, index) not in self._taken
        ]
        return (*left, *self.row.leftovers)


def metadata_language(row: EntityRow) -> Language:
    """The language of the metadata: the one said, else French when the words are, else English."""
    found = row.entity.of("Language")
    known = language_of(found[0].text) if found else None
    if known:
        return known
    words = " ".join(component.text for component in row.entity.of("Description")).casefold().split()
    return (
        "fr" if sum(word in {"le", "la", "les", "des", "et", "du", "une"} for word in words) > len(words) / 20 else "en"
    )
