# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords named by thesaurus and label get the address of the one concept that answers to it."""

from __future__ import annotations

import pytest

from terracite.record import vocabularies
from terracite.record.model import Keyword, Origin, OriginKind, Text
from terracite.record.reading import Notes

LAND_COVER = "http://www.eionet.europa.eu/gemet/concept/4612"
LAND_USE = "http://www.eionet.europa.eu/gemet/concept/7900"


@pytest.mark.parametrize(
    ("label", "thesaurus", "uri"),
    [
        (Text(en="Land cover"), "gemet", LAND_COVER),
        (Text(fr="UTILISATION DU SOL"), "GEMET - Concepts, version 2.4", LAND_USE),
        (Text(en="utilisation du sol"), "gemet", LAND_USE),  # French in an English document
        (Text(en="land covers"), "gemet", ""),  # not to the letter
        (Text(fr="utilisation du sol", en="land cover"), "gemet", ""),  # two concepts
        (Text(en="land cover"), "gcmd-science", ""),
        (Text(en="land cover"), "A list of ours", ""),
        (Text(), "gemet", ""),
    ],
)
def test_one_concept_or_none(label: Text, thesaurus: str, uri: str) -> None:
    assert vocabularies.address_of(label, thesaurus) == uri


def test_the_address_is_marked_as_suggested_and_the_label_stays() -> None:
    given = (
        Keyword(label=Text(en="LAND COVER"), thesaurus="gemet"),
        Keyword(label=Text(en="LAND COVER")),
        Keyword(label=Text(en="land cover"), uri="https://example.org/own", thesaurus="gemet"),
    )
    record = Notes("iso19139").finish({"keywords": given}).record
    assert record.keywords == (given[0].model_copy(update={"uri": LAND_COVER}), *given[1:])
    assert record.origin("keywords.0.uri") == Origin(kind=OriginKind.SUGGESTED, detail="label in gemet")
    assert record.origin("keywords.1") == Origin(kind=OriginKind.IMPORTED, detail="iso19139")
