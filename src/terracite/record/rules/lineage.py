# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made, and the resources they are linked to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from terracite.record import vocabularies
from terracite.record.identifiers import identifier_type
from terracite.record.model import Record, Text
from terracite.record.rules.registry import Fault, Level, rule

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>;,)\]]+")
_ADDRESS = re.compile(r"https?://[^\s\"<>,)\]]+")
_CITED = re.compile(
    r"\b(sentinel-?[1-6]\w*|landsat[- ]?\d*|modis|spot ?[1-7]|era5|corine|bd ?ortho|bd ?topo|osm|openstreetmap|"
    r"worldcover|gpm|copernicus|srtm|iota2|sen2chain|sen2cor|orfeo|qgis|dwsat|sits)\b",
    re.IGNORECASE,
)
_PROCESS = re.compile(
    r"\b(comput|process|classif|calcul|trait|mesur|measur|collect|sampl|échantillon|interpol|filter|filtr|deriv|"
    r"dériv|digiti|numéris|survey|relev|acqui|train|entraîn|mask|masqu|correct|corrig|corrected|aggreg|agrég|"
    r"extract|extrai|produ|assembl|merg|fusion|simul|model|modél)",
    re.IGNORECASE,
)


@rule(Level.WARNING)
def lineage_without_source(record: Record) -> Iterator[Fault]:
    """Fault 3: nothing says, with an identifier, what the data were made from."""
    if not any(source.identifier for source in record.lineage.sources) and not _linked(record, "IsDerivedFrom"):
        yield Fault(
            "lineage.sources",
            Text(
                fr="La généalogie ne nomme aucune source avec son identifiant.",
                en="The lineage names no source with its identifier.",
            ),
            Text(
                fr="Ajoutez les données d’origine avec leur DOI ; pour des mesures, l’instrument ou le protocole.",
                en="Add the data it was made from with their DOI; for measurements, the instrument or protocol.",
            ),
        )


@rule(Level.WARNING)
def lineage_without_process(record: Record) -> Iterator[Fault]:
    """Fault 3: nothing says what was done."""
    told = [words for _, words in record.lineage.statement.items()]
    if told and not record.lineage.steps and not any(_PROCESS.search(words) for words in told):
        yield Fault(
            "lineage.steps",
            Text(
                fr="La généalogie ne dit pas ce qui a été fait.",
                en="The lineage does not say what was done.",
            ),
            Text(
                fr="Décrivez les étapes : mesure, traitement, contrôle, avec les logiciels et leurs versions.",
                en="Describe the steps: measuring, processing, checking, with software and versions.",
            ),
        )


@rule(Level.WARNING)
def references_in_lineage(record: Record) -> Iterator[Fault]:
    """Fault 4: addresses in the lineage that no related resource or source gives."""
    known = _known_identifiers(record)
    for language, words in record.lineage.statement.items():
        cited = {found.rstrip(".") for found in (*_DOI.findall(words), *_ADDRESS.findall(words))}
        missing = sorted(found for found in cited if not any(_same(found, other) for other in known))
        if missing:
            shown = ", ".join(missing[:3])
            yield Fault(
                f"lineage.statement.{language}",
                Text(
                    fr=f"La généalogie cite {shown}, qui n’est pas dans les ressources associées.",
                    en=f"The lineage cites {shown}, which is not among the related resources.",
                ),
                Text(
                    fr="Ajoutez-le aux ressources associées ou aux sources, avec sa relation.",
                    en="Add it to the related resources or the sources, with its relation.",
                ),
            )


@rule(Level.WARNING)
def cited_but_not_related(record: Record) -> Iterator[Fault]:
    """Fault 5: a tool or dataset is named, and no related resource or source gives it."""
    if record.related or any(source.identifier for source in record.lineage.sources):
        return
    texts = " ".join([record.abstract.best(), record.lineage.statement.best()])
    cited = {match.group() for match in _CITED.finditer(texts)}
    if cited:
        shown = ", ".join(sorted(cited)[:4])
        yield Fault(
            "related",
            Text(
                fr=f"Le texte nomme {shown}, mais aucune ressource associée.",
                en=f"The text names {shown}, but there is no related resource.",
            ),
            Text(
                fr="Ajoutez leur DOI ou leur adresse aux ressources associées.",
                en="Add their DOI or address to the related resources.",
            ),
        )


@rule(Level.WARNING)
def relation_unknown(record: Record) -> Iterator[Fault]:
    for place, related in enumerate(record.related):
        if related.relation not in vocabularies.relations():
            yield Fault(
                f"related.{place}.relation",
                Text(
                    fr=f"« {related.relation} » n’est pas une relation de DataCite.",
                    en=f"“{related.relation}” is not a relation of DataCite's.",
                ),
                Text(fr="Choisissez-en une de la liste.", en="Choose one from the list."),
            )


@rule(Level.WARNING)
def related_without_address(record: Record) -> Iterator[Fault]:
    for place, related in enumerate(record.related):
        if not identifier_type(related.identifier):
            yield Fault(
                f"related.{place}.identifier",
                Text(
                    fr=f"« {related.identifier} » n’est ni un DOI ni une adresse.",
                    en=f"“{related.identifier}” is neither a DOI nor an address.",
                ),
                Text(fr="Donnez son DOI ou son adresse complète.", en="Give its DOI or its full address."),
            )


def _linked(record: Record, relation: str) -> bool:
    return any(related.relation == relation for related in record.related)


def _known_identifiers(record: Record) -> list[str]:
    sources = [source.identifier for source in record.lineage.sources if source.identifier]
    return [*sources, *(related.identifier for related in record.related if related.identifier)]


def _same(one: str, other: str) -> bool:
    """Two ways to write the same identifier: with or without its resolver, in any case."""
    first, second = one.lower().rstrip("/"), other.lower().rstrip("/")
    return first.endswith(second) or second.endswith(first)
