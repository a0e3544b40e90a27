# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the readers of files write is French to readers of French: every sentence of their code is known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from terracite import raster
from terracite.errors import DepositError
from terracite.record.model import Origin, OriginKind, Record
from terracite.repository import records
from terracite.repository.remarks import in_french
from terracite.repository.remarks.french import SENTENCES

RASTER = Path(raster.__file__).parent
READERS = [*RASTER.glob("inspect*.py"), *RASTER.glob("inspecting/*.py"), *RASTER.glob("previewing/*.py")]
#: said to whoever runs a command, not kept with a file
ON_A_TERMINAL = ("There is no file", "Give the path", "Give one file", "'x' is not a file.")
#: the ends of longer ones
BEGUN_ELSEWHERE = (
    "x: it has no coordinate reference system.",
    "x: it has no origin and cell size.",
    "x It is shown as a picture.",
    "x The cells are shown as a picture.",
)


def sentences(path: Path) -> Iterator[str]:
    """Texts of a module that are sentences, their values as "x"."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            inner.add(id(body[0].value))  # a docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            text = node.value
        else:
            continue
        if (
            text not in BEGUN_ELSEWHERE
            and len(text) > 14
            and " " in text
            and text[0] in "'x" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            and text[-1] in ".?"
        ):
            yield text


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.stem)
def test_every_sentence_has_its_french(path: Path) -> None:
    unknown = [text for text in sentences(path) if not text.startswith(ON_A_TERMINAL) and in_french(text) == text]
    assert unknown == []


def test_values_stand_where_they_stood() -> None:
    told = in_french("'a b.zip' holds 3 files. Deposit several smaller archives. libtiff: bad. It failed (OSError).")
    assert told == (
        "« a b.zip » contient 3 fichiers. Déposez plusieurs archives plus petites. libtiff: bad. Il a échoué (OSError)."
    )


def test_odd_texts_stay() -> None:
    for text in ("", "x", "no sentence at all", "'{a}' {b} {0} is empty", "  "):
        assert in_french(text).split() == text.split()


def test_every_value_of_a_sentence_is_in_its_french() -> None:
    for english, french in SENTENCES.items():
        told, known = ({part[0] for part in text.split("{")[1:]} for text in (french, english))
        assert told == known, english


def test_mistakes_in_values_of_a_record_are_french() -> None:
    wrong = {"extents": [{"box": {"west": 1, "south": 99, "east": 2, "north": 1}}], "creators": [{"orcid": ""}]}
    with pytest.raises(DepositError) as told:
        records.changed(Record(), wrong, Origin(kind=OriginKind.TYPED))
    for problem in told.value.problems:
        assert in_french(problem.what) != problem.what
