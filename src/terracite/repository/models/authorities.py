# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organisations and funders that a form offers: records like those of ORCID and ROR, kept here."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models

from terracite.repository.models.people import choices


class AuthorityKind(StrEnum):
    """What an entry names."""

    PERSON = "person"
    ORGANISATION = "organisation"
    FUNDER = "funder"


class Authority(models.Model):
    """One entry. ``identifier``: an ORCID iD, a ROR or Crossref Funder address, or "" for a name used here before."""

    kind = models.CharField(max_length=12, choices=choices(AuthorityKind))
    identifier = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=300)  #: of a person: "Family, Given"
    names = models.JSONField(default=list, blank=True)  #: other names, acronyms, other languages
    place = models.CharField(max_length=200, blank=True, default="")  #: town and country; of a person: organisation
    detail = models.JSONField(default=dict, blank=True)  #: family_name, given_name, affiliation, ror...
    source = models.CharField(max_length=40)  #: "ror", "orcid", "here"...
    words = models.TextField(db_index=False)  #: all names folded, what a search looks at
    used = models.PositiveIntegerField(default=0)  #: how many datasets name it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "identifier", "name"], name="one_entry_per_name"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "name"], name="authority_name")]

    def __str__(self) -> str:
        return self.name


class AuthorityWord(models.Model):
    """One folded word of an entry, after the letter of its kind ("o:cirad"): what the beginning of a word finds."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="found_by")
    word = models.CharField(max_length=42, db_index=True)

    def __str__(self) -> str:
        return self.word
