# SPDX-License-Identifier: AGPL-3.0-or-later
"""Authors, contributors and contacts."""

from __future__ import annotations

from collections.abc import Iterator

from terracite.record.identifiers import is_orcid, is_ror
from terracite.record.model import Agent, Record, Text
from terracite.record.rules.registry import Fault, Level, rule


def _agents(record: Record) -> Iterator[tuple[str, Agent]]:
    """Every person and organisation of the record with the dotted name of its place."""
    yield from ((f"creators.{place}", agent) for place, agent in enumerate(record.creators))
    for place, contributor in enumerate(record.contributors):
        yield f"contributors.{place}.agent", contributor.agent
    yield from ((f"contacts.{place}", agent) for place, agent in enumerate(record.contacts))


@rule(Level.BLOCKER)
def email_in_name(record: Record) -> Iterator[Fault]:
    """An e-mail address as a name would be shown to everybody, for ever."""
    for field, agent in _agents(record):
        if "@" in agent.name:
            yield Fault(
                field,
                Text(
                    fr="Une adresse électronique tient lieu de nom : elle serait publiée.",
                    en="An e-mail address stands for a name: it would be published.",
                ),
                Text(fr="Donnez le nom et le prénom.", en="Give the family name and the given name."),
            )


@rule(Level.WARNING)
def orcid_wrong(record: Record) -> Iterator[Fault]:
    for field, agent in _agents(record):
        if agent.orcid and not is_orcid(agent.orcid):
            yield Fault(
                f"{field}.orcid",
                Text(
                    fr=f"« {agent.orcid} » n’est pas un ORCID : ses chiffres ne se vérifient pas.",
                    en=f"“{agent.orcid}” is not an ORCID: its digits do not check.",
                ),
                Text(
                    fr="Recopiez-le depuis orcid.org, comme 0000-0002-1825-0097.",
                    en="Copy it from orcid.org, such as 0000-0002-1825-0097.",
                ),
            )


@rule(Level.WARNING)
def ror_wrong(record: Record) -> Iterator[Fault]:
    places = [(f"{field}.ror", agent.ror) for field, agent in _agents(record)]
    for field, agent in _agents(record):
        places += [(f"{field}.affiliations.{place}.ror", item.ror) for place, item in enumerate(agent.affiliations)]
    for field, ror in places:
        if ror and not is_ror(ror):
            yield Fault(
                field,
                Text(fr=f"« {ror} » n’est pas une adresse ROR.", en=f"“{ror}” is not a ROR address."),
                Text(
                    fr="Recopiez-la depuis ror.org : https://ror.org/ et neuf caractères.",
                    en="Copy it from ror.org: https://ror.org/ and nine characters.",
                ),
            )


@rule(Level.WARNING)
def contact_without_email(record: Record) -> Iterator[Fault]:
    if record.contacts and not any(agent.email for agent in record.contacts):
        yield Fault(
            "contacts",
            Text(
                fr="Aucun contact n’a d’adresse : personne ne pourra poser de question.",
                en="No contact has an address: nobody will be able to ask a question.",
            ),
            Text(
                fr="Ajoutez une adresse ; elle n’est jamais affichée.",
                en="Add an address; it is never shown.",
            ),
        )


@rule(Level.HINT)
def orcid_missing(record: Record) -> Iterator[Fault]:
    without = [agent.display_name for agent in record.creators if agent.is_person and not agent.orcid]
    if without:
        names = ", ".join(without[:5])
        yield Fault(
            "creators",
            Text(fr=f"Sans ORCID : {names}.", en=f"Without ORCID: {names}."),
            Text(
                fr="Ajoutez l’ORCID de chaque auteur : il sera cité sans confusion.",
                en="Add the ORCID of each author: they are then cited without confusion.",
            ),
        )


@rule(Level.HINT)
def affiliation_missing(record: Record) -> Iterator[Fault]:
    without = [
        agent.display_name
        for agent in record.creators
        if agent.is_person and not agent.affiliations and not agent.organisation
    ]
    if without:
        names = ", ".join(without[:5])
        yield Fault(
            "creators",
            Text(fr=f"Sans affiliation : {names}.", en=f"Without affiliation: {names}."),
            Text(fr="Ajoutez l’institut de chaque auteur.", en="Add the institute of each author."),
        )
