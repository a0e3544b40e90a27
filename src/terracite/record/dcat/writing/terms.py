# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small things that many facts are made of: concepts, languages, days, standards."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from terracite.record import vocabularies
from terracite.record.dcat.graph import Literal, Thing
from terracite.record.dcat.vocabulary import EU, TERMINOLOGICAL
from terracite.record.model import Text, iso


def concept(label: Text, notation: str = "", iri: str = "", *kinds: str) -> Thing:
    """A concept, which always has a label (DCAT-AP wants one): its notation or address where nobody gave one."""
    thing = Thing(("skos:Concept", *kinds), iri).text("skos:prefLabel", label, notation or iri)
    return thing.literal("skos:notation", notation)


def language(code: str) -> Thing:
    """A language by its address in the EU's table, or by its code when it has none there."""
    three = vocabularies.iso639_2(code)
    if len(three) == 3 and three.isalpha():
        return Thing(("dct:LinguisticSystem",), f"{EU}language/{TERMINOLOGICAL.get(three, three).upper()}")
    return Thing(("dct:LinguisticSystem",)).literal("rdf:value", code)


def moment(value: dt.date | dt.datetime) -> Literal:
    """A day or a moment in UTC."""
    return Literal(iso(value), datatype="xsd:dateTime" if isinstance(value, dt.datetime) else "xsd:date")


def file_url(page: str, path: str) -> str:
    """The address of a file of the dataset shown at ``page``."""
    return f"{page.rstrip('/')}/files/{quote(path)}"
