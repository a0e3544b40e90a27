# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk works with: its figures, and the sentences it writes often."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router, Status

from terracite.record.model import Discipline, Text
from terracite.repository import moderation_sentences
from terracite.repository.desk_statistics import desk_statistics
from terracite.repository.models import CannedSentence, Person, TokenScope
from terracite.repository.moderation_sentences import Sentence
from terracite.repository.permissions import desks_of, is_curator
from terracite.website.api.access import RequiredToken, person
from terracite.website.api.finding import row_of
from terracite.website.api.schemas.common import READING, WRITING, errors
from terracite.website.api.schemas.desk_tools import (
    CountOut,
    DecisionsOut,
    SentenceIn,
    SentenceOut,
    SentencesIn,
    SentencesOut,
    StatisticsIn,
    StatisticsOut,
)

router = Router(tags=["moderation"], auth=RequiredToken(TokenScope.MODERATE))
SENTENCES = "/desk/sentences"
SEEN = {**READING, **errors(403)}


@router.get("/desk/statistics", response={200: StatisticsOut, **SEEN}, summary="How one's desks do")
def statistics(request: HttpRequest, wanted: Query[StatisticsIn]) -> StatisticsOut:
    """What waits, median times, what is met most often; times of moderators are never told. A curator sees every
    desk; somebody without one, nothing."""
    somebody = person(request)
    desks = [one.value for one in Discipline] if is_curator(somebody) else sorted(desks_of(somebody))
    chosen = [one for one in desks if wanted.discipline in {"", one}]
    found = desk_statistics(chosen)
    return StatisticsOut(
        disciplines=chosen,
        waiting=found.waiting,
        oldest_hours=found.oldest_hours,
        first_answer_hours=found.first_answer_hours,
        decision_hours=found.decision_hours,
        accepted_at_first=found.accepted_at_first,
        months=[DecisionsOut.model_validate(one, from_attributes=True) for one in found.months],
        faults=_counts(found.faults),
        fields=_counts(found.fields),
        moderators=_counts(found.moderators),
    )


@router.get(SENTENCES, response={200: SentencesOut, **SEEN}, summary="Sentences that one's desks write often")
def sentences(request: HttpRequest, wanted: Query[SentencesIn]) -> SentencesOut:
    """Those of each desk, or the shipped ones until it has its own."""
    desks = [one for one in sorted(desks_of(person(request))) if wanted.discipline in {"", one}]
    return SentencesOut(
        items=[_sentence(desk, one) for desk in desks for one in moderation_sentences.sentences([desk])]
    )


@router.post(SENTENCES, response={201: SentenceOut, **WRITING}, summary="Add a sentence to a desk")
def add_sentence(request: HttpRequest, wanted: SentenceIn) -> Status[SentenceOut]:
    """By its moderators. A desk without its own begins with a copy of the shipped ones."""
    moderation_sentences.begin_with_shipped(person(request), wanted.discipline)
    return Status(201, _kept(person(request), wanted))


@router.put(SENTENCES + "/{int:sentence}", response={200: SentenceOut, **WRITING}, summary="Change a sentence")
def change_sentence(request: HttpRequest, sentence: int, wanted: SentenceIn) -> SentenceOut:
    """Of one of one's desks."""
    return _kept(person(request), wanted, _own(request, sentence))


@router.delete(SENTENCES + "/{int:sentence}", response={204: None, **WRITING}, summary="Take a sentence away")
def remove_sentence(request: HttpRequest, sentence: int) -> Status[None]:
    """From one of one's desks."""
    moderation_sentences.remove(person(request), _own(request, sentence))
    return Status(204, None)


def _own(request: HttpRequest, key: int) -> CannedSentence:
    found: CannedSentence = row_of(CannedSentence.objects.filter(discipline__in=desks_of(person(request))), key)
    return found


def _kept(somebody: Person, wanted: SentenceIn, sentence: CannedSentence | None = None) -> SentenceOut:
    text = Text(**wanted.text.dict())
    kept = moderation_sentences.keep(
        somebody, wanted.discipline, field=wanted.field.replace("\0", ""), text=text, sentence=sentence
    )
    said = Text(fr=kept.text_fr, en=kept.text_en)
    return SentenceOut(identifier=kept.pk, discipline=kept.discipline, field=kept.field, text=said)


def _sentence(desk: str, one: Sentence) -> SentenceOut:
    return SentenceOut(identifier=one.own.pk if one.own else 0, discipline=desk, field=one.field, text=one.text)


def _counts(found: tuple[tuple[str, int], ...]) -> list[CountOut]:
    return [CountOut(name=name, count=count) for name, count in found]
