# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an instance with something in every state, and prints the pages to look at (JSON).

python -m common.furnished_site        with the environment of the instance
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path

from terracite.repository.instance import open_instance

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

Pages = dict[str, tuple[str, str]]  #: name -> whose session ("": nobody's), path
PLOTS = [("forest", 55.31), ("savanna", 55.38), ("sugar cane", 55.45), ("town", 55.52)]


def main() -> None:
    open_instance()
    from common.full_repository import session
    from website import scene  # the people and datasets of the tests

    cast = scene.make_cast()
    group = scene.make_deposit(cast.alice)
    pages = public_pages() | kept_pages(cast, group) | owner_pages(cast, group) | desk_pages(cast, group)
    people = {"alice": cast.alice, "bob": cast.bob, "chloe": cast.chloe}
    print(json.dumps({"pages": pages, "sessions": {name: session(person) for name, person in people.items()}}))


def public_pages() -> Pages:
    """What needs neither a dataset nor a login."""
    return {
        "home": ("", "/"),
        "search": ("", "/search/"),
        "results": ("", "/search/?q=map"),
        "nothing found": ("", "/search/?q=nothing+like+it"),
        "about": ("", "/about/"),
        "help": ("", "/help/"),
        "machines": ("", "/machines/"),
        "privacy": ("", "/privacy/"),
        "accessibility": ("", "/accessibility/"),
        "log in": ("", "/account/login/"),
        "register": ("", "/account/register/"),
        "not found": ("", "/nowhere/"),
        "old reply link": ("", "/reply/none/"),
        "old review link": ("", "/review/none/"),
    }


def kept_pages(cast, group) -> Pages:
    """Published datasets: two versions with every kind of file, a restricted one, a withdrawn one."""
    from terracite.repository import access_requests, addresses, corrections, deposits, publication, tasks
    from website import scene

    first = scene.draft(group, cast.alice)
    _add_files(first, cast.alice)
    scene.published(first, cast)
    corrections.correct_metadata(first, cast.alice, changes={"title.en": "Land cover of Reunion, 2023"}, note="Shorter")
    corrections.approve_correction(first, cast.bob)
    second = deposits.new_version(first, cast.alice)
    creators = [{"family_name": "Martin", "given_name": "Alice", "orcid": "0000-0002-1825-0097"}]
    changed = {"abstract.en": "Land-cover map of Reunion Island in 2023.", "creators": creators}
    scene.published(deposits.save(second, cast.alice, changed), cast)
    restricted = scene.published(scene.draft(group, cast.alice, seed=4, access={"kind": "restricted"}), cast)
    access_requests.ask(restricted, cast.chloe, "To compare with our map of forests.")
    withdrawn = scene.published(scene.draft(group, cast.alice, seed=5), cast)
    publication.withdraw(withdrawn, _curator(), reason="The classes were swapped: see the next map.")
    corrected = scene.published(scene.draft(group, cast.alice, seed=6), cast)
    corrections.correct_metadata(
        corrected, cast.alice, changes={"title.en": "Land cover of Reunion, 2022"}, note="The year"
    )
    while tasks.run_due():
        pass
    page, old, closed = (addresses.landing_path(one) for one in (second, first, restricted))
    names = {"a map": "map.tif", "a text": "README.md", "a table": "plots.csv", "drawings": "plots.geojson",
             "a cube": "cube.nc"}  # fmt: skip
    return {
        "dataset": ("", page),
        "older version": ("", old),
        "own dataset": ("alice", page),
        **{f"preview of {name}": ("", f"{page}preview/{path}") for name, path in names.items()},
        "changes": ("", f"{page}changes/1/"),
        "revision": ("", f"{old}revisions/1/"),
        "tombstone": ("", addresses.landing_path(withdrawn)),
        "deposit": ("", f"/deposits/{group.uuid}/"),
        "contact": ("", f"{page}contact/"),
        "restricted dataset": ("chloe", closed),
        "own restricted dataset": ("alice", closed),
        "ask for access": ("bob", f"{closed}access/"),
        "access asked": ("chloe", f"{closed}access/"),
        "answer access": ("alice", f"{closed}access/"),
        "correct": ("alice", f"/deposit/{second.uuid}/correct/"),
        "correction waits": ("alice", f"/deposit/{corrected.uuid}/correct/"),
        "review a correction": ("bob", f"/moderation/{corrected.uuid}/"),
    }


