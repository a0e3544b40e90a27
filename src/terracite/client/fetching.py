# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way out: each to its place, whole and as published."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from terracite.client.values import File
from terracite.errors import Problem, ServiceError
from terracite.services.rest import Api, Progress, RefusedError, digest_of


def fetch(
    api: Api, dataset: str, files: tuple[File, ...], folder: Path, paths: tuple[str, ...], progress: Progress | None
) -> tuple[Path, ...]:
    """``files`` of the version at ``dataset`` (those at ``paths``) below ``folder``; see `Dataset.download`."""
    wanted = _wanted(files, paths)
    total, before = sum(file.bytes for file in wanted), 0
    targets = []
    for file in wanted:
        target = _place(folder, file.path)
        start = before

        def told(done: int, _length: int, start: int = start) -> None:
            if progress:
                progress(start + done, total)

        if not (target.is_file() and target.stat().st_size == file.bytes and digest_of(target) == file.sha256):
            api.fetch(f"{dataset}/files/{quote(file.path)}", target, file.bytes, file.sha256, told)
        before += file.bytes
        told(file.bytes, file.bytes)
        targets.append(target)
    return tuple(targets)


def _wanted(files: tuple[File, ...], paths: tuple[str, ...]) -> tuple[File, ...]:
    """Those to fetch: a path names a file or a folder."""
    chosen = [file for file in files if not paths or any(_is_in(file.path, path) for path in paths)]
    lost = [path for path in paths if not any(_is_in(file.path, path) for file in files)]
    closed = [file.path for file in chosen if not file.url]
    problems = [
        {"where": path, "what": "it is not in this dataset.", "cure": "See its list of files."} for path in lost
    ]
    cure = "Ask for access on the page of the dataset, or wait until its embargo is over."
    problems += [{"where": path, "what": "it is not open.", "cure": cure} for path in closed]
    if problems:
        raise RefusedError(404 if lost else 403, {"message": "Some files cannot be fetched.", "problems": problems})
    return tuple(chosen)


def _is_in(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(wanted.rstrip("/") + "/")


def _place(folder: Path, path: str) -> Path:
    """Where a file goes; never out of the folder, whatever a repository says."""
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        problem = Problem(path, "its path leads out of the folder.")
        raise ServiceError(f"A file cannot be kept: {problem}", hint="Tell the people who run this repository.")
    return target
