# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given, settings

from record.examples import full_record, publishable_draft
from record.plausible import plausible_records
from record.strategies import records
from terracite.record.fair import predict
from terracite.record.model import Access, AccessKind, Keyword, Record, Text


def test_the_seventeen_metrics_are_there_with_their_25_points() -> None:
    score = predict(Record())
    assert [metric.identifier for metric in score.metrics] == [
        *("FsF-F1-01D", "FsF-F1-02D", "FsF-F2-01M", "FsF-F3-01M", "FsF-F4-01M"),
        *("FsF-A1-01M", "FsF-A1-02M", "FsF-A1-03D", "FsF-A2-01M", "FsF-I1-01M", "FsF-I2-01M", "FsF-I3-01M"),
        *("FsF-R1-01MD", "FsF-R1.1-01M", "FsF-R1.2-01M", "FsF-R1.3-01M", "FsF-R1.3-02D"),
    ]
    assert (score.most, [score.of(letter)[1] for letter in "FAIR"]) == (25, [7, 4, 4, 10])
    assert all(sum(point.worth for point in metric.points) == metric.most for metric in score.metrics)


def test_a_full_record_earns_everything_and_an_empty_one_what_the_repository_gives() -> None:
    assert (predict(full_record()).earned, predict(full_record()).percent) == (25, 100)
    empty = predict(Record())
    assert empty.earned == 9.5
    assert not any(point.by == "repository" for point in empty.to_gain())


def test_each_gap_costs_its_points_and_names_its_cure() -> None:
    draft = publishable_draft()
    gaps = {point.asks.en: (point.worth, point.cure.fr) for point in predict(draft).to_gain()}
    assert gaps == {
        "Size and type of the files, variables measured": (1, "Décrivez les variables ou les classes."),
        "The variables are in the files": (1, "Décrivez les variables ou les classes des fichiers."),
        "A term of a known vocabulary": (1, "Choisissez un mot-clé d’un thésaurus, ou un nom standard CF."),
        "An identified resource, person or funder": (0.5, "Liez un article, une source, un ORCID."),
        "By a link that a machine follows": (
            0.5,
            "Donnez le DOI ou l’adresse de la ressource, l’ORCID des auteurs.",
        ),
    }
    assert predict(draft).earned == 21


@pytest.mark.parametrize(
    ("change", "metric", "earned"),
    [
        ({"licence": ""}, "FsF-R1.1-01M", 0),
        ({"licence": "ours"}, "FsF-R1.1-01M", 1),
        ({"files": ()}, "FsF-R1.3-02D", 0),
        ({"contacts": (), "access": Access(kind=AccessKind.RESTRICTED)}, "FsF-A1-01M", 0),
        ({"access": Access()}, "FsF-A1-01M", 0),
        ({"keywords": (Keyword(label=Text(en="x"), uri="http://example.org/x"),)}, "FsF-I2-01M", 1),
        ({"keywords": ()}, "FsF-F2-01M", 1),
    ],
)
def test_one_change_moves_one_metric(change: dict[str, object], metric: str, earned: float) -> None:
    score = predict(full_record().model_copy(update=change))
    assert {item.identifier: item.earned for item in score.metrics}[metric] == earned


@given(plausible_records() | records)
@settings(max_examples=25, deadline=None)
def test_any_record_has_a_score_in_both_languages(record: Record) -> None:
    score = predict(record)
    assert 0 <= score.percent <= 100
    assert all(point.cure.fr and point.cure.en for point in score.to_gain())