def owner_pages(cast, group) -> Pages:
    """Alice's drafts, what she shares, her account."""
    from terracite.repository import collaborators, discarding, people, review_links
    from terracite.website import steps
    from website import scene

    draft = scene.draft(group, cast.alice, seed=2, keywords=[], licence="")
    discarding.discard(scene.draft(group, cast.alice, seed=7), cast.alice)
    collaborators.add(group, cast.alice, "chloe", "reader")
    collaborators.invite(group, cast.alice, "dora@example.org", "editor")
    people.make_token(cast.alice, "my notebook")
    _link, token = review_links.make(draft, cast.alice, "for the journal", 30)
    own = f"/deposit/{draft.uuid}"
    return {
        "welcome": ("", "/deposit/"),
        "my datasets": ("alice", "/deposit/"),
        "new": ("alice", "/deposit/new/"),
        "import": ("alice", "/deposit/import/"),
        "import into": ("alice", f"{own}/import/"),
        **{f"step {name}": ("alice", f"{own}/{name}/") for name in steps.NAMES},
        "seen by a reader": ("chloe", f"{own}/describe/"),
        **{
            f"find {kind}": ("alice", f"/find/{kind}?q={words}")
            for kind, words in {"people": "martin", "keywords": "forest", "places": "reunion"}.items()
        },
        "discard": ("alice", f"{own}/discard/"),
        "common": ("alice", f"/deposits/{group.uuid}/common/"),
        "people": ("alice", f"/deposits/{group.uuid}/people/"),
        "reviewer's page": ("", f"/review/{token}/"),
        "account": ("alice", "/account/"),
        "password": ("alice", "/account/password/"),
        "goodbye": ("alice", "/account/goodbye/"),
    }


def desk_pages(cast, group) -> Pages:
    """Bob's desk, with one that waits, one that he took and one that came back changed."""
    from terracite.repository import conversation_links, deposits, moderation
    from terracite.repository.moderation_sentences import begin_with_shipped
    from website import scene

    begin_with_shipped(cast.bob, scene.LAND)
    scene.submitted(scene.draft(group, cast.alice, seed=8), cast)
    waiting = scene.submitted(scene.draft(group, cast.alice, seed=3, keywords=[{"label": {"en": "forest"}}]), cast)
    moderation.take(waiting, cast.bob)
    moderation.request_changes(waiting, cast.bob, text="Which images?", field="lineage")
    deposits.save(waiting, cast.alice, {"abstract.en": "A land-cover map of Reunion Island, from Sentinel-2 images."})
    moderation.submit(waiting, cast.alice, terms_accepted=True)
    moderation.take(waiting, cast.bob)
    moderation.move(waiting, "comment", cast.bob, text="A thesaurus, please.", field="keywords")
    moderation.move(waiting, "suggest", cast.bob, field="licence", value="CC0-1.0")
    link = conversation_links.new_link(waiting.threads.last(), cast.alice)
    own = f"/moderation/{waiting.uuid}/"
    return {
        "desk": ("bob", "/moderation/"),
        "review": ("bob", own),
        "refuse": ("bob", f"{own}refuse/"),
        "history": ("bob", f"{own}history/"),
        "sentences": ("bob", "/moderation/sentences/"),
        "statistics": ("bob", "/moderation/statistics/"),
        "reply": ("", link[link.index("/reply/") :]),
        "answer the desk": ("alice", f"/deposit/{waiting.uuid}/check/"),
    }


def _curator():
    from terracite.repository import people

    curator = people.ensure_person("dora", given_name="Dora", family_name="Hoarau", password="a long walk at the sea")
    people.grant(curator, "curator")
    return curator


def _add_files(version, owner) -> None:
    """A table, drawings and a cube beside the map."""
    import numpy as np
    import xarray as xr

    from terracite.repository import files

    table = "plot,cover,share,longitude\n"
    table += "".join(f"{number},{name},{0.2 * number:.1f},{x}\n" for number, (name, x) in enumerate(PLOTS, 1))
    ring = [[0, -21], [0.05, -21], [0.05, -21.05], [0, -21.05], [0, -21]]
    drawings = [
        {"type": "Feature", "properties": {"cover": name},
         "geometry": {"type": "Polygon", "coordinates": [[[x + dx, y] for dx, y in ring]]}}
        for name, x in PLOTS
    ]  # fmt: skip
    days = np.array(["2023-01-01", "2023-02-01", "2023-03-01"], dtype="datetime64[ns]")
    cells = np.random.default_rng(0).random((3, 20, 30)).astype("float32")
    axes = {"time": days, "lat": np.linspace(-20.9, -21.4, 20), "lon": np.linspace(55.2, 55.9, 30)}
    cube = xr.Dataset({"ndvi": (("time", "lat", "lon"), cells, {"units": "1", "long_name": "NDVI"})}, coords=axes)
    cube.lat.attrs = {"units": "degrees_north", "standard_name": "latitude"}
    cube.lon.attrs = {"units": "degrees_east", "standard_name": "longitude"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cube.nc"
        cube.to_netcdf(path)
        contents = {
            "plots.csv": table.encode(),
            "plots.geojson": json.dumps({"type": "FeatureCollection", "features": drawings}).encode(),
            "cube.nc": path.read_bytes(),
        }
    for name, content in contents.items():
        files.inspect_file(files.add_file(version, owner, name, io.BytesIO(content)))


if __name__ == "__main__":
    main()
