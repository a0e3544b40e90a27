# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way in: small ones whole, large ones in pieces that go on after an interruption."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from terracite.client.values import File
from terracite.errors import DepositError, Problem
from terracite.services import tus
from terracite.services.rest import CHUNK_BYTES, Api, Progress, digest_of

IN_PIECES_FROM_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Local:
    """A file to send, and its path in the dataset."""

    file: Path
    path: str
    bytes: int


def send(
    api: Api, dataset: str, source: Path, known: Mapping[str, File], into: str = "", progress: Progress | None = None
) -> tuple[str, ...]:
    """Send ``source`` to the draft at ``dataset``; see `Dataset.upload`."""
    files = local_files(source, into)
    total, before = sum(file.bytes for file in files), 0
    sent = []
    for local in files:
        told = _part(progress, before, total)
        digest = digest_of(local.file)
        there = known.get(local.path)
        if there is None or there.sha256 != digest:
            _send(api, dataset, local, digest, told)
            sent.append(local.path)
        before += local.bytes
        told(local.bytes, local.bytes)
    return tuple(sent)


def local_files(source: Path, into: str = "") -> tuple[Local, ...]:
    """The files that `send` would send, by path; `DepositError` when there are none."""
    prefix = f"{into.strip('/')}/" if into.strip("/") else ""
    if source.is_file():
        return (Local(source, prefix + source.name, source.stat().st_size),)
    found = tuple(_inside(source, prefix))
    if not found:
        problem = Problem(str(source), "there is no file in it.", "Give a file, or a folder with files.")
        raise DepositError("There is nothing to send.", [problem])
    return found


def _inside(folder: Path, prefix: str) -> Iterator[Local]:
    """Every file below; what is hidden, and links that lead out of the folder, stay."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in inner.parts)
        if not is_hidden and path.is_file() and path.resolve().is_relative_to(root):
            yield Local(path, prefix + inner.as_posix(), path.stat().st_size)


def _send(api: Api, dataset: str, local: Local, digest: str, told: Progress) -> None:
    if local.bytes < IN_PIECES_FROM_BYTES:
        api.send(f"{dataset}/files/{quote(local.path)}", local.file, digest)
        return
    said = {"path": local.path, "sha256": digest}
    uploads = api.get(f"{dataset}/uploads")
    same = [one for one in uploads if one["length"] == local.bytes and said.items() <= one["metadata"].items()]
    address = f"/api/v1{dataset}/uploads"
    location = same[0]["url"] if same else tus.begin(api.connection, address, local.bytes, said)
    tus.send(api.connection, str(location), local.bytes, lambda offset: _from(local.file, offset), told)


def _from(file: Path, offset: int) -> Iterator[bytes]:
    with file.open("rb") as stream:
        stream.seek(offset)
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def _part(progress: Progress | None, before: int, total: int) -> Progress:
    """What is done of one file, as what is done of all."""
    return lambda done, _length: progress(before + done, total) if progress else None
