# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data hold and how they were made: keywords, variables, classes, lineage, quality."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from terracite.record.values import Moment, Text, Value


class ResourceType(StrEnum):
    """What is described. The repository takes the first three; the others come with records of elsewhere."""

    DATASET = "dataset"
    COLLECTION = "collection"
    IMAGE = "image"
    SOFTWARE = "software"
    MODEL = "model"
    SERVICE = "service"
    TEXT = "text"
    OTHER = "other"


class Discipline(StrEnum):
    """A moderation desk of the repository."""

    ATMOSPHERE = "atmosphere"
    OCEAN = "ocean"
    SOLID_EARTH = "solid_earth"
    CONTINENTAL_SURFACES = "continental_surfaces"
    BIODIVERSITY = "biodiversity"


class KeywordKind(StrEnum):
    """What a keyword is about (ISO 19115-1 MD_KeywordTypeCode)."""

    THEME = "theme"
    PLACE = "place"
    TEMPORAL = "temporal"
    STRATUM = "stratum"
    DISCIPLINE = "discipline"
    TAXON = "taxon"
    PLATFORM = "platform"
    INSTRUMENT = "instrument"
    PROCESS = "process"
    PROJECT = "project"
    PRODUCT = "product"
    SERVICE = "service"
    DATA_CENTRE = "dataCentre"
    FEATURE_TYPE = "featureType"
    SUBTOPIC = "subTopicCategory"


class Keyword(Value):
    """A keyword, with its address when it comes from a thesaurus.

    ``thesaurus`` is an id of `terracite.record.vocabularies`, or the title of a thesaurus that is not shipped.
    """

    label: Text
    uri: str = ""
    thesaurus: str = ""
    kind: KeywordKind = KeywordKind.THEME


class Variable(Value):
    """A measured or computed quantity of the data. ``unit`` is a UDUNITS string; "1" = unitless."""

    name: str
    label: Text = Text()
    standard_name: str = ""  #: only where the CF table has one
    unit: str = ""
    method: Text = Text()


class MapClass(Value):
    """One class of a categorical map."""

    code: int
    label: Text
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#808080"
    area_ha: float | None = None  #: mapped or adjusted area; ``Record.quality`` says which


class Step(Value):
    """One step of how the data were made."""

    description: Text
    software: str = ""  #: name and version
    command: str = ""
    on: Moment | None = None


class Source(Value):
    """Something the data were made from."""

    title: str
    identifier: str = ""  #: DOI, address or product id
    description: Text = Text()
    checksum: str = ""  #: "sha256:..."


class Lineage(Value):
    statement: Text = Text()
    steps: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()


class Quality(Value):
    """One quality measure; ``low`` and ``high`` bound its 95 % interval where there is one."""

    name: Text
    value: float
    unit: str = "1"
    low: float | None = None
    high: float | None = None
    note: Text = Text()
    report: str = ""  #: path of the report inside the dataset, or an address

    def sentence(self, language: str = "en") -> str:
        """The measure in words, with its interval: "Overall accuracy: 0.91 (95 % interval: 0.88 to 0.94)"."""
        colon, interval, to = (" : ", "intervalle à 95 %", "à") if language == "fr" else (": ", "95 % interval", "to")
        unit = f" {self.unit}" if self.unit not in {"", "1"} else ""
        text = f"{self.name.best(language)}{colon}{_number(self.value, language)}{unit}"
        if self.low is not None and self.high is not None:
            text += f" ({interval}{colon}{_number(self.low, language)} {to} {_number(self.high, language)})"
        note = self.note.best(language)
        return f"{text}. {note[0].upper()}{note[1:]}" if note else f"{text}."


def _number(value: float, language: str) -> str:
    """Six digits, with the decimal comma of French."""
    text = f"{value:.6g}"
    return text.replace(".", ",") if language == "fr" else text
