# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether an image file is there to its last byte, told without decoding it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
_CODESTREAM, _END = b"\xff\x4f", b"\xff\xd9"
_AGAIN = "Copy it again, or get the product processed again."


def defect(path: Path) -> tuple[str, str] | None:
    """What is wrong with a file and the cure; None when it can be read and, being JPEG 2000, is whole."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size == 0:
                return "It is empty.", _AGAIN
            if path.suffix.lower() == ".jp2" and not _is_whole_jp2(file, size):
                return "It is no JPEG 2000 file, or only the beginning of one.", _AGAIN
            file.seek(0)
            file.read(1)
    except FileNotFoundError:
        return "It vanished.", "Run the command again."
    except OSError as error:
        return f"It cannot be read: {error.strerror}.", "Change its permissions, or copy it again."
    return None


def _is_whole_jp2(file: BinaryIO, size: int) -> bool:
    """Every box ends within the file, and a codestream without a length ends as it should (ISO 15444-1, annex I)."""
    file.seek(0)
    if (start := file.read(len(_JP2))) != _JP2:
        return start.startswith(_CODESTREAM) and _ends_well(file)
    place, has_image = 0, False
    while place < size:
        file.seek(place)
        head = file.read(16).ljust(16, b"\0")
        length, kind = struct.unpack(">L4s", head[:8])
        if length == 1:
            (length,) = struct.unpack(">Q", head[8:])
        has_image |= kind == b"jp2c"
        if length == 0:  # the last box, up to the end of the file
            return has_image and (kind != b"jp2c" or _ends_well(file))
        if length < 8:
            return False
        place += length
    return has_image and place == size


def _ends_well(file: BinaryIO) -> bool:
    file.seek(-len(_END), 2)
    return file.read() == _END
