# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person chooses for a run: who signs, under which licence, which series."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from terracite.errors import ConfigError
from terracite.record.model import Agent, Discipline, Organisation, Source, Text
from terracite.timeseries.formats import FormatName

_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of a run; empty filters mean everything."""

    product: str = "auto"
    creators: tuple[Agent, ...] = ()
    contacts: tuple[Agent, ...] = ()  #: the first creator when empty
    licence: str = "CC-BY-4.0"
    disciplines: tuple[Discipline, ...] = (Discipline.CONTINENTAL_SURFACES,)
    place: Text = field(default_factory=Text)  #: name of the area; from the gazetteer when empty
    source: Source | None = None  #: what the images were made from, when their type does not tell
    tiles: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    format: FormatName = "netcdf"  #: in which series are written
    compression: str = "zlib"  #: of NetCDF and COG
    granularity: str = "tile-index-year"  #: which series make one dataset, see `units`
    settle_s: float = 0.0  #: images changed less than so many seconds ago are left for the next run

    def wants(self, tile: str, index: str) -> bool:
        """Whether a series passes the filters, however they are spelt: "ndvi", "T40KCB"."""
        tiles = {name.upper().removeprefix("T") for name in self.tiles}
        indices = {name.upper() for name in self.indices}
        return (not tiles or tile.upper().removeprefix("T") in tiles) and (not indices or index.upper() in indices)

    def signers(self) -> tuple[Agent, ...]:
        """Contacts, or the first creator."""
        return self.contacts or self.creators[:1]


def source(text: str) -> Source:
    """What images were made from: "title; DOI or address"."""
    title, _, identifier = (part.strip() for part in text.partition(";"))
    if not title:
        raise ConfigError(f"'{text}' names no source.", hint='Write "title; DOI or address".')
    return Source(title=title, identifier=identifier)


def agent(text: str) -> Agent:
    """A person ("Family, Given") or an organisation ("Station X"); then ORCID, e-mail and affiliations after ";".

    >>> agent("Payet, Marie; 0000-0002-1825-0097; Station SEAS-OI").orcid
    '0000-0002-1825-0097'
    """
    name, *rest = [part.strip() for part in text.split(";")]
    orcid = next((match.group() for part in rest if (match := _ORCID.search(part))), "")
    email = next((part for part in rest if "@" in part), "")
    plain = [part for part in rest if part and part != email and not _ORCID.search(part)]
    family, comma, given = (part.strip() for part in name.partition(","))
    if not family:
        raise ConfigError(
            f"'{text}' is not the name of a creator.",
            hint='Write "Family, Given; ORCID; Organisation", or the name of an organisation.',
        )
    if not comma:
        return Agent(organisation=family, email=email)
    places = tuple(Organisation(name=part) for part in plain)
    return Agent(family_name=family, given_name=given, orcid=orcid, email=email, affiliations=places)
