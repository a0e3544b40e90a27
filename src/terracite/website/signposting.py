# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signposting (signposting.org): typed links with which a machine finds its way from a landing page.

Level 1 puts them in the ``Link`` header, level 2 gives all of them, for every resource, as one linkset (RFC 9264).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from terracite.record import vocabularies
from terracite.record.formats import FORMATS
from terracite.record.model import Record, ResourceType
from terracite.repository import addresses
from terracite.repository.models import DatasetVersion
from terracite.repository.states import State

LINKSET_TYPE = "application/linkset+json"
MOST_ITEMS = 40  #: in a header: more files than that are in the linkset alone
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)  # RFC 6838, 4.2
_TYPES = {
    ResourceType.DATASET: "https://schema.org/Dataset",
    ResourceType.COLLECTION: "https://schema.org/Collection",
    ResourceType.IMAGE: "https://schema.org/ImageObject",
    ResourceType.SOFTWARE: "https://schema.org/SoftwareSourceCode",
    ResourceType.MODEL: "https://schema.org/Dataset",
    ResourceType.SERVICE: "https://schema.org/WebAPI",
    ResourceType.TEXT: "https://schema.org/CreativeWork",
    ResourceType.OTHER: "https://schema.org/CreativeWork",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One typed link; ``anchor`` is what it starts from."""

    anchor: str
    relation: str
    target: str
    media_type: str = ""  #: without its parameters: RFC 8288 allows a type/subtype alone
    profile: str = ""


class Item(Protocol):
    """A file, as far as a link to it needs it."""

    @property
    def path(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def landing_links(
    version: DatasetVersion,
    record: Record,
    files: Sequence[Item],
    *,
    every_format: bool = True,
    public: Sequence[DatasetVersion] | None = None,
) -> list[Link]:
    """The links of a landing page; ``files`` are those that anybody may download, ``public`` the public versions of
    the dataset, oldest first, when they are read already.

    Without ``every_format``, a metadata format that shares its media type with another is left to the linkset: a
    header has little room.
    """
    landing = addresses.landing_url(version)
    base = addresses.base_url()
    links = [Link(landing, "author", f"https://orcid.org/{agent.orcid}") for agent in record.creators if agent.orcid]
    if version.doi:
        links.append(Link(landing, "cite-as", f"https://doi.org/{version.doi}"))
    links += [
        Link(landing, "describedby", base + addresses.metadata_path(version, item.name), item.media_type, item.profile)
        for item in FORMATS.values()
        if every_format or item.negotiable
    ]
    links += [
        Link(landing, "item", base + addresses.file_path(version, file.path), _bare_type(file.media_type))
        for file in files
    ]
    links += [
        Link(landing, "type", address) for address in ("https://schema.org/AboutPage", _TYPES[record.resource_type])
    ]
    if address := licence_address(record):
        links.append(Link(landing, "license", address))
    links += _neighbours(version, landing, public)
    links.append(Link(landing, "linkset", linkset_url(version), LINKSET_TYPE))
    return links


def linkset_url(version: DatasetVersion) -> str:
    """Where all links of a version are read."""
    return addresses.landing_url(version) + "linkset.json"


def header(links: Sequence[Link]) -> str:
    """The links as the value of a ``Link`` header, without their anchors; too many items are left to the linkset."""
    items = sum(link.relation == "item" for link in links)
    shown = [link for link in links if link.relation != "item" or items <= MOST_ITEMS]
    return ", ".join(_in_header(link) for link in shown)


def back_header(version: DatasetVersion, relation: str) -> str:
    """The header of a file ("collection") or of a metadata document ("describes"): back to the landing page."""
    back = Link("", relation, addresses.landing_url(version), "text/html")
    return header([back, Link("", "linkset", linkset_url(version), LINKSET_TYPE)])


def linkset(links: Sequence[Link]) -> dict[str, object]:
    """Every link as a JSON linkset: those of the landing page, and the way back from what it points to."""
    back = [
        Link(link.target, _BACK[link.relation], link.anchor, "text/html") for link in links if link.relation in _BACK
    ]
    contexts: dict[str, dict[str, object]] = {}
    for link in [*(link for link in links if link.relation != "linkset"), *back]:
        context = contexts.setdefault(link.anchor, {"anchor": link.anchor})
        targets = context.setdefault(link.relation, [])
        assert isinstance(targets, list)
        targets.append(_in_linkset(link))
    return {"linkset": list(contexts.values())}


_BACK = {"item": "collection", "describedby": "describes"}


def licence_address(record: Record) -> str:
    """Where the licence can be read, or "" when there is none."""
    known = vocabularies.licence(record.licence) if record.licence else None
    if known is not None and known.uri:
        return known.uri
    return f"https://spdx.org/licenses/{record.licence}" if record.licence else ""


def _neighbours(version: DatasetVersion, landing: str, public: Iterable[DatasetVersion] | None) -> Iterator[Link]:
    """Earlier, later and latest version (RFC 5829)."""
    if public is None:
        public = version.dataset.versions.filter(published_at__isnull=False).defer("record").order_by("number")
    public = list(public)
    others = {one.number: f"{addresses.base_url()}/datasets/{version.dataset.uuid}/v{one.number}/" for one in public}
    before = [number for number in others if number < version.number]
    after = [number for number in others if number > version.number]
    if before:
        yield Link(landing, "predecessor-version", others[before[-1]])
    if after:
        yield Link(landing, "successor-version", others[after[0]])
        published = [one.number for one in public if one.state == State.PUBLISHED]
        if published:
            yield Link(landing, "latest-version", others[published[-1]])


def _bare_type(media_type: str) -> str:
    """A media type without its parameters, "" when it is none: what readers depend on and a header can hold."""
    bare = media_type.partition(";")[0].strip()
    return bare if _MEDIA_TYPE.fullmatch(bare) else ""


def _in_header(link: Link) -> str:
    parts = [f"<{link.target}>", f'rel="{link.relation}"']
    parts += [f'type="{link.media_type}"'] if link.media_type else []
    parts += [f'profile="{link.profile}"'] if link.profile else []
    return "; ".join(parts)


def _in_linkset(link: Link) -> dict[str, object]:
    target: dict[str, object] = {"href": link.target}
    if link.media_type:
        target["type"] = link.media_type
    if link.profile:
        target["profile"] = [link.profile]
    return target
