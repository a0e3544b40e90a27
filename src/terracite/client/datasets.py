# SPDX-License-Identifier: AGPL-3.0-or-later
"""One version of a dataset, from its first draft on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from terracite.client import fetching, sending
from terracite.client.desks import Moderated
from terracite.client.sharing import Shared
from terracite.client.values import File, Finding, read
from terracite.client.version import changes_of
from terracite.errors import ServiceError
from terracite.services.rest import Progress

_LOOKED_INTO = frozenset({"ok", "quarantined"})
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


class Dataset(Moderated, Shared):
    """A version and all that is done with it; what changes it returns the new state."""

    __slots__ = ()

    def files(self) -> Iterator[File]:
        """Its files by path."""
        return (read(File, item) for item in self._api.pages(f"{self._path}/files", size=100))

    def upload(self, source: str | Path, progress: Progress | None = None, *, into: str = "") -> tuple[str, ...]:
        """Send a file, or all files of a folder with their paths; returns the paths that were sent.

        What the draft has already is not sent again, and an interrupted file goes on where it stopped: the same call
        can be made again at any time. Hidden files stay. ``into``: a folder of the dataset.
        """
        return sending.send(
            self._api, self._path, Path(source), {file.path: file for file in self.files()}, into, progress
        )

    def remove(self, path: str) -> None:
        """Take a file out of the draft."""
        self._api.delete(f"{self._path}/files/{quote(path)}")

    def describe(self, *, check_edit: bool = True, **fields: object) -> Self:
        """Change fields of the record: ``title="..."``, ``licence="CC-BY-4.0"``, ``**{"title.fr": "..."}``.

        Raises `RefusedError` with every mistake (nothing is saved), or with code "edit_conflict" and both values of
        the fields that somebody else changed since this state was read (the others are saved).
        """
        body: dict[str, object] = {"changes": changes_of(fields, self._api.language)}
        if check_edit:
            body["edit"] = self.edit
        return self.of(self._api, self._api.patch(self._path, body))

    def findings(self) -> tuple[Finding, ...]:
        """What is still to correct or to look at, blockers first."""
        return tuple(read(Finding, item) for item in self._api.get(f"{self._path}/findings")["items"])

    def wait_for_files(self, timeout_s: float = 600.0) -> Self:
        """Until every file was looked into, so that their facts are in the record."""
        self._wait(lambda: all(file.state in _LOOKED_INTO for file in self.files()), timeout_s, "looked into")
        return self.refreshed()

    def submit(self, *, terms_accepted: bool = True) -> Self:
        """To its desks; calling it says that the terms of deposit were read and are accepted."""
        return self._moved("submit", terms_accepted=terms_accepted)

    def new_version(self) -> Self:
        """The draft after a published version."""
        return self._moved("new-version")

    def reserve_doi(self) -> Self:
        """With its DOI, to be cited before it is published."""
        return self._moved("doi")

    def wait_until(self, *states: str, timeout_s: float = 3600.0) -> Self:
        """Until it is in one of ``states`` ("published" unless said), asking less and less often."""
        wanted = states or ("published",)
        self._wait(lambda: self.refreshed().state in wanted, timeout_s, " or ".join(wanted))
        return self.refreshed()

    def download(
        self, folder: str | Path, paths: Iterable[str] = (), progress: Progress | None = None
    ) -> tuple[Path, ...]:
        """Its files (or those at ``paths``) in ``folder``, each with its published SHA-256; goes on when interrupted.

        Files that are there already are kept. Raises `ServiceError` for paths that are not in the dataset or not open.
        """
        return fetching.fetch(self._api, self._path, tuple(self.files()), Path(folder), tuple(paths), progress)

    def cite(self, style: str = "datacite", language: str = "") -> str:
        """The citation as text: apa, harvard, iso690, ieee, nature, vancouver, copernicus, agu or datacite."""
        return str(self._api.get(f"{self._path}/citation", style=style, language=language)["text"])

    def _wait(self, is_so: Any, timeout_s: float, what: str) -> None:
        end, pause_s = time.monotonic() + timeout_s, FIRST_PAUSE_S
        while not is_so():
            if time.monotonic() + pause_s > end:
                hint = "Ask again later: nothing is lost."
                raise ServiceError(f"It is not {what} after {timeout_s:g} s.", hint=hint, retry=True)
            time.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 1.5)
