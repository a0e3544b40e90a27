# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts from a ZIP: what is inside, and the layer of a zipped Shapefile. Runs in the child process of `inspect`.

Nothing is unpacked to disk.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath

from terracite.errors import InspectionError
from terracite.raster.inspect import Facts
from terracite.raster.inspect_kinds import KINDS, Kind

_MOST_NAMES = 100
_MOST_MEMBERS = 100_000
_BOMB_RATIO = 200  #: unpacked size over packed size; data rarely pass 20
_BOMB_BYTES = 100 * 2**20
_READ_BYTES = 64 * 2**20  #: how much is unpacked, in memory, to test the members


def facts(path: Path, kind: Kind) -> Facts:
    """What a ZIP holds; raises `InspectionError` for one that is broken, encrypted or a decompression bomb."""
    with zipfile.ZipFile(path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        _check(members, path)
        _test(archive, members, path)
    layers = [item.filename for item in members if item.filename.lower().endswith(".shp")]
    found = Facts(kind.format, kind.media_type, attributes=_attributes(members), warnings=_warnings(members))
    if len(layers) != 1:
        return found
    from terracite.raster.inspecting.vector import facts_of_layers  # only here: it takes a moment to load

    shapefile = facts_of_layers(f"/vsizip/{{{path}}}/{layers[0]}", KINDS["shapefile"])
    return replace(
        shapefile,
        format="Shapefile (zip)",
        media_type=kind.media_type,
        attributes=shapefile.attributes | found.attributes,
        warnings=(*shapefile.warnings, *found.warnings),
    )


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    if len(members) > _MOST_MEMBERS:
        raise InspectionError(f"'{path.name}' holds {len(members)} files.", hint="Deposit several smaller archives.")
    unpacked, packed = sum(item.file_size for item in members), sum(item.compress_size for item in members)
    if unpacked > _BOMB_BYTES and unpacked > _BOMB_RATIO * max(packed, 1):
        raise InspectionError(
            f"'{path.name}' would unpack to {unpacked / 2**20:.0f} MiB, {unpacked // max(packed, 1)} times its size.",
            hint="Deposit the files themselves.",
        )
    if any(item.flag_bits & 1 for item in members):
        raise InspectionError(f"'{path.name}' is encrypted.", hint="Deposit it without a password.")
    if outside := [item.filename for item in members if _leads_out(item.filename)]:
        raise InspectionError(
            f"'{path.name}' holds paths that lead out of it, such as '{outside[0]}'.", hint="Zip it again."
        )


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")


def _test(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path) -> None:
    """Unpack the members in memory, up to a limit, which compares their checksums."""
    left = _READ_BYTES
    for item in members:
        if item.file_size > left:
            continue
        left -= item.file_size
        try:
            with archive.open(item) as stream:
                while stream.read(2**20):
                    pass
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise InspectionError(
                f"'{item.filename}' inside '{path.name}' cannot be unpacked: {error}.", hint="Zip it again."
            ) from error


def _attributes(members: list[zipfile.ZipInfo]) -> dict[str, str]:
    names = ["".join(mark if mark.isprintable() else "?" for mark in item.filename) for item in members]
    listed = "\n".join(names[:_MOST_NAMES]) + ("\n..." if len(names) > _MOST_NAMES else "")
    return {
        "members": listed,
        "member_count": str(len(names)),
        "unpacked_bytes": str(sum(m.file_size for m in members)),
    }


def _warnings(members: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    found = []
    if not members:
        found.append("The archive is empty.")
    if twice := [name for name, count in Counter(item.filename for item in members).items() if count > 1]:
        found.append(f"'{twice[0]}' is there twice.")
    if members and not any(PurePosixPath(item.filename).name.lower().startswith("readme") for item in members):
        found.append("The archive has no README that describes its files.")
    return tuple(found)
