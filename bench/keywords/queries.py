# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three hundred things that people type into a search, made from the labels of GEMET in both languages."""

from __future__ import annotations

from terracite.record.vocabularies import store
from terracite.record.vocabularies.folding import folded

LETTERS = "abcdefghijklmnopqrstuvwxyzéàœç1-"


def queries() -> list[str]:
    """One-letter and longer beginnings, accents or none, capitals, plurals, two letters swapped, nonsense."""
    table = store.concepts()
    places = table.places("gemet")
    concepts = [table.concept(place) for place in places[:: len(places) // 60]]
    labels = [label for concept in concepts for label in (concept.label.fr, concept.label.en) if label]
    typed = [*LETTERS, "nothing at all", "zzzz", "eau de la", "植生", "x" * 5000]
    for number, label in enumerate(labels):
        typed += [label[: 2 + number % 5], (label, f"{label}s", label.upper(), folded(label), _slip(label))[number % 5]]
        typed += [" ".join(word[:4] for word in label.split())] if number % 2 else []
    return list(dict.fromkeys(typed))[:300]


def _slip(label: str) -> str:
    middle = len(label) // 2
    return label[: middle - 1] + label[middle] + label[middle - 1] + label[middle + 1 :] if middle > 1 else label
