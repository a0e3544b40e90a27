# SPDX-License-Identifier: AGPL-3.0-or-later
"""The recipes of `examples/` on real data: sound, and with their figures. Their maps are not made here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from terracite.landcover.run import plan_only

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REAL = sorted(path for path in EXAMPLES.glob("*.toml") if "shared/data" in path.read_text(encoding="utf-8"))
#: what each maps from: dates by channel, features, items of the reference, rows and columns
EXPECTED = {
    "cbers-bahia": (46, 922, (1000, 1000)),
    "netherlands": (50, 256, (256, 256)),
    "sinop": (23, 18, (144, 254)),
}


def test_each_real_example_is_known_here_and_says_its_figures() -> None:
    assert [path.stem for path in REAL] == sorted(EXPECTED)
    for path in REAL:
        head = path.read_text(encoding="utf-8").split("[[images]]")[0]
        assert re.search(r"# Figures .*\d s of CPU, \d+ MB", head), path.name


@pytest.mark.parametrize("name", ["netherlands", "sinop"])  # the other one: see test_real_data
def test_the_example_can_be_run(name: str, shared_data: Path) -> None:
    if not EXAMPLES.joinpath("../../shared/data").is_dir():
        pytest.skip("the example's relative path leads nowhere from here")
    facts = plan_only(EXAMPLES / f"{name}.toml")
    features, known, shape = EXPECTED[name]
    assert (facts["features"], facts["reference"]["features"]) == (features, known)
    assert (facts["grid"]["rows"], facts["grid"]["columns"]) == shape
