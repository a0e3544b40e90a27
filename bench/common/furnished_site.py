# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an instance with something in every state, and prints the pages to look at (JSON).

python -m common.furnished_site        with the environment of the instance
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from terracite.repository.instance import open_instance

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))


def main() -> None:
    open_instance()
    from common.full_repository import session
    from terracite.repository import addresses, moderation, tasks
    from terracite.website import steps
    from website import scene  # the people and datasets of the tests

    cast = scene.make_cast()
    group = scene.make_deposit(cast.alice)
    public = scene.published(scene.draft(group, cast.alice), cast)
    draft = scene.draft(group, cast.alice, seed=2, keywords=[], licence="")
    waiting = scene.submitted(scene.draft(group, cast.alice, seed=3), cast)
    moderation.take(waiting, cast.bob)
    moderation.move(waiting, "comment", cast.bob, text="Which images?", field="lineage")
    while tasks.run_due():
        pass
    page = addresses.landing_path(public)
    pages = {
        "home": ("", "/"),
        "search": ("", "/search/"),
        "results": ("", "/search/?q=map"),
        "dataset": ("", page),
        "preview of a map": ("", f"{page}preview/map.tif"),
        "my datasets": ("alice", "/deposit/"),
        "new": ("alice", "/deposit/new/"),
        **{f"step {name}": ("alice", f"/deposit/{draft.uuid}/{name}/") for name in steps.NAMES},
        "desk": ("bob", "/moderation/"),
        "review": ("bob", f"/moderation/{waiting.uuid}/"),
    }
    print(json.dumps({"pages": pages, "sessions": {"alice": session(cast.alice), "bob": session(cast.bob)}}))


if __name__ == "__main__":
    main()
