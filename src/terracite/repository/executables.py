# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs told from data by their first bytes, whatever they are called."""

from __future__ import annotations

from pathlib import Path

_HEAD_BYTES = 4096
#: first bytes -> what it is
_SIGNATURES = {
    b"\x7fELF": "ELF",
    b"\xfe\xed\xfa\xce": "Mach-O",
    b"\xfe\xed\xfa\xcf": "Mach-O",
    b"\xce\xfa\xed\xfe": "Mach-O",
    b"\xcf\xfa\xed\xfe": "Mach-O",
    b"\xca\xfe\xba\xbe": "Java or Mach-O",
    b"dex\n": "Android",
}
_WINDOWS_HEADERS = {b"PE", b"NE", b"LE", b"LX"}


def kind_of_executable(path: Path) -> str:
    """What kind of program the file is, or "" for anything else. Scripts and source code are left to the desk."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if _is_windows_program(head):
        return "Windows"
    return next((kind for signature, kind in _SIGNATURES.items() if head.startswith(signature)), "")


def _is_windows_program(head: bytes) -> bool:
    """MZ alone may begin a text; a program has a second header where bytes 60-63 say."""
    if not head.startswith(b"MZ") or len(head) < 64:
        return False
    place = int.from_bytes(head[60:64], "little")
    return head[place : place + 2] in _WINDOWS_HEADERS
