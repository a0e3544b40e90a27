# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the crates of a demo do not show: a second version, an embargo, files on request, a conversation, a tombstone.

Invented plots, in tables of a few lines. It speaks to the repository as its pages do.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from terracite.record.model import Text

TITLE = Text(fr="Placettes inventées de la démonstration", en="Invented plots of the demo")
_DISCIPLINE = "continental_surfaces"
_ISLAND = {"fr": "La Réunion", "en": "Reunion Island"}
_BOX = {"west": 55.2, "south": -21.4, "east": 55.85, "north": -20.87}


def add_cases(publish: Callable[[], None]) -> int:
    """Datasets in every state that a visitor may want to see; returns how many. ``publish``: do what is due.

    A demo that has them already keeps them as they are.
    """
    from terracite.repository import access_requests, conversation, deposits, moderation, people, publication
    from terracite.repository.models import Deposit

    alice, bob, chloe, dora = (people.find_person(name) for name in ("alice", "bob", "chloe", "dora"))
    if Deposit.objects.filter(owner=alice, title_en=TITLE.en).exists():
        return 0
    deposit = deposits.create_deposit(alice, TITLE, [_DISCIPLINE])
    people.grant(dora, "curator")
    soon = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=180)
    first = _sent(deposit, alice, "Heights of trees on invented plots", "Hauteurs d'arbres de placettes inventées", 12)
    hidden = _sent(
        deposit, alice, "Soil carbon of invented plots", "Carbone du sol de placettes inventées", 8,
        access={"kind": "embargoed", "embargo_until": soon.isoformat()},
    )  # fmt: skip
    closed = _sent(
        deposit, alice, "Nests found on invented plots", "Nids trouvés sur des placettes inventées", 6,
        access={
            "kind": "restricted",
            "conditions": {"fr": "Pour la recherche, sans dire les lieux.", "en": "For research; places stay untold."},
        },
    )  # fmt: skip
    gone = _sent(deposit, alice, "Rain on invented plots", "Pluie sur des placettes inventées", 5)
    for version in (first, hidden, closed, gone):
        _accepted(version, bob)
    publish()
    publication.withdraw(_now(gone), dora, reason="The gauge was broken: every value is wrong.")
    asked = access_requests.ask(_now(closed), chloe, "A map of where nests are rare, at 10 km.")
    access_requests.answer(asked, alice, grant=True, text="With pleasure.", until=soon)
    access_requests.ask(_now(closed), people.find_person("bob"), "To check the plots of a student.")
    second = deposits.new_version(_now(first), alice)
    _put(second, alice, 18)
    _described(second, alice, "Heights of trees on invented plots", "Hauteurs d'arbres de placettes inventées", 18)
    _accepted(moderation.submit(_now(second), alice, terms_accepted=True), bob)
    talked = _sent(deposit, alice, "Leaves of invented plots", "Feuilles de placettes inventées", 7)
    moderation.take(talked, bob)
    conversation.comment(talked, bob, text="Which instrument measured the leaves?", field="lineage")
    conversation.suggest(
        talked,
        bob,
        field="title.en",
        value="Leaf area on invented plots of Reunion Island, 2023",
        note="Say what and where.",
    )
    moderation.request_changes(_now(talked), bob, text="")
    conversation.comment(_now(talked), alice, text="A planimeter; I add it.", thread=talked.threads.get())
    publish()
    return 5


def _sent(deposit: Any, person: Any, title: str, titre: str, rows: int, **changes: object) -> Any:
    """A draft with its table and its description, submitted."""
    from terracite.repository import deposits, moderation

    version = deposits.create_dataset(deposit, person)
    _put(version, person, rows)
    _described(version, person, title, titre, rows, **changes)
    return moderation.submit(_now(version), person, terms_accepted=True)


def _put(version: Any, person: Any, rows: int) -> None:
    """A table of that many plots. The first one is looked into; the others are like it, which saves seconds."""
    from terracite.repository import files

    lines = [f"P{row},{55.3 + row / 100:.2f},{-21.1 - row / 200:.3f},{3 + row * 7 % 11 / 2}" for row in range(rows)]
    table = "\n".join(["plot,longitude,latitude,value (m)", *lines, ""])
    known = type(version).objects.filter(dataset__deposit=version.dataset.deposit, files__state="ok").first()
    stored = files.add_file(version, person, "plots.csv", io.BytesIO(table.encode()))
    if known is None:
        files.inspect_file(stored)
        return
    like = known.files.get(path="plots.csv")
    stored.facts = like.facts | {"rows": rows}
    stored.format, stored.media_type, stored.state = like.format, like.media_type, like.state
    stored.save()


def _described(version: Any, person: Any, title: str, titre: str, rows: int, **changes: object) -> None:
    from terracite.repository import deposits

    about = "These data are invented, to show what a repository does with them."
    a_propos = "Ces données sont inventées, pour montrer ce qu'un entrepôt en fait."
    record: dict[str, object] = {
        "title": {"fr": f"{titre}, La Réunion, 2023", "en": f"{title}, Reunion Island, 2023"},
        "abstract": {
            "fr": f"{titre} de La Réunion en 2023 : {rows} placettes, une ligne chacune, avec leur place. {a_propos}",
            "en": f"{title} of Reunion Island in 2023: {rows} plots, one line each, with their place. {about}",
        },
        "lineage": {"statement": {"fr": "Tirées au hasard par la démonstration.", "en": "Drawn by the demo."}},
        "topics": ["environment"],
        "keywords": [{"label": {"fr": "végétation", "en": "vegetation"}}],
        "contacts": [{"family_name": "Martin", "given_name": "Alice", "email": "alice@example.org"}],
        "dates": [{"kind": "created", "on": "2024-02-01"}],
        "representation": "textTable",
        "variables": [
            {"name": "plot", "label": {"fr": "placette", "en": "plot"}},
            {"name": "value", "label": {"fr": "valeur mesurée", "en": "measured value"}, "unit": "m"},
        ],
        "extents": [{"box": _BOX, "place": _ISLAND}],
        "periods": [{"start": "2023-01-01", "end": "2023-12-31"}],
        "licence": "CC-BY-4.0",
        "access": {"kind": "open"},
    }
    deposits.save(_now(version), person, record | changes)


def _accepted(version: Any, moderator: Any) -> None:
    from terracite.repository import moderation

    moderation.take(_now(version), moderator)
    moderation.accept(version, moderator, note="Simulated moderation of the demo.")


def _now(version: Any) -> Any:
    """The version as it is kept by now."""
    version.refresh_from_db()
    return version
