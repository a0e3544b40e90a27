# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a version."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from terracite.record.model import Text
from terracite.website.api.schemas.common import NextOut, TextIn


class FileOut(Schema):
    path: str
    bytes: int
    sha256: str
    media_type: str
    format: str
    role: str
    description: Text = Text()
    state: str = Field("ok", description="incoming, scanning, ok or quarantined")
    problem: str = ""
    url: str = Field("", description="Where it is read (ranges too); empty when the caller may not")


class FileFactsOut(FileOut):
    """The same with what was read from it: where, when, what."""

    facts: dict[str, Any] = {}


class FilesOut(NextOut):
    items: list[FileOut]


class FilesIn(Schema):
    folder: str = Field("", max_length=500, description="Only what is in this folder")


class FolderIn(Schema):
    folder: str = Field(min_length=1, max_length=500, description="Everything in it is removed")


class RemovedOut(Schema):
    removed: int


class FileIn(Schema):
    """What a file is; fields left out stay."""

    role: str = Field("", max_length=15, description="data, documentation, legend, thumbnail, metadata...")
    description: TextIn | None = None


class SentIn(Schema):
    """Beside the bytes of a file."""

    sha256: str = Field("", max_length=64, description="64 hexadecimal digits: the file must have it")
    role: str = Field("", max_length=15)
