# SPDX-License-Identifier: AGPL-3.0-or-later
"""What roc-validator says of our crates: every required check of RO-Crate 1.2.

Each document is put into a folder of its own beside a small file at each path that it lists. Offline: the context is
the one that the rocrate library ships (of RO-Crate 1.3, whose terms contain those of 1.2), kept where the validator
looks for what it has fetched. Whether addresses on the web answer is not asked.

The same few hundred SPARQL queries judge every document: they are parsed once, which changes no verdict.

``python ro_crate.py FILE...`` prints one line of JSON per file: {"file", "ok", "why"}.
"""

from __future__ import annotations

import functools
import io
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import warnings
from importlib import resources
from pathlib import Path
from typing import Any

PACKAGES = ["roc-validator==0.13.0", "rocrate==0.16.0"]

PROFILE = "ro-crate-1.2"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
METADATA = "ro-crate-metadata.json"


def fill_cache(cache: Path) -> None:
    """Puts the context where the validator keeps what it has fetched."""
    from requests.adapters import HTTPAdapter
    from requests_cache import CachedSession
    from urllib3 import HTTPResponse

    text = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()

    class Shipped(HTTPAdapter):
        def send(self, request: Any, **_: Any) -> Any:
            headers = {"Content-Type": "application/ld+json"}
            raw = HTTPResponse(io.BytesIO(text), headers, 200, preload_content=False)
            return self.build_response(request, raw)

    session = CachedSession(str(cache), backend="sqlite", expire_after=-1)
    session.mount("https://", Shipped())
    for accepted in ("application/ld+json, application/json", "application/ld+json"):
        session.get(CONTEXT, headers={"Accept": accepted})


def parse_queries_once() -> None:
    """rdflib spends three quarters of a validation on parsing: each query is prepared once instead."""
    from rdflib.plugins.sparql import processor

    parse, translate = processor.parseQuery, processor.translateQuery

    @functools.cache
    def prepared(text: str, base: str | None, names: tuple[tuple[str, Any], ...]) -> Any:
        return translate(parse(text), base, dict(names))

    def translated(text: str, base: str | None = None, names: Any = None) -> Any:
        return prepared(text, base, tuple(sorted((names or {}).items())))

    processor.parseQuery = lambda text: text
    processor.translateQuery = translated


def lay_out(document: Path, folder: Path) -> None:
    """The crate that the document describes, with placeholders for its files, and nothing of the crate before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    content = document.read_text(encoding="utf-8")
    (folder / METADATA).write_text(content, encoding="utf-8")
    for entity in json.loads(content)["@graph"]:
        if "localPath" in entity:
            place = folder / entity["localPath"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"x")


def faults(document: Path, folder: Path) -> list[str]:
    """What is wrong with the document; each process uses one place for its crates, which prepared queries name."""
    from rocrate_validator import services

    place = folder / str(os.getpid())
    lay_out(document, place)
    settings = {
        "rocrate_uri": str(place),
        "profile_identifier": PROFILE,
        "requirement_severity": "REQUIRED",
        "offline": True,
        "cache_path": folder / "context",
        "skip_availability_check": True,
    }
    result = services.validate(settings)
    return [f"{issue.check.identifier} {issue.message}" for issue in result.get_issues()]


def answer(document: str, folder: Path) -> str:
    """One line of JSON."""
    why = faults(Path(document), folder)
    return json.dumps({"file": document, "ok": not why, "why": "; ".join(why)[:1500]}, ensure_ascii=False)


def prepare() -> None:
    warnings.simplefilter("ignore")
    parse_queries_once()


def main(paths: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill_cache(folder / "context")
        with multiprocessing.get_context("spawn").Pool(min(4, os.cpu_count() or 1), prepare) as pool:
            for line in pool.imap(functools.partial(answer, folder=folder), paths):
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
