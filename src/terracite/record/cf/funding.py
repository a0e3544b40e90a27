# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who paid, as sentences of ``acknowledgement`` that are read back.

::

    Funded by Agence d’essai (https://ror.org/00rbzpz17), award ANR-23-TEST-0001 “Territoires” (https://...)
"""

from __future__ import annotations

import re

from terracite.record.cf import lists
from terracite.record.cf.attributes import Attributes
from terracite.record.identifiers import web_address
from terracite.record.model import Funding

_LONGEST = 4_000  #: characters of an acknowledgement that is searched for funders
_SENTENCE = re.compile(
    r"Funded by (?P<funder>.+?)(?: \((?P<funder_id>https?://\S+)\))?"
    r"(?:, award(?: (?P<award_number>[^“(]+?))?(?: “(?P<award_title>.*)”)?(?: \((?P<award_uri>https?://\S+)\))?)?"
)


def acknowledgement(funding: tuple[Funding, ...]) -> str:
    return lists.joined(_sentence(item) for item in funding)


def _sentence(item: Funding) -> str:
    said = f"Funded by {item.funder}{_in_brackets(item.funder_id)}"
    number = f" {item.award_number}" if item.award_number else ""
    title = f" “{item.award_title}”" if item.award_title else ""
    award = f"{number}{title}{_in_brackets(item.award_uri)}"
    return " ".join((f"{said}, award{award}" if award else said).split())


def _in_brackets(address: str) -> str:
    return f" ({address})" if web_address(address) and not re.search(r"\s", address) else ""


def funding(own: Attributes) -> tuple[Funding, ...]:
    """The funders, when every sentence names one in our words; other thanks stay among the leftovers."""
    node = own.first("acknowledgement", "acknowledgment")
    said = str(node.value) if node else ""
    if node is None or not said.startswith("Funded by ") or len(said) > _LONGEST:
        return ()
    found = [_SENTENCE.fullmatch(sentence) for sentence in lists.split(said)]
    if not all(found):
        return ()
    node.skip()
    return tuple(Funding(**{name: text or "" for name, text in item.groupdict().items()}) for item in found if item)
