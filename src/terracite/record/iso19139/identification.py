# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the data are: ``gmd:MD_DataIdentification``. Its parts are those of ISO 19115-3, in another order."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.iso19115 import associations, constraints, extent, keywords
from terracite.record.iso19115 import identification as newer
from terracite.record.iso19115.elements import LANGUAGES
from terracite.record.iso19139.elements import Gmd
from terracite.record.model import Keyword, KeywordKind, Text

#: not a thesaurus: the keywords that stand for platforms and instruments, of which this standard knows nothing
ACQUISITION = "Acquisition"
#: topic categories of ISO 19115-1, written as keywords
_NEWER_TOPICS = ("disaster", "extraTerrestrial")
_TOPICS = "http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/"


def write(gmd: Gmd) -> str:
    """The children in the order of the schema."""
    return gmd.element(
        "gmd:identificationInfo/gmd:MD_DataIdentification",
        newer.citation(gmd),
        gmd.required_text("gmd:abstract", gmd.record.abstract),
        gmd.text("gmd:purpose", gmd.record.purpose),
        *newer.contacts(gmd, "gmd:pointOfContact"),
        newer.thumbnail(gmd),
        *keywords.write(gmd),
        _newer_topics(gmd),
        *_platforms(gmd),
        constraints.write(gmd),
        _parent(gmd),
        *associations.write(gmd),
        newer.representation(gmd),
        *newer.resolutions(gmd),
        *_languages(gmd),
        gmd.code("gmd:characterSet", "gmd:MD_CharacterSetCode", "utf8"),
        *newer.topics(gmd, *_NEWER_TOPICS),
        *extent.write(gmd),
        gmd.text("gmd:supplementalInformation", gmd.record.notes),
    )


def _newer_topics(gmd: Gmd) -> str:
    """The topic categories that this standard does not have yet, as keywords."""
    found = [
        Keyword(label=vocabularies.topic_label(topic), uri=f"{_TOPICS}{topic}")
        for topic in gmd.record.topics
        if topic in _NEWER_TOPICS
    ]
    return keywords.group(gmd, found, KeywordKind.THEME, keywords.thesaurus(gmd, "iso-topics")) if found else ""


def _platforms(gmd: Gmd) -> Iterator[str]:
    """Each platform as a keyword, followed by its instruments."""
    source = gmd.citation("gmd:thesaurusName", ACQUISITION)
    for platform in gmd.record.platforms:
        groups = {KeywordKind.PLATFORM: (platform.name,), KeywordKind.INSTRUMENT: platform.instruments}
        for kind, names in groups.items():
            named = [Keyword(label=Text(en=name)) for name in names if name.strip()]
            if named:
                yield _names(gmd, named, kind, source)


def _names(gmd: Gmd, named: list[Keyword], kind: KeywordKind, source: str) -> str:
    words = [gmd.string("gmd:keyword", keyword.label.en) for keyword in named]
    code = gmd.code("gmd:type", "gmd:MD_KeywordTypeCode", kind.value)
    return gmd.element("gmd:descriptiveKeywords/gmd:MD_Keywords", *words, code, source)


def _parent(gmd: Gmd) -> str:
    """The title of the deposit, whose identifier is also the ``parentIdentifier``."""
    parent = gmd.record.parent
    if parent is None or not parent.title:
        return ""
    kind = gmd.code("gmd:associationType", "gmd:DS_AssociationTypeCode", "largerWorkCitation")
    citation = gmd.citation(associations.NAME, parent.title)
    return gmd.element(associations.RESOURCE, citation, gmd.aggregate_identifier(parent.identifier), kind)


def _languages(gmd: Gmd) -> Iterator[str]:
    """The languages of the data, of which the schema wants one."""
    codes = newer.languages(gmd)
    for code in codes:
        yield gmd.code("gmd:language", "gmd:LanguageCode", code, codelist=LANGUAGES)
    if not codes:
        yield gmd.missing("gmd:language")
