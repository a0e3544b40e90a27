# SPDX-License-Identifier: AGPL-3.0-or-later
"""``terracite vocabulary``: find concepts of thesauri, and the keywords that a text calls for."""

from __future__ import annotations

import codecs
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from terracite.cli import console
from terracite.errors import RecordError

if TYPE_CHECKING:
    from terracite.record.model import Keyword
    from terracite.record.vocabularies import Concept, Suggestion

MOST_BYTES = 1_000_000  #: of an abstract; far more than is looked at
HEADINGS = {"en": "thesaurus            concepts  French  title", "fr": "thésaurus            concepts  franç.  titre"}
NOTHING = {
    "en": "Nothing found. Try fewer or shorter words.",
    "fr": "Rien trouvé. Essayez avec moins de mots, ou des mots plus courts.",
}
NAMELESS = {
    "en": "The texts name nothing that the thesauri have.",
    "fr": "Les textes ne nomment rien qui soit dans les thésaurus.",
}
LANGUAGES = click.Choice(["en", "fr"])
IN_THESAURUS = click.option(
    "--in",
    "thesauri",
    multiple=True,
    metavar="THESAURUS",
    help="Only this thesaurus, as `terracite vocabulary thesauri` names it; may be given again.",
)
LANGUAGE = click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of the answer.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")


@click.group(epilog='Example: terracite vocabulary search "forêt tropicale"')
def vocabulary() -> None:
    """Find concepts in the thesauri that come with Terracite, offline."""


@vocabulary.command(epilog="Example: terracite vocabulary search --in gemet --meaning cyclone")
@click.argument("words")
@IN_THESAURUS
@click.option("--meaning", is_flag=True, help="Also what is narrower, broader, related, or defined with the words.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many.")
@LANGUAGE
@AS_JSON
def search(words: str, thesauri: tuple[str, ...], meaning: bool, limit: int, language: str, as_json: bool) -> None:
    """The concepts whose words begin as WORDS do, in French or English; accents and plurals do not matter."""
    from terracite.record import vocabularies

    wanted = _known(thesauri, [*_suggested(), "fr-communes"])
    _something(words)
    if meaning:
        matches = vocabularies.search_by_meaning(words, thesauri=wanted, limit=limit)
        found = [(match.concept, match.because.best(language)) for match in matches]
    else:
        found = [(concept, "") for concept in vocabularies.search(words, thesauri=wanted, limit=limit)]
    rows = [_as_dict(concept) | ({"because": because} if because else {}) for concept, because in found]
    lines = [_line(concept, because, language) for concept, because in found]
    console.result(rows, as_json=as_json, text="\n".join(lines) or NOTHING[language])


@vocabulary.command(epilog='Example: terracite vocabulary suggest "Flood maps of the Garonne" --variable water_level')
@click.argument("title")
@click.option("--abstract", default="", help='The abstract; "-" reads the standard input.')
@click.option("--variable", "variables", multiple=True, help="The name of a variable; may be given again.")
@IN_THESAURUS
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many.")
@LANGUAGE
@AS_JSON
def suggest(
    title: str,
    abstract: str,
    variables: tuple[str, ...],
    thesauri: tuple[str, ...],
    limit: int,
    language: str,
    as_json: bool,
) -> None:
    """The keywords that TITLE, the abstract and the variables call for, the best first, each with its reason."""
    from terracite.record import vocabularies
    from terracite.record.values import Text

    wanted = _known(thesauri, _suggested())
    abstract = _typed() if abstract == "-" else abstract
    _something(title, abstract, *variables)
    about, summary = (Text.model_validate({language: text}) for text in (title, abstract))
    found = vocabularies.suggest(about, summary, variables, limit=limit, thesauri=wanted)
    rows = [_told(item, language) for item in found]
    lines = [f"{_named(item.keyword, language)}  {item.because.best(language)}" for item in found]
    console.result(rows, as_json=as_json, text="\n".join(lines) or NAMELESS[language])


@vocabulary.command(epilog="Example: terracite vocabulary thesauri --language fr")
@LANGUAGE
@AS_JSON
def thesauri(language: str, as_json: bool) -> None:
    """The thesauri: their names, how many concepts they have, and how many of these have a label in French."""
    from terracite.record import vocabularies

    known = vocabularies.thesauri()
    rows = [
        {"thesaurus": count.thesaurus, "title": known[count.thesaurus].title.best(language)}
        | {"concepts": count.concepts, "french": count.french}
        for count in vocabularies.counts()
    ]
    lines = [f"{row['thesaurus']:20}{row['concepts']:>9}{row['french']:>8}  {row['title']}" for row in rows]
    lines.insert(0, HEADINGS[language])
    console.result(rows, as_json=as_json, text="\n".join(lines))


def _suggested() -> list[str]:
    """Thesauri that keywords are suggested from: all but the communes, which are only searched."""
    from terracite.record.vocabularies import store

    return store.concepts().thesauri()


def _known(names: tuple[str, ...], known: list[str]) -> tuple[str, ...] | None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'? " if near else ""
            raise RecordError(f"There is no thesaurus '{name}' here.", hint=f"{hint}Thesauri: {', '.join(known)}.")
    return names or None


def _something(*texts: str) -> None:
    if not any(text.strip() for text in texts):
        raise RecordError("There is no text to look for.", hint='Give some words, such as "forêt tropicale".')


def _typed() -> str:
    """The standard input, as far as an abstract goes; its last character may be cut."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(sys.stdin.buffer.read(MOST_BYTES))
    except UnicodeDecodeError as error:
        raise RecordError("The standard input is not a text in UTF-8.", hint="Save the text as UTF-8.") from error


def _as_dict(concept: Concept) -> dict[str, str]:
    return {
        "uri": concept.uri,
        "fr": concept.label.fr,
        "en": concept.label.en,
        "thesaurus": concept.thesaurus,
        "code": concept.code,
    }


def _line(concept: Concept, because: str, language: str) -> str:
    return f"{_named(concept, language)}  {concept.uri}" + (f"  {because}" if because else "")


def _named(item: Concept | Keyword, language: str) -> str:
    return f"{item.label.best(language)}  [{item.thesaurus}]"


def _told(item: Suggestion, language: str) -> dict[str, str | float]:
    return {
        "uri": item.keyword.uri,
        "fr": item.keyword.label.fr,
        "en": item.keyword.label.en,
        "thesaurus": item.keyword.thesaurus,
        "score": item.score,
        "because": item.because.best(language),
    }
