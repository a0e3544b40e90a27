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
from terracite.raster.inspect import Document, Facts
from terracite.raster.inspect_kinds import KINDS, Kind
from terracite.raster.inspecting import darwin_core
from terracite.raster.inspecting.documents import MOST_BYTES, document_of, may_describe

_MOST_NAMES = 100
_MOST_MEMBERS = 100_000
_BOMB_RATIO = 200  #: unpacked size over packed size; data rarely pass 20
_BOMB_BYTES = 100 * 2**20
_MOST_DOCUMENTS = 20
_ZARR_ROOTS = frozenset({".zmetadata", ".zgroup", "zarr.json"})
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
_CODE = frozenset(
    [
        ".exe",
        ".dll",
        ".so",
        ".bat",
        ".com",
        ".msi",
        ".sh",
        ".ps1",
        ".py",
        ".r",
        ".m",
        ".c",
        ".cpp",
        ".f90",
        ".js",
        ".jar",
    ]
)
_READ_BYTES = 64 * 2**20  #: how much is unpacked, in memory, to test the members


def facts(path: Path, kind: Kind) -> Facts:
    """What a ZIP holds; raises `InspectionError` for one that is broken, encrypted or a decompression bomb."""
    with zipfile.ZipFile(path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        _check(members, path)
        _test(archive, members, path)
        found = Facts(
            kind.format,
            kind.media_type,
            attributes=_attributes(members),
            documents=_documents(archive, members),
            programs=_programs(members),
            warnings=_warnings(members),
        )
        names = [item.filename for item in members if not is_clutter(item.filename)]
        if core := darwin_core.core_of(archive, names):
            return darwin_core.with_core(found, archive, core)
    if (root := _zarr_root(names)) is not None:
        from terracite.raster.inspecting.zarr_store import facts_in_zip  # only here: it takes a moment to load

        store = facts_in_zip(path, root)
        return replace(store, attributes=found.attributes | store.attributes, programs=found.programs)
    layers = [name for name in names if name.lower().endswith(".shp")]
    if len(layers) != 1:
        return found
    from terracite.raster.inspecting.vector import dbf_day, facts_of_layers  # only here: it takes a moment to load

    shapefile = facts_of_layers(f"/vsizip/{{{path}}}/{layers[0]}", KINDS["shapefile"])
    return replace(
        shapefile,
        format="Shapefile (zip)",
        media_type=kind.media_type,
        created=dbf_day(_head(path, names, layers[0])),
        documents=found.documents,
        programs=found.programs,
        attributes=shapefile.attributes | found.attributes,
        warnings=(*shapefile.warnings, *found.warnings),
    )


def _head(path: Path, names: list[str], layer: str) -> bytes:
    """The first bytes of the table beside a layer."""
    table = next((name for name in names if name.lower() == f"{layer[:-4]}.dbf".lower()), "")
    if not table:
        return b""
    with zipfile.ZipFile(path) as archive, archive.open(table) as stream:
        return stream.read(4)


def is_clutter(name: str) -> bool:
    """What macOS and Windows leave in archives, which nobody deposits on purpose."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _zarr_root(names: list[str]) -> str | None:
    roots = [PurePosixPath(name) for name in names if PurePosixPath(name).name in _ZARR_ROOTS]
    if not roots:
        return None
    parent = str(min(roots, key=lambda path: len(path.parts)).parent)
    return "" if parent == "." else parent


def _documents(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> tuple[Document, ...]:
    """The texts in it that may describe its data, those nearest to the root: deeper ones describe parts."""
    named = [item for item in members if may_describe(item.filename) and 0 < item.file_size <= MOST_BYTES]
    nearest = sorted(named, key=lambda item: (item.filename.count("/"), item.filename))
    shallow = [item for item in nearest if item.filename.count("/") == nearest[0].filename.count("/")]
    found = (document_of(item.filename, archive.read(item)) for item in shallow[:_MOST_DOCUMENTS])
    return tuple(document for document in found if document)


def _programs(members: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    """Members that are programs or source code, by their names."""
    names = [item.filename for item in members if not is_clutter(item.filename)]
    return tuple(name for name in names if PurePosixPath(name).suffix.lower() in _CODE)[:_MOST_NAMES]


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
    if members and not any(may_describe(item.filename) for item in members):
        found.append("The archive has no README that describes its files.")
    if inner := [item.filename for item in members if PurePosixPath(item.filename).suffix.lower() in _ARCHIVES]:
        found.append(f"'{inner[0]}' is an archive inside the archive: take it out, so that others can read it.")
    return tuple(found)
