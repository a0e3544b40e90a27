# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the data were made; the reverse of `dcat.writing.lineage`."""

from __future__ import annotations

import re
from typing import Any

from terracite.record.dcat.reader import times
from terracite.record.dcat.reader.node import Node
from terracite.record.model import Lineage, Platform, Source, Step, Text
from terracite.record.reading import Leftover, values

_WORDS = ("dct:description", "rdfs:label", "dct:title", "rdfs:comment", "skos:prefLabel")


def read(dataset: Node) -> dict[str, Any]:
    steps: list[Step] = []
    platforms: list[Platform] = []
    for node in dataset.things("prov:wasGeneratedBy"):
        platforms += _platforms(node)
        if (step := _step(node)) is not None:
            steps.append(step)
    sources = [found for node in dataset.all("prov:wasDerivedFrom", "dct:source") if (found := _source(node))]
    lineage = Lineage(statement=_statement(dataset), steps=tuple(steps), sources=tuple(sources))
    return {"lineage": lineage if lineage != Lineage() else None, "platforms": tuple(platforms)}


def _statement(dataset: Node) -> Text:
    """The first statement in each language."""
    found: dict[str, str] = {}
    for node in dataset.things("dct:provenance", literals=True):
        own = {values.language(node.tag) or node.source.language: node.text()} if node.is_literal else {}
        for language, words in (own or dict(node.texts(*_LABELS).items())).items():
            if found.setdefault(language, words) != words:
                node.source.left.append(Leftover(node.where, words))
    return Text.model_validate(found)


_LABELS = ("rdfs:label", "dct:description", "dct:title", "skos:prefLabel", "rdfs:comment")


def _platforms(activity: Node) -> list[Platform]:
    found = []
    for node in activity.peek("prov:used"):
        if "sosa:Platform" in node.types:
            activity.source.read.add((activity.term, "prov:used", node.term))
            sensors = tuple(text for item in node.all("sosa:hosts") if (text := item.text()))
            name = node.text("rdfs:label", "skos:prefLabel", "schema:name")
            if name:
                found.append(Platform(name=name, instruments=sensors))
    return found


def _step(node: Node) -> Step | None:
    software, command = "", ""
    for association in node.all("prov:qualifiedAssociation"):
        agents, plans = association.all("prov:agent"), association.all("prov:hadPlan")
        software = software or next((text for agent in agents if (text := agent.text(*_NAMES))), "")
        command = command or next((text for plan in plans if (text := plan.text("rdf:value") or plan.text())), "")
    for agent in node.all("prov:wasAssociatedWith"):
        software = software or agent.text()
    step = Step(
        description=node.texts(*_WORDS),
        software=software,
        command=command,
        on=times.moment_of(node.first("prov:endedAtTime", "prov:startedAtTime")),
    )
    return step if step != Step(description=Text()) else None


_NAMES = ("foaf:name", "rdfs:label", "schema:name")


def _source(node: Node) -> Source | None:
    if node.is_literal:
        return Source(title=node.text()) if node.text() else None
    identifier = node.identity()
    label = node.texts("dct:title", "rdfs:label", "skos:prefLabel")
    title = label.best(node.source.language)
    if not (title or identifier):
        return None
    return Source(
        title=title or identifier,
        identifier=identifier,
        description=node.texts("dct:description"),
        checksum=checksum(node, prefixed=True),
    )


def checksum(node: Node, *, prefixed: bool = False) -> str:
    """The checksum of a thing; ``prefixed`` with its algorithm ("sha256:..."), else SHA-256 alone or nothing."""
    found = node.first("spdx:checksum")
    if found is None:
        return ""
    algorithm = found.peek("spdx:algorithm")
    name = re.split(r"checksumAlgorithm_|[/#]", algorithm[0].iri)[-1].lower() if algorithm else ""
    if not prefixed and name not in {"sha256", "sha-256"}:
        return ""
    digits = found.text("spdx:checksumValue").strip()
    found.skip()
    return f"{name}:{digits}" if prefixed else digits.lower()
