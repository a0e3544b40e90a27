# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords that a title, an abstract and the names of variables call for, ranked, each with its reason.

Measured on records that others wrote: `bench/suggestions.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from terracite.record.content import Keyword
from terracite.record.values import Text
from terracite.record.vocabularies import store
from terracite.record.vocabularies.evidence import Case, cases, together
from terracite.record.vocabularies.folding import folded
from terracite.record.vocabularies.matching import Found, Part, phrases_in
from terracite.record.vocabularies.store import Concept, Table

#: thesauri that are suggested from, and how much a match in each weighs
WEIGHTS = {
    "inspire-themes": 1.15,
    "gemet": 1.0,
    "gemet-themes": 0.8,
    "gcmd-science": 0.9,
    "gcmd-platforms": 0.9,
    "gcmd-instruments": 0.7,
    "cf-standard-names": 0.8,
    "countries": 0.8,
    "fr-regions": 0.9,
    "fr-departements": 0.8,
}
#: not more than so many of one thesaurus, where no thesaurus was asked for
MOST = {
    "gcmd-platforms": 2, "gcmd-instruments": 2, "cf-standard-names": 3, "countries": 2, "fr-regions": 2,
    "fr-departements": 2, "inspire-themes": 3, "gemet-themes": 2,
}  # fmt: skip
#: thesauri of names, where one thing may stand in several: La Réunion is a country of ISO, a region and a departement
_ALIKE = {
    "countries": "places", "fr-regions": "places", "fr-departements": "places", "gcmd-platforms": "means",
    "gcmd-instruments": "means",
}  # fmt: skip
RESERVED = 2  #: themes of the directive INSPIRE that a list has, where the texts speak for any
SAID_HERE = 0.45  #: what a phrase still says once a keyword of the same thesaurus was chosen for it
SAID_ELSEWHERE = 0.85  #: the same, for a keyword of another thesaurus
FAINT = 0.04  #: of the highest score; what speaks no louder is left out
LOOKED_AT = 120  #: concepts with the highest scores, which the choice is made among
#: branches of GCMD that say again what another one says first
REPEATED_BRANCHES = ("EARTH SCIENCE SERVICES", "EARTH SCIENCE > CLIMATE INDICATORS", "EARTH SCIENCE > PALEOCLIMATE")
REPEATED = 0.6
DEEPER = 0.99  #: of two namesakes, the one higher in its branch
OTHER_TOPIC = 0.7  #: a topic of GCMD that nothing else in the texts speaks for


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A keyword to choose, its score (higher is better, of no unit) and the reason, in both languages."""

    keyword: Keyword
    score: float
    because: Text


@dataclass(frozen=True, slots=True)
class _Candidate:
    concept: Concept
    case: Case
    weights: dict[str, float]
    factor: float

    def score(self, chosen: list[_Candidate]) -> float:
        """What it says that the chosen ones do not say already."""
        left = together(weight * _left(words, self, chosen) for words, weight in self.weights.items())
        return (left + self.case.borrowed) * self.factor


def suggest(
    title: Text,
    abstract: Text,
    variables: Sequence[str] = (),
    *,
    limit: int = 10,
    language: str | None = None,
    thesauri: Collection[str] | None = None,
) -> list[Suggestion]:
    """The keywords that best say what the texts are about, the best first.

    ``language``: only keywords that have a label in it. ``thesauri``: ids to suggest from; by default `WEIGHTS`.

    >>> found = suggest(Text(fr="Inondations de la Garonne"), Text())
    >>> found[0].keyword.label.fr, found[0].because.fr
    ('inondation', 'parce que le titre dit « Inondations »')
    """
    table = store.concepts()
    candidates = _candidates(table, cases(table, phrases_in(table, title, abstract, variables)), thesauri)
    if language:
        candidates = [item for item in candidates if language in dict(item.concept.label.items())]
    chosen: list[_Candidate] = []
    suggestions: list[Suggestion] = []
    while candidates and len(suggestions) < limit:
        best = _best(candidates, chosen, left=limit - len(chosen), limited=thesauri is None)
        suggestions.append(Suggestion(best.concept.keyword, round(best.score(chosen), 2), _because(table, best.case)))
        chosen.append(best)
        candidates = [item for item in candidates if _may_follow(item, chosen, limited=thesauri is None)]
    return suggestions


def _best(candidates: list[_Candidate], chosen: list[_Candidate], *, left: int, limited: bool) -> _Candidate:
    """The loudest; at the end of the list, a thesaurus that should be there and is not yet."""
    missing = RESERVED - sum(item.concept.thesaurus == "inspire-themes" for item in chosen)
    if limited and left <= missing:
        themes = [item for item in candidates if item.concept.thesaurus == "inspire-themes"]
        candidates = themes or candidates
    return max(candidates, key=lambda item: item.score(chosen))


def _candidates(table: Table, found: dict[int, Case], thesauri: Collection[str] | None) -> list[_Candidate]:
    """The concepts of the thesauri wanted that something speaks for, the loudest first."""
    topics = _topics(table, found)
    result = []
    for place, case in found.items():
        group = table.group(place)["id"]
        if group in (WEIGHTS if thesauri is None else thesauri):
            concept = table.concept(place)
            factor = WEIGHTS.get(group, 0.5) * case.context * _of_branch(concept, topics)
            result.append(_Candidate(concept, case, case.weights(), factor))
    result.sort(key=lambda item: (-item.score([]), item.concept.uri))
    least = FAINT * result[0].score([]) if result else 0.0
    return [item for item in result[:LOOKED_AT] if item.score([]) > least]


def _left(words: str, candidate: _Candidate, chosen: list[_Candidate]) -> float:
    share = 1.0
    for other in chosen:
        if words in other.weights:
            share *= SAID_HERE if other.concept.thesaurus == candidate.concept.thesaurus else SAID_ELSEWHERE
    return share


def _may_follow(candidate: _Candidate, chosen: list[_Candidate], *, limited: bool) -> bool:
    """Unless its label was chosen, in its own thesaurus or one alike, or enough of that thesaurus was."""
    last, thesaurus = chosen[-1].concept, candidate.concept.thesaurus
    if last.thesaurus != thesaurus:
        same_name = limited and _ALIKE.get(thesaurus, thesaurus) == _ALIKE.get(last.thesaurus)
        return not (same_name and _names(candidate.concept) & _names(last))
    if candidate.concept.uri == last.uri or _names(candidate.concept) & _names(last):
        return False
    count = sum(item.concept.thesaurus == thesaurus for item in chosen)
    return not limited or count < MOST.get(thesaurus, count + 1)


def _names(concept: Concept) -> set[str]:
    return {folded(name) for name in (concept.short.fr, concept.short.en) if name}


def _topics(table: Table, found: dict[int, Case]) -> dict[str, float]:
    """How much the texts speak of each topic of GCMD, from 0 to 1; a phrase of several topics says little of each."""
    totals: dict[str, float] = defaultdict(float)
    spread: dict[str, set[str]] = defaultdict(set)
    rows = [(_topic(table.concept(place)), case) for place, case in found.items()]
    for topic, case in rows:
        for words in case.phrases if topic else ():
            spread[words].add(topic)
    for topic, case in rows:
        for words, weight in (case.weights() if topic else {}).items():
            totals[topic] += weight / len(spread[words]) ** 2
    most = max(totals.values(), default=0.0)
    return {topic: total / most for topic, total in totals.items()} if most else {}


def _topic(concept: Concept) -> str:
    return " > ".join(concept.label.en.split(" > ")[:2]) if concept.thesaurus == "gcmd-science" else ""


def _of_branch(concept: Concept, topics: dict[str, float]) -> float:
    topic = _topic(concept)
    if not topic:
        return 1.0
    repeated = REPEATED if topic.startswith(REPEATED_BRANCHES) else 1.0
    depth = DEEPER ** concept.label.en.count(" > ")
    return depth * repeated * (OTHER_TOPIC + (1 - OTHER_TOPIC) * topics.get(topic, 0.0))


_SAYS = {
    Part.TITLE: Text(fr="parce que le titre dit", en="because the title says"),
    Part.ABSTRACT: Text(fr="parce que le résumé dit", en="because the abstract says"),
    Part.VARIABLE: Text(fr="parce qu’une variable s’appelle", en="because a variable is called"),
}


def _because(table: Table, case: Case) -> Text:
    """The strongest phrases of the part that speaks loudest, or the concepts within."""
    if case.borrowed > case.own:
        names = [table.concept(place).short for place in sorted(case.lent, key=lambda place: -case.lent[place])[:2]]
        french, english = ([name.best(language) for name in names] for language in ("fr", "en"))
        return Text(
            fr=f"parce qu’il est question de {_quoted('fr', french)}", en=f"because of {_quoted('en', english)}"
        )
    best = [found for _, found in sorted(case.phrases.values(), key=lambda pair: -pair[0])]
    says = _SAYS[best[0].part]
    french, english = (_words([found for found in best if found.part is best[0].part], slot) for slot in ("fr", "en"))
    return Text(fr=f"{says.fr} {_quoted('fr', french)}", en=f"{says.en} {_quoted('en', english)}")


def _words(found: list[Found], language: str) -> list[str]:
    """The first two phrases, those of that language where there are any."""
    same = [item for item in found if item.language in {"", language}]
    return list(dict.fromkeys(item.words for item in same or found))[:2]


def _quoted(language: str, words: list[str]) -> str:
    if language == "fr":
        return " et ".join(f"« {word} »" for word in words)
    return " and ".join(f"“{word}”" for word in words)
