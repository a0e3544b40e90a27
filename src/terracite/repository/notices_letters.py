# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of the letter that goes with a notice, in both languages."""

from __future__ import annotations

from collections.abc import Callable

from terracite.record.model import Language, Text
from terracite.repository.addresses import base_url, landing_url
from terracite.repository.models import DatasetVersion, Notice

#: what happened, by move; {title} is the dataset's
WORDS = {
    "submit": Text(en="A dataset waits at your desk: {title}", fr="Un jeu de données attend à votre bureau : {title}"),
    "take": Text(
        en="A moderator is reading your dataset: {title}", fr="Un modérateur lit votre jeu de données : {title}"
    ),
    "assign": Text(en="A review was given to you: {title}", fr="Un examen vous a été attribué : {title}"),
    "hand_over": Text(en="A review was handed over to you: {title}", fr="Un examen vous a été confié : {title}"),
    "comment": Text(en="A message about: {title}", fr="Un message à propos de : {title}"),
    "suggest": Text(en="An edit is suggested for: {title}", fr="Une modification est suggérée pour : {title}"),
    "request_changes": Text(en="Changes are asked for: {title}", fr="Des modifications sont demandées : {title}"),
    "accept": Text(en="Accepted: {title}", fr="Accepté : {title}"),
    "reject": Text(en="Refused: {title}", fr="Refusé : {title}"),
    "publish": Text(en="Published: {title}", fr="Publié : {title}"),
    "correct_metadata": Text(
        en="A correction of a published description waits: {title}",
        fr="Une correction d'une description publiée attend : {title}",
    ),
    "approve_correction": Text(en="Your correction is published: {title}", fr="Votre correction est publiée : {title}"),
    "refuse_correction": Text(en="Your correction was refused: {title}", fr="Votre correction est refusée : {title}"),
    "end_embargo": Text(
        en="The embargo is over, the files are open: {title}",
        fr="L'embargo est terminé, les fichiers sont ouverts : {title}",
    ),
    "withdraw": Text(en="Withdrawn: {title}", fr="Retiré : {title}"),
    "embargo_ends_within_30_days": Text(
        en="The embargo ends within 30 days: {title}", fr="L'embargo se termine dans moins de 30 jours : {title}"
    ),
    "embargo_ends_within_7_days": Text(
        en="The embargo ends within 7 days: {title}", fr="L'embargo se termine dans moins de 7 jours : {title}"
    ),
    "ask_for_access": Text(
        en="Somebody asks for the files of: {title}", fr="Quelqu'un demande les fichiers de : {title}"
    ),
    "grant_access": Text(en="You may have the files of: {title}", fr="Vous avez accès aux fichiers de : {title}"),
    "refuse_access": Text(
        en="You may not have the files of: {title}", fr="Vous n'avez pas accès aux fichiers de : {title}"
    ),
}
_ABOUT_ACCESS = frozenset({"ask_for_access", "grant_access", "refuse_access"})
_OTHER = Text(en="News of: {title}", fr="Du nouveau pour : {title}")
_UNTITLED = Text(en="a dataset without a title", fr="un jeu de données sans titre")
_HELLO = Text(en="Hello {name},", fr="Bonjour {name},")
_SEE = Text(en="See it: {url}", fr="La page : {url}")
_ANSWER = Text(
    en="Answer without logging in, for 30 days: {url}\n(This link is yours: do not pass it on.)",
    fr="Répondre sans se connecter, pendant 30 jours : {url}\n(Ce lien est le vôtre : ne le transmettez pas.)",
)


def subject_of(notice: Notice) -> Text:
    """What happened to which dataset, in one line."""
    words = WORDS.get(notice.move, _OTHER)
    return _each(lambda language: words.best(language).format(title=_title(notice.version, language)))


def body_of(notice: Notice, reply_url: str = "") -> Text:
    """The letter: what happened, the words of who did it, where to see it and, for a message, where to answer."""
    return _each(lambda language: _body(notice, reply_url, language))


def _body(notice: Notice, reply_url: str, language: Language) -> str:
    parts = [_HELLO.best(language).format(name=notice.person.display_name), subject_of(notice).best(language) + "."]
    if notice.note.strip():
        parts.append("\n".join(f"    {line}".rstrip() for line in notice.note.strip().splitlines()))
    if reply_url:
        parts.append(_ANSWER.best(language).format(url=reply_url))
    parts.append(_SEE.best(language).format(url=_page(notice)))
    return "\n\n".join(parts) + "\n"


def _page(notice: Notice) -> str:
    if notice.move in _ABOUT_ACCESS:  # who asks has no part in the deposit
        return f"{landing_url(notice.version)}access/"
    return f"{base_url()}/deposit/{notice.version.uuid}/"


def _each(words: Callable[[Language], str]) -> Text:
    return Text(en=words("en"), fr=words("fr"))


def _title(version: DatasetVersion, language: Language) -> str:
    return Text(en=version.title_en, fr=version.title_fr).best(language) or _UNTITLED.best(language)
