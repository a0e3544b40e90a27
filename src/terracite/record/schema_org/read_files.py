# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a schema.org document: those whose size and checksum are told, and links to the others."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from terracite.record.model import DataFile, FileRole, Related
from terracite.record.reading import values as reading
from terracite.record.schema_org.graph import Thing
from terracite.record.schema_org.setting import Setting

_UNITS = {"": 1, "b": 1, "byte": 1, "bytes": 1, "octets": 1, "o": 1}
_UNITS |= {prefix + unit: 1000**power for power, prefix in enumerate("kmgt", start=1) for unit in ("b", "o", "")}
_UNITS |= {f"{prefix}ib": 1024**power for power, prefix in enumerate("kmgt", start=1)}


def is_file(thing: Thing) -> bool:
    return bool(thing.kinds & {"File", "MediaObject", "DataDownload", "cr:FileObject"})


def files_and_downloads(things: list[Thing], here: Setting) -> tuple[tuple[DataFile, ...], tuple[Related, ...]]:
    """The files, and a link to each download that the record cannot hold as a file: no exact size or checksum."""
    files: list[DataFile] = []
    links: list[Related] = []
    for thing in things:
        file = _file(thing, here)
        link = None if file else _download(thing, here)
        files += [file] if file else []
        links += [link] if link else []
    return tuple(files), tuple(links)


def _file(thing: Thing, here: Setting) -> DataFile | None:
    if not thing.is_object or not re.fullmatch(r"[0-9a-fA-F]{64}", str(thing.node.value.get("sha256", ""))):
        return None
    size = exact_size(thing.text("contentSize"))
    path = _path(thing, here)
    if size is None or not path:
        return None
    formats = [item.text() for item in thing.all("encodingFormat", "fileFormat")]
    media = next((text for text in formats if "/" in text and "://" not in text), "")
    words = next((text for text in formats if text != media), "")
    role = thing.text("additionalType")
    thing.skip("name", "contentUrl", "localPath")
    made: DataFile | None = here.notes.part(
        DataFile,
        thing.where,
        path=path,
        bytes=size,
        sha256=thing.text("sha256").lower(),
        format=words,
        role=FileRole(role) if role in set(FileRole) else FileRole.DATA,
        description=here.said(thing, "description"),
        **({"media_type": media} if media else {}),
    )
    return made


def _path(thing: Thing, here: Setting) -> str:
    """Inside the dataset: by address below its page, by the path a crate gives, else by name."""
    address = thing.text("contentUrl", "downloadUrl") or thing.id
    local = thing.text("localPath") or here.path(address)
    if local:
        return local
    if "://" not in address:
        return unquote(address.removeprefix("./"))
    return thing.text("name") or unquote(urlsplit(address).path.rpartition("/")[2])


def exact_size(text: str) -> int | None:
    """Bytes from "123456", "12 kB" or "1,5 MiB".

    >>> exact_size("123456 B"), exact_size("2 kB")
    (123456, 2000)
    """
    found = re.fullmatch(r"([\d.,\s]+?)\s*([A-Za-z]*)", text.strip())
    unit = _UNITS.get(found[2].casefold()) if found else None
    if not found or unit is None:
        return None
    if found[1].isdigit():
        return int(found[1]) * unit
    number = reading.number(found[1])
    return None if number is None else round(number * unit)


def _download(thing: Thing, here: Setting) -> Related | None:
    """A part of the dataset that can be fetched; what else is told of it stays left over."""
    if not thing.is_object:
        return Related(identifier=thing.text(), relation="HasPart") if "://" in thing.text() else None
    address = thing.text("contentUrl", "downloadUrl", "url") or thing.id
    if "://" not in address:
        return None
    more: dict[str, Any] = {"title": thing.text("name")} if "name" in thing.names else {}
    return Related(identifier=address, relation="HasPart", note=here.said(thing, "description"), **more)
