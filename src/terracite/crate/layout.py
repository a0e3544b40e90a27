# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a crate folder is made of, and which paths may stand in it.

<name>/record.json              the canonical record
<name>/ro-crate-metadata.json   the same for any RO-Crate reader, with the provenance
<name>/manifest-sha256.txt      one line per file: SHA-256, two spaces, path
<name>/receipts.json            where it was sent; changes later, so outside the manifest
<name>/...                      the files of the dataset
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unicodedata import category

from terracite.errors import CrateError

RECORD = "record.json"
METADATA = "ro-crate-metadata.json"
MANIFEST = "manifest-sha256.txt"
RECEIPTS = "receipts.json"
RESERVED = frozenset({RECORD, METADATA, MANIFEST, RECEIPTS})
OUTSIDE_MANIFEST = frozenset({MANIFEST, RECEIPTS})


def staging_of(folder: Path) -> Path:
    """The hidden sibling in which a crate is prepared."""
    return folder.parent / f".{folder.name}.partial"


def checked_path(path: str) -> str:
    """``path`` itself when it is a plain relative path with forward slashes; otherwise a `CrateError`."""
    if not path or "\\" in path or any(part in {"", ".", ".."} for part in path.split("/")):
        raise CrateError(f"'{path}' is not a path inside a crate.", hint="Use a relative path with '/', without '..'.")
    if any(category(character) == "Cc" for character in path):
        raise CrateError(f"The path {path!r} holds a control character.", hint="Rename that file.")
    return path


def files_in(folder: Path) -> Iterator[str]:
    """The relative path of every file below ``folder``; a link counts as a file and is never followed."""
    for directory, folders, names in os.walk(folder, followlinks=False):
        here = Path(directory)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in [*names, *links]:
            yield (here / name).relative_to(folder).as_posix()
