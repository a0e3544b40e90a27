# SPDX-License-Identifier: AGPL-3.0-or-later
"""Archives, before anything inside them is opened."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from terracite.errors import InspectionError

_BOMB_RATIO = 200  #: data rarely pass 20
_BOMB_BYTES = 100 * 2**20
_MOST_BYTES = 4 * 2**30
_MOST_MEMBERS = 100_000


def refuse_bomb(path: Path) -> list[zipfile.ZipInfo]:
    """The members of a zip (also of what is a zip by another name); `InspectionError` when it is not a fair one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.filename.endswith("/")]
    except zipfile.BadZipFile as error:
        raise InspectionError(
            f"'{path.name}' is damaged: {error}.", hint="Save it again in its own program, or copy it again."
        ) from error
    unpacked, packed = sum(item.file_size for item in members), sum(item.compress_size for item in members)
    is_bomb = unpacked > _BOMB_BYTES and unpacked > _BOMB_RATIO * max(packed, 1)
    if is_bomb or unpacked > _MOST_BYTES or len(members) > _MOST_MEMBERS:
        raise InspectionError(
            f"'{path.name}' would unpack to {unpacked / 2**20:.0f} MiB.", hint="Deposit the files themselves."
        )
    if any(item.flag_bits & 1 for item in members):
        raise InspectionError(f"'{path.name}' is encrypted.", hint="Deposit it without a password.")
    return members


def leads_out(name: str) -> bool:
    """Whether a path inside an archive points outside it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")
