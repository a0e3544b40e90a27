# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long it takes to find an organisation among as many as the register has, by frequent words too.

    python bench/authorities.py                        110,000 invented ones: some minutes, most of it to write them
    python bench/authorities.py --organisations 20000

The worst question is of several words that are each in a tenth of all names and never together: all of the rarest are
looked at. CPU time of one process, the median of nine. One line a figure: name, ours, the bar, met or not; a summary
last.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common.figures import bar_is, summary

MOST_MS = 50
KINDS = ("University", "Institute", "Centre", "Laboratory", "Hospital", "Agency", "Academy", "School", "Museum", "Park")
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su", "ta", "ve", "za", "rin", "mar", "tel")
QUESTIONS = {
    "three frequent words never together": "university institute museum",
    "two beginnings": "univ inst",
    "one frequent word": "university",
    "a rare word and a frequent one": "bala university",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, default=110_000)
    count = parser.parse_args().organisations
    with tempfile.TemporaryDirectory() as folder:
        _open(Path(folder))
        from terracite.repository.authorities import search
        from terracite.repository.authorities.writing import put

        put(list(_rows(count)))
        met = []
        for name, words in QUESTIONS.items():
            spent = []
            for _ in range(9):
                start = time.process_time()
                search("organisations", words)
                spent.append(1000 * (time.process_time() - start))
            median = statistics.median(spent)
            met.append(bar_is(f"{name}, {count}: {median:.0f} ms, under {MOST_MS}", median < MOST_MS))
    return summary(met)


def _open(folder: Path) -> None:
    from terracite.config import Settings
    from terracite.repository.instance import environment, open_instance

    os.environ.update(environment(Settings(data_dir=folder)))
    open_instance()


def _rows(count: int) -> Iterator:
    from terracite.repository.authorities.writing import Row
    from terracite.repository.models import AuthorityKind

    chance = random.Random(1)
    places = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).title() for _ in range(20_000)]
    for number in range(count):
        first, second = chance.choices(KINDS[:-2], k=2) if number % 5 else (KINDS[-1 - number % 2], KINDS[2])
        one, other = chance.choices(places, k=2)
        names = (f"{first} de {one}", f"{first[0]}{one[:2]}{second[0]}{other[0]}".upper())
        name, address = f"{first} of {one}, {second} {other}", f"https://ror.org/bench{number}"
        yield Row(AuthorityKind.ORGANISATION, address, name, names)


if __name__ == "__main__":
    sys.exit(main())
